//! Findings.

use model::access::{Can, Role};
use model::attribution::{EventSource, SourceState};
use model::drift::{Evidence, EvidenceLine, FoldedFindings};
use model::finding::{
    Against, Finding, FindingKind, FindingState, FindingTotals, HistoryEvent, HistoryLine, Resolution, Severity,
};
use model::page::Page;

use super::values::{id, moment, production};
use super::versions::sources;
use super::{HOSTILE, middle, whole};
use crate::drift::{Asked, Detail, List, Narrowing, Refused, ServiceNote, Watch};

fn finding(n: u32, name: &str, kind: FindingKind, property: &str, severity: Severity, state: FindingState) -> Finding {
    let line = EvidenceLine {
        path: property.to_owned(),
        effect: "changed".to_owned(),
        before: Some("enabled".to_owned()),
        after: Some("disabled".to_owned()),
    };
    let evidence =
        if property.is_empty() { Evidence::default() } else { Evidence { lines: vec![line], total: 12, ..Evidence::default() } };
    Finding {
        id: id(40, n),
        against: Against::Previous,
        baseline: None,
        resource_type: "conditional_access_policy".to_owned(),
        object_id: format!("object-{n}"),
        item_id: Some(id(5, n)),
        name: name.to_owned(),
        kind,
        property: property.to_owned(),
        severity,
        state,
        resolution: (state == FindingState::Resolved).then_some(Resolution::Back),
        base_version: (kind != FindingKind::Added).then_some(3),
        current_version: (kind != FindingKind::Removed).then_some(4),
        evidence,
        folded: false,
        baseline_run: None,
        current_run: Some(id(6, 1)),
        owner: None,
        assignee: (n == 2).then(|| (id(1, 1), "Ada Meyer".to_owned())),
        due_at: Some(moment(if n == 1 { 3_600 } else { 0 })),
        accepted_until: (state == FindingState::RiskAccepted).then(|| moment(0)),
        accepted_reason: (state == FindingState::RiskAccepted).then(|| "A pilot until the end of the year.".to_owned()),
        occurrences: i64::from(n),
        first_seen_at: moment(86_400),
        last_seen_at: moment(600),
        state_at: moment(7_200),
        revision: 2,
    }
}

pub(super) fn some() -> Vec<Finding> {
    use FindingKind::{Added, AssignmentChanged, Changed, Removed, ScopeTagChanged};
    vec![
        finding(1, "Require MFA for administrators", Changed, "state", Severity::Critical, FindingState::New),
        finding(2, "Windows compliance", AssignmentChanged, "assignments", Severity::High, FindingState::InProgress),
        finding(3, "Block legacy sign-in", Removed, "", Severity::Critical, FindingState::Triaged),
        finding(4, "Pilot ring", Added, "", Severity::Low, FindingState::New),
        finding(5, HOSTILE, ScopeTagChanged, HOSTILE, Severity::Low, FindingState::New),
    ]
}

/// A reference that leads nowhere, very many of them, and something that nobody uses.
fn of_references() -> Vec<Finding> {
    const GONE: &str = "group 00000000-0000-0000-0000-000000000022";
    let of = |n, name: &str, kind, property: &str, severity| {
        let found = finding(n, name, kind, property, severity, FindingState::New);
        Finding { against: Against::References, base_version: None, current_version: None, ..found }
    };
    let dangling = of(8, "Windows compliance", FindingKind::ReferenceDangling, GONE, Severity::Medium);
    let line = |path: &str, before: Option<&str>| EvidenceLine {
        path: path.to_owned(),
        effect: "removed".to_owned(),
        before: before.map(str::to_owned),
        after: None,
    };
    let lines = vec![line("Include", Some(GONE)), line("Exclude", Some(GONE))];
    let many = of(9, "10000 references", FindingKind::ReferenceDangling, "", Severity::Medium);
    vec![
        Finding { evidence: Evidence { lines, total: 2, ..Evidence::default() }, ..dangling },
        Finding {
            item_id: None,
            object_id: String::new(),
            resource_type: "group".to_owned(),
            evidence: Evidence { lines: vec![line(HOSTILE, None)], total: 10_000, ..Evidence::default() },
            ..many
        },
        of(10, HOSTILE, FindingKind::Unused, "", Severity::Low),
    ]
}

fn list(role: Role, findings: Page<Finding>, narrowing: Narrowing) -> List {
    let fitting = i64::try_from(findings.rows.len()).unwrap_or(0);
    List {
        tenant: production(),
        can: Can::of(role),
        narrowing,
        findings,
        fitting,
        counted_to: 10_000,
        totals: FindingTotals { open: [2, 0, 1, 2], overdue: 1, accepted: 3 },
        compared_at: Some(moment(600)),
        service: Vec::new(),
        watch: Watch { on: false, sources: Vec::new() },
        folds: Vec::new(),
    }
}

fn folds() -> Vec<FoldedFindings> {
    let card = |n: u32, property: &str, came| FoldedFindings {
        one: id(40, n),
        name: HOSTILE.to_owned(),
        resource_type: "settings_catalog_policy".to_owned(),
        property: property.to_owned(),
        came,
        evidence: some().remove(0).evidence,
        objects: 4_812,
        found_at: moment(600),
    };
    vec![card(7, "isNewDefault", true), card(8, HOSTILE, false)]
}

pub(crate) fn lists() -> Vec<(&'static str, List)> {
    let nothing = || list(Role::Operator, whole(Vec::new()), Narrowing::default());
    let hostile = Narrowing { text: Some(HOSTILE.to_owned()), severity: Some(Severity::High), ..Narrowing::default() };
    let note = ServiceNote {
        resource_type: "settings_catalog_policy".to_owned(),
        property: HOSTILE.to_owned(),
        came: true,
        objects: 214,
        seen_at: moment(600),
    };
    vec![
        ("full", list(Role::Operator, middle(some()), Narrowing::default())),
        ("storm", List { fitting: 10_000, service: vec![note], ..list(Role::Manager, middle(some()), Narrowing::default()) }),
        ("folded", List { folds: folds(), ..list(Role::Operator, whole(some()), Narrowing::default()) }),
        ("readonly-folded", List { folds: folds(), ..list(Role::Readonly, whole(Vec::new()), Narrowing::default()) }),
        ("readonly", list(Role::Readonly, whole(some()), Narrowing::default())),
        (
            "watched",
            List {
                watch: Watch { on: true, sources: sources() },
                ..list(Role::Manager, whole(of_references()), Narrowing::default())
            },
        ),
        (
            "watched-never-read",
            List {
                watch: Watch { on: true, sources: EventSource::ALL.iter().map(|one| SourceState::unread(*one)).collect() },
                ..list(Role::Readonly, whole(of_references()), Narrowing::default())
            },
        ),
        ("nothing-open", nothing()),
        ("never-compared", List { compared_at: None, totals: FindingTotals::default(), ..nothing() }),
        ("nothing-fits", list(Role::Operator, whole(Vec::new()), hostile)),
    ]
}

pub(crate) fn details() -> Vec<(&'static str, Detail)> {
    let line = |event, state, by: Option<&str>, note: Option<&str>| HistoryLine {
        at: moment(7_200),
        event,
        by: by.map(str::to_owned),
        state,
        note: note.map(str::to_owned),
        run: by.is_none().then(|| id(6, 1)),
    };
    let history = vec![
        line(HistoryEvent::Noted, FindingState::Triaged, Some(HOSTILE), Some(HOSTILE)),
        line(HistoryEvent::Moved, FindingState::Triaged, Some("Ada Meyer"), None),
        line(HistoryEvent::Found, FindingState::New, None, None),
    ];
    let page = |role, finding: Finding| Detail {
        tenant: production(),
        can: Can::of(role),
        finding,
        by: None,
        states: None,
        history: history.clone(),
        elsewhere: None,
        refused: None,
        may_accept: true,
    };
    let mut all = some();
    let accepted = Finding {
        state: FindingState::RiskAccepted,
        ..finding(6, "Pilot", FindingKind::Changed, "state", Severity::High, FindingState::RiskAccepted)
    };
    let resolved = finding(7, "Pilot", FindingKind::Changed, "state", Severity::High, FindingState::Resolved);
    let hostile = all.remove(4);
    let removed = all.remove(2);
    let open = all.remove(0);
    vec![
        ("open", page(Role::Manager, open.clone())),
        (
            "refused",
            Detail {
                refused: Some(Refused {
                    asked: Asked::Accept,
                    why: "The finding was changed meanwhile; look at it again.".to_owned(),
                    until: "2026-12-31".to_owned(),
                    text: HOSTILE.to_owned(),
                }),
                ..page(Role::Operator, open.clone())
            },
        ),
        ("readonly", page(Role::Readonly, open)),
        ("removed", page(Role::Manager, removed)),
        ("accepted", page(Role::Manager, accepted)),
        ("resolved", page(Role::Operator, resolved)),
        ("hostile", page(Role::Manager, hostile)),
    ]
    .into_iter()
    .chain(
        ["dangling", "dangling-many", "unused"].into_iter().zip(of_references().into_iter().map(|one| page(Role::Manager, one))),
    )
    .collect()
}
