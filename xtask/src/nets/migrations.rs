//! Processes of two versions stand side by side while one is exchanged for the other: a migration says by its name whether it adds or
//! takes away, and one that adds leaves alone what the version before uses.

use super::tree::Tree;
use super::{Finding, Net};

pub(super) const NET: Net = Net {
    name: "migrations",
    rule: "a migration is named 0039_expand_… or 0039_contract_…; one that expands drops, renames and narrows nothing, and its new columns \
           can be left out by who does not know them (docs/UPGRADE.md)",
    find,
};

/// The first whose name has to say it.
const FIRST: u32 = 39;

fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files().iter().filter(|file| file.path.starts_with("crates/store/migrations/")) {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let number = name.split('_').next().and_then(|number| number.parse().ok()).unwrap_or(u32::MAX);
        if number < FIRST {
            continue;
        }
        let mut faults = match name.split('_').nth(1) {
            Some("expand") => narrowing(&file.text),
            Some("contract") => Vec::new(),
            _ => vec!["no name"],
        };
        faults.dedup();
        findings
            .extend(faults.into_iter().map(|fault| Finding { key: format!("{} {fault}", file.path), place: file.path.clone() }));
    }
    findings
}

/// What of a text takes away, or asks of those who write what they do not know.
fn narrowing(text: &str) -> Vec<&'static str> {
    let lines: Vec<&str> = text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    let code = lines.join(" ").to_ascii_lowercase();
    let all = spaced(&code);
    let created = |table: &str| all.contains(&format!(" create table {table} "));
    let mut faults = Vec::new();
    for statement in code.split(';').map(spaced) {
        let has = |part: &str| statement.contains(part);
        let table = statement.split(" table ").nth(1).or_else(|| statement.split(" on ").nth(1));
        let table = table
            .and_then(|rest| rest.split([' ', '(']).find(|word| !word.is_empty() && !["if", "exists", "only"].contains(word)));
        // What the same migration makes nobody knows yet.
        if table.is_some_and(created) {
            continue;
        }
        // A trigger is no thing that another version asks for by name; what replaces it stands behind it.
        if has(" drop ") && !has(" drop trigger ") && !has(" drop default ") && !has(" drop not null ") {
            faults.push("drop");
        }
        if has(" rename ") {
            faults.push("rename");
        }
        if has(" alter column ") && has(" type ") {
            faults.push("type");
        }
        if has(" set not null ") || has(" add constraint ") || has(" create unique index ") {
            faults.push("narrower");
        }
        if has(" add column ") && has(" not null ") && !has(" default ") {
            faults.push("asked for");
        }
        if has(" truncate ") || statement.starts_with(" delete ") {
            faults.push("rows");
        }
    }
    faults
}

/// Words with one blank around each.
fn spaced(text: &str) -> String {
    format!(" {} ", text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(name: &str, text: &str) -> Vec<String> {
        let path = format!("crates/store/migrations/sqlite/{name}");
        let tree = Tree::of(&[(path.as_str(), text)]);
        find(&tree).into_iter().map(|finding| finding.key.rsplit_once(".sql ").unwrap().1.to_owned()).collect()
    }

    #[test]
    fn what_adds_is_fine() {
        let text = "alter table tenants add column since timestamptz; -- drop table x;\n
          alter table tenants add column kind text not null default 'a';
          create table new (id uuid primary key, a text not null);
          create unique index new_a on new (a); create index tenants_since on tenants (since);
          drop trigger t; create trigger t before delete on tenants begin select 1; end;";
        assert_eq!(faults("0039_expand_x.sql", text), Vec::<String>::new());
        assert_eq!(faults("0038_of_before.sql", "drop table tenants"), Vec::<String>::new());
        assert_eq!(faults("0042_contract_x.sql", "drop table tenants"), Vec::<String>::new());
    }

    #[test]
    fn what_takes_away_is_found() {
        for (text, fault) in [
            ("drop table tenants", "drop"),
            ("alter table tenants drop column name", "drop"),
            ("alter table tenants\n  rename column name to title", "rename"),
            ("alter table tenants alter column name type bytea", "type"),
            ("alter table tenants alter column name set not null", "narrower"),
            ("create unique index tenants_name on tenants (name)", "narrower"),
            ("alter table tenants add constraint c check (name <> '')", "narrower"),
            ("alter table tenants add column kind text not null", "asked for"),
            ("delete from tenants", "rows"),
        ] {
            assert_eq!(faults("0039_expand_x.sql", text), [fault], "{text}");
        }
        assert_eq!(faults("0039_x.sql", "select 1"), ["no name"]);
        assert_eq!(faults("tables.sql", "select 1"), ["no name"]);
    }
}
