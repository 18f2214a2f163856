//! All that an item uses.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::InventoryItemId;
use model::page::{Cursor, PAGE_ROWS};
use pages::links::{Links, Listed};

use crate::auth::InTenant;
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/inventory/{item}/uses?cursor=`
pub(crate) async fn uses(
    guard: InTenant,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    let item: InventoryItemId = path_id(&params, "item")?;
    let links = web.store().links();
    let of = links.item(&guard.scope, item).await?;
    let (around, _) = in_tenant(&web, &guard).await?;
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let listed = Listed::Uses(links.uses(&guard.scope, item, cursor.as_ref(), PAGE_ROWS).await?);
    Ok(around.answer(&Links { tenant: guard.scope.tenant().clone(), of, listed }, &web, &guard.signed))
}
