//! Backup sets as files: exports, imports and their reports.

use model::access::{Can, Role};
use model::backup::{
    BackupFile, BackupSet, BackupStatus, FileProtection, ImportRemark, ImportedItem, ItemProblem, Origin, Remark,
};

use super::backup::complete;
use super::values::{id, moment, production};
use super::{HOSTILE, middle, whole};
use crate::backups::{Files, Import, ImportedContents, Report};

/// A set that was imported.
pub(crate) fn imported() -> BackupSet {
    let origin = Origin {
        layout: "tenantatlas".to_owned(),
        entra_id: Some("6f2c1b7a-2f4e-4a37-8d15-0f1c6f3f2a10".to_owned()),
        tenant: Some(HOSTILE.to_owned()),
        set: Some("Nightly backup".to_owned()),
        captured_at: Some(moment(90_000)),
        complete: true,
        files: 40,
        wrong: 1,
        left: 2,
        notes: 3,
        withheld: 4,
    };
    BackupSet {
        id: id(11, 6),
        name: "From elsewhere".to_owned(),
        status: BackupStatus::Partial,
        origin: Some(origin),
        mirrored: None,
        ..complete()
    }
}

fn file(n: u32, protection: FileProtection, whole: bool) -> BackupFile {
    BackupFile {
        id: id(12, n),
        protection,
        run_id: Some(id(6, 1)),
        created_by: if n == 1 { "Ada Meyer".to_owned() } else { HOSTILE.to_owned() },
        created_at: moment(600),
        expires_at: moment(0),
        completed_at: whole.then(|| moment(500)),
        bytes: 1_234_567,
    }
}

pub(crate) fn files() -> Vec<(&'static str, Files)> {
    let page = |role, files| Files {
        tenant: production(),
        can: Can::of(role),
        set: complete(),
        files,
        chosen: FileProtection::Passphrase.code().to_owned(),
        recipients: String::new(),
        problem: None,
    };
    let some = || {
        vec![
            file(1, FileProtection::Passphrase, true),
            file(2, FileProtection::Unknown, true),
            file(3, FileProtection::Open, false),
        ]
    };
    let problem = Some("That is no key of age.".to_owned());
    vec![
        ("some", page(Role::Operator, some())),
        ("readonly", page(Role::Readonly, some())),
        ("empty", page(Role::Manager, Vec::new())),
        (
            "hostile",
            Files { chosen: HOSTILE.to_owned(), recipients: HOSTILE.to_owned(), problem, ..page(Role::Owner, Vec::new()) },
        ),
    ]
}

pub(crate) fn imports() -> Vec<(&'static str, Import)> {
    let page = |role| Import { tenant: production(), can: Can::of(role), called: String::new(), problem: None };
    vec![
        ("new", page(Role::Operator)),
        ("readonly", page(Role::Readonly)),
        ("hostile", Import { called: HOSTILE.to_owned(), problem: Some("Choose a file.".to_owned()), ..page(Role::Owner) }),
    ]
}

pub(crate) fn reports() -> Vec<(&'static str, Report)> {
    let line =
        |number, remark, file: &str| ImportRemark { number, remark, file: file.to_owned(), words: "not valid JSON".to_owned() };
    let lines = vec![
        line(1, Remark::Wrong, "device_configuration/a.json"),
        line(2, Remark::Left, HOSTILE),
        ImportRemark { words: HOSTILE.to_owned(), ..line(3, Remark::Unknown, "") },
    ];
    let page = |lines| Report { tenant: production(), set: imported(), remark: None, lines };
    vec![
        ("full", page(middle(lines.clone()))),
        ("empty", page(whole(Vec::new()))),
        ("narrowed", Report { remark: Some(Remark::Left), ..page(whole(lines)) }),
    ]
}

pub(crate) fn contents() -> Vec<(&'static str, ImportedContents)> {
    let item = |n, name: &str, problem| ImportedItem {
        id: id(13, n),
        resource_type: "settings_catalog_policy".to_owned(),
        object_id: HOSTILE.to_owned(),
        id_was_made: n == 2,
        name: name.to_owned(),
        content_hash: "0".repeat(64),
        bytes: 4_100,
        captured_at: (n == 1).then(|| moment(90_000)),
        withheld: n == 1,
        problem,
    };
    let items = vec![item(1, "BitLocker", None), item(2, HOSTILE, Some(ItemProblem::Missing)), item(3, "", None)];
    let page = |items| ImportedContents { tenant: production(), set: imported(), resource_type: None, damaged: false, items };
    vec![
        ("full", page(middle(items))),
        ("empty", page(whole(Vec::new()))),
        (
            "narrowed",
            ImportedContents { resource_type: Some(HOSTILE.to_owned()), damaged: true, ..page(whole(vec![item(3, "A", None)])) },
        ),
    ]
}
