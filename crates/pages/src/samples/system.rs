//! Pages of the installation's operators.

use std::time::Duration;

use model::access::Role;
use model::failure::FailureLine;
use model::page::Page as Rows;
use model::platform::{BreakGlass, Health as Figures, Operator, TrailEntry, WorkspaceFigures};
use model::run::{Outcome, Status, Worker};
use model::tenant::{Environment, TenantStatus};

use super::values::{id, moment};
use super::{HOSTILE, Sample, middle, of, whole};
use crate::chrome::{Frame, SystemShell, Theme};
use crate::sign_in::Remark;
use crate::system::{
    Audit, Disable, Glass, Health, Inside, Link, Member, NameOwner, Operators, Run, Runs, SignIn, Tenant, Trail, TrailRow,
    Welcome, Workers, Workspaces,
};

pub(super) fn all(all: &mut Vec<Sample>) {
    of::<SignIn>(all);
    of::<Welcome>(all);
    of::<Health>(all);
    of::<Workers>(all);
    of::<Workspaces>(all);
    of::<Operators>(all);
    of::<Link>(all);
    of::<Disable>(all);
    of::<Audit>(all);
    of::<Glass>(all);
    of::<Inside>(all);
    of::<Runs>(all);
    of::<Trail>(all);
    of::<NameOwner>(all);
}

pub(crate) fn glass() -> BreakGlass {
    BreakGlass {
        id: id(12, 1),
        operator_id: id(11, 1),
        workspace_id: id(2, 1),
        workspace_name: "Northwind IT Services".to_owned(),
        reason: "Its only owner has left the company; ticket 4711.".to_owned(),
        entered_at: moment(400),
        expires_at: moment(0).plus(Duration::from_secs(500)),
    }
}

pub(crate) fn frame(here: &str, open: bool) -> Frame {
    Frame::from(SystemShell {
        name: "Olga Petrova".to_owned(),
        email: "olga@host.example".to_owned(),
        may_open: true,
        open: open.then(glass),
        csrf: "sample-token".to_owned(),
        theme: Theme::System,
        toast: None,
        now: moment(0),
        here: here.to_owned(),
    })
}

pub(crate) fn sign_ins() -> Vec<(&'static str, SignIn)> {
    let with = |remark| SignIn { email: "olga@host.example".to_owned(), remark: Some(remark), next: None };
    vec![
        ("plain", SignIn::default()),
        ("wrong", with(Remark::WrongCredentials)),
        ("too-many", with(Remark::TooManyAttempts(Duration::from_secs(134)))),
        ("ended", with(Remark::SessionEnded)),
        ("signed-out", with(Remark::SignedOut)),
        ("expired", with(Remark::FormExpired)),
        ("hostile", SignIn { email: HOSTILE.to_owned(), next: Some(HOSTILE.to_owned()), remark: None }),
    ]
}

pub(crate) fn welcomes() -> Vec<(&'static str, Welcome)> {
    let welcome = Welcome {
        to: "/system/welcome/0123".to_owned(),
        name: "Olga Petrova".to_owned(),
        email: "olga@host.example".to_owned(),
        problem: None,
    };
    let problem = Some("The password needs at least 12 characters.".to_owned());
    vec![
        ("plain", welcome.clone()),
        ("refused", Welcome { problem, ..welcome.clone() }),
        ("hostile", Welcome { name: HOSTILE.to_owned(), email: HOSTILE.to_owned(), ..welcome }),
    ]
}

pub(crate) fn healths() -> Vec<(&'static str, Health)> {
    let figures = Figures {
        database: "PostgreSQL 17.2".to_owned(),
        database_bytes: 4_812_003_221,
        free_bytes: None,
        schema_applied: 11,
        schema_known: 11,
        queued: 12,
        running: 4,
        oldest_queued: Some(moment(95)),
        rescued: 1,
        failed: vec![("graph.forbidden".to_owned(), 14), (String::new(), 1)],
        late: 0,
        late_since: None,
        workers: 3,
    };
    let trouble = Figures {
        database: HOSTILE.to_owned(),
        free_bytes: Some(81_920),
        schema_applied: 10,
        queued: 12_345,
        failed: vec![(HOSTILE.to_owned(), 3)],
        late: 7,
        late_since: Some(moment(4000)),
        workers: 0,
        ..figures.clone()
    };
    let quiet = Figures { oldest_queued: None, queued: 0, running: 0, rescued: 0, failed: Vec::new(), ..figures.clone() };
    let page = |figures| Health { figures, version: "0.1.0".to_owned() };
    vec![("plain", page(figures)), ("quiet", page(quiet)), ("hostile", page(trouble))]
}

pub(crate) fn workers() -> Vec<(&'static str, Workers)> {
    let worker = |n: u64, seen: u64| Worker {
        id: format!("worker-{n}"),
        host: "atlas-1".to_owned(),
        version: "0.1.0".to_owned(),
        slots: 8,
        started_at: moment(90_000),
        seen_at: moment(seen),
        stopped_at: None,
        held: Vec::new(),
        busy: 3,
    };
    let hostile = Worker { id: HOSTILE.to_owned(), host: HOSTILE.to_owned(), version: HOSTILE.to_owned(), ..worker(4, 1) };
    let stopped = Worker { stopped_at: Some(moment(5_000)), busy: 0, ..worker(3, 5_000) };
    vec![
        ("full", Workers { workers: vec![worker(1, 3), worker(2, 4_000), stopped] }),
        ("empty", Workers { workers: Vec::new() }),
        ("hostile", Workers { workers: vec![hostile] }),
    ]
}

fn figures(n: u32, name: &str) -> WorkspaceFigures {
    WorkspaceFigures {
        id: id(2, n),
        name: name.to_owned(),
        created_at: moment(9_000_000),
        members: 14,
        owners: 2,
        tenants: 31,
        active_runs: 4,
        last_sync_at: Some(moment(4_000)),
        stored_bytes: 81_000_123,
    }
}

pub(crate) fn workspaces() -> Vec<(&'static str, Workspaces)> {
    let page = |rows| Workspaces { rows, name: String::new(), owner: String::new(), name_problem: None, owner_problem: None };
    let orphan = WorkspaceFigures { owners: 0, members: 0, last_sync_at: None, ..figures(2, "Contoso") };
    let full = || middle(vec![figures(1, "Northwind IT Services"), orphan.clone()]);
    vec![
        ("full", page(full())),
        ("empty", page(whole(Vec::new()))),
        (
            "refused",
            Workspaces {
                owner: "nobody@host.example".to_owned(),
                name_problem: Some("Give it a name.".to_owned()),
                owner_problem: Some("Nobody has that mail address.".to_owned()),
                ..page(full())
            },
        ),
        ("hostile", Workspaces { name: HOSTILE.to_owned(), owner: HOSTILE.to_owned(), ..page(whole(vec![figures(3, HOSTILE)])) }),
    ]
}

fn operator(n: u32, name: &str) -> Operator {
    Operator {
        id: id(11, n),
        email: "olga@host.example".to_owned(),
        name: name.to_owned(),
        created_at: moment(9_000_000),
        last_sign_in_at: Some(moment(600)),
        link_until: None,
        has_password: true,
        disabled_at: None,
    }
}

pub(crate) fn operators() -> Vec<(&'static str, Operators)> {
    let invited =
        |n, until| Operator { has_password: false, last_sign_in_at: None, link_until: Some(until), ..operator(n, "Ivan") };
    let list = vec![
        operator(1, "Olga Petrova"),
        invited(2, moment(0).plus(Duration::from_secs(3600))),
        invited(3, moment(3600)),
        Operator { disabled_at: Some(moment(70_000)), ..operator(4, "Max Weber") },
    ];
    let page =
        |operators| Operators { operators, email: String::new(), name: String::new(), email_problem: None, name_problem: None };
    let hostile = Operator { email: HOSTILE.to_owned(), ..operator(5, HOSTILE) };
    vec![
        ("full", page(list)),
        (
            "refused",
            Operators {
                email_problem: Some("An operator with this mail address exists already.".to_owned()),
                name_problem: Some("Give a name.".to_owned()),
                ..page(vec![operator(1, "Olga Petrova")])
            },
        ),
        ("hostile", Operators { email: HOSTILE.to_owned(), name: HOSTILE.to_owned(), ..page(vec![hostile]) }),
    ]
}

pub(crate) fn links() -> Vec<(&'static str, Link)> {
    let address = format!("https://atlas.example/system/welcome/{}", "0123456789abcdef".repeat(4));
    vec![
        ("plain", Link { email: "ivan@host.example".to_owned(), address }),
        ("hostile", Link { email: HOSTILE.to_owned(), address: HOSTILE.to_owned() }),
    ]
}

pub(crate) fn disables() -> Vec<(&'static str, Disable)> {
    let disabled = Operator { disabled_at: Some(moment(70_000)), ..operator(4, "Max Weber") };
    vec![
        ("plain", Disable { operator: operator(1, "Olga Petrova"), own: false }),
        ("own", Disable { operator: operator(1, "Olga Petrova"), own: true }),
        ("already", Disable { operator: disabled, own: false }),
        ("hostile", Disable { operator: Operator { email: HOSTILE.to_owned(), ..operator(5, HOSTILE) }, own: false }),
    ]
}

pub(crate) fn audits() -> Vec<(&'static str, Audit)> {
    let entry = |n: u64, action: &str| TrailEntry {
        id: format!("entry-{n}"),
        at: moment(n * 60),
        by: Some("Olga Petrova".to_owned()),
        by_system: false,
        action: action.to_owned(),
        outcome: "done".to_owned(),
        workspace: None,
        reason: None,
    };
    let open =
        TrailEntry { workspace: Some("Contoso".to_owned()), reason: Some(glass().reason), ..entry(2, "break_glass.enter") };
    let full = vec![
        TrailEntry { by: None, by_system: true, ..entry(1, "break_glass.expire") },
        open,
        TrailEntry { outcome: "denied".to_owned(), ..entry(3, "break_glass.enter") },
        entry(4, "session.sign_in"),
        TrailEntry { by: None, ..entry(5, "operator.add") },
    ];
    let hostile = TrailEntry {
        by: Some(HOSTILE.to_owned()),
        outcome: HOSTILE.to_owned(),
        workspace: Some(HOSTILE.to_owned()),
        reason: Some(HOSTILE.to_owned()),
        ..entry(6, HOSTILE)
    };
    let page = |entries: Rows<TrailEntry>| Audit { entries };
    vec![("full", page(middle(full))), ("empty", page(whole(Vec::new()))), ("hostile", page(whole(vec![hostile])))]
}

pub(crate) fn glasses() -> Vec<(&'static str, Glass)> {
    let form = Glass {
        workspaces: vec![(id(2, 1), "Northwind IT Services".to_owned()), (id(2, 2), "Contoso".to_owned())],
        open: None,
        chosen: String::new(),
        reason: String::new(),
        minutes: "15".to_owned(),
        workspace_problem: None,
        reason_problem: None,
        password_problem: None,
    };
    let refused = Glass {
        workspace_problem: Some("Choose a workspace.".to_owned()),
        reason_problem: Some("Say why, in 10 to 500 characters.".to_owned()),
        password_problem: Some("That is not your password.".to_owned()),
        ..form.clone()
    };
    let hostile = Glass {
        workspaces: vec![(id(2, 1), HOSTILE.to_owned())],
        chosen: HOSTILE.to_owned(),
        reason: HOSTILE.to_owned(),
        ..form.clone()
    };
    vec![
        ("form", form.clone()),
        ("refused", refused),
        ("open", Glass { open: Some((glass(), true)), ..form.clone() }),
        ("elsewhere", Glass { open: Some((glass(), false)), ..form.clone() }),
        ("hostile", hostile),
        (
            "hostile-open",
            Glass {
                open: Some((BreakGlass { workspace_name: HOSTILE.to_owned(), reason: HOSTILE.to_owned(), ..glass() }, false)),
                ..form
            },
        ),
    ]
}

pub(crate) fn insides() -> Vec<(&'static str, Inside)> {
    let tenant = |name: &str, status| Tenant {
        name: name.to_owned(),
        domain: "contoso.onmicrosoft.com".to_owned(),
        environment: Environment::Production,
        status,
    };
    let member = |name: &str, role| Member { name: name.to_owned(), email: "ada@contoso.example".to_owned(), role, tenants: 2 };
    let full = Inside {
        tenants: vec![tenant("Contoso", TenantStatus::Active), tenant("Fabrikam", TenantStatus::Archived)],
        members: vec![member("Ada Meyer", Role::Owner), member("Bob", Role::Readonly), member("Eve", Role::Unknown)],
    };
    let hostile = Inside {
        tenants: vec![Tenant { domain: HOSTILE.to_owned(), ..tenant(HOSTILE, TenantStatus::Unknown) }],
        members: vec![Member { email: HOSTILE.to_owned(), ..member(HOSTILE, Role::Operator) }],
    };
    vec![("full", full), ("empty", Inside { tenants: Vec::new(), members: Vec::new() }), ("hostile", hostile)]
}

pub(crate) fn open_runs() -> Vec<(&'static str, Runs)> {
    let line = |code: &str| FailureLine { code: code.into(), message: code.into(), count: Some(3), item: None, request_id: None };
    let run = |n: u64, status, outcome| Run {
        id: format!("run-{n}"),
        label: "Inventory sync",
        status,
        outcome,
        tenant: Some("Contoso".to_owned()),
        initiator: "Ada Meyer".to_owned(),
        created_at: moment(n * 600),
        failures: Vec::new(),
    };
    let failed = Run { failures: vec![line("graph.forbidden")], ..run(2, Status::Completed, Outcome::Failed) };
    let hostile = Run {
        tenant: Some(HOSTILE.to_owned()),
        initiator: HOSTILE.to_owned(),
        failures: vec![line(HOSTILE)],
        ..run(3, Status::Unknown, Outcome::Unknown)
    };
    vec![
        ("full", Runs { runs: middle(vec![run(1, Status::Running, Outcome::Pending), failed]) }),
        ("empty", Runs { runs: whole(Vec::new()) }),
        ("hostile", Runs { runs: whole(vec![hostile]) }),
    ]
}

pub(crate) fn open_trails() -> Vec<(&'static str, Trail)> {
    let entry = |n: u64, kind: &str, actor: Option<&str>, action: &str| TrailRow {
        id: format!("entry-{n}"),
        at: moment(n * 60),
        actor_kind: kind.to_owned(),
        actor: actor.map(str::to_owned),
        action: action.to_owned(),
        outcome: "done".to_owned(),
        subject: Some("run".to_owned()),
        tenant: Some("Contoso".to_owned()),
    };
    let full = vec![
        entry(1, "operator", None, "break_glass.enter"),
        entry(2, "user", Some("Ada Meyer"), "run.start"),
        entry(3, "user", None, "schedule.edit"),
        entry(4, "system", None, "run.prune"),
    ];
    let hostile = TrailRow {
        outcome: HOSTILE.to_owned(),
        subject: Some(HOSTILE.to_owned()),
        tenant: Some(HOSTILE.to_owned()),
        ..entry(5, HOSTILE, Some(HOSTILE), HOSTILE)
    };
    vec![("full", Trail { entries: middle(full) }), ("hostile", Trail { entries: whole(vec![hostile]) })]
}

pub(crate) fn name_owners() -> Vec<(&'static str, NameOwner)> {
    let plain = NameOwner {
        workspace: "Northwind IT Services".to_owned(),
        email: String::new(),
        email_problem: None,
        typed_problem: None,
    };
    let refused = NameOwner {
        email: "nobody@host.example".to_owned(),
        email_problem: Some("Nobody in this installation has that mail address.".to_owned()),
        typed_problem: Some("That is not its name.".to_owned()),
        ..plain.clone()
    };
    vec![
        ("plain", plain),
        ("refused", refused),
        (
            "hostile",
            NameOwner { workspace: HOSTILE.to_owned(), email: HOSTILE.to_owned(), email_problem: None, typed_problem: None },
        ),
    ]
}
