//! Holding tenants against baselines.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::BaselineId;
use model::operations::{baseline_compare, baseline_compare_many};
use model::run::{StartBy, Trigger};

use super::show::standing;
use super::wishes::{AssignBaselineBody, AssignGroupBody};
use crate::api::answer::{self, nothing};
use crate::api::body::Body;
use crate::api::headers::IdempotencyKey;
use crate::api::query::invalid;
use crate::auth::deeds::{AssignBaseline, CompareWithBaseline, CompareWithBaselines, UnassignBaseline};
use crate::auth::extract::path_id;
use crate::auth::{Authorized, Manages};
use crate::error::Error;
use crate::state::WebState;

/// `POST /api/v1/baselines/{baseline}/tenants`
pub(crate) async fn assign(
    Manages { member, permit }: Manages<AssignBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<AssignBaselineBody>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    if wish.tenants.is_empty() || wish.tenants.len() > 1_000 {
        return Err(invalid("`tenants` names 1 to 1,000 tenants"));
    }
    let pinned = wish.pinned_version.map(|version| version.0.into());
    web.store().baselines().assign_many(&permit, id, &wish.tenants, pinned).await?;
    standing(&web, &member.scope, id).await
}

/// `DELETE /api/v1/baselines/{baseline}/tenants/{assigned}`
pub(crate) async fn unassign(
    Manages { permit, .. }: Manages<UnassignBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    web.store().baselines().unassign(&permit, id, path_id(&params, "assigned")?).await?;
    Ok(nothing())
}

/// `POST /api/v1/baselines/{baseline}/groups`
pub(crate) async fn assign_group(
    Manages { member, permit }: Manages<AssignBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<AssignGroupBody>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    let pinned = wish.pinned_version.map(|version| version.0.into());
    web.store().baselines().assign_group(&permit, id, wish.group_id, pinned).await?;
    standing(&web, &member.scope, id).await
}

/// `DELETE /api/v1/baselines/{baseline}/groups/{group}`
pub(crate) async fn unassign_group(
    Manages { permit, .. }: Manages<UnassignBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    web.store().baselines().unassign_group(&permit, id, path_id(&params, "group")?).await?;
    Ok(nothing())
}

/// `POST /api/v1/baselines/{baseline}/compare`
pub(crate) async fn compare_all(
    Manages { member, permit }: Manages<CompareWithBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<Response, Error> {
    let baseline: BaselineId = path_id(&params, "baseline")?;
    // What is not theirs is not there.
    web.store().baselines().find(&member.scope, baseline).await?;
    let request = baseline_compare_many::Arguments { baseline }.request(member.scope.workspace_id());
    let by = StartBy::from(Trigger::Api).with_key(key);
    answer::started(&web.store().runs().start(&permit, &request, by).await?)
}

/// `POST /api/v1/tenants/{tenant}/baselines/compare`
pub(crate) async fn compare(
    Authorized { tenant, permit }: Authorized<CompareWithBaselines>,
    State(web): State<WebState>,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<Response, Error> {
    let by = StartBy::from(Trigger::Api).with_key(key);
    let request = baseline_compare::Arguments::default().request(tenant.scope.tenant_id());
    answer::started(&web.store().runs().start(&permit, &request, by).await?)
}
