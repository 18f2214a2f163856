//! Search over tenants and policies of the workspace. Runs are not searched; a pasted id leads to its run.

use axum::extract::State;
use axum::response::Response;
use model::ids::RunId;
use model::inventory::InventoryItem;
use pages::href;
use pages::search::{PolicyHit, Search, pages_and_rest};

use crate::auth::SignedIn;
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::shell::{At, Surroundings, shell};

/// How many of each kind are shown.
const TENANTS: u32 = 10;
const POLICIES: u32 = 25;
/// Tenants whose page a search for a page leads to.
const WITHIN: usize = 5;
const WITHIN_TENANTS: u32 = 5;
const MAX_TEXT: usize = 200;

/// `GET /admin/search?q=`
pub(crate) async fn find(signed: SignedIn, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let text: String = query.one("q").unwrap_or_default().trim().chars().take(MAX_TEXT).collect();
    // The palette asks for regions only and offers the run itself.
    if let (Ok(run), None) = (text.parse::<RunId>(), &signed.visit.regions) {
        return Ok(see_other(&href::run(run)));
    }
    let (home, scope) = signed.workspace(&web, query.id("workspace")?).await?;
    let mut around = shell(&web, &signed, At { home, scope: scope.as_ref(), tenant: None }).await?;
    let page = Search { role: around.shell.workspace.as_ref().map(|workspace| workspace.role), ..blank(text) };
    let page = match &scope {
        Some(scope) if !page.query.is_empty() => {
            let workspaces = web.store().workspaces();
            let tenants = workspaces.find_tenants(scope, Some(&page.query), None, TENANTS).await?.rows;
            let (pages, rest) = pages_and_rest(&page.query, page.role);
            let within = match rest.as_str() {
                _ if pages.is_empty() => Vec::new(),
                "" => around.shell.tenants.iter().take(WITHIN).cloned().collect(),
                rest => workspaces.find_tenants(scope, Some(rest), None, WITHIN_TENANTS).await?.rows,
            };
            let items = web.store().inventory().search(scope, &page.query, POLICIES).await?;
            Search { policies: hits(&web, &signed, items, &mut around).await?, tenants, within, ..page }
        }
        _ => page,
    };
    Ok(around.answer(&page, &web, &signed))
}

const fn blank(query: String) -> Search {
    Search { query, role: None, within: Vec::new(), tenants: Vec::new(), policies: Vec::new() }
}

async fn hits(
    web: &WebState,
    signed: &SignedIn,
    items: Vec<InventoryItem>,
    around: &mut Surroundings,
) -> Result<Vec<PolicyHit>, Error> {
    around.names.learn_ids(web, signed, items.iter().map(|item| item.tenant_id)).await?;
    let hit = |item: InventoryItem| Some(PolicyHit { tenant_name: around.names.name(Some(item.tenant_id))?, item });
    Ok(items.into_iter().filter_map(hit).collect())
}
