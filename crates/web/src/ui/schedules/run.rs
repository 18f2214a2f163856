//! Starting by hand what a schedule starts.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::ScheduleId;
use pages::Toast;

use super::edit::done;
use crate::auth::deeds::RunSchedule;
use crate::auth::extract::path_id;
use crate::auth::{Authorized, Form};
use crate::error::Error;
use crate::state::WebState;
use crate::ui::click::Click;

/// `POST /admin/t/{tenant}/schedules/{schedule}/run`
pub(crate) async fn run(
    Authorized { tenant: guard, permit }: Authorized<RunSchedule>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Click>,
) -> Result<Response, Error> {
    let id: ScheduleId = path_id(&params, "schedule")?;
    let started = web.store().schedules().run_now(&permit, &guard.scope, id, form.into_inner().by()?).await?;
    done(&web, &guard, id, Toast::started(&started)).await
}
