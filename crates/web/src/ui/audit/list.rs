//! The pages of the audit log.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::access::can;
use model::page::{Cursor, PAGE_ROWS, Page as Rows};
use pages::Frame;
use pages::audit::{Filter, List};
use store::access::{Permit, WorkspaceScope};

use super::wanted::{filter, wanted};
use crate::auth::{Looks, LooksInTenant};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::page_with;
use crate::state::WebState;
use crate::ui::runs::list::{OFFERED, of_theirs};
use crate::ui::shell::{At, Surroundings, in_tenant, shell};

/// `GET /admin/audit?workspace=&tenant=&actor=&action=&kind=&subject=&outcome=&from=&to=&cursor=`
pub(crate) async fn list(
    Looks { member, permit }: Looks<can::WorkspaceAuditView>,
    State(web): State<WebState>,
    query: Fields,
) -> Result<Response, Error> {
    let filter = filter(&query, None)?;
    of_theirs(&web, &member, filter.tenant).await?;
    let at = At { home: member.home, scope: Some(&member.scope), tenant: None };
    let around = shell(&web, &member.signed, at).await?;
    let page = read(&web, &permit, &member.scope, filter, &query).await?;
    Ok(answer(around, page, member.signed.visit.regions.as_deref()))
}

/// `GET /admin/t/{tenant}/audit?…`: the same for one tenant.
pub(crate) async fn of_tenant(
    LooksInTenant { tenant: guard, permit }: LooksInTenant<can::WorkspaceAuditView>,
    State(web): State<WebState>,
    query: Fields,
) -> Result<Response, Error> {
    let filter = filter(&query, Some(guard.scope.tenant_id()))?;
    let (around, scope) = in_tenant(&web, &guard).await?;
    let page = read(&web, &permit, &scope, filter, &query).await?;
    let page = List { tenant: Some(guard.scope.tenant().clone()), ..page };
    Ok(answer(around, page, guard.signed.visit.regions.as_deref()))
}

async fn read(
    web: &WebState,
    permit: &Permit<can::WorkspaceAuditView>,
    scope: &WorkspaceScope,
    filter: Filter,
    query: &Fields,
) -> Result<List, Error> {
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let tenants = web.store().workspaces().find_tenants(scope, None, None, OFFERED).await?.rows;
    let page = List {
        tenant: None,
        entries: Rows { rows: Vec::new(), next: None, previous: None },
        search_further: None,
        names: Default::default(),
        tenants: tenants.into_iter().map(|tenant| (tenant.id, tenant.name)).collect(),
        people: web.store().members().people(scope, OFFERED).await?,
        problem: None,
        filter,
    };
    Ok(match wanted(&page.filter) {
        Err(problem) => List { problem: Some(problem), ..page },
        Ok(wanted) => {
            let found = web.store().audit().list(permit, &wanted, cursor.as_ref(), PAGE_ROWS).await?;
            List { entries: found.page, search_further: found.further, names: found.names, ..page }
        }
    })
}

fn answer(around: Surroundings, page: List, regions: Option<&str>) -> Response {
    let status = if page.problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page_with(status, &page, &Frame::from(around.shell), regions)
}
