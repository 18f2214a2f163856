//! The third step: the checks, and the secrets that somebody enters.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::label::Tone;
use pages::restores::{Check, Finding, SecretPlace, Step};
use pages::{Frame, Toast};
use secrecy::SecretString;
use store::{Restore, WantedSecret};

use super::sent::{Sent, ended, to};
use super::shown::{brief, found, source_scope, while_editable};
use crate::auth::deeds::EditRestore;
use crate::auth::{Authorized, Form, InTenant};
use crate::error::Error;
use crate::respond::page_with;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// How many places of secrets are offered at once.
const PLACES: usize = 40;

/// `GET /admin/t/{tenant}/restores/{restore}/check`
pub(crate) async fn form(
    Authorized { tenant: guard, .. }: Authorized<EditRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    while_editable(&web, &guard, &params, |restore| answer(&web, &guard, StatusCode::OK, restore, None)).await
}

/// `POST /admin/t/{tenant}/restores/{restore}/check`: `act` is `check`, or `secret` with `number`, `place` and `value`.
pub(crate) async fn act(
    Authorized { tenant: guard, permit }: Authorized<EditRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let restore = found(&web, &guard, &params).await?;
    let sent = sent.into_inner();
    let (restores, id) = (web.store().restores(), restore.id);
    let (done, toast) = match sent.act() {
        "check" => {
            let from = source_scope(&web, &guard, &restore).await?;
            let checked = restores.check(&permit, &from, id, sent.revision()?).await;
            (checked.map(drop), Toast::plain("Checked", "What was found stands below.", Tone::Success))
        }
        "secret" => {
            let number: u32 = sent.fields.id("number")?.ok_or(Error::NotFound)?;
            let place = sent.fields.one("place").ok_or(Error::NotFound)?;
            let value = SecretString::from(sent.fields.one("value").unwrap_or_default().to_owned());
            let kept = restores.enter_secret(&permit, id, number, place, &value).await;
            (kept, Toast::plain("Sealed", "It is kept until the restore is over, and shown nowhere.", Tone::Success))
        }
        _ => return Err(Error::BadRequest("The form cannot be understood.")),
    };
    let done = done.map(|()| (toast, to(&guard, id, Step::Check.code())));
    let (web, guard) = (&web, &guard);
    ended(web, guard, &params, done, |now, why| answer(web, guard, StatusCode::CONFLICT, now, Some(why))).await
}

fn place(secret: WantedSecret) -> SecretPlace {
    SecretPlace {
        number: secret.number,
        resource_type: secret.resource_type,
        name: secret.name,
        pointer: secret.secret.pointer,
        place: secret.secret.place,
        needed: secret.secret.needed,
        entered_at: secret.entered_at,
    }
}

async fn answer(
    web: &WebState,
    guard: &InTenant,
    status: StatusCode,
    restore: Restore,
    problem: Option<String>,
) -> Result<Response, Error> {
    let (around, _) = in_tenant(web, guard).await?;
    let mut secrets = web.store().restores().wanted_secrets(&guard.scope, restore.id, PLACES + 1).await?;
    let more_secrets = secrets.len() > PLACES;
    secrets.truncate(PLACES);
    let page = Check {
        tenant: guard.scope.tenant().clone(),
        findings: restore.checks.as_ref().map(|checks| checks.iter().map(Finding::from).collect()),
        restore: brief(web, guard, restore).await?,
        secrets: secrets.into_iter().map(place).collect(),
        more_secrets,
        problem,
    };
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
