//! Workspaces and tenants at a glance.

use model::access::{Can, Role};
use model::connection::Connection;
use model::coverage::TypeState;
use model::failure::Code;
use model::inventory::TypeSummary;
use model::overview::{ConnectionHealth, OverviewFilter, OverviewSort, TenantStanding};
use model::tenant::{Environment, Tenant, TenantStatus};

use super::values::{connection, id, moment, production, row, staging, tenant_list, workspace};
use super::{HOSTILE, middle, run, whole};
use crate::inventory::kept_types;
use crate::overview::{Choices, Dashboard, Home, TenantRow};
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
            state: Some(match n % 6 {
                5 => TypeState::Failed,
                4 => TypeState::NotLicensed,
                _ => TypeState::Complete,
            }),
            failure_code: (n % 6 == 5).then(|| Code::GraphForbidden.code().to_owned()),
        })
        .collect()
}

/// Connection, open findings, score of the latest drill, runs in trouble.
type Known = (ConnectionHealth, Option<[i64; 4]>, Option<i64>, i64);

fn standings() -> Vec<TenantRow> {
    let known = [
        (ConnectionHealth::Healthy, Some([4, 2, 0, 0]), Some(100), 0),
        (ConnectionHealth::Failing, Some([0, 0, 3, 1]), Some(61), 4),
        (ConnectionHealth::Warning, Some([0; 4]), None, 0),
        (ConnectionHealth::Missing, None, None, 0),
    ];
    let standing = |(n, (tenant, known)): (u32, (Tenant, Known))| {
        let (connection, findings, score, runs) = known;
        let standing = TenantStanding {
            tenant,
            tags: if n == 0 { vec!["EU".to_owned(), "Gold".to_owned()] } else { Vec::new() },
            groups: if n < 2 { vec![(id(40, 1), "Retail".to_owned())] } else { Vec::new() },
            synced_at: score.map(|_| moment(7_066)),
            items: (n < 3).then_some(1_204 - 301 * i64::from(n)),
            missing: if n == 1 { 3 } else { 0 },
            backup: score.map(|_| (id(41, n), moment(86_400 * u64::from(n) * 8))),
            readiness: score.map(|score| (id(42, n), score, moment(9_000))),
            findings,
            connection,
            expires_at: (n < 2).then(|| moment(0).plus(std::time::Duration::from_secs(86_400 * (200 - 195 * u64::from(n))))),
            runs,
        };
        let latest = [run::running(), run::partial(), run::succeeded()];
        TenantRow { latest: latest.into_iter().nth(n as usize).map(row), standing }
    };
    (0..).zip(tenant_list().into_iter().zip(known)).map(standing).collect()
}

pub(crate) fn homes() -> Vec<(&'static str, Home)> {
    let rows = standings();
    let home = |tenants, trouble| Home {
        workspace: Some(workspace()),
        can: Can::of(Role::Owner),
        filter: OverviewFilter::default(),
        choices: Choices { tags: vec!["EU".to_owned(), "Gold".to_owned()], groups: vec![(id(40, 1), "Retail".to_owned())] },
        tenants,
        trouble,
    };
    let mut hostile = rows.first().cloned();
    if let Some(hostile) = &mut hostile {
        let standing = &mut hostile.standing;
        standing.tenant = Tenant {
            name: HOSTILE.to_owned(),
            domain: HOSTILE.to_owned(),
            environment: Environment::Unknown,
            ..standing.tenant.clone()
        };
        standing.tags = vec![HOSTILE.to_owned()];
        standing.groups = vec![(id(40, 1), HOSTILE.to_owned())];
        standing.connection = ConnectionHealth::Unknown;
    }
    let named = model::workspace::Workspace { name: HOSTILE.to_owned(), ..workspace() };
    let narrowed = OverviewFilter { text: Some("zzz".to_owned()), ..OverviewFilter::default() };
    let sorted = OverviewFilter { sort: Some(OverviewSort::Findings), reversed: true, ..OverviewFilter::default() };
    vec![
        ("full", home(whole(rows.clone()), vec![row(run::partial()), row(run::failed())])),
        ("readonly", Home { can: Can::of(Role::Readonly), ..home(whole(rows.clone()), Vec::new()) }),
        ("sorted", Home { filter: sorted, ..home(whole(rows.clone()), Vec::new()) }),
        ("paged", home(middle(rows), Vec::new())),
        ("empty", home(whole(Vec::new()), Vec::new())),
        ("no-match", Home { filter: narrowed, ..home(whole(Vec::new()), Vec::new()) }),
        ("no-workspace", Home { workspace: None, ..home(whole(Vec::new()), Vec::new()) }),
        (
            "hostile",
            Home {
                workspace: Some(named),
                filter: OverviewFilter {
                    text: Some(HOSTILE.to_owned()),
                    tag: Some(HOSTILE.to_owned()),
                    ..OverviewFilter::default()
                },
                choices: Choices { tags: vec![HOSTILE.to_owned()], groups: vec![(id(40, 1), HOSTILE.to_owned())] },
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
        state: Some(TypeState::Failed),
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
