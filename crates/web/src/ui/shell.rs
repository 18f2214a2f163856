//! What stands around a page: read here, by the same few queries for every page.

use axum::response::Response;
use model::ids::TenantId;
use model::run::{Run, StartKey};
use model::tenant::Tenant;
use pages::chrome::{Activity, COUNTED_FINDINGS, SWITCHER_TENANTS};
use pages::{Frame, Page, Shell};
use store::Home;
use store::access::{RunSight, WorkspaceScope};
use store::runs::{RunFilter, RunTab};

use super::flash::to_toast;
use super::runs::rows;
use super::tenant_names::TenantNames;
use crate::auth::cookies;
use crate::auth::{InTenant, Member, SignedIn};
use crate::error::Error;
use crate::respond;
use crate::state::WebState;
use crate::visit::visited;

/// How many active runs the panel lists, and how many are counted beyond.
const LISTED: usize = 5;
const COUNTED: u32 = 100;

/// Where a page stands.
#[derive(Debug)]
pub(crate) struct At<'a> {
    pub(crate) home: Home,
    pub(crate) scope: Option<&'a WorkspaceScope>,
    pub(crate) tenant: Option<Tenant>,
}

/// The surroundings of a page, and the names of tenants that came with them.
#[derive(Debug)]
pub(crate) struct Surroundings {
    pub(crate) shell: Shell,
    pub(crate) names: TenantNames,
}

impl Surroundings {
    /// The page in its surroundings, or the regions of it that were asked for.
    pub(crate) fn answer<P: Page>(self, page: &P, web: &WebState, signed: &SignedIn) -> Response {
        let visited = self.shell.tenant.as_ref().and_then(|tenant| visited(&signed.visit.recent, tenant.id));
        let mut response = respond::page(page, &Frame::from(self.shell), signed.visit.regions.as_deref());
        if let Some(visited) = visited {
            cookies::set_recent(&mut response, web.options(), &visited);
        }
        response
    }
}

/// Around a page of a workspace, or of none.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn shell(web: &WebState, signed: &SignedIn, at: At<'_>) -> Result<Surroundings, Error> {
    let store = web.store();
    let now = store.now().await?;
    let unread = store.notices().unread(&signed.who).await?;
    let flash = if signed.visit.shows_toasts() { store.sessions().take_flash(&signed.who).await? } else { None };
    let (tenants, more_tenants) = switcher(web, signed, &at).await?;
    let mut names = TenantNames::of(&tenants);
    let activity = match at.scope {
        Some(scope) => activity(web, signed, scope, at.tenant.as_ref().map(|tenant| tenant.id), &mut names).await?,
        None => Activity::default(),
    };
    let open_findings = match at.scope.zip(at.tenant.as_ref()) {
        Some((scope, tenant)) => store.findings().open_count(scope, tenant.id, COUNTED_FINDINGS).await?,
        None => 0,
    };
    let current = at.scope.map(WorkspaceScope::workspace_id);
    let workspace = at.home.workspaces.iter().find(|workspace| Some(workspace.id) == current).cloned();
    let shell = Shell {
        user: signed.who.user().clone(),
        workspaces: at.home.workspaces,
        workspace,
        tenants,
        more_tenants,
        tenant: at.tenant,
        open_findings,
        unread,
        activity,
        csrf: signed.csrf()?,
        key: StartKey::generate().as_str().to_owned(),
        theme: signed.visit.theme,
        toast: flash.map(to_toast),
        now,
        here: signed.visit.here.clone(),
        times: store.settings().times(&signed.who, at.scope).await?,
    };
    Ok(Surroundings { shell, names })
}

/// Around a page of the workspace that the guard found.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn in_workspace(web: &WebState, guard: &Member) -> Result<Surroundings, Error> {
    shell(web, &guard.signed, At { home: guard.home.clone(), scope: Some(&guard.scope), tenant: None }).await
}

/// Around a page of a tenant; with the scope of its workspace, of which everybody who is entitled to it is a member.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn in_tenant(web: &WebState, guard: &InTenant) -> Result<(Surroundings, WorkspaceScope), Error> {
    let tenant = guard.scope.tenant().clone();
    around(web, &guard.signed, tenant.workspace_id, Some(tenant)).await
}

/// Around the page of a run, wherever it belongs; with the scope of its workspace.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn of_run(web: &WebState, signed: &SignedIn, sight: &RunSight) -> Result<(Surroundings, WorkspaceScope), Error> {
    around(web, signed, sight.workspace_id(), sight.tenant().cloned()).await
}

async fn around(
    web: &WebState,
    signed: &SignedIn,
    workspace: model::ids::WorkspaceId,
    tenant: Option<Tenant>,
) -> Result<(Surroundings, WorkspaceScope), Error> {
    let home = web.store().workspaces().mine(&signed.who).await?;
    let scope = web.store().access().workspace(&signed.who, workspace).await?;
    let surroundings = shell(web, signed, At { home, scope: Some(&scope), tenant }).await?;
    Ok((surroundings, scope))
}

/// The tenants of the switcher: those that were visited lately, then the others by name; and whether there are more.
async fn switcher(web: &WebState, signed: &SignedIn, at: &At<'_>) -> Result<(Vec<Tenant>, bool), Error> {
    let Some(scope) = at.scope else { return Ok((Vec::new(), false)) };
    let workspaces = web.store().workspaces();
    let page = workspaces.find_tenants(scope, None, None, SWITCHER_TENANTS).await?;
    let (mut others, mut tenants) = (page.rows, Vec::new());
    let recent = &signed.visit.recent;
    let far: Vec<TenantId> = recent.iter().copied().filter(|id| others.iter().all(|tenant| tenant.id != *id)).collect();
    if page.next.is_some() && !far.is_empty() {
        let entitled = workspaces.entitled_tenants(&signed.who, &far).await?;
        others.extend(entitled.into_iter().filter(|tenant| tenant.workspace_id == scope.workspace_id()));
    }
    for id in recent {
        if let Some(at) = others.iter().position(|tenant| tenant.id == *id) {
            tenants.push(others.remove(at));
        }
    }
    tenants.append(&mut others);
    tenants.truncate(SWITCHER_TENANTS as usize);
    Ok((tenants, page.next.is_some()))
}

async fn activity(
    web: &WebState,
    signed: &SignedIn,
    scope: &WorkspaceScope,
    tenant: Option<TenantId>,
    names: &mut TenantNames,
) -> Result<Activity, Error> {
    let filter = RunFilter { tab: RunTab::Active, tenant, ..RunFilter::default() };
    let mut active: Vec<Run> = web.store().runs().list(scope, &filter, None, COUNTED).await?.page.rows;
    let more = active.len().saturating_sub(LISTED);
    active.truncate(LISTED);
    names.learn(web, signed, &active).await?;
    Ok(Activity { runs: rows::in_workspace(active, scope, names), more: i64::try_from(more).unwrap_or(i64::MAX) })
}
