//! One item of the inventory.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::finding::FindingFilter;
use model::ids::InventoryItemId;
use model::restore::Reference;
use pages::inventory::Item;
use store::AskedOf;

use super::names::names;
use crate::auth::InTenant;
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// How many links are listed in each direction.
const LINKS: u32 = 25;
/// How many versions are listed.
const VERSIONS: u32 = 50;
/// How many findings are listed.
const FINDINGS: u32 = 10;

/// `GET /admin/t/{tenant}/inventory/{item}`
pub(crate) async fn item(guard: InTenant, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    let id: InventoryItemId = path_id(&params, "item")?;
    let inventory = web.store().inventory();
    let detail = inventory.find(&guard.scope, id).await?;
    let (around, _) = in_tenant(&web, &guard).await?;
    let mut versions = web.store().policy_versions().of_item(&guard.scope, id, None, VERSIONS + 1).await?;
    let more_versions = versions.len() > VERSIONS as usize;
    versions.truncate(VERSIONS as usize);
    let asked: Vec<AskedOf> =
        versions.iter().map(|version| AskedOf::version(&detail.item.resource_type, &detail.item.object_id, version)).collect();
    let by = web.store().tenant_events().attribute(&guard.scope, &asked).await?;
    let kept = match versions.first() {
        Some(latest) => web.store().content_secrets().of_version(&guard.scope, latest.id).await?,
        None => Vec::new(),
    };
    let coverage = inventory.coverage(&guard.scope).await?;
    let names = names(&web, &guard.scope, &detail.content).await?;
    let links = web.store().links();
    let itself = Reference::new(detail.item.resource_type.as_str(), detail.item.object_id.as_str());
    let of_item = FindingFilter { item: Some(id), ..FindingFilter::default() };
    let page = Item {
        uses: links.uses(&guard.scope, id, None, LINKS).await?,
        used_by: links.used_by(&guard.scope, &itself, None, LINKS).await?,
        tenant: guard.scope.tenant().clone(),
        can: guard.scope.can(),
        names,
        versions,
        by,
        kept,
        more_versions,
        findings: web.store().findings().list(&guard.scope, &of_item, None, FINDINGS).await?.rows,
        coverage: coverage.into_iter().find(|known| known.resource_type == detail.item.resource_type),
        item: detail.item,
        content: Some(detail.content),
    };
    Ok(around.answer(&page, &web, &guard.signed))
}
