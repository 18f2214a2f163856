//! The search of a selector: from the database only.

use axum::extract::State;
use axum::response::Response;
use model::directory::{DirectoryFilter, DirectoryKind, SelectorKind};
use model::inventory::InventoryFilter;
use pages::directory::{Hit, Select};
use pages::href;

use super::selector::state;
use super::text;
use crate::auth::InTenant;
use crate::error::Error;
use crate::fields::Fields;
use crate::local_path::local_path;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// How many are shown.
const HITS: u32 = 20;
const MAX_FIELD: usize = 64;

/// `GET /admin/t/{tenant}/directory/select?kind=&field=&back=&q=`
pub(crate) async fn select(guard: InTenant, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let kind = query.one("kind").map_or(SelectorKind::Groups, SelectorKind::from_code);
    if kind == SelectorKind::Unknown {
        return Err(Error::BadRequest("There is nothing of that kind to choose from."));
    }
    let field = query.one("field").unwrap_or("id").to_owned();
    if field.len() > MAX_FIELD || !field.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_')) {
        return Err(Error::BadRequest("There is no such field."));
    }
    let tenant = guard.scope.tenant_id();
    let back = query.one("back").and_then(local_path).map_or_else(|| href::directory(tenant), str::to_owned);
    let wanted = text(&query);
    let (hits, more) = find(&web, &guard, kind, wanted.clone()).await?;
    let (around, _) = in_tenant(&web, &guard).await?;
    let page = Select {
        tenant: guard.scope.tenant().clone(),
        kind,
        field,
        back,
        query: wanted.unwrap_or_default(),
        hits,
        more,
        state: state(&web, &guard.scope, kind).await?,
    };
    Ok(around.answer(&page, &web, &guard.signed))
}

async fn find(web: &WebState, guard: &InTenant, kind: SelectorKind, text: Option<String>) -> Result<(Vec<Hit>, bool), Error> {
    let scope = &guard.scope;
    if let Some(resource_type) = kind.resource_type() {
        let filter = InventoryFilter { types: vec![resource_type.to_owned()], text, platform: None, missing: Some(false) };
        let page = web.store().inventory().list(scope, &filter, None, HITS).await?;
        let hit = |item: model::inventory::InventoryItem| Hit { id: item.object_id, name: item.name, about: String::new() };
        return Ok((page.rows.into_iter().map(hit).collect(), page.next.is_some()));
    }
    let filter = DirectoryFilter { text, ..DirectoryFilter::default() };
    let directory = web.store().directory();
    if kind.cached() == Some(DirectoryKind::RoleDefinitions) {
        let page = directory.role_definitions(scope, &filter, None, HITS).await?;
        let about = |built_in| if built_in { "Built-in" } else { "Custom" };
        let hit = |role: model::directory::RoleDefinition| Hit {
            about: format!("{} · …{}", about(role.built_in), model::directory::tail(&role.object_id)),
            id: role.object_id,
            name: role.name,
        };
        return Ok((page.rows.into_iter().map(hit).collect(), page.next.is_some()));
    }
    let page = directory.groups(scope, &filter, None, HITS).await?;
    let hit = |group: model::directory::Group| {
        let kinds: Vec<&str> = group.kinds.iter().map(|kind| kind.label()).collect();
        let about = format!("{} · …{}", kinds.join(", "), model::directory::tail(&group.object_id));
        Hit { id: group.object_id, name: group.name, about: about.trim_start_matches(" · ").to_owned() }
    };
    Ok((page.rows.into_iter().map(hit).collect(), page.next.is_some()))
}
