//! What an adoption found and did, in figures.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

/// What an adoption found and did. A dry run gives the same, except that it says so.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct AdoptionReport {
    /// The name under which the older database is remembered.
    pub source: String,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// By older table.
    pub tables: BTreeMap<&'static str, Table>,
    /// The older run tables, whose rows are not copied.
    pub legacy: BTreeMap<&'static str, LegacyTable>,
    /// Types of operations that this version does not know, kept as they are: how many runs of each.
    pub unknown_types: BTreeMap<String, u64>,
    /// Columns, `table.column`, that this version does not understand; what they hold is left out.
    pub unknown_columns: BTreeSet<String>,
    /// Tables, and columns of tables that are there, that were expected and are absent.
    pub absent: BTreeSet<String>,
    /// Numbers of runs that two adopted databases have: their older addresses lead nowhere.
    pub colliding_numbers: u64,
    /// Workspaces that nobody owns after the adoption, by name.
    pub without_owner: BTreeSet<String>,
    /// Connections whose credential has to be entered again, as `tenant: application id`.
    pub credentials_to_enter: BTreeSet<String>,
}

/// What became of the rows of one table: `read = adopted + known + skipped`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Table {
    /// Rows read.
    pub read: u64,
    /// Rows adopted now.
    pub adopted: u64,
    /// Rows that were adopted before, or are here already.
    pub known: u64,
    /// References moved by way of an older run table.
    pub mapped: u64,
    /// References that became null, by reason.
    pub null_references: BTreeMap<&'static str, u64>,
    /// Rows that were left out, by reason.
    pub skipped: BTreeMap<&'static str, u64>,
    /// What else is worth knowing of adopted rows.
    pub notes: BTreeMap<&'static str, u64>,
}

/// What the rows of an older run table are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct LegacyTable {
    /// Rows read.
    pub read: u64,
    /// Of them, those that name an operation run.
    pub with_run: u64,
    /// Of them, those that name none: they are in the file of legacy rows only.
    pub without_run: u64,
}

impl Table {
    /// Counts a row that is left out.
    pub(super) fn skip(&mut self, why: &'static str) {
        *self.skipped.entry(why).or_default() += 1;
    }

    /// Counts a reference that becomes null.
    pub(super) fn null(&mut self, why: &'static str) {
        *self.null_references.entry(why).or_default() += 1;
    }

    /// Counts what is worth knowing.
    pub(super) fn note(&mut self, what: &'static str) {
        *self.notes.entry(what).or_default() += 1;
    }
}

impl AdoptionReport {
    /// Rows that were adopted now.
    #[must_use]
    pub fn adopted(&self) -> u64 {
        self.tables.values().map(|table| table.adopted).sum()
    }
}

impl fmt::Display for AdoptionReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let done = if self.dry_run { "Would be adopted" } else { "Adopted" };
        writeln!(f, "{done} from {}:", self.source)?;
        for (name, table) in &self.tables {
            writeln!(f, "  {name}: {} read, {} adopted, {} known before", table.read, table.adopted, table.known)?;
            if table.mapped > 0 {
                writeln!(f, "    {} references mapped by an older run table", table.mapped)?;
            }
            lines(f, "references without a run", &table.null_references)?;
            lines(f, "left out", &table.skipped)?;
            lines(f, "note", &table.notes)?;
        }
        for (name, table) in &self.legacy {
            writeln!(
                f,
                "  {name}: {} read, not copied; {} name an operation run, {} name none",
                table.read, table.with_run, table.without_run
            )?;
        }
        for (code, runs) in &self.unknown_types {
            writeln!(f, "  operation type not known to this version: {code} ({runs} runs)")?;
        }
        listed(f, "columns not understood", &self.unknown_columns)?;
        listed(f, "absent", &self.absent)?;
        listed(f, "workspaces without an owner", &self.without_owner)?;
        listed(f, "credentials to be entered again", &self.credentials_to_enter)?;
        if self.colliding_numbers > 0 {
            writeln!(f, "  {} run numbers are those of two adopted databases and lead nowhere", self.colliding_numbers)?;
        }
        Ok(())
    }
}

fn lines(f: &mut fmt::Formatter<'_>, what: &str, counted: &BTreeMap<&'static str, u64>) -> fmt::Result {
    counted.iter().try_for_each(|(why, count)| writeln!(f, "    {what}: {count} ({why})"))
}

fn listed(f: &mut fmt::Formatter<'_>, what: &str, all: &BTreeSet<String>) -> fmt::Result {
    if all.is_empty() {
        return Ok(());
    }
    writeln!(f, "  {what}: {}", all.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> AdoptionReport {
        let mut runs = Table { read: 5, adopted: 3, known: 1, mapped: 2, ..Table::default() };
        runs.skip("no id");
        runs.null("the run is not here");
        runs.note("was active, ended as failed");
        let set = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        AdoptionReport {
            source: "older".to_owned(),
            tables: BTreeMap::from([("operation_runs", runs)]),
            legacy: BTreeMap::from([("inventory_sync_runs", LegacyTable { read: 3, with_run: 1, without_run: 2 })]),
            unknown_types: BTreeMap::from([("old.cleanup".to_owned(), 4)]),
            unknown_columns: set(&["tenants.colour"]),
            absent: set(&["findings", "tenants.status"]),
            colliding_numbers: 6,
            without_owner: set(&["North"]),
            credentials_to_enter: set(&["Tenant 1: app"]),
            ..AdoptionReport::default()
        }
    }

    #[test]
    fn people_read_every_figure_with_its_reason() {
        let lines = "Adopted from older:
  operation_runs: 5 read, 3 adopted, 1 known before
    2 references mapped by an older run table
    references without a run: 1 (the run is not here)
    left out: 1 (no id)
    note: 1 (was active, ended as failed)
  inventory_sync_runs: 3 read, not copied; 1 name an operation run, 2 name none
  operation type not known to this version: old.cleanup (4 runs)
  columns not understood: tenants.colour
  absent: findings, tenants.status
  workspaces without an owner: North
  credentials to be entered again: Tenant 1: app
  6 run numbers are those of two adopted databases and lead nowhere
";
        assert_eq!(report().to_string(), lines);
        assert!(AdoptionReport { dry_run: true, ..report() }.to_string().starts_with("Would be adopted from older:"));
    }

    #[test]
    fn programs_read_the_same() {
        let told = serde_json::to_value(report()).unwrap();
        let runs = serde_json::json!({
            "read": 5, "adopted": 3, "known": 1, "mapped": 2, "null_references": { "the run is not here": 1 },
            "skipped": { "no id": 1 }, "notes": { "was active, ended as failed": 1 },
        });
        assert_eq!(told["tables"]["operation_runs"], runs);
        assert_eq!(told["legacy"]["inventory_sync_runs"], serde_json::json!({ "read": 3, "with_run": 1, "without_run": 2 }));
        let names: Vec<&String> = told.as_object().unwrap().keys().collect();
        let wanted = [
            "absent",
            "colliding_numbers",
            "credentials_to_enter",
            "dry_run",
            "legacy",
            "source",
            "tables",
            "unknown_columns",
            "unknown_types",
            "without_owner",
        ];
        assert!(names.iter().all(|name| wanted.contains(&name.as_str())) && names.len() == wanted.len(), "{names:?}");
    }
}
