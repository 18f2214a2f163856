//! One version of an item.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::InventoryItemId;
use pages::inventory::Version;

use super::item::{REFERRED_TO, references};
use crate::auth::InTenant;
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/inventory/{item}/versions/{version}`
pub(crate) async fn version(guard: InTenant, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    let id: InventoryItemId = path_id(&params, "item")?;
    let number: i64 = path_id(&params, "version")?;
    let inventory = web.store().inventory();
    let found = web.store().policy_versions().find(&guard.scope, id, number).await?;
    let detail = inventory.find(&guard.scope, id).await?;
    let (around, _) = in_tenant(&web, &guard).await?;
    let references = found.content.as_ref().map(references).unwrap_or_default();
    let page = Version {
        tenant: guard.scope.tenant().clone(),
        can: guard.scope.can(),
        names: inventory.names(&guard.scope, &REFERRED_TO, &references).await?,
        item: detail.item,
        version: found.version,
        content: found.content,
        volatile: found.volatile,
    };
    Ok(around.answer(&page, &web, &guard.signed))
}
