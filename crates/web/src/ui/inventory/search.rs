//! The search over the settings of a tenant.

use axum::extract::State;
use axum::response::Response;
use model::page::{Cursor, PAGE_ROWS};
use model::setting_search::{SettingSearch, States};
use pages::inventory::Search;

use crate::auth::InTenant;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// How many types a search may name.
const MAX_TYPES: usize = 64;

/// `GET /admin/t/{tenant}/inventory/search?q=&in=&type=&cursor=`
pub(crate) async fn search(guard: InTenant, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let (around, _) = in_tenant(&web, &guard).await?;
    let search = wanted(&query);
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let index = web.store().setting_search();
    let found = index.find(&guard.scope, &search, cursor.as_ref(), PAGE_ROWS).await?;
    let page = Search {
        tenant: guard.scope.tenant().clone(),
        found: found.page,
        stopped: found.stopped,
        searchable: index.searchable(&guard.scope).await?,
        summary: web.store().inventory().summary(&guard.scope).await?,
        search,
    };
    Ok(around.answer(&page, &web, &guard.signed))
}

/// What the address searches for; values that mean nothing narrow nothing.
fn wanted(query: &Fields) -> SettingSearch {
    SettingSearch {
        text: query.one("q").map(|text| text.trim().chars().take(200).collect()).unwrap_or_default(),
        states: query.one("in").and_then(States::from_code).unwrap_or_default(),
        types: query.all("type").filter(|key| !key.is_empty()).take(MAX_TYPES).map(str::to_owned).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_as_the_page_writes_it() {
        let tenant = model::ids::TenantId::generate();
        let search = SettingSearch { text: "50% & more".to_owned(), states: States::All, types: vec!["mobile_app".to_owned()] };
        let address = String::from(pages::inventory::search_query(tenant, &search));
        assert_eq!(wanted(&Fields::of_query(&address.parse().unwrap()).unwrap()), search);
        let nothing = Fields::of_query(&"/x?in=never&type=&q=%20".parse().unwrap()).unwrap();
        assert_eq!(wanted(&nothing), SettingSearch::default());
    }
}
