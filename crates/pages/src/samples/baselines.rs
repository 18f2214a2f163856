//! Baselines.

use std::collections::BTreeSet;

use model::access::{Can, Role};
use model::baseline::{
    AssignedGroup, Assignment, Baseline, BaselineItem, BaselineVersion, ItemKey, ItemState, MatchedBy, Totals, TypeAlignment,
    TypeComparison, VersionSource, VersionState,
};
use model::overview::TenantGroup;
use model::page::Page as Rows;

use super::values::{id, moment, production, staging, tenant_list, workspace};
use super::{HOSTILE, middle, whole};
use crate::FieldProblem;
use crate::baselines::{CaptureInput, Choosing, GapRow, Gaps, HeatRow, List, One};

fn baseline(n: u32, name: &str) -> Baseline {
    Baseline {
        id: id(50, n),
        name: name.to_owned(),
        description: "What every customer has.".to_owned(),
        active: (n != 2).then_some(3),
        draft: (n == 2).then_some(4),
        items: 214,
        tenants: 12,
        follows: n % 3 == 1,
        golden: (n == 1).then(|| production().id),
        created_by: "Ada Meyer".to_owned(),
        created_at: moment(86_400),
        updated_at: moment(600),
        archived_at: (n == 4).then(|| moment(60)),
        revision: 7,
    }
}

pub(crate) fn lists() -> Vec<(&'static str, List)> {
    let page = |role, baselines: Rows<Baseline>| List {
        workspace: workspace().id,
        can: Can::of(role),
        baselines,
        tenants: tenant_list(),
        input: CaptureInput::default(),
        problem: None,
    };
    let some = vec![baseline(1, "Core"), baseline(2, "Windows"), baseline(3, HOSTILE)];
    let refused = List {
        input: CaptureInput { name: HOSTILE.to_owned(), description: HOSTILE.to_owned(), ..CaptureInput::default() },
        problem: Some(FieldProblem::new("name", "Another baseline has that name.")),
        ..page(Role::Manager, whole(Vec::new()))
    };
    let elsewhere = FieldProblem::new("tenant", "There is nothing to capture.");
    vec![
        ("some", page(Role::Manager, middle(some.clone()))),
        ("readonly", page(Role::Readonly, whole(some))),
        ("none", page(Role::Readonly, whole(Vec::new()))),
        ("refused", refused),
        ("nothing-there", List { problem: Some(elsewhere), ..page(Role::Owner, whole(Vec::new())) }),
    ]
}

pub(crate) fn row(n: u32, types: Vec<TypeAlignment>) -> HeatRow {
    let assignment = Assignment {
        baseline: id(50, 1),
        baseline_name: "Core".to_owned(),
        tenant: if n == 1 { production().id } else { staging().id },
        pinned: (n == 2).then_some(2),
        group: (n == 2).then(|| id(60, 1)),
        version: Some(3),
        assigned_by: "Ada Meyer".to_owned(),
        assigned_at: moment(86_400),
        compared: (!types.is_empty()).then(|| (3, moment(60))),
        run: None,
    };
    HeatRow { tenant: if n == 1 { production() } else { staging() }, assignment, types }
}

fn one_type(key: &str, state: TypeComparison, totals: Totals) -> TypeAlignment {
    TypeAlignment { resource_type: key.to_owned(), state, totals }
}

pub(crate) fn gaps() -> Vec<(&'static str, Gaps)> {
    let gap = |n: u32, state, object: Option<&str>, properties: &[&str]| GapRow {
        key: ItemKey { resource_type: "settings_catalog_policy".to_owned(), object_id: format!("object-{n}") },
        name: if n == 2 { HOSTILE.to_owned() } else { format!("WIN – Baseline – {n}") },
        state,
        object: object.map(|called| (id(8, n), called.to_owned())),
        how: if object.is_some() { MatchedBy::Name } else { MatchedBy::Nothing },
        properties: properties.iter().map(|property| (*property).to_owned()).collect(),
    };
    let rows = vec![
        gap(1, ItemState::Differs, Some("WIN – Baseline – 1"), &["description", "settings[3].value"]),
        gap(2, ItemState::Differs, Some(HOSTILE), &[HOSTILE]),
        gap(3, ItemState::Missing, None, &[]),
    ];
    let page = |can, rows: Vec<GapRow>, choosing| Gaps {
        workspace: workspace().id,
        tenant: production(),
        can: Can::of(can),
        assignment: row(1, vec![one_type("compliance_policy", TypeComparison::Compared, Totals::default())]).assignment,
        state: None,
        gaps: whole(rows),
        choosing,
    };
    let choosing = Choosing {
        key: rows[2].key.clone(),
        name: rows[2].name.clone(),
        text: HOSTILE.to_owned(),
        objects: vec![(id(8, 3), HOSTILE.to_owned()), (id(8, 4), "WIN – Baseline – 4".to_owned())],
    };
    vec![
        ("as-they-are", page(Role::Manager, rows.clone(), None)),
        ("choosing-an-object", page(Role::Manager, rows.clone(), Some(choosing.clone()))),
        ("nothing-to-choose", page(Role::Manager, rows.clone(), Some(Choosing { objects: Vec::new(), ..choosing }))),
        ("read-only", page(Role::Readonly, rows, None)),
        ("none", page(Role::Owner, Vec::new(), None)),
    ]
}

pub(crate) fn ones() -> Vec<(&'static str, One)> {
    let some = Totals { aligned: 90, differs: 4, missing: 6, extra: 2 };
    let all = Totals { aligned: 12, ..Totals::default() };
    let types = vec![
        one_type("compliance_policy", TypeComparison::Compared, all),
        one_type("settings_catalog_policy", TypeComparison::Compared, some),
        one_type("scope_tag", TypeComparison::Unread, all),
        one_type(HOSTILE, TypeComparison::Unsupported, Totals::default()),
        one_type("assignment_filter", TypeComparison::Unknown, Totals::default()),
    ];
    let version = |number, state| BaselineVersion {
        number,
        state,
        extras: number == 3,
        source: if number == 1 { VersionSource::Tenant } else { VersionSource::Version },
        items: 214,
        created_by: HOSTILE.to_owned(),
        created_at: moment(86_400),
        activated_at: (state == VersionState::Ready).then(|| moment(3_600)),
    };
    let item = |n: u32, name: &str, ignored: &[&str]| BaselineItem {
        key: ItemKey { resource_type: "settings_catalog_policy".to_owned(), object_id: format!("object-{n}") },
        name: name.to_owned(),
        home: None,
        content_of: None,
        content_hash: String::new(),
        semantic_hash: String::new(),
        body_hash: None,
        ignored: ignored.iter().map(|&name| name.to_owned()).collect::<BTreeSet<String>>(),
    };
    let items = vec![item(1, "Windows hardening", &["description"]), item(2, HOSTILE, &[HOSTILE]), item(3, "Firewall", &[])];
    let page = |role, baseline: Baseline| One {
        workspace: workspace().id,
        can: Can::of(role),
        versions: vec![version(3, VersionState::Ready), version(2, VersionState::Ready), version(1, VersionState::Unknown)],
        version: 3,
        items: middle(items.clone()),
        assigned: vec![row(1, types.clone()), row(2, Vec::new())],
        others: tenant_list(),
        groups: vec![AssignedGroup {
            group: id(60, 1),
            name: HOSTILE.to_owned(),
            pinned: Some(2),
            assigned_by: "Ada Meyer".to_owned(),
            assigned_at: moment(86_400),
        }],
        other_groups: vec![
            TenantGroup { id: id(60, 1), name: HOSTILE.to_owned(), tenants: 3 },
            TenantGroup { id: id(60, 2), name: "Gold".to_owned(), tenants: 12 },
        ],
        golden: baseline.golden.map(|_| production()),
        problem: None,
        baseline,
    };
    let draft = One {
        version: 4,
        versions: vec![version(4, VersionState::Draft)],
        assigned: Vec::new(),
        ..page(Role::Owner, baseline(2, "Windows"))
    };
    let refused = One { problem: Some("The baseline was changed meanwhile; look at it again.".to_owned()), ..draft.clone() };
    vec![
        ("active", page(Role::Manager, baseline(1, "Core"))),
        ("draft", draft),
        ("refused", refused),
        ("readonly", page(Role::Readonly, baseline(1, "Core"))),
        ("archived", page(Role::Owner, baseline(4, HOSTILE))),
    ]
}
