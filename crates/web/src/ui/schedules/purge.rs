//! Removing a schedule: the question, and the answer to it.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::ScheduleId;
use model::label::Tone;
use pages::schedules::Purge;
use pages::{Toast, href};

use crate::auth::deeds::PurgeSchedule;
use crate::auth::extract::path_id;
use crate::auth::form::Empty;
use crate::auth::{Authorized, Form};
use crate::error::Error;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/schedules/{schedule}/purge`
pub(crate) async fn ask(
    Authorized { tenant: guard, .. }: Authorized<PurgeSchedule>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let schedule = web.store().schedules().find(&guard.scope, path_id(&params, "schedule")?).await?;
    let page = Purge { tenant: guard.scope.tenant().clone(), schedule };
    let (around, _) = in_tenant(&web, &guard).await?;
    Ok(around.answer(&page, &web, &guard.signed))
}

/// `POST /admin/t/{tenant}/schedules/{schedule}/purge`
pub(crate) async fn purge(
    Authorized { tenant: guard, permit }: Authorized<PurgeSchedule>,
    State(web): State<WebState>,
    params: RawPathParams,
    _: Form<Empty>,
) -> Result<Response, Error> {
    let id: ScheduleId = path_id(&params, "schedule")?;
    web.store().schedules().purge(&permit, id).await?;
    let toast = Toast::plain("Schedule removed", "The runs that it started stay.", Tone::Info);
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
    Ok(see_other(&href::schedules(guard.scope.tenant_id())))
}
