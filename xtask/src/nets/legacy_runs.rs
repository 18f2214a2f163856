//! `operation_runs` is the only run system: nothing of the older run tables comes back, except where the adoption reads them.

use super::source::{is_identifier, line_of, words};
use super::tree::{File, Tree};
use super::{Finding, Net};

pub(super) const NET: Net = Net {
    name: "no_legacy_runs",
    rule: "the run tables, columns, models and routes of earlier versions occur only in crates/store/src/adoption*",
    find,
};

/// Tables and route parts of earlier versions, as whole words, forbidden everywhere.
const WORDS: &[&str] = &[
    "inventory_sync_runs",
    "entra_group_sync_runs",
    "backup_schedule_runs",
    "inventory-sync-runs",
    "entra-group-sync-runs",
    "backup-schedule-runs",
];

/// Columns of earlier versions. In SQL they are forbidden; a Rust field may have such a name.
const COLUMNS: &[&str] = &["last_seen_run_id", "baseline_run_id", "current_run_id"];

/// Beginnings of older model names. `BackupScheduleRun` is not among them: it is also the operation type
/// `backup_schedule_run`; its plural is.
const BEGINNINGS: &[&str] = &["InventorySyncRun", "EntraGroupSyncRun", "BackupScheduleRuns"];

fn find(tree: &Tree) -> Vec<Finding> {
    let product = tree.files().iter().filter(|file| file.path.starts_with("crates/") && !file.is_test());
    product.filter(|file| !file.path.starts_with("crates/store/src/adoption")).flat_map(find_in).collect()
}

fn find_in(file: &File) -> Vec<Finding> {
    let (text, sql) = match file.source() {
        Some(source) => (&source.text, &source.strings),
        None => (&file.text, &file.text),
    };
    let finding = |text: &str, at: usize, word: &str| Finding {
        key: format!("{}: {word}", file.path),
        place: format!("{}:{}", file.path, line_of(text, at)),
    };
    let mut findings = Vec::new();
    for word in WORDS {
        findings.extend(words(text, word).map(|at| finding(text, at, word)));
    }
    for word in COLUMNS {
        findings.extend(words(sql, word).map(|at| finding(sql, at, word)));
    }
    for word in BEGINNINGS {
        let starts = text.match_indices(word).map(|(at, _)| at);
        let whole = starts.filter(|at| !text[..*at].chars().next_back().is_some_and(is_identifier));
        findings.extend(whole.map(|at| finding(text, at, word)));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legacy_table_is_found_in_code_comments_migrations_and_routes() {
        let found = find(&Tree::of(&[
            ("crates/store/src/inventory.rs", "// reads inventory_sync_runs\nconst A: &str = \"select current_run_id\";"),
            ("crates/store/migrations/sqlite/0002_x.sql", "create table backup_schedule_runs (id blob);"),
            ("crates/web/src/routes.rs", "get(\"/admin/entra-group-sync-runs\")"),
            ("crates/model/src/x.rs", "struct InventorySyncRunId;"),
        ]));
        let keys: Vec<&str> = found.iter().map(|finding| finding.key.rsplit(' ').next().unwrap()).collect();
        assert_eq!(
            keys,
            ["inventory_sync_runs", "current_run_id", "backup_schedule_runs", "entra-group-sync-runs", "InventorySyncRun"]
        );
    }

    #[test]
    fn todays_names_are_free() {
        let text = "last_seen_operation_run_id backup_schedule_run BackupScheduleRun baseline_operation_run_id";
        let field = "struct Item { last_seen_run_id: u8 } // once last_seen_run_id";
        assert!(find(&Tree::of(&[("crates/store/src/a.rs", text), ("crates/model/src/b.rs", field)])).is_empty());
    }

    #[test]
    fn adoption_and_tests_may_name_them() {
        let text = "inventory_sync_runs";
        let module = "#[cfg(test)]\nmod tests {\n    // backup_schedule_runs is 404\n}\n";
        assert!(
            find(&Tree::of(&[
                ("crates/store/src/adoption/read.rs", text),
                ("crates/store/src/adoption.rs", text),
                ("crates/app/tests/legacy.rs", text),
                ("crates/web/src/routes.rs", module),
            ]))
            .is_empty()
        );
    }
}
