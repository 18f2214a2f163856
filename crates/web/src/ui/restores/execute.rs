//! The last step: the tenant's name is typed, and the plan is carried out.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::restore::{Action, RestoreState};
use model::run::{StartBy, Started, Trigger};
use pages::restores::Execute;
use pages::{FieldProblem, Frame, Toast, href};
use store::Restore;
use store::StoreError;
use store::access::Confirmed;

use super::approval::approval;
use super::preview::reached;
use super::rehearsal::latest;
use super::sent::{Sent, onward};
use super::shown::{found, while_editable, whole};
use crate::auth::deeds::ExecuteRestore;
use crate::auth::{Authorized, Form, InTenant};
use crate::error::{Error, sentence};
use crate::respond::page_with;
use crate::state::WebState;
use crate::ui::shell::in_tenant;
use crate::ui::start_key::start_key;

/// `GET /admin/t/{tenant}/restores/{restore}/execute`
pub(crate) async fn ask(
    Authorized { tenant: guard, .. }: Authorized<ExecuteRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    while_editable(&web, &guard, &params, |restore| answer(&web, &guard, StatusCode::OK, restore, None)).await
}

/// How many objects the plan removes.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn removals(web: &WebState, guard: &InTenant, restore: &Restore) -> Result<i64, StoreError> {
    let (actions, _) = web.store().restores().counts(&guard.scope, restore.id).await?;
    Ok(actions.iter().filter(|(action, _)| *action == Action::Delete).map(|(_, count)| *count).sum())
}

/// `POST /admin/t/{tenant}/restores/{restore}/execute`: writes the run and leads to the record; nothing here waits for it.
pub(crate) async fn execute(
    Authorized { tenant: guard, permit }: Authorized<ExecuteRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let restore = found(&web, &guard, &params).await?;
    let sent = sent.into_inner();
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    let plan = sent.fields.one("plan").unwrap_or_default().to_owned();
    let removed = removals(&web, &guard, &restore).await?;
    if restore.state == RestoreState::Previewed
        && removed > 0
        && sent.fields.one("removals").map(str::trim) != Some(removed.to_string().as_str())
    {
        let problem = FieldProblem::new("removals", "That is not how many objects are removed.");
        return answer(&web, &guard, refused, restore, Some(problem)).await;
    }
    let typed = sent.fields.one("typed").unwrap_or_default();
    let Ok(confirmed) = Confirmed::typed(permit, &restore, typed) else {
        let problem = FieldProblem::new("typed", "That is not the tenant's name.");
        return answer(&web, &guard, refused, restore, Some(problem)).await;
    };
    let by = StartBy::from(Trigger::Manual).with_key(start_key(&sent.fields)?);
    let problem = match web.store().restores().execute(&confirmed, sent.revision()?, &plan, by).await {
        Err(StoreError::Conflict(words)) => sentence(words),
        started => match started? {
            Started::ScopeBusy(_) => "Another operation writes to this tenant. Try again when it is done.".to_owned(),
            started => {
                let to = href::restore(guard.scope.tenant_id(), restore.id);
                return onward(&web, &guard, Toast::started(&started), &to).await;
            }
        },
    };
    let now = found(&web, &guard, &params).await?;
    answer(&web, &guard, StatusCode::CONFLICT, now, Some(FieldProblem::new("", problem))).await
}

pub(super) async fn answer(
    web: &WebState,
    guard: &InTenant,
    status: StatusCode,
    restore: Restore,
    problem: Option<FieldProblem>,
) -> Result<Response, Error> {
    let (around, _) = in_tenant(web, guard).await?;
    let (blast, least) = reached(web, guard, &restore).await?;
    let (needs_approval, asked) = approval(web, guard, &restore).await?;
    let rehearsal = latest(web, guard, &restore).await?.map(|(_, shown)| shown);
    let (tenant, restore) = (guard.scope.tenant().clone(), whole(web, guard, restore).await?);
    let page = Execute { tenant, restore, blast, least, needs_approval, asked, rehearsal, problem };
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
