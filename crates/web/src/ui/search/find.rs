//! Search over tenants and policies of the workspace. Runs are not searched; a pasted id leads to its run.

use axum::extract::State;
use axum::response::Response;
use model::ids::RunId;
use model::inventory::InventoryItem;
use pages::href;
use pages::search::{PolicyHit, Search};

use crate::auth::SignedIn;
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::shell::{At, Surroundings, shell};

/// How many of each kind are shown.
const TENANTS: u32 = 10;
const POLICIES: u32 = 25;
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
    let page = match &scope {
        Some(scope) if !text.is_empty() => {
            let tenants = web.store().workspaces().find_tenants(scope, Some(&text), None, TENANTS).await?.rows;
            let items = web.store().inventory().search(scope, &text, POLICIES).await?;
            Search { policies: hits(&web, &signed, items, &mut around).await?, tenants, query: text }
        }
        _ => Search { query: text, tenants: Vec::new(), policies: Vec::new() },
    };
    Ok(around.answer(&page, &web, &signed))
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
