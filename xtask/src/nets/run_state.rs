//! Only the run service makes and moves runs: SQL that writes `operation_runs` stands in `crates/store/src/runs/`.

use super::source::line_of;
use super::sql::{self, Write};
use super::tree::{File, Tree};
use super::{Finding, Net};

const TABLE: &str = "operation_runs";

/// No run is made up from older rows.
pub(super) const BACKFILL: Net = Net {
    name: "no_legacy_run_backfill",
    rule: "nothing outside crates/store/src/runs inserts into operation_runs, no migration either",
    find: |tree| find(tree, Write::Insert),
};

/// One place moves a run.
pub(super) const WRITES: Net = Net {
    name: "run_state_writes",
    rule: "nothing outside crates/store/src/runs updates operation_runs, and no migration after the one that creates it",
    find: |tree| find(tree, Write::Update),
};

fn find(tree: &Tree, wanted: Write) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.rust().filter(|(file, _)| is_guarded(file)) {
        add(&file.path, &source.uncommented, wanted, &mut findings);
    }
    for file in tree.files().iter().filter(|file| file.path.ends_with(".sql") && !file.is_test()) {
        let text = sql::uncommented(&file.text);
        if wanted == Write::Update && sql::creates(&text, TABLE) {
            continue;
        }
        add(&file.path, &text, wanted, &mut findings);
    }
    findings
}

/// Product code outside the run service.
fn is_guarded(file: &File) -> bool {
    let service = file.path.starts_with("crates/store/src/runs/") || file.path == "crates/store/src/runs.rs";
    file.path.starts_with("crates/") && !service
}

fn add(path: &str, text: &str, wanted: Write, findings: &mut Vec<Finding>) {
    let writes = sql::writes(text, TABLE).into_iter().filter(|(write, _)| *write == wanted);
    findings.extend(writes.map(|(_, at)| Finding { key: path.to_owned(), place: format!("{path}:{}", line_of(text, at)) }));
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATE: (&str, &str) = (
        "crates/store/migrations/sqlite/0004_runs.sql",
        "create table operation_runs (id blob);\ncreate trigger t after insert on operation_runs begin\n update operation_runs set x = 1; end;",
    );

    #[test]
    fn a_second_place_that_makes_runs_is_found() {
        let found =
            find(&Tree::of(&[("crates/ops/src/a.rs", "const A: &str = \"\n insert into operation_runs\";")]), Write::Insert);
        assert_eq!(found, [Finding { key: "crates/ops/src/a.rs".into(), place: "crates/ops/src/a.rs:2".into() }]);
    }

    #[test]
    fn a_migration_that_fills_or_moves_runs_is_found() {
        let later = "crates/store/migrations/sqlite/0009_fill.sql";
        let tree = Tree::of(&[CREATE, (later, "insert into operation_runs select 1;\nupdate operation_runs set status = 'x';")]);
        assert_eq!(find(&tree, Write::Insert).len(), 1);
        assert_eq!(find(&tree, Write::Update).len(), 1);
        assert!(find(&tree, Write::Update)[0].place.ends_with("0009_fill.sql:2"));
    }

    #[test]
    fn the_run_service_tests_and_comments_are_free() {
        let text = "const A: &str = \"update operation_runs set status = $1\"; const B: &str = \"insert into operation_runs\";";
        let tree = Tree::of(&[
            CREATE,
            ("crates/store/src/runs/transition.rs", text),
            ("crates/store/tests/runs.rs", text),
            ("crates/store/src/db.rs", "// as in: update operation_runs set …\n/* insert into operation_runs */"),
            ("crates/store/migrations/postgres/0005_x.sql", "-- update operation_runs\nselect 1;"),
        ]);
        assert!(find(&tree, Write::Insert).is_empty());
        assert!(find(&tree, Write::Update).is_empty());
    }
}
