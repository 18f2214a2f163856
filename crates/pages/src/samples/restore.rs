//! Restores at every step.

use model::access::{Can, Role};
use model::label::Tone;
use model::resource_types::Platform;
use model::restore::{Action, MappingOrigin, Outcome, Part, Purpose, Reference, RestoreState, Source, Target};
use model::settings::Key;

use super::values::{id, moment, production, staging, tenant_list};
use super::{HOSTILE, backup, directory, middle, whole};
use crate::compare::Offered;
use crate::components::field::FieldProblem;
use crate::restores::{
    Candidate, CandidateFilter, Check, Choose, Finding, List, Map, Mapped, New, Offer, ReferencePage, Restore, SecretPlace,
    SourceView, TypeCount,
};

pub(crate) const GROUP: &str = "8e75af29-5176-4372-a718-724b8a4620dc";

fn source(words: &str) -> SourceView {
    SourceView { source: Source::BackupSet { set: id(11, 1) }, words: words.to_owned(), elsewhere: None }
}

pub(crate) fn restore(state: RestoreState) -> Restore {
    let planned = !matches!(state, RestoreState::Draft | RestoreState::Scoped | RestoreState::Checked);
    let actions = vec![
        (Action::Create, 1),
        (Action::Recreate, 2),
        (Action::Update, 11),
        (Action::Unchanged, 200),
        (Action::Delete, 1),
        (Action::Skip, 3),
    ];
    Restore {
        id: id(13, 1),
        name: "Back to before the change".to_owned(),
        purpose: Purpose::Restore,
        state,
        revision: 7,
        source: source("Backup set “Before the change”"),
        parent: None,
        rollout: None,
        chosen: if state == RestoreState::Draft { 0 } else { 218 },
        exactly: planned,
        by: "Ada Meyer".to_owned(),
        created_at: moment(7_200),
        changed_at: moment(600),
        confirmed: None,
        preview_run: planned.then(|| id(6, 1)),
        run: None,
        ended_at: None,
        actions: if planned { actions } else { Vec::new() },
        outcomes: Vec::new(),
        open: 0,
        waits_for_approval: false,
        hash: planned.then(|| "5f3c9a1be07d4c2285e6b1f09d3a7c415f3c9a1be07d4c2285e6b1f09d3a7c41".to_owned()),
    }
}

pub(super) fn executed(state: RestoreState, outcomes: &[(Outcome, i64)], open: i64) -> Restore {
    Restore {
        confirmed: Some(("Mateo Manager".to_owned(), moment(500))),
        run: Some(id(6, 2)),
        ended_at: state.is_over().then(|| moment(100)),
        outcomes: outcomes.to_vec(),
        open,
        ..restore(state)
    }
}

pub(super) fn hostile(state: RestoreState) -> Restore {
    Restore {
        name: HOSTILE.to_owned(),
        by: HOSTILE.to_owned(),
        source: SourceView {
            source: Source::Instant { tenant: staging().id, at: moment(90_000) },
            words: HOSTILE.to_owned(),
            elsewhere: Some((staging().id, HOSTILE.to_owned())),
        },
        confirmed: Some((HOSTILE.to_owned(), moment(500))),
        ..restore(state)
    }
}

pub(super) fn child(purpose: Purpose, state: RestoreState) -> Restore {
    let source = SourceView {
        source: Source::Undo { restore: id(13, 1) },
        words: "Undo of “Back to before the change”".to_owned(),
        elsewhere: None,
    };
    Restore { id: id(13, 2), purpose, parent: Some(id(13, 1)), source, ..restore(state) }
}

pub(crate) fn lists() -> Vec<(&'static str, List)> {
    let drill = |role| (role == Role::Manager).then(|| super::drill::drill(super::drill::MOST, Some(98)));
    let list = |role, restores| List { tenant: production(), can: Can::of(role), drill: drill(role), restores };
    let full = || {
        middle(vec![
            executed(RestoreState::Running, &[(Outcome::Verified, 3)], 11),
            executed(RestoreState::Partial, &[(Outcome::Verified, 12), (Outcome::Differs, 1), (Outcome::Skipped, 3)], 0),
            executed(RestoreState::Completed, &[(Outcome::Verified, 14)], 0),
            restore(RestoreState::Previewed),
            Restore { waits_for_approval: true, ..restore(RestoreState::Previewed) },
            restore(RestoreState::Scoped),
            restore(RestoreState::Draft),
            child(Purpose::Undo, RestoreState::Checked),
            restore(RestoreState::Cancelled),
        ])
    };
    vec![
        ("full", list(Role::Manager, full())),
        ("readonly", list(Role::Readonly, full())),
        ("empty", list(Role::Owner, whole(Vec::new()))),
        ("empty-readonly", list(Role::Readonly, whole(Vec::new()))),
        ("hostile", list(Role::Manager, whole(vec![hostile(RestoreState::Unknown)]))),
    ]
}

pub(crate) fn news() -> Vec<(&'static str, New)> {
    let new = |role| New {
        tenant: production(),
        can: Can::of(role),
        source: None,
        of: production(),
        offered: Offered { tenants: tenant_list(), more: false, find: None },
        sets: vec![backup::complete()],
        at: None,
        called: String::new(),
        problem: None,
    };
    let version = SourceView {
        source: Source::Version { item: id(8, 1), number: 3 },
        words: "Version 3 of “WIN – Baseline – Defender Antivirus”".to_owned(),
        elsewhere: None,
    };
    vec![
        ("choose", new(Role::Manager)),
        ("readonly", new(Role::Readonly)),
        ("other-tenant", New { of: staging(), sets: Vec::new(), ..new(Role::Owner) }),
        ("from-backup", New { source: Some(source("Backup set “Before the change”")), ..new(Role::Manager) }),
        ("from-version", New { source: Some(version.clone()), ..new(Role::Manager) }),
        ("from-version-readonly", New { source: Some(version), ..new(Role::Readonly) }),
        (
            "hostile",
            New {
                source: Some(hostile(RestoreState::Draft).source),
                of: staging(),
                at: Some(moment(90_000)),
                called: HOSTILE.to_owned(),
                problem: Some(HOSTILE.to_owned()),
                ..new(Role::Manager)
            },
        ),
    ]
}

pub(crate) fn chooses() -> Vec<(&'static str, Choose)> {
    let candidate = |n: u32, kind: &str, name: &str, chosen| Candidate {
        key: id(7, n),
        resource_type: kind.to_owned(),
        object_id: format!("def1c54f-da35-4406-bdc0-3085{n:08x}"),
        name: name.to_owned(),
        platform: Platform::Windows,
        chosen,
    };
    let some = vec![
        candidate(1, "settings_catalog_policy", "WIN – Baseline – Defender Antivirus", Some((1, Part::Whole))),
        candidate(
            2,
            "compliance_policy",
            "iOS – Compliance – Standard",
            Some((2, Part::Properties { names: vec!["description".to_owned()] })),
        ),
        candidate(3, "conditional_access_policy", "CA101 – Require MFA for administrators", None),
        candidate(4, HOSTILE, HOSTILE, Some((4, Part::Assignments))),
    ];
    let types = vec![
        TypeCount { resource_type: "settings_catalog_policy".to_owned(), objects: 214, chosen: 214 },
        TypeCount { resource_type: "compliance_policy".to_owned(), objects: 31, chosen: 4 },
        TypeCount { resource_type: "conditional_access_policy".to_owned(), objects: 12, chosen: 0 },
        TypeCount { resource_type: HOSTILE.to_owned(), objects: 1, chosen: 1 },
    ];
    let choose = |state, candidates| Choose {
        tenant: production(),
        restore: restore(state),
        filter: CandidateFilter::default(),
        candidates,
        types: types.clone(),
        problem: None,
    };
    let narrowed = CandidateFilter {
        resource_type: Some("compliance_policy".to_owned()),
        platform: Some(Platform::Ios),
        text: Some("standard".to_owned()),
    };
    vec![
        ("draft", choose(RestoreState::Draft, whole(Vec::new()))),
        ("some", choose(RestoreState::Scoped, middle(some.clone()))),
        ("exactly", choose(RestoreState::Previewed, middle(some.clone()))),
        ("narrowed", Choose { filter: narrowed.clone(), ..choose(RestoreState::Scoped, whole(some[1..2].to_vec())) }),
        ("no-match", Choose { filter: narrowed, ..choose(RestoreState::Scoped, whole(Vec::new())) }),
        (
            "hostile",
            Choose {
                restore: hostile(RestoreState::Scoped),
                problem: Some(HOSTILE.to_owned()),
                ..choose(RestoreState::Scoped, whole(some))
            },
        ),
    ]
}

fn mapped(
    kind: &str,
    reference: &str,
    name: Option<&str>,
    target: Option<(Target, Option<&str>)>,
    origin: Option<MappingOrigin>,
) -> Mapped {
    Mapped {
        reference: Reference { resource_type: kind.to_owned(), id: reference.to_owned() },
        name: name.map(str::to_owned),
        used_by: 12,
        narrowing: kind == "assignment_filter",
        droppable: kind == "group",
        target: target.map(|(target, name)| (target, name.map(str::to_owned))),
        origin,
        suggested: (name == Some("SG-All-Devices")).then(|| "SG-All-Devices".to_owned()),
    }
}

fn all_mapped() -> Vec<Mapped> {
    let object = |id: &str| Target::Object { id: id.to_owned() };
    let dropped = Target::Dropped { reason: "The pilot is over.".to_owned() };
    let hostile = Target::Dropped { reason: HOSTILE.to_owned() };
    vec![
        mapped("group", GROUP, Some("SG-Intune-Pilot"), None, None),
        mapped("assignment_filter", "4c1d2b7e-0d6a-4a0e-9a7b-2f0c6d1e8a11", None, None, None),
        mapped("group", "cfa1f128-ec48-4ee1-9ea9-1c28fdb57722", Some("SG-All-Devices"), None, None),
        mapped("scope_tag", "0", Some("Default"), Some((object("0"), Some("Default"))), Some(MappingOrigin::SameId)),
        mapped("notification_template", "9", None, Some((Target::Planned { item: 3 }, None)), Some(MappingOrigin::Plan)),
        mapped("group", "1", Some("Old group"), Some((dropped, None)), Some(MappingOrigin::Person)),
        mapped(HOSTILE, HOSTILE, Some(HOSTILE), Some((hostile, None)), Some(MappingOrigin::Unknown)),
    ]
}

pub(crate) fn maps() -> Vec<(&'static str, Map)> {
    let map = |references, open| Map {
        tenant: production(),
        restore: restore(RestoreState::Scoped),
        open_only: false,
        references,
        open,
        problem: None,
    };
    vec![
        ("open", map(middle(all_mapped()), (3, 1))),
        ("open-only", Map { open_only: true, ..map(whole(all_mapped().into_iter().take(3).collect()), (3, 0)) }),
        ("none", map(whole(Vec::new()), (0, 0))),
        ("all-decided", Map { open_only: true, ..map(whole(Vec::new()), (0, 0)) }),
        (
            "hostile",
            Map { restore: hostile(RestoreState::Scoped), problem: Some(HOSTILE.to_owned()), ..map(whole(all_mapped()), (3, 1)) },
        ),
    ]
}

pub(crate) fn references() -> Vec<(&'static str, ReferencePage)> {
    let offer = |to: &str, name: &str| Offer { to: to.to_owned(), name: name.to_owned(), why: "The same name".to_owned() };
    let page = |at: usize, offers| ReferencePage {
        tenant: production(),
        restore: restore(RestoreState::Scoped),
        mapped: all_mapped().remove(at),
        offers,
        selector: None,
        problem: None,
    };
    let selector = |chosen: &str| directory::selector(Key::AccessGroup).map(|selector| (selector, chosen.to_owned()));
    let wrong = FieldProblem::new("reason", "Say why the assignments are left out.");
    vec![
        (
            "open",
            ReferencePage { selector: selector(""), ..page(0, vec![offer("1", "SG-Intune-Pilot"), offer("item:3", "SG-Pilot")]) },
        ),
        ("narrowing", page(1, Vec::new())),
        (
            "suggested",
            ReferencePage {
                selector: selector(GROUP),
                ..page(2, vec![offer("11112222-ec48-4ee1-9ea9-1c28fdb57722", "SG-All-Devices")])
            },
        ),
        ("planned", page(4, vec![offer("item:3", "Noncompliance mail")])),
        ("dropped", ReferencePage { problem: Some(wrong), ..page(5, Vec::new()) }),
        ("hostile", ReferencePage { restore: hostile(RestoreState::Scoped), ..page(6, vec![offer(HOSTILE, HOSTILE)]) }),
    ]
}

pub(crate) fn checks() -> Vec<(&'static str, Check)> {
    let finding = |tone, title: &str, objects| Finding {
        tone,
        title: title.to_owned(),
        words: "Grant it in the Entra admin center, then check the connection again.".to_owned(),
        objects,
    };
    let secret = |number, name: &str, needed, entered: bool| SecretPlace {
        number,
        resource_type: "device_configuration".to_owned(),
        name: name.to_owned(),
        pointer: "/omaSettings/0/value".to_owned(),
        place: "./Vendor/MSFT/WiFi/Profile/Head-office/WlanXml".to_owned(),
        needed,
        entered_at: entered.then(|| moment(60)),
    };
    let check = |findings| Check {
        tenant: production(),
        restore: restore(RestoreState::Scoped),
        findings,
        secrets: Vec::new(),
        more_secrets: false,
        problem: None,
    };
    let some = vec![
        finding(Tone::Danger, "A permission to write is missing", 12),
        finding(Tone::Warning, "Types that are only previewed", 3),
        finding(Tone::Info, "The connection was verified two days ago", 0),
        finding(Tone::Warning, HOSTILE, 1),
    ];
    vec![
        ("unchecked", check(None)),
        ("clean", Check { restore: restore(RestoreState::Checked), ..check(Some(Vec::new())) }),
        (
            "found",
            Check {
                secrets: vec![secret(4, "WIN – Wi-Fi – Head office", true, false), secret(9, HOSTILE, false, true)],
                more_secrets: true,
                ..check(Some(some.clone()))
            },
        ),
        ("hostile", Check { restore: hostile(RestoreState::Checked), problem: Some(HOSTILE.to_owned()), ..check(Some(some)) }),
    ]
}
