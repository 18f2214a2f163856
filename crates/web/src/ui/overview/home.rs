//! The tenants of the workspace.

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use model::page::{Cursor, Page as Rows};
use model::tenant::Tenant;
use pages::overview::{Home, TenantRow};
use pages::runs::RunRow;
use store::access::WorkspaceScope;
use store::runs::{RunFilter, RunTab};

use super::complete::kept_types;
use crate::auth::SignedIn;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::runs::rows;
use crate::ui::shell::{At, Surroundings, shell};

/// Tenants on a page: their figures are summed up for each page.
const ROWS: u32 = 25;
/// How many runs in trouble are shown, and for how long.
const TROUBLE: u32 = 5;
const TROUBLE_FOR: Duration = Duration::from_secs(7 * 24 * 3600);

/// `GET /admin?workspace=&q=&cursor=`
pub(crate) async fn home(signed: SignedIn, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let (home, scope) = signed.workspace(&web, query.id("workspace")?).await?;
    let mut around = shell(&web, &signed, At { home, scope: scope.as_ref(), tenant: None }).await?;
    let search: Option<String> = query.one("q").map(|text| text.chars().take(200).collect());
    let (tenants, trouble) = match &scope {
        Some(scope) => {
            let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
            let text = search.as_deref().map(str::trim);
            let page = web.store().workspaces().find_tenants(scope, text, cursor.as_ref(), ROWS).await?;
            (with_figures(&web, scope, page).await?, trouble(&web, &signed, scope, &mut around).await?)
        }
        None => (Rows { rows: Vec::new(), next: None, previous: None }, Vec::new()),
    };
    let page = Home { workspace: around.shell.workspace.clone(), search, tenants, trouble };
    Ok(around.answer(&page, &web, &signed))
}

async fn with_figures(web: &WebState, scope: &WorkspaceScope, page: Rows<Tenant>) -> Result<Rows<TenantRow>, Error> {
    let ids: Vec<_> = page.rows.iter().map(|tenant| tenant.id).collect();
    let totals = web.store().inventory().totals(scope, &ids).await?;
    let mut latest = web.store().runs().latest_of_tenants(scope, &ids).await?;
    let kept = i64::try_from(kept_types()).unwrap_or(i64::MAX);
    Ok(page.map(|tenant| {
        let totals = totals.get(&tenant.id).copied().unwrap_or_default();
        let at = latest.iter().position(|run| run.tenant_id == Some(tenant.id));
        let run = at.map(|at| latest.swap_remove(at));
        TenantRow {
            items: totals.items,
            missing: totals.missing,
            complete_at: totals.complete_at.filter(|_| totals.complete_types >= kept),
            latest: run.and_then(|run| rows::in_tenant(vec![run], &tenant.name, model::access::Can::of(tenant.role)).pop()),
            tenant,
        }
    }))
}

async fn trouble(
    web: &WebState,
    signed: &SignedIn,
    scope: &WorkspaceScope,
    around: &mut Surroundings,
) -> Result<Vec<RunRow>, Error> {
    let since = Some(around.shell.now.minus(TROUBLE_FOR));
    let filter = RunFilter { tab: RunTab::Attention, since, ..RunFilter::default() };
    let runs = web.store().runs().list(scope, &filter, None, TROUBLE).await?.page.rows;
    around.names.learn(web, signed, &runs).await?;
    Ok(rows::in_workspace(runs, scope, &around.names))
}
