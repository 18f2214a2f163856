//! Workspaces and tenants themselves.

use model::access::{Can, Role};
use model::overview::TenantGroup;
use model::tenant::{Environment, Tenant, TenantStatus};
use model::workspace::Workspace;

use super::values::{id, production, tenant_list, workspace};
use super::{HOSTILE, middle, whole};
use crate::FieldProblem;
use crate::places::{Archive, Archived, Delete, Details, Group, Groups, TenantInput, Tenants, WorkspacePage, Workspaces};

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

pub(crate) fn deletions() -> Vec<(&'static str, Delete)> {
    let page = |tenant| Delete { tenant, begun: false, problem: None };
    let wrong = Some(FieldProblem::new("typed", "That is not its name."));
    vec![
        ("archived", page(in_state(TenantStatus::Archived))),
        ("begun", Delete { begun: true, ..page(in_state(TenantStatus::Archived)) }),
        ("refused", Delete { problem: wrong, ..page(in_state(TenantStatus::Archived)) }),
        ("in-use", page(in_state(TenantStatus::Active))),
        ("hostile", page(Tenant { status: TenantStatus::Archived, ..hostile_tenant() })),
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
    let page = |tenant: Tenant, role| {
        let (input, can) = (TenantInput::of(&tenant), Can::of(role));
        Details {
            deletes: role == Role::Owner,
            seen: TenantInput::of(&tenant),
            input,
            tenant,
            can,
            tags: "EU, Gold".to_owned(),
            problem: None,
        }
    };
    let problem = Some(FieldProblem::new("tags", "A tenant has 20 tags at most."));
    vec![
        ("draft", page(in_state(TenantStatus::Draft), Role::Manager)),
        ("onboarding", page(in_state(TenantStatus::Onboarding), Role::Owner)),
        ("active", page(in_state(TenantStatus::Active), Role::Owner)),
        ("archived", page(in_state(TenantStatus::Archived), Role::Owner)),
        ("readonly", page(in_state(TenantStatus::Draft), Role::Readonly)),
        ("archived-readonly", page(in_state(TenantStatus::Archived), Role::Readonly)),
        ("tags-refused", Details { problem, ..page(in_state(TenantStatus::Active), Role::Owner) }),
        ("hostile", Details { tags: HOSTILE.to_owned(), ..page(hostile_tenant(), Role::Owner) }),
    ]
}

fn group(n: u32, name: &str, tenants: i64) -> TenantGroup {
    TenantGroup { id: id(40, n), name: name.to_owned(), tenants }
}

pub(crate) fn groups() -> Vec<(&'static str, Groups)> {
    let page = |role, groups| {
        let (workspace, can) = (workspace().id, Can::of(role));
        Groups { workspace, can, groups, name: String::new(), problem: None }
    };
    let both = || vec![group(1, "Retail", 12), group(2, "Schools", 0)];
    let problem = Some(FieldProblem::new("name", "A group of tenants has that name already."));
    vec![
        ("manager", page(Role::Manager, both())),
        ("readonly", page(Role::Readonly, both())),
        ("empty", page(Role::Owner, Vec::new())),
        ("refused", Groups { name: "Retail".to_owned(), problem, ..page(Role::Owner, both()) }),
        ("hostile", Groups { name: HOSTILE.to_owned(), ..page(Role::Owner, vec![group(1, HOSTILE, 1)]) }),
    ]
}

pub(crate) fn group_pages() -> Vec<(&'static str, Group)> {
    let page = |role, group: TenantGroup| {
        let (workspace, can) = (workspace().id, Can::of(role));
        Group { workspace, can, name: group.name.clone(), group, problem: None }
    };
    let problem = Some(FieldProblem::new("typed", "That is not its name."));
    vec![
        ("manager", page(Role::Manager, group(1, "Retail", 12))),
        ("readonly", page(Role::Readonly, group(1, "Retail", 12))),
        ("refused", Group { problem, ..page(Role::Owner, group(1, "Retail", 0)) }),
        ("hostile", page(Role::Owner, group(1, HOSTILE, 1))),
    ]
}
