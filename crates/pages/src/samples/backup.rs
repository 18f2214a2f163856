//! Backup sets in every state.

use std::collections::BTreeSet;

use model::access::{Can, Role};
use model::backup::{
    BackupItem, BackupSet, BackupStatus, ItemProblem, Mirrored, MissingItem, Retention as Rule, Selection, TypeCertificate,
    Verified, Why,
};
use model::coverage::TypeState;

use super::values::{id, moment, production};
use super::{HOSTILE, middle, whole};
use crate::backups::{Contents, Delete, Detail, Fetching, Form, Input, List, Missing};
use crate::components::field::FieldProblem;
use crate::schedules::Retention;

pub(crate) fn complete() -> BackupSet {
    BackupSet {
        id: id(11, 1),
        name: "Before the change".to_owned(),
        status: BackupStatus::Complete,
        holds: Selection::All.words(),
        run_id: Some(id(6, 1)),
        schedule_id: None,
        created_by: Some(id(1, 1)),
        created_by_name: "Ada Meyer".to_owned(),
        started_at: moment(7_200),
        completed_at: Some(moment(7_100)),
        items: 1_234,
        bytes: 5_600_000,
        missing: 0,
        left_out: 0,
        pinned: true,
        in_use: false,
        verified: Some(Verified { at: moment(60), run_id: Some(id(6, 2)), corrupt: 0 }),
        origin: None,
        mirrored: Some(Mirrored { at: moment(7_000), commit: "2f".repeat(20), run_id: Some(id(6, 3)) }),
    }
}

fn partial() -> BackupSet {
    BackupSet {
        id: id(11, 2),
        name: "Nightly backup".to_owned(),
        status: BackupStatus::Partial,
        schedule_id: Some(id(9, 1)),
        created_by: None,
        created_by_name: String::new(),
        missing: 2,
        left_out: 13,
        pinned: false,
        in_use: true,
        verified: Some(Verified { at: moment(60), run_id: None, corrupt: 1 }),
        mirrored: None,
        ..complete()
    }
}

fn capturing() -> BackupSet {
    let (status, completed_at) = (BackupStatus::Capturing, None);
    BackupSet {
        id: id(11, 3),
        status,
        completed_at,
        items: 0,
        bytes: 0,
        pinned: false,
        verified: None,
        mirrored: None,
        ..complete()
    }
}

fn failed() -> BackupSet {
    BackupSet { id: id(11, 4), status: BackupStatus::Failed, run_id: None, ..capturing() }
}

fn hostile() -> BackupSet {
    BackupSet {
        id: id(11, 5),
        name: HOSTILE.to_owned(),
        created_by_name: HOSTILE.to_owned(),
        status: BackupStatus::Unknown,
        pinned: false,
        mirrored: Some(Mirrored { at: moment(60), commit: HOSTILE.to_owned(), run_id: None }),
        ..partial()
    }
}

fn schedule() -> model::schedule::Schedule {
    super::schedule::nightly()
}

pub(crate) fn lists() -> Vec<(&'static str, List)> {
    let list = |role, sets| List { tenant: production(), can: Can::of(role), schedule: None, sets };
    let full = || middle(vec![capturing(), complete(), partial(), failed()]);
    vec![
        ("full", list(Role::Manager, full())),
        ("readonly", list(Role::Readonly, full())),
        ("empty", list(Role::Operator, whole(Vec::new()))),
        ("of-schedule", List { schedule: Some(schedule()), ..list(Role::Manager, whole(vec![partial()])) }),
        ("hostile", list(Role::Manager, whole(vec![hostile()]))),
    ]
}

pub(crate) fn forms() -> Vec<(&'static str, Form)> {
    let input = |what: &str| Input {
        name: String::new(),
        what: what.to_owned(),
        types: BTreeSet::new(),
        items: BTreeSet::new(),
        trust_list: false,
        secrets: false,
    };
    let form = |role, what: &str| Form {
        tenant: production(),
        can: Can::of(role),
        input: input(what),
        fetching: Fetching::Off,
        chosen: Vec::new(),
        problem: None,
    };
    vec![
        ("everything", form(Role::Operator, "all")),
        ("readonly", form(Role::Readonly, "all")),
        ("secrets", Form { fetching: Fetching::Allowed, ..form(Role::Owner, "all") }),
        ("secrets-forbidden", Form { fetching: Fetching::Forbidden, ..form(Role::Operator, "all") }),
        ("chosen", Form { chosen: super::inventory::rows(), ..form(Role::Operator, "items") }),
        ("refused", Form { problem: Some("Choose at least one resource type.".to_owned()), ..form(Role::Operator, "types") }),
        (
            "hostile",
            Form {
                chosen: vec![super::inventory::hostile_item()],
                input: Input { name: HOSTILE.to_owned(), what: HOSTILE.to_owned(), ..input("items") },
                ..form(Role::Owner, "items")
            },
        ),
    ]
}

fn line(key: &str, state: TypeState, items: i64, left_out: i64) -> TypeCertificate {
    TypeCertificate {
        resource_type: key.to_owned(),
        state,
        failure_code: (state == TypeState::Forbidden).then(|| "graph.forbidden".to_owned()),
        pages: 3,
        objects: items,
        details: items,
        every_detail: true,
        wanted_whole: true,
        items,
        bytes: items * 4_000,
        left_out,
        ended_at: moment(7_110),
    }
}

fn certificate() -> Vec<TypeCertificate> {
    vec![
        line("settings_catalog_policy", TypeState::Complete, 1_000, 1),
        line("conditional_access_policy", TypeState::Forbidden, 0, 12),
        line("authentication_context", TypeState::NotLicensed, 0, 0),
        line("apple_dep_token", TypeState::NotReadableAppOnly, 0, 0),
        line(HOSTILE, TypeState::Unknown, 1, 0),
    ]
}

fn item(n: u32, name: &str, problem: Option<ItemProblem>) -> BackupItem {
    BackupItem {
        item_id: id(7, n),
        version_id: id(8, n),
        version: 3,
        resource_type: "settings_catalog_policy".to_owned(),
        object_id: "6f2c1b7a-2f4e-4a37-8d15-0f1c6f3f2a10".to_owned(),
        name: name.to_owned(),
        content_hash: "0".repeat(64),
        bytes: 4_100,
        captured_at: moment(90_000),
        problem,
    }
}

fn lacking() -> Vec<MissingItem> {
    let item = |object: &str, name: &str, code: &str| MissingItem {
        resource_type: "settings_catalog_policy".to_owned(),
        object_id: object.to_owned(),
        name: name.to_owned(),
        code: code.to_owned(),
    };
    vec![
        item("6f2c1b7a-2f4e-4a37-8d15-0f1c6f3f2a10", "BitLocker", "graph.unavailable"),
        item(HOSTILE, HOSTILE, "future.code"),
        item("9", "", "graph.not_found"),
    ]
}

pub(crate) fn details() -> Vec<(&'static str, Detail)> {
    let detail = |role, set: BackupSet| Detail {
        tenant: production(),
        can: Can::of(role),
        set,
        schedule: None,
        certificate: certificate(),
        sealed_values: 0,
        missing: Vec::new(),
        damaged: Vec::new(),
    };
    let damaged = vec![item(1, "BitLocker", Some(ItemProblem::Altered)), item(2, HOSTILE, Some(ItemProblem::Unknown))];
    vec![
        ("complete", Detail { sealed_values: 3, ..detail(Role::Manager, complete()) }),
        ("partial", Detail { schedule: Some(schedule()), missing: lacking(), damaged, ..detail(Role::Operator, partial()) }),
        ("capturing", Detail { certificate: Vec::new(), ..detail(Role::Manager, capturing()) }),
        ("failed", Detail { certificate: Vec::new(), ..detail(Role::Readonly, failed()) }),
        ("readonly", detail(Role::Readonly, complete())),
        ("hostile", detail(Role::Owner, hostile())),
        ("imported", detail(Role::Owner, super::backup_file::imported())),
    ]
}

pub(crate) fn contents() -> Vec<(&'static str, Contents)> {
    let contents = |items| Contents { tenant: production(), set: complete(), resource_type: None, damaged: false, items };
    let items = vec![item(1, "BitLocker", None), item(2, HOSTILE, Some(ItemProblem::Missing)), item(3, "", None)];
    vec![
        ("full", contents(middle(items))),
        ("empty", contents(whole(Vec::new()))),
        (
            "narrowed",
            Contents { resource_type: Some(HOSTILE.to_owned()), damaged: true, ..contents(whole(vec![item(1, "A", None)])) },
        ),
    ]
}

pub(crate) fn missing() -> Vec<(&'static str, Missing)> {
    let missing = |items| Missing { tenant: production(), set: partial(), items };
    vec![("full", missing(middle(lacking()))), ("empty", missing(whole(Vec::new())))]
}

pub(crate) fn deletions() -> Vec<(&'static str, Delete)> {
    let delete = |set| Delete { tenant: production(), set, problem: None };
    let wrong = FieldProblem::new("typed", "That is not its name.");
    vec![
        ("free", delete(failed())),
        ("pinned", delete(complete())),
        ("used", delete(partial())),
        ("wrong", Delete { problem: Some(wrong), ..delete(failed()) }),
        ("hostile", Delete { problem: Some(FieldProblem::new("", HOSTILE)), ..delete(BackupSet { in_use: false, ..hostile() }) }),
    ]
}

pub(crate) fn retentions() -> Vec<(&'static str, Retention)> {
    let rule = Rule { keep_last: Some(2), keep_days: None };
    let retention = |go, sets| Retention { tenant: production(), schedule: schedule(), rule, go, sets };
    vec![
        (
            "some-go",
            retention(
                2,
                whole(vec![(partial(), Why::Newest), (complete(), Why::Pinned), (failed(), Why::Useless), (hostile(), Why::Old)]),
            ),
        ),
        ("middle", retention(40, middle(vec![(complete(), Why::Rule), (hostile(), Why::Old)]))),
        ("empty", retention(0, whole(Vec::new()))),
    ]
}
