//! The confirmation of a rollout, and what a second person says of it.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::access::can;
use model::label::Tone;
use model::restore::Decision;
use model::run::{StartBy, Started, Trigger};
use pages::restores::Asked;
use pages::rollouts::Confirm;
use pages::{FieldProblem, Frame, Toast, href};
use store::access::{Confirmed, Permit};
use store::{Rollout, RolloutTarget, StoreError};

use super::show::Pressed;
use super::shown::{brief, found, onward, target};
use crate::auth::deeds::{AskRolloutApproval, DecideRolloutApproval, ExecuteRollout};
use crate::auth::{Form, Looks, Manages, Member};
use crate::error::{Error, sentence};
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::shell::in_workspace;
use crate::ui::start_key::start_key;

/// How many objects a confirmation would remove.
pub(crate) fn removals(targets: &[RolloutTarget]) -> i64 {
    targets.iter().filter(|target| target.is_previewed()).map(|target| target.removals).sum()
}

/// `GET /admin/rollouts/{rollout}/confirm`
pub(crate) async fn ask(
    Looks { member, permit }: Looks<can::RestoreExecute>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let (rollout, targets) = found(&web, &permit, &params).await?;
    if !rollout.state.is_open() {
        return Ok(see_other(&href::rollout(rollout.id)));
    }
    answer(&web, &member, &permit, StatusCode::OK, (rollout, targets), None).await
}

/// `POST /admin/rollouts/{rollout}/confirm`: writes the run and leads to the record; nothing here waits for it.
pub(crate) async fn confirm(
    Manages { member, permit }: Manages<ExecuteRollout>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Pressed>,
) -> Result<Response, Error> {
    let (rollout, targets) = found(&web, &permit, &params).await?;
    let (sent, refused) = (form.into_inner().0, StatusCode::UNPROCESSABLE_ENTITY);
    let removed = removals(&targets);
    if rollout.state.is_open() && removed > 0 && sent.one("removals").map(str::trim) != Some(removed.to_string().as_str()) {
        let problem = FieldProblem::new("removals", "That is not how many objects are removed.");
        return answer(&web, &member, &permit, refused, (rollout, targets), Some(problem)).await;
    }
    let again = member.scope.permit()?;
    let Ok(confirmed) = Confirmed::typed(again, &rollout, sent.one("typed").unwrap_or_default()) else {
        let problem = FieldProblem::new("typed", "That is not the rollout's name.");
        return answer(&web, &member, &permit, refused, (rollout, targets), Some(problem)).await;
    };
    let by = StartBy::from(Trigger::Manual).with_key(start_key(&sent)?);
    let problem = match web.store().rollouts().execute(&confirmed, sent.one("plan").unwrap_or_default(), by).await {
        Err(StoreError::Conflict(words)) => sentence(words),
        started => match started? {
            Started::ScopeBusy(_) => "Another operation is at work. Try again when it is done.".to_owned(),
            started => return onward(&web, &member, Toast::started(&started), &href::rollout(rollout.id)).await,
        },
    };
    let now = found(&web, &permit, &params).await?;
    answer(&web, &member, &permit, StatusCode::CONFLICT, now, Some(FieldProblem::new("", problem))).await
}

/// `POST /admin/rollouts/{rollout}/approval`: the rollout's name is typed, as for the execution.
pub(crate) async fn ask_approval(
    Manages { member, permit }: Manages<AskRolloutApproval>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Pressed>,
) -> Result<Response, Error> {
    let (rollout, targets) = found(&web, &permit, &params).await?;
    let sent = form.into_inner().0;
    let again = member.scope.permit()?;
    let Ok(confirmed) = Confirmed::typed(again, &rollout, sent.one("typed").unwrap_or_default()) else {
        let problem = FieldProblem::new("typed", "That is not the rollout's name.");
        let refused = StatusCode::UNPROCESSABLE_ENTITY;
        return answer(&web, &member, &permit, refused, (rollout, targets), Some(problem)).await;
    };
    let asked = web.store().rollouts().ask_approval(&confirmed, sent.one("plan").unwrap_or_default()).await;
    let toast = Toast::plain("Asked", "Another person who may restore in all of its tenants decides.", Tone::Success);
    done(&web, &member, &permit, &params, asked.map(|()| toast)).await
}

/// `POST /admin/rollouts/{rollout}/decision`
pub(crate) async fn decide(
    Manages { member, permit }: Manages<DecideRolloutApproval>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Pressed>,
) -> Result<Response, Error> {
    let (rollout, _) = found(&web, &permit, &params).await?;
    let sent = form.into_inner().0;
    let field = |name: &str| sent.one(name).unwrap_or_default();
    let decision = Decision::from_code(field("decision"));
    let decided = web.store().rollouts().decide_approval(&permit, rollout.id, field("plan"), decision, field("reason")).await;
    let toast = match decision {
        Decision::Approved => Toast::plain("Approved", "The plans can be carried out.", Tone::Success),
        _ => Toast::plain("Declined", "Nothing of the plans is written.", Tone::Info),
    };
    done(&web, &member, &permit, &params, decided.map(|()| toast)).await
}

async fn done(
    web: &WebState,
    member: &Member,
    permit: &Permit<can::RestoreExecute>,
    params: &RawPathParams,
    done: Result<Toast, StoreError>,
) -> Result<Response, Error> {
    let now = found(web, permit, params).await?;
    match done {
        Err(StoreError::Conflict(words)) => {
            let problem = FieldProblem::new("", sentence(words));
            answer(web, member, permit, StatusCode::CONFLICT, now, Some(problem)).await
        }
        done => onward(web, member, done?, &href::of_rollout(now.0.id, "confirm")).await,
    }
}

async fn answer(
    web: &WebState,
    member: &Member,
    permit: &Permit<can::RestoreExecute>,
    status: StatusCode,
    (rollout, targets): (Rollout, Vec<RolloutTarget>),
    problem: Option<FieldProblem>,
) -> Result<Response, Error> {
    let (needs_approval, asked) = web.store().rollouts().approval(permit, rollout.id).await?;
    let asked = asked.map(|found| Asked {
        mine: found.asked_by == Some(member.signed.who.user().id),
        by: (found.asked_by_name, found.asked_at),
        decided: found.decision.zip(found.decided_at).map(|(decision, at)| (decision, found.decided_by_name, at)),
        reason: found.reason,
    });
    let plan = web.store().rollouts().plan(&targets);
    let targets = targets.into_iter().map(target).collect();
    let page = Confirm { rollout: brief(rollout), targets, plan, needs_approval, asked, problem };
    let around = in_workspace(web, member).await?;
    Ok(page_with(status, &page, &Frame::from(around.shell), member.signed.visit.regions.as_deref()))
}
