//! Baselines, their objects, and how tenants stand to them.

use crate::api::page_query::PageQuery;
use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::access::can;
use model::ids::BaselineId;
use store::access::WorkspaceScope;

use super::shapes::{BaselineAlignment, BaselineDetail, BaselineGap, BaselineItemRow, BaselineRow};
use super::wishes::BaselineQuery;
use crate::api::answer::{self, ok, whole};
use crate::api::query::{self, Query};
use crate::auth::extract::path_id;
use crate::auth::{Member, SeesIn};
use crate::error::Error;
use crate::state::WebState;

/// `GET /api/v1/baselines`
pub(crate) async fn list(member: Member, State(web): State<WebState>, query: Query<BaselineQuery>) -> Result<Response, Error> {
    let BaselineQuery { archived, limit, cursor } = &query.wanted;
    let (rows, cursor) = (query::rows(*limit)?, query::cursor(cursor.as_deref())?);
    let found = web.store().baselines().list(&member.scope, archived.unwrap_or(false), cursor.as_ref(), rows).await?;
    answer::page(&query, found.map(BaselineRow::from))
}

/// `GET /api/v1/baselines/{baseline}`
pub(crate) async fn show(member: Member, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    standing(&web, &member.scope, path_id(&params, "baseline")?).await
}

/// The baseline, as it stands now.
///
/// # Errors
/// [`Error::NotFound`] when the workspace has none of that id.
pub(super) async fn standing(web: &WebState, scope: &WorkspaceScope, id: BaselineId) -> Result<Response, Error> {
    ok(&detail(web, scope, id).await?)
}

pub(super) async fn detail(web: &WebState, scope: &WorkspaceScope, id: BaselineId) -> Result<BaselineDetail, Error> {
    let baselines = web.store().baselines();
    Ok(BaselineDetail {
        baseline: baselines.find(scope, id).await?.into(),
        versions: baselines.versions(scope, id).await?.into_iter().map(Into::into).collect(),
        assigned: baselines.assigned(scope, id).await?.into_iter().map(Into::into).collect(),
        groups: baselines.assigned_groups(scope, id).await?.into_iter().map(Into::into).collect(),
    })
}

/// `GET /api/v1/baselines/{baseline}/versions/{version}/items`
pub(crate) async fn items(
    member: Member,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Query<PageQuery>,
) -> Result<Response, Error> {
    let (id, number): (BaselineId, i64) = (path_id(&params, "baseline")?, path_id(&params, "version")?);
    let (rows, cursor) = (query::rows(query.wanted.limit)?, query::cursor(query.wanted.cursor.as_deref())?);
    let baselines = web.store().baselines();
    baselines.find(&member.scope, id).await?;
    let found = baselines.items(&member.scope, id, number, cursor.as_ref(), rows).await?;
    answer::page(&query, found.map(BaselineItemRow::from))
}

/// `GET /api/v1/baselines/{baseline}/alignment`
pub(crate) async fn alignment(member: Member, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    let baselines = web.store().baselines();
    baselines.find(&member.scope, id).await?;
    whole(baselines.alignment(&member.scope, id).await?.into_iter().map(BaselineAlignment::from).collect())
}

/// `GET /api/v1/tenants/{tenant}/baselines/{baseline}/gaps`
pub(crate) async fn gaps(
    guard: SeesIn<can::FindingsView>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Query<PageQuery>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    let (rows, cursor) = (query::rows(query.wanted.limit)?, query::cursor(query.wanted.cursor.as_deref())?);
    let baselines = web.store().baselines();
    if !baselines.of_tenant(&guard.scope).await?.iter().any(|one| one.baseline == id) {
        return Err(Error::NotFound);
    }
    let found = baselines.gaps(&guard.scope, id, None, cursor.as_ref(), rows).await?;
    answer::page(&query, found.map(BaselineGap::from))
}
