//! Workspaces and tenants at a glance.

use model::access::{Can, Role};
use model::connection::Connection;
use model::failure::Code;
use model::inventory::TypeSummary;
use model::tenant::{Environment, Tenant, TenantStatus};

use super::values::{connection, moment, production, row, staging, tenant_list, workspace};
use super::{HOSTILE, middle, run, whole};
use crate::inventory::kept_types;
use crate::overview::{Dashboard, Home, TenantRow};
use crate::runs::RunRow;

/// Figures for every type of the catalogue.
pub(crate) fn summary() -> Vec<TypeSummary> {
    kept_types()
        .zip(0_i64..)
        .map(|(kind, n)| TypeSummary {
            resource_type: kind.key.clone(),
            items: if n % 5 == 3 { 0 } else { (640 - 97 * n).rem_euclid(700) },
            missing: if n % 7 == 2 { n } else { 0 },
            complete_at: (n % 6 != 5).then(|| moment(7_066)),
            failure_code: (n % 6 == 5).then(|| Code::GraphForbidden.code().to_owned()),
        })
        .collect()
}

pub(crate) fn homes() -> Vec<(&'static str, Home)> {
    let rows: Vec<TenantRow> = tenant_list()
        .into_iter()
        .zip([Some(run::running()), Some(run::succeeded()), Some(run::failed()), None])
        .map(|(tenant, latest)| TenantRow {
            items: if latest.is_some() { 4_120 } else { 0 },
            missing: if tenant.environment == Environment::Staging { 12 } else { 0 },
            complete_at: latest.is_some().then(|| moment(7_066)),
            latest: latest.map(row),
            tenant,
        })
        .collect();
    let home = |tenants, trouble| Home { workspace: Some(workspace()), search: None, tenants, trouble };
    let mut hostile = rows.first().cloned();
    if let Some(hostile) = &mut hostile {
        hostile.tenant = Tenant {
            name: HOSTILE.to_owned(),
            domain: HOSTILE.to_owned(),
            environment: Environment::Unknown,
            ..hostile.tenant.clone()
        };
    }
    let named = model::workspace::Workspace { name: HOSTILE.to_owned(), ..workspace() };
    vec![
        ("full", home(whole(rows.clone()), vec![row(run::partial()), row(run::failed())])),
        ("paged", home(middle(rows), Vec::new())),
        ("empty", home(whole(Vec::new()), Vec::new())),
        ("no-match", Home { search: Some("zzz".to_owned()), ..home(whole(Vec::new()), Vec::new()) }),
        ("no-workspace", Home { workspace: None, ..home(whole(Vec::new()), Vec::new()) }),
        (
            "hostile",
            Home {
                workspace: Some(named),
                search: Some(HOSTILE.to_owned()),
                ..home(whole(hostile.into_iter().collect()), Vec::new())
            },
        ),
    ]
}

pub(crate) fn dashboards() -> Vec<(&'static str, Dashboard)> {
    let dashboard = |role| Dashboard {
        tenant: Tenant { role, ..production() },
        can: Can::of(role),
        connection: Some(connection()),
        complete_at: Some(moment(7_066)),
        summary: summary(),
        recent: run::recent().into_iter().map(|row| RunRow { may_open: role != Role::Readonly, ..row }).collect(),
        days: run::days(),
    };
    let new =
        Dashboard { complete_at: None, summary: Vec::new(), recent: Vec::new(), days: Vec::new(), ..dashboard(Role::Operator) };
    let of_staging = Dashboard { tenant: staging(), ..dashboard(Role::Operator) };
    let hostile_tenant = Tenant { name: HOSTILE.to_owned(), domain: HOSTILE.to_owned(), ..production() };
    let odd = TypeSummary {
        resource_type: HOSTILE.to_owned(),
        items: 3,
        missing: 1,
        complete_at: None,
        failure_code: Some(HOSTILE.to_owned()),
    };
    vec![
        ("owner", dashboard(Role::Owner)),
        ("operator-staging", of_staging),
        ("readonly", dashboard(Role::Readonly)),
        ("new", new.clone()),
        ("no-connection", Dashboard { connection: None, ..new }),
        ("disabled", Dashboard { connection: Some(Connection { enabled: false, ..connection() }), ..dashboard(Role::Manager) }),
        ("archived", Dashboard { tenant: Tenant { status: TenantStatus::Archived, ..production() }, ..dashboard(Role::Owner) }),
        ("hostile", Dashboard { tenant: hostile_tenant, summary: vec![odd], ..dashboard(Role::Owner) }),
    ]
}
