//! Making and changing schedules.

use axum::extract::{RawPathParams, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use model::ids::ScheduleId;

use super::shapes::{Schedule, ScheduleBody};
use crate::api::answer::{json, set, tag};
use crate::api::body::Body;
use crate::api::headers::IfMatch;
use crate::auth::Authorized;
use crate::auth::deeds::{CreateSchedule, EditSchedule};
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::state::WebState;

/// The schedule with its tag.
fn answer(status: StatusCode, schedule: model::schedule::Schedule) -> Result<Response, Error> {
    let schedule = Schedule::from(schedule);
    let mut response = json(status, &schedule)?;
    set(&mut response, header::ETAG, &tag_of(&schedule)?);
    Ok(response)
}

fn tag_of(schedule: &Schedule) -> Result<String, Error> {
    Ok(tag(&serde_json::to_vec(schedule).map_err(|error| Error::Internal(error.to_string().into()))?))
}

/// `POST /api/v1/tenants/{tenant}/schedules`
pub(crate) async fn create(
    Authorized { tenant, permit }: Authorized<CreateSchedule>,
    State(web): State<WebState>,
    Body(wish): Body<ScheduleBody>,
) -> Result<Response, Error> {
    let made = web.store().schedules().create(&permit, &wish.read()?).await?;
    let location = format!("/api/v1/tenants/{}/schedules/{}", tenant.scope.tenant_id(), made.id);
    let mut response = answer(StatusCode::CREATED, made)?;
    set(&mut response, header::LOCATION, &location);
    Ok(response)
}

/// `PUT /api/v1/tenants/{tenant}/schedules/{schedule}`
pub(crate) async fn edit(
    Authorized { tenant, permit }: Authorized<EditSchedule>,
    State(web): State<WebState>,
    params: RawPathParams,
    version: IfMatch,
    Body(wish): Body<ScheduleBody>,
) -> Result<Response, Error> {
    let id: ScheduleId = path_id(&params, "schedule")?;
    let schedules = web.store().schedules();
    let before = schedules.find(&tenant.scope, id).await?;
    let revision = before.revision;
    version.must_be(&tag_of(&before.into())?)?;
    answer(StatusCode::OK, schedules.edit(&permit, id, revision, &wish.read()?).await?)
}
