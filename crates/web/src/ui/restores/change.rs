//! Giving a restore up; making a retry or an undo of one.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::ids::RestoreId;
use model::label::Tone;
use pages::restores::Step;
use pages::{Toast, href};
use store::StoreError;

use super::sent::{self, Sent, to};
use super::show::answer;
use super::shown::found;
use crate::auth::deeds::{GiveUpRestore, RetryRestore, UndoRestore};
use crate::auth::{Authorized, Form, InTenant};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;

/// `POST /admin/t/{tenant}/restores/{restore}/cancel`: gives one up that was not executed.
pub(crate) async fn cancel(
    Authorized { tenant: guard, permit }: Authorized<GiveUpRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let restore = found(&web, &guard, &params).await?;
    let done = web.store().restores().give_up(&permit, restore.id, sent.into_inner().revision()?).await;
    let toast = Toast::plain("Given up", "Nothing of it was written.", Tone::Info);
    let list = href::restores(guard.scope.tenant_id());
    ended(&web, &guard, &params, done.map(|()| (toast, list))).await
}

/// `POST /admin/t/{tenant}/restores/{restore}/retry`: a restore of what failed.
pub(crate) async fn retry(
    Authorized { tenant: guard, permit }: Authorized<RetryRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    _: Form<Sent>,
) -> Result<Response, Error> {
    let restore = found(&web, &guard, &params).await?;
    let made = web.store().restores().retry(&permit, restore.id).await;
    let made = made.map(|child| made_of(&guard, child, "Retry made"));
    ended(&web, &guard, &params, made).await
}

/// `POST /admin/t/{tenant}/restores/{restore}/undo`: a restore of what was there before; `made=yes`: what was made is removed, too.
pub(crate) async fn undo(
    Authorized { tenant: guard, permit }: Authorized<UndoRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let restore = found(&web, &guard, &params).await?;
    let with_made = sent.into_inner().fields.one("made") == Some("yes");
    let made = web.store().restores().undo(&permit, restore.id, with_made).await;
    let made = made.map(|child| made_of(&guard, child, "Undo made"));
    ended(&web, &guard, &params, made).await
}

/// What is put back stands already: the checks come next.
fn made_of(guard: &InTenant, child: RestoreId, title: &str) -> (Toast, String) {
    let toast = Toast::plain(title, "Check, preview and confirm it as any other restore.", Tone::Success);
    (toast, to(guard, child, Step::Check.code()))
}

async fn ended(
    web: &WebState,
    guard: &InTenant,
    params: &RawPathParams,
    done: Result<(Toast, String), StoreError>,
) -> Result<Response, Error> {
    let none = Fields::default();
    sent::ended(web, guard, params, done, |now, why| answer(web, guard, StatusCode::CONFLICT, now, &none, Some(why))).await
}
