//! Starting by hand, switching, putting away and removing schedules.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::ScheduleId;
use model::run::{StartBy, Trigger};

use super::shapes::{ArchiveBody, Schedule, SwitchBody};
use crate::api::answer::{nothing, ok, started};
use crate::api::body::Body;
use crate::api::headers::IdempotencyKey;
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

/// `DELETE /api/v1/tenants/{tenant}/schedules/{schedule}`: an archived one, with its ledger.
pub(crate) async fn purge(
    Authorized { permit, .. }: Authorized<PurgeSchedule>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let id: ScheduleId = path_id(&params, "schedule")?;
    web.store().schedules().purge(&permit, id).await?;
    Ok(nothing())
}
