//! Starting by hand, switching, putting away and removing schedules.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::ScheduleId;
use model::run::{StartBy, Trigger};
use store::access::Confirmed;

use super::shapes::{ArchiveBody, PurgeScheduleBody, Schedule, SwitchBody};
use crate::api::answer::{ok, started};
use crate::api::body::Body;
use crate::api::headers::IdempotencyKey;
use crate::api::query::invalid;
use crate::auth::Authorized;
use crate::auth::deeds::{ArchiveSchedule, PurgeSchedule, RunSchedule, SwitchSchedule};
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::state::WebState;

/// `POST /api/v1/tenants/{tenant}/schedules/{schedule}/run`
pub(crate) async fn run(
    Authorized { tenant, permit }: Authorized<RunSchedule>,
    State(web): State<WebState>,
    params: RawPathParams,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<Response, Error> {
    let id: ScheduleId = path_id(&params, "schedule")?;
    let by = StartBy::from(Trigger::Api).with_key(key);
    started(&web.store().schedules().run_now(&permit, &tenant.scope, id, by).await?)
}

/// `POST /api/v1/tenants/{tenant}/schedules/{schedule}/switch`
pub(crate) async fn switch(
    Authorized { permit, .. }: Authorized<SwitchSchedule>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<SwitchBody>,
) -> Result<Response, Error> {
    let id: ScheduleId = path_id(&params, "schedule")?;
    ok(&Schedule::from(web.store().schedules().switch(&permit, id, wish.enabled).await?))
}

/// `POST /api/v1/tenants/{tenant}/schedules/{schedule}/archive`
pub(crate) async fn archive(
    Authorized { permit, .. }: Authorized<ArchiveSchedule>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<ArchiveBody>,
) -> Result<Response, Error> {
    let id: ScheduleId = path_id(&params, "schedule")?;
    ok(&Schedule::from(web.store().schedules().archive(&permit, id, wish.archived).await?))
}

/// `POST /api/v1/tenants/{tenant}/schedules/{schedule}/purge`: starts the run that removes an archived one; who removes it says its name.
pub(crate) async fn purge(
    Authorized { tenant, permit }: Authorized<PurgeSchedule>,
    State(web): State<WebState>,
    params: RawPathParams,
    IdempotencyKey(key): IdempotencyKey,
    Body(wish): Body<PurgeScheduleBody>,
) -> Result<Response, Error> {
    let schedule = web.store().schedules().find(&tenant.scope, path_id(&params, "schedule")?).await?;
    let confirmed =
        Confirmed::typed(permit, &schedule, &wish.confirm).map_err(|_| invalid("`confirm` is the name of the schedule"))?;
    let by = StartBy::from(Trigger::Api).with_key(key);
    started(&web.store().schedules().purge(&confirmed, by).await?)
}
