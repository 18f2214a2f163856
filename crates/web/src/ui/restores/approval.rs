//! Asking a second person to approve a plan, and what they say.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::label::Tone;
use model::restore::Decision;
use pages::restores::{Asked, Step};
use pages::{FieldProblem, Toast};
use store::Restore;
use store::StoreError;
use store::access::Confirmed;

use super::execute::answer;
use super::sent::{Sent, ended, to};
use super::shown::found;
use crate::auth::deeds::{AskRestoreApproval, DecideRestoreApproval};
use crate::auth::{Authorized, Form, InTenant};
use crate::error::Error;
use crate::state::WebState;

/// Whether a second person has to approve the plans of the tenant, and what one was asked of this one.
pub(super) async fn approval(web: &WebState, guard: &InTenant, restore: &Restore) -> Result<(bool, Option<Asked>), Error> {
    let restores = web.store().restores();
    let needed = restores.needs_second_person(&guard.scope).await?;
    let found = restores.approval(&guard.scope, restore.id).await?;
    let asked = found.map(|found| Asked {
        mine: found.asked_by == Some(guard.signed.who.user().id),
        by: (found.asked_by_name, found.asked_at),
        decided: found.decision.zip(found.decided_at).map(|(decision, at)| (decision, found.decided_by_name, at)),
        reason: found.reason,
    });
    Ok((needed, asked))
}

/// `POST /admin/t/{tenant}/restores/{restore}/approval`: the tenant's name is typed, as for the execution.
pub(crate) async fn ask(
    Authorized { tenant: guard, permit }: Authorized<AskRestoreApproval>,
    State(web): State<WebState>,
    params: RawPathParams,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let restore = found(&web, &guard, &params).await?;
    let sent = sent.into_inner();
    let (typed, plan) = (sent.fields.one("typed").unwrap_or_default(), sent.fields.one("plan").unwrap_or_default());
    let Ok(confirmed) = Confirmed::typed(permit, &restore, typed) else {
        let problem = FieldProblem::new("typed", "That is not the tenant's name.");
        return answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, restore, Some(problem)).await;
    };
    let asked = web.store().restores().ask_approval(&confirmed, sent.revision()?, plan).await;
    let toast = Toast::plain("Asked", "Another person who may restore here decides.", Tone::Success);
    done(&web, &guard, &params, restore, asked.map(|()| toast)).await
}

/// `POST /admin/t/{tenant}/restores/{restore}/decision`
pub(crate) async fn decide(
    Authorized { tenant: guard, permit }: Authorized<DecideRestoreApproval>,
    State(web): State<WebState>,
    params: RawPathParams,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let restore = found(&web, &guard, &params).await?;
    let sent = sent.into_inner();
    let field = |name: &str| sent.fields.one(name).unwrap_or_default();
    let decision = Decision::from_code(field("decision"));
    let (revision, plan, reason) = (sent.revision()?, field("plan"), field("reason"));
    let decided = web.store().restores().decide_approval(&permit, restore.id, revision, plan, decision, reason).await;
    let toast = match decision {
        Decision::Approved => Toast::plain("Approved", "The plan can be carried out.", Tone::Success),
        _ => Toast::plain("Declined", "Nothing of the plan is written.", Tone::Info),
    };
    done(&web, &guard, &params, restore, decided.map(|()| toast)).await
}

async fn done(
    web: &WebState,
    guard: &InTenant,
    params: &axum::extract::RawPathParams,
    restore: Restore,
    done: Result<Toast, StoreError>,
) -> Result<Response, Error> {
    let done = done.map(|toast| (toast, to(guard, restore.id, Step::Execute.code())));
    let problem = |why: String| Some(FieldProblem::new("", why));
    ended(web, guard, params, done, |now, why| answer(web, guard, StatusCode::CONFLICT, now, problem(why))).await
}
