//! The tenant that a baseline follows.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::BaselineId;

use super::change::tenant;
use super::show::standing;
use super::wishes::FollowTenantBody;
use crate::api::body::Body;
use crate::api::inventory::kept;
use crate::api::query::invalid;
use crate::auth::Manages;
use crate::auth::deeds::FollowTenant;
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::state::WebState;

/// `POST /api/v1/baselines/{baseline}/follow`
pub(crate) async fn follow(
    Manages { member, permit }: Manages<FollowTenant>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<FollowTenantBody>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    kept(wish.types.iter().flatten())?;
    let types: Vec<String> = wish.types.unwrap_or_default().into_iter().map(|key| key.0).collect();
    if types.len() > 200 || (wish.tenant_id.is_none() && !types.is_empty()) {
        return Err(invalid("`types` names at most 200 types, of `tenant_id`"));
    }
    let golden = match wish.tenant_id {
        Some(id) => Some(tenant(&web, &member, id).await?),
        None => None,
    };
    let golden = golden.as_ref().map(|scope| (scope, types.as_slice()));
    web.store().baselines().follow(&permit, id, wish.revision.0.into(), golden).await?;
    standing(&web, &member.scope, id).await
}
