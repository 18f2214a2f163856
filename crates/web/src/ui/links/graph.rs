//! An item and its neighbours, drawn.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::InventoryItemId;
use model::links::Depth;
use pages::links::Graph;

use crate::auth::InTenant;
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/inventory/{item}/graph?depth=`
pub(crate) async fn graph(
    guard: InTenant,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    let item: InventoryItemId = path_id(&params, "item")?;
    let depth = if query.one("depth") == Some("2") { Depth::Two } else { Depth::One };
    let graph = web.store().links().around(&guard.scope, item, depth).await?;
    let (around, _) = in_tenant(&web, &guard).await?;
    let page = Graph { tenant: guard.scope.tenant().clone(), item, depth, graph };
    Ok(around.answer(&page, &web, &guard.signed))
}
