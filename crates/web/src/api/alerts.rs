//! Alerts: rules, destinations and their log.

mod shapes;

use axum::extract::{RawPathParams, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use model::access::can;
use model::alert::DeliveryState;
use model::ids::AlertDestinationId;
use model::run::{StartBy, Trigger};
use secrecy::{ExposeSecret as _, SecretString};
use store::AlertLog;
use store::access::Permit;

use super::answer::{self, json, nothing, ok, page, set, whole};
use super::body::Body;
use super::headers::IdempotencyKey;
use super::query::{Query, cursor, invalid, rows};
use crate::auth::deeds::{
    CreateAlertDestination, CreateAlertRule, DeleteAlertDestination, DeleteAlertRule, EditAlertDestination, EditAlertRule,
    TestAlertDestination,
};
use crate::auth::extract::path_id;
use crate::auth::{Looks, Manages};
use crate::error::Error;
use crate::state::WebState;
pub(crate) use shapes::{AlertDeliveryRow, AlertDestinationMade, AlertDestinationRow, AlertRuleRow};
use shapes::{AlertDestinationBody, AlertLogQuery, AlertRuleBody, destination, revision, rule};

type May = Permit<can::WorkspaceAlertsManage>;

async fn made(
    web: &WebState,
    permit: &May,
    id: AlertDestinationId,
    key: Option<SecretString>,
) -> Result<AlertDestinationMade, Error> {
    let destination = web.store().alerts().destination(permit, id).await?.into();
    Ok(AlertDestinationMade { destination, signing_key: key.map(|key| key.expose_secret().to_owned()) })
}

/// `GET /api/v1/alerts/destinations`
pub(crate) async fn destinations(
    Looks { permit, .. }: Looks<can::WorkspaceAlertsManage>,
    State(web): State<WebState>,
) -> Result<Response, Error> {
    whole(web.store().alerts().destinations(&permit).await?.into_iter().map(AlertDestinationRow::from).collect())
}

/// `GET /api/v1/alerts/destinations/{alert_destination}`
pub(crate) async fn show_destination(
    Looks { permit, .. }: Looks<can::WorkspaceAlertsManage>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let id = path_id(&params, "alert_destination")?;
    ok(&AlertDestinationRow::from(web.store().alerts().destination(&permit, id).await?))
}

/// `POST /api/v1/alerts/destinations`
pub(crate) async fn create_destination(
    Manages { permit, .. }: Manages<CreateAlertDestination>,
    State(web): State<WebState>,
    Body(wish): Body<AlertDestinationBody>,
) -> Result<Response, Error> {
    let (wish, key) = destination(wish, true)?;
    let id = web.store().alerts().create_destination(&permit, &wish).await?;
    let mut response = json(StatusCode::CREATED, &made(&web, &permit, id, key).await?)?;
    set(&mut response, header::LOCATION, &format!("/api/v1/alerts/destinations/{id}"));
    Ok(response)
}

/// `PUT /api/v1/alerts/destinations/{alert_destination}`
pub(crate) async fn edit_destination(
    Manages { permit, .. }: Manages<EditAlertDestination>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<AlertDestinationBody>,
) -> Result<Response, Error> {
    let (id, at) = (path_id(&params, "alert_destination")?, revision(wish.revision));
    let (wish, key) = destination(wish, false)?;
    web.store().alerts().edit_destination(&permit, id, at, &wish).await?;
    ok(&made(&web, &permit, id, key).await?)
}

/// `DELETE /api/v1/alerts/destinations/{alert_destination}`
pub(crate) async fn remove_destination(
    Manages { permit, .. }: Manages<DeleteAlertDestination>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    web.store().alerts().delete_destination(&permit, path_id(&params, "alert_destination")?).await?;
    Ok(nothing())
}

/// `POST /api/v1/alerts/destinations/{alert_destination}/test`
pub(crate) async fn test(
    Manages { permit, .. }: Manages<TestAlertDestination>,
    State(web): State<WebState>,
    params: RawPathParams,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<Response, Error> {
    let by = StartBy::from(Trigger::Api).with_key(key);
    answer::started(&web.store().alerts().test(&permit, path_id(&params, "alert_destination")?, by).await?)
}

/// `GET /api/v1/alerts/rules`
pub(crate) async fn rules(
    Looks { permit, .. }: Looks<can::WorkspaceAlertsManage>,
    State(web): State<WebState>,
) -> Result<Response, Error> {
    whole(web.store().alerts().rules(&permit).await?.into_iter().map(AlertRuleRow::from).collect())
}

/// `GET /api/v1/alerts/rules/{alert_rule}`
pub(crate) async fn show_rule(
    Looks { permit, .. }: Looks<can::WorkspaceAlertsManage>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    ok(&AlertRuleRow::from(web.store().alerts().rule(&permit, path_id(&params, "alert_rule")?).await?))
}

/// `POST /api/v1/alerts/rules`
pub(crate) async fn create_rule(
    Manages { permit, .. }: Manages<CreateAlertRule>,
    State(web): State<WebState>,
    Body(wish): Body<AlertRuleBody>,
) -> Result<Response, Error> {
    let id = web.store().alerts().create_rule(&permit, &rule(wish, None)?).await?;
    let made = AlertRuleRow::from(web.store().alerts().rule(&permit, id).await?);
    let mut response = json(StatusCode::CREATED, &made)?;
    set(&mut response, header::LOCATION, &format!("/api/v1/alerts/rules/{id}"));
    Ok(response)
}

/// `PUT /api/v1/alerts/rules/{alert_rule}`
pub(crate) async fn edit_rule(
    Manages { permit, .. }: Manages<EditAlertRule>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<AlertRuleBody>,
) -> Result<Response, Error> {
    let (id, at) = (path_id(&params, "alert_rule")?, revision(wish.revision));
    let now = web.store().alerts().rule(&permit, id).await?.says.reach;
    web.store().alerts().edit_rule(&permit, id, at, &rule(wish, Some(now))?).await?;
    ok(&AlertRuleRow::from(web.store().alerts().rule(&permit, id).await?))
}

/// `DELETE /api/v1/alerts/rules/{alert_rule}`
pub(crate) async fn remove_rule(
    Manages { permit, .. }: Manages<DeleteAlertRule>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    web.store().alerts().delete_rule(&permit, path_id(&params, "alert_rule")?).await?;
    Ok(nothing())
}

/// `GET /api/v1/alerts/deliveries`
pub(crate) async fn deliveries(
    Looks { permit, .. }: Looks<can::WorkspaceAlertsManage>,
    State(web): State<WebState>,
    query: Query<AlertLogQuery>,
) -> Result<Response, Error> {
    let state = query.wanted.state.as_deref().map(DeliveryState::from_code);
    if state == Some(DeliveryState::Unknown) {
        return Err(invalid("`state` is not known"));
    }
    let (at, limit) = (cursor(query.wanted.cursor.as_deref())?, rows(query.wanted.limit)?);
    let only = AlertLog { state, destination: None };
    let lines = web.store().alerts().log(&permit, only, at.as_ref(), limit).await?;
    page(&query, lines.map(AlertDeliveryRow::from))
}
