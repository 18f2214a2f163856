//! All tenants of the workspace, and how each stands.

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use model::access::{Can, Role};
use model::overview::{OverviewFilter, OverviewSort, TenantStanding, Trouble};
use model::page::{Cursor, PAGE_ROWS, Page as Rows};
use model::tenant::Environment;
use pages::overview::{Choices, Home, TenantRow};
use pages::runs::RunRow;
use store::access::WorkspaceScope;
use store::runs::{RunFilter, RunTab};

use crate::auth::SignedIn;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::runs::rows;
use crate::ui::shell::{At, Surroundings, shell};

/// How many runs in trouble are shown, and for how long.
const TROUBLE: u32 = 5;
const TROUBLE_FOR: Duration = Duration::from_secs(7 * 24 * 3600);

/// `GET /admin?workspace=&q=&tag=&group=&environment=&trouble=&sort=&reversed=&cursor=`
pub(crate) async fn home(signed: SignedIn, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let (home, scope) = signed.workspace(&web, query.id("workspace")?).await?;
    let mut around = shell(&web, &signed, At { home, scope: scope.as_ref(), tenant: None }).await?;
    let filter = filter(&query);
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let none = Rows { rows: Vec::new(), next: None, previous: None };
    let mut page = Home {
        workspace: around.shell.workspace.clone(),
        can: Can::of(Role::Unknown),
        filter,
        choices: Choices::default(),
        tenants: none,
        trouble: Vec::new(),
    };
    if let Some(scope) = &scope {
        let overview = web.store().overview();
        page.can = scope.can();
        let standings = overview.list(scope, &page.filter, cursor.as_ref(), PAGE_ROWS).await?;
        page.tenants = with_latest(&web, scope, standings).await?;
        page.choices = Choices {
            tags: overview.tags(scope).await?.into_iter().map(|tag| tag.tag).collect(),
            groups: web.store().tenant_groups().list(scope).await?.into_iter().map(|group| (group.id, group.name)).collect(),
        };
        page.trouble = trouble(&web, &signed, scope, &mut around).await?;
    }
    Ok(around.answer(&page, &web, &signed))
}

/// What the address narrows the overview to; values that mean nothing narrow nothing.
fn filter(fields: &Fields) -> OverviewFilter {
    let text = |name: &str| {
        let text = fields.one(name).map(|text| text.trim().chars().take(200).collect::<String>());
        text.filter(|text| !text.is_empty())
    };
    OverviewFilter {
        text: text("q"),
        tag: text("tag"),
        group: fields.one("group").and_then(|text| text.parse().ok()),
        environment: fields.one("environment").map(Environment::from_code).filter(|one| *one != Environment::Unknown),
        trouble: fields.one("trouble").map(Trouble::from_code).filter(|one| *one != Trouble::Unknown),
        sort: fields.one("sort").map(OverviewSort::from_code).filter(|one| *one != OverviewSort::Unknown),
        reversed: fields.one("reversed") == Some("yes"),
    }
}

/// With the latest run of each tenant.
async fn with_latest(web: &WebState, scope: &WorkspaceScope, standings: Rows<TenantStanding>) -> Result<Rows<TenantRow>, Error> {
    let ids: Vec<_> = standings.rows.iter().map(|standing| standing.tenant.id).collect();
    let mut runs = web.store().runs().latest_of_tenants(scope, &ids).await?;
    Ok(standings.map(|standing| {
        let tenant = &standing.tenant;
        let at = runs.iter().position(|run| run.tenant_id == Some(tenant.id));
        let run = at.map(|at| runs.swap_remove(at));
        let latest = run.and_then(|run| rows::in_tenant(vec![run], &tenant.name, Can::of(tenant.role)).pop());
        TenantRow { standing, latest }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_as_the_page_writes_it() {
        let wanted = OverviewFilter {
            text: Some("a & b".to_owned()),
            tag: Some("Gold".to_owned()),
            group: Some(model::ids::TenantGroupId::generate()),
            environment: Some(Environment::Staging),
            trouble: Some(Trouble::Backup),
            sort: Some(OverviewSort::Expiry),
            reversed: true,
        };
        let read = |wanted: &OverviewFilter| {
            let address = String::from(pages::overview::query(wanted));
            filter(&Fields::of_query(&address.parse().unwrap()).unwrap())
        };
        assert_eq!(read(&wanted), wanted);
        assert_eq!(read(&OverviewFilter::default()), OverviewFilter::default());
        let nothing = Fields::of_query(&"/admin?group=x&trouble=x&sort=x&environment=x&q=+".parse().unwrap()).unwrap();
        assert_eq!(filter(&nothing), OverviewFilter::default());
    }
}
