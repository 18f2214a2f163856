//! Rules, destinations, and the log.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::access::can;
use model::alert::DeliveryState;
use model::page::{Cursor, PAGE_ROWS};
use pages::alerts::{List, Log};
use store::AlertLog;

use super::answer;
use crate::auth::Looks;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;

/// `GET /admin/alerts?workspace=`
pub(crate) async fn list(
    Looks { member, permit }: Looks<can::WorkspaceAlertsManage>,
    State(web): State<WebState>,
) -> Result<Response, Error> {
    let alerts = web.store().alerts();
    let (rules, destinations) = (alerts.rules(&permit).await?, alerts.destinations(&permit).await?);
    let page = List { workspace: member.scope.workspace_id(), rules, destinations };
    answer(&web, &member, StatusCode::OK, &page).await
}

/// `GET /admin/alerts/log?workspace=&state=&cursor=`
pub(crate) async fn log(
    Looks { member, permit }: Looks<can::WorkspaceAlertsManage>,
    State(web): State<WebState>,
    query: Fields,
) -> Result<Response, Error> {
    let state = query.one("state").map(DeliveryState::from_code).filter(|state| *state != DeliveryState::Unknown);
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let only = AlertLog { state, destination: None };
    let lines = web.store().alerts().log(&permit, only, cursor.as_ref(), PAGE_ROWS).await?;
    let page = Log { workspace: member.scope.workspace_id(), state, lines };
    answer(&web, &member, StatusCode::OK, &page).await
}
