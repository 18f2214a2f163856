//! Workspaces and tenants themselves.

use model::access::{Can, Role};
use model::tenant::{Environment, Tenant, TenantStatus};
use model::workspace::Workspace;

use super::values::{id, production, tenant_list, workspace};
use super::{HOSTILE, middle, whole};
use crate::FieldProblem;
use crate::places::{Archive, Archived, Details, TenantInput, Tenants, WorkspacePage, Workspaces};

fn archived() -> Workspace {
    Workspace { id: id(2, 2), name: "Contoso".to_owned(), role: Role::Owner, archived: true }
}

fn hostile_workspace() -> Workspace {
    Workspace { name: HOSTILE.to_owned(), role: Role::Unknown, ..workspace() }
}

fn in_state(status: TenantStatus) -> Tenant {
    Tenant { status, ..production() }
}

fn hostile_tenant() -> Tenant {
    let (name, domain) = (HOSTILE.to_owned(), HOSTILE.to_owned());
    Tenant { name, domain, environment: Environment::Unknown, status: TenantStatus::Unknown, ..production() }
}

pub(crate) fn workspaces() -> Vec<(&'static str, Workspaces)> {
    let page = |workspaces, owned| Workspaces { workspaces, owned, name: String::new(), problem: None };
    vec![
        ("owner", page(vec![workspace(), archived()], Some(archived().id))),
        ("readonly", page(vec![workspace()], None)),
        ("none", page(Vec::new(), None)),
        (
            "hostile",
            Workspaces {
                name: HOSTILE.to_owned(),
                problem: Some(FieldProblem::new("name", HOSTILE)),
                ..page(vec![hostile_workspace()], Some(workspace().id))
            },
        ),
    ]
}

pub(crate) fn workspace_pages() -> Vec<(&'static str, WorkspacePage)> {
    let page =
        |workspace: Workspace, role| WorkspacePage { name: workspace.name.clone(), workspace, can: Can::of(role), problem: None };
    let problem = Some(FieldProblem::new("name", "A name has 1 to 100 characters, in one line."));
    vec![
        ("owner", page(workspace(), Role::Owner)),
        ("archived", page(archived(), Role::Owner)),
        ("readonly", page(workspace(), Role::Readonly)),
        ("refused", WorkspacePage { name: String::new(), problem, ..page(workspace(), Role::Manager) }),
        ("hostile", page(hostile_workspace(), Role::Owner)),
    ]
}

pub(crate) fn archives() -> Vec<(&'static str, Archive)> {
    let archive = |what| Archive { what, problem: None };
    let wrong = Some(FieldProblem::new("typed", "That is not its name."));
    vec![
        ("workspace", archive(Archived::Workspace(workspace()))),
        ("tenant", archive(Archived::Tenant(production()))),
        ("refused", Archive { what: Archived::Tenant(production()), problem: wrong }),
        ("hostile", archive(Archived::Tenant(hostile_tenant()))),
        ("hostile-workspace", archive(Archived::Workspace(hostile_workspace()))),
    ]
}

pub(crate) fn tenants() -> Vec<(&'static str, Tenants)> {
    let page = |role, tenants| Tenants { workspace: workspace().id, can: Can::of(role), tenants };
    let states = TenantStatus::ALL.iter().zip(tenant_list()).map(|(status, tenant)| Tenant { status: *status, ..tenant });
    vec![
        ("owner", page(Role::Owner, middle(states.collect()))),
        ("empty", page(Role::Manager, whole(Vec::new()))),
        ("readonly", page(Role::Readonly, whole(tenant_list()))),
        ("hostile", page(Role::Owner, whole(vec![hostile_tenant()]))),
    ]
}

pub(crate) fn details() -> Vec<(&'static str, Details)> {
    let page = |tenant: Tenant, role| Details { input: TenantInput::of(&tenant), tenant, can: Can::of(role), problem: None };
    vec![
        ("draft", page(in_state(TenantStatus::Draft), Role::Manager)),
        ("onboarding", page(in_state(TenantStatus::Onboarding), Role::Owner)),
        ("active", page(in_state(TenantStatus::Active), Role::Owner)),
        ("archived", page(in_state(TenantStatus::Archived), Role::Owner)),
        ("readonly", page(in_state(TenantStatus::Draft), Role::Readonly)),
        ("archived-readonly", page(in_state(TenantStatus::Archived), Role::Readonly)),
        ("hostile", page(hostile_tenant(), Role::Owner)),
    ]
}
