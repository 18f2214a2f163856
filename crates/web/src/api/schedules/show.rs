//! Reading schedules.

use crate::api::page_query::PageQuery;
use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::ScheduleId;

use super::shapes::{FireRow, Schedule};
use crate::api::answer::{self, tagged, whole};
use crate::api::headers::IfNoneMatch;
use crate::api::query::{self, Query};
use crate::auth::InTenant;
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::state::WebState;

/// `GET /api/v1/tenants/{tenant}/schedules`
pub(crate) async fn list(guard: InTenant, State(web): State<WebState>) -> Result<Response, Error> {
    let schedules = web.store().schedules().list(&guard.scope).await?;
    whole(schedules.into_iter().map(Schedule::from).collect())
}

/// `GET /api/v1/tenants/{tenant}/schedules/{schedule}`
pub(crate) async fn show(
    guard: InTenant,
    State(web): State<WebState>,
    params: RawPathParams,
    known: IfNoneMatch,
) -> Result<Response, Error> {
    let id: ScheduleId = path_id(&params, "schedule")?;
    tagged(&Schedule::from(web.store().schedules().find(&guard.scope, id).await?), &known)
}

/// `GET /api/v1/tenants/{tenant}/schedules/{schedule}/fires?limit=&cursor=`
pub(crate) async fn fires(
    guard: InTenant,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Query<PageQuery>,
) -> Result<Response, Error> {
    let id: ScheduleId = path_id(&params, "schedule")?;
    let (rows, cursor) = (query::rows(query.wanted.limit)?, query::cursor(query.wanted.cursor.as_deref())?);
    web.store().schedules().find(&guard.scope, id).await?;
    let found = web.store().schedules().fires(&guard.scope, id, cursor.as_ref(), rows).await?;
    answer::page(&query, found.map(FireRow::from))
}
