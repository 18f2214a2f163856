//! One version of an item.

use std::collections::BTreeMap;

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::attribution::Attribution;
use model::ids::InventoryItemId;
use pages::inventory::Version;
use store::AskedOf;

use super::names::names;
use crate::auth::InTenant;
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::{Surroundings, in_tenant};
use crate::ui::versions::past::instant;

/// `GET /admin/t/{tenant}/inventory/{item}/versions/{version}`
pub(crate) async fn version(guard: InTenant, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    let id: InventoryItemId = path_id(&params, "item")?;
    let number: i64 = path_id(&params, "version")?;
    let (around, page) = shown(&web, &guard, id, number).await?;
    Ok(around.answer(&page, &web, &guard.signed))
}

/// `GET /admin/t/{tenant}/inventory/{item}/at?at=`: the version that it was in at that instant.
pub(crate) async fn at(
    guard: InTenant,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    let id: InventoryItemId = path_id(&params, "item")?;
    let at = instant(&web, &query).await?;
    let number = web.store().policy_versions().number_at(&guard.scope, id, at).await?.ok_or(Error::NotFound)?;
    let (around, page) = shown(&web, &guard, id, number).await?;
    Ok(around.answer(&page, &web, &guard.signed))
}

/// The page of a version, and what is around it.
pub(super) async fn shown(
    web: &WebState,
    guard: &InTenant,
    id: InventoryItemId,
    number: i64,
) -> Result<(Surroundings, Version), Error> {
    let inventory = web.store().inventory();
    let found = web.store().policy_versions().find(&guard.scope, id, number).await?;
    let detail = inventory.find(&guard.scope, id).await?;
    let (around, _) = in_tenant(web, guard).await?;
    let names = match &found.content {
        Some(content) => names(web, &guard.scope, content).await?,
        None => BTreeMap::new(),
    };
    let asked = AskedOf::version(&detail.item.resource_type, &detail.item.object_id, &found.version);
    let by = web.store().tenant_events().attribute(&guard.scope, &[asked]).await?.pop();
    let kept = web.store().content_secrets().of_version(&guard.scope, found.version.id).await?;
    let page = Version {
        kept,
        tenant: guard.scope.tenant().clone(),
        can: guard.scope.can(),
        names,
        item: detail.item,
        version: found.version,
        by: by.unwrap_or(Attribution::NotRead),
        problem: None,
        content: found.content,
        volatile: found.volatile,
    };
    Ok((around, page))
}
