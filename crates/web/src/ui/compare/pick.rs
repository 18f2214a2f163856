//! Choosing the policy to compare another one with.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::InventoryItemId;
use model::inventory::InventoryFilter;
use model::page::{Cursor, PAGE_ROWS};
use pages::compare::{Offered, Pick};
use store::access::WorkspaceScope;

use crate::auth::InTenant;
use crate::auth::extract::path_id;
use crate::comparison::other_tenant;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// How many tenants are offered at once; others are found by their name.
const MOST_TENANTS: u32 = 50;

/// The tenants that are offered: those whose name or domain has what was typed in `find`, of the workspace and theirs.
pub(crate) async fn offered(web: &WebState, workspace: &WorkspaceScope, query: &Fields) -> Result<Offered, Error> {
    let find: Option<String> = query.one("find").map(|text| text.trim().chars().take(200).collect());
    let find = find.filter(|text| !text.is_empty());
    let found = web.store().workspaces().find_tenants(workspace, find.as_deref(), None, MOST_TENANTS).await?;
    Ok(Offered { more: found.next.is_some(), tenants: found.rows, find })
}

/// `GET /admin/t/{tenant}/inventory/{item}/compare/with?in=&find=&q=&all=&cursor=`
pub(crate) async fn pick(
    guard: InTenant,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    let id: InventoryItemId = path_id(&params, "item")?;
    let item = web.store().inventory().find(&guard.scope, id).await?.item;
    let within = other_tenant(&web, &guard.signed.who, &guard.scope, query.id("in")?).await?;
    let (around, workspace) = in_tenant(&web, &guard).await?;
    let text: Option<String> = query.one("q").map(|text| text.trim().chars().take(200).collect());
    let text = text.filter(|text| !text.is_empty());
    let all_types = query.one("all") == Some("yes");
    let types = if all_types { Vec::new() } else { vec![item.resource_type.clone()] };
    let filter = InventoryFilter { types, text: text.clone(), ..InventoryFilter::default() };
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let mut items = web.store().inventory().list(&within, &filter, cursor.as_ref(), PAGE_ROWS).await?;
    items.rows.retain(|other| other.id != id);
    let page = Pick {
        tenant: guard.scope.tenant().clone(),
        item,
        within: within.tenant().clone(),
        offered: offered(&web, &workspace, &query).await?,
        text,
        all_types,
        items,
    };
    Ok(around.answer(&page, &web, &guard.signed))
}
