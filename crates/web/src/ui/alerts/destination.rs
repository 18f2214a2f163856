//! A destination: new, changed, removed, tested.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::access::can;
use model::alert::{Destination, DestinationKind};
use model::label::Tone;
use pages::alerts::{DestinationForm, DestinationInput, KeyMade};
use pages::{FieldProblem, Toast, href};
use secrecy::ExposeSecret as _;
use store::{DestinationWish, StoreError};

use super::sent::{SentDestination, Typed};
use super::{answer, done};
use crate::auth::deeds::{CreateAlertDestination, DeleteAlertDestination, EditAlertDestination, TestAlertDestination};
use crate::auth::extract::path_id;
use crate::auth::{Form, Looks, Manages, Member};
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::click::Click;
use crate::ui::flash::to_flash;

/// `GET /admin/alerts/destinations/new?workspace=&kind=`
pub(crate) async fn new(
    Looks { member, .. }: Looks<can::WorkspaceAlertsManage>,
    State(web): State<WebState>,
    query: Fields,
) -> Result<Response, Error> {
    let kind = DestinationKind::from_code(query.one("kind").unwrap_or(DestinationKind::Webhook.code()));
    if kind == DestinationKind::Unknown {
        return Err(Error::NotFound);
    }
    form(&web, &member, (kind, None), DestinationInput::proposed(kind), None, None).await
}

/// `POST /admin/alerts/destinations?workspace=`: answers with the key for signing where one was made, which is shown this once.
pub(crate) async fn create(
    Manages { member, permit }: Manages<CreateAlertDestination>,
    State(web): State<WebState>,
    sent: Form<SentDestination>,
) -> Result<Response, Error> {
    let sent = sent.into_inner();
    let problem = match sent.target(true) {
        Err(problem) => problem.to_string(),
        Ok((target, made)) => {
            let wish = DestinationWish { name: sent.input.name.clone(), enabled: sent.input.enabled, target };
            match web.store().alerts().create_destination(&permit, &wish).await {
                Err(StoreError::Conflict(problem)) => problem.to_owned(),
                done_ => {
                    done_?;
                    let workspace = member.scope.workspace_id();
                    if let Some(key) = made {
                        let page = KeyMade { workspace, name: sent.input.name, key: key.expose_secret().to_owned() };
                        return answer(&web, &member, StatusCode::OK, &page).await;
                    }
                    let toast =
                        Toast::plain("Destination made", "Send a test, then make a rule that sends to it.", Tone::Success);
                    return done(&web, &member, toast).await;
                }
            }
        }
    };
    let problem = sent.with_word_of_secrets(sentence(&problem));
    form(&web, &member, (sent.kind, None), sent.input, Some(problem), None).await
}

/// `GET /admin/alerts/destinations/{alert_destination}?workspace=`
pub(crate) async fn show(
    Looks { member, permit }: Looks<can::WorkspaceAlertsManage>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let one = web.store().alerts().destination(&permit, path_id(&params, "alert_destination")?).await?;
    let input = DestinationInput::of(&one);
    form(&web, &member, (one.kind, Some(one)), input, None, None).await
}

/// `POST /admin/alerts/destinations/{alert_destination}?workspace=`
pub(crate) async fn edit(
    Manages { member, permit }: Manages<EditAlertDestination>,
    State(web): State<WebState>,
    params: RawPathParams,
    sent: Form<SentDestination>,
) -> Result<Response, Error> {
    let one = web.store().alerts().destination(&permit, path_id(&params, "alert_destination")?).await?;
    let sent = SentDestination { kind: one.kind, ..sent.into_inner() };
    let problem = match sent.target(false) {
        Err(problem) => problem.to_string(),
        Ok((target, made)) => {
            let wish = DestinationWish { name: sent.input.name.clone(), enabled: sent.input.enabled, target };
            match web.store().alerts().edit_destination(&permit, one.id, sent.revision, &wish).await {
                Err(StoreError::Conflict(problem)) => problem.to_owned(),
                saved => {
                    saved?;
                    if let Some(key) = made {
                        let workspace = member.scope.workspace_id();
                        let page = KeyMade { workspace, name: sent.input.name, key: key.expose_secret().to_owned() };
                        return answer(&web, &member, StatusCode::OK, &page).await;
                    }
                    return done(&web, &member, Toast::plain("Destination saved", "It holds from now on.", Tone::Success)).await;
                }
            }
        }
    };
    let problem = sent.with_word_of_secrets(sentence(&problem));
    form(&web, &member, (one.kind, Some(one)), sent.input, Some(problem), None).await
}

/// `POST /admin/alerts/destinations/{alert_destination}/remove?workspace=`
pub(crate) async fn remove(
    Manages { member, permit }: Manages<DeleteAlertDestination>,
    State(web): State<WebState>,
    params: RawPathParams,
    typed: Form<Typed>,
) -> Result<Response, Error> {
    let one = web.store().alerts().destination(&permit, path_id(&params, "alert_destination")?).await?;
    let input = DestinationInput::of(&one);
    if typed.into_inner().0 != one.name {
        let problem = FieldProblem::new("typed", "That is not its name.");
        return form(&web, &member, (one.kind, Some(one)), input, None, Some(problem)).await;
    }
    match web.store().alerts().delete_destination(&permit, one.id).await {
        Err(StoreError::Conflict(problem)) => {
            form(&web, &member, (one.kind, Some(one)), input, Some(sentence(problem)), None).await
        }
        removed => {
            removed?;
            done(&web, &member, Toast::plain("Destination removed", "Nothing is sent there any more.", Tone::Success)).await
        }
    }
}

/// `POST /admin/alerts/destinations/{alert_destination}/test?workspace=`: writes the run and leads back; nothing here waits for it.
pub(crate) async fn test(
    Manages { member, permit }: Manages<TestAlertDestination>,
    State(web): State<WebState>,
    params: RawPathParams,
    click: Form<Click>,
) -> Result<Response, Error> {
    let id = path_id(&params, "alert_destination")?;
    let started = web.store().alerts().test(&permit, id, click.into_inner().by()?).await?;
    web.store().sessions().put_flash(&member.signed.who, &to_flash(Toast::started(&started))).await?;
    Ok(see_other(&href::within(member.scope.workspace_id(), href::ALERTS)))
}

async fn form(
    web: &WebState,
    guard: &Member,
    (kind, destination): (DestinationKind, Option<Destination>),
    input: DestinationInput,
    problem: Option<String>,
    typed: Option<FieldProblem>,
) -> Result<Response, Error> {
    let wrong = problem.is_some() || typed.is_some();
    let page = DestinationForm { workspace: guard.scope.workspace_id(), kind, destination, input, problem, typed };
    answer(web, guard, if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page).await
}
