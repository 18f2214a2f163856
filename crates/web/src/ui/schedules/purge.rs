//! Removing a schedule: the question, and the answer to it.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::run::{StartBy, Trigger};
use model::schedule::Schedule;
use pages::schedules::Purge;
use pages::{FieldProblem, Frame, Toast, href};
use store::access::Confirmed;

use crate::auth::deeds::PurgeSchedule;
use crate::auth::extract::path_id;
use crate::auth::{Authorized, Form, InTenant};
use crate::error::Error;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::in_tenant;
use crate::ui::typed::TypedStart;

/// `GET /admin/t/{tenant}/schedules/{schedule}/purge`
pub(crate) async fn ask(
    Authorized { tenant: guard, .. }: Authorized<PurgeSchedule>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let schedule = web.store().schedules().find(&guard.scope, path_id(&params, "schedule")?).await?;
    answer(&web, &guard, StatusCode::OK, schedule, None).await
}

/// `POST /admin/t/{tenant}/schedules/{schedule}/purge`: starts the run that removes it.
pub(crate) async fn purge(
    Authorized { tenant: guard, permit }: Authorized<PurgeSchedule>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<TypedStart>,
) -> Result<Response, Error> {
    let schedule = web.store().schedules().find(&guard.scope, path_id(&params, "schedule")?).await?;
    let TypedStart { typed, key } = form.into_inner();
    let by = StartBy::from(Trigger::Manual).with_key(key?);
    let Ok(confirmed) = Confirmed::typed(permit, &schedule, &typed) else {
        let problem = FieldProblem::new("typed", "That is not its name.");
        return answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, schedule, Some(problem)).await;
    };
    let started = web.store().schedules().purge(&confirmed, by).await?;
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(Toast::started(&started))).await?;
    Ok(see_other(&href::schedules(guard.scope.tenant_id())))
}

async fn answer(
    web: &WebState,
    guard: &InTenant,
    status: StatusCode,
    schedule: Schedule,
    problem: Option<FieldProblem>,
) -> Result<Response, Error> {
    let page = Purge { tenant: guard.scope.tenant().clone(), schedule, problem };
    let (around, _) = in_tenant(web, guard).await?;
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
