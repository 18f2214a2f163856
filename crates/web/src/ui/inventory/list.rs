//! The inventory of a tenant.

use axum::extract::State;
use axum::response::Response;
use model::inventory::InventoryFilter;
use model::page::{Cursor, PAGE_ROWS};
use model::resource_types::Platform;
use pages::inventory::List;

use crate::auth::InTenant;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// How many types a filter may name.
const MAX_TYPES: usize = 64;

/// `GET /admin/t/{tenant}/inventory?type=&platform=&q=&missing=&cursor=`
pub(crate) async fn list(guard: InTenant, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let (around, _) = in_tenant(&web, &guard).await?;
    let filter = filter(&query);
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let inventory = web.store().inventory();
    let page = List {
        tenant: guard.scope.tenant().clone(),
        can: guard.scope.can(),
        items: inventory.list(&guard.scope, &filter, cursor.as_ref(), PAGE_ROWS).await?,
        summary: inventory.summary(&guard.scope).await?,
        filter,
    };
    Ok(around.answer(&page, &web, &guard.signed))
}

/// What the address narrows the list to; values that mean nothing narrow nothing.
fn filter(query: &Fields) -> InventoryFilter {
    InventoryFilter {
        types: query.all("type").take(MAX_TYPES).map(str::to_owned).collect(),
        platform: query.one("platform").and_then(|code| Platform::ALL.into_iter().find(|platform| platform.code() == code)),
        text: query.one("q").map(|text| text.trim().chars().take(200).collect()).filter(|text: &String| !text.is_empty()),
        missing: match query.one("missing") {
            Some("yes") => Some(true),
            Some("no") => Some(false),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_as_the_page_writes_it() {
        let tenant = model::ids::TenantId::generate();
        let wanted = InventoryFilter {
            types: vec!["scope_tag".to_owned(), "mobile_app".to_owned()],
            platform: Some(Platform::Ios),
            text: Some("50% & more".to_owned()),
            missing: Some(false),
        };
        let address = String::from(pages::inventory::query(tenant, &wanted));
        assert_eq!(filter(&Fields::of_query(&address.parse().unwrap()).unwrap()), wanted);
        let nothing = Fields::of_query(&"/x?platform=amiga&missing=perhaps&q=%20".parse().unwrap()).unwrap();
        assert_eq!(filter(&nothing), InventoryFilter::default());
    }
}
