//! Writes to one table, found in SQL text wherever it stands.

/// What a statement does to the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Write {
    Insert,
    Update,
}

/// The writes to a table in a text, with the byte at which the table's name begins. Case, quotes, schema and line breaks do
/// not matter.
pub(super) fn writes(text: &str, table: &str) -> Vec<(Write, usize)> {
    let text = text.to_ascii_lowercase();
    let words = words(&text);
    let mut found = Vec::new();
    for (index, (start, word)) in words.iter().enumerate() {
        if *word != table {
            continue;
        }
        let mut before = words[..index].iter().rev().map(|(_, word)| *word).filter(|word| !matches!(*word, "public" | "main"));
        match before.next() {
            Some("into" | "copy") => found.push((Write::Insert, *start)),
            Some("update") => found.push((Write::Update, *start)),
            Some("only") if before.next() == Some("update") => found.push((Write::Update, *start)),
            Some("rollback" | "abort" | "replace" | "fail" | "ignore")
                if before.next() == Some("or") && before.next() == Some("update") =>
            {
                found.push((Write::Update, *start));
            }
            _ => {}
        }
    }
    found
}

/// True when the text creates the table.
pub(super) fn creates(text: &str, table: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let words = words(&text);
    words.windows(3).any(|three| three[0].1 == "create" && three[1].1 == "table" && three[2].1 == table)
        || words.windows(6).any(|six| six.iter().map(|(_, word)| *word).eq(["create", "table", "if", "not", "exists", table]))
}

/// SQL without `--` comments, lines kept.
pub(super) fn uncommented(text: &str) -> String {
    text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The words of a text, with their positions. A backslash before a line break (Rust's continued string) is no letter.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut rest = 0;
    while let Some(start) = text[rest..].find(super::source::is_identifier).map(|offset| rest + offset) {
        let end = text[start..].find(|char| !super::source::is_identifier(char)).map_or(text.len(), |offset| start + offset);
        words.push((start, &text[start..end]));
        rest = end;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Write> {
        writes(text, "operation_runs").into_iter().map(|(write, _)| write).collect()
    }

    #[test]
    fn inserts_are_found_in_any_dress() {
        for text in [
            "INSERT INTO operation_runs (id)",
            "insert or ignore into \"operation_runs\" (id)",
            "insert into\n    public.operation_runs",
            "\"insert into \\\n operation_runs\"",
            "merge into operation_runs",
            "copy operation_runs from stdin",
        ] {
            assert_eq!(kinds(text), [Write::Insert], "{text}");
        }
    }

    #[test]
    fn updates_are_found_in_any_dress() {
        for text in [
            "update operation_runs set status = 'x'",
            "UPDATE ONLY operation_runs SET",
            "update or ignore operation_runs set",
            "with x as (update public.operation_runs set",
        ] {
            assert_eq!(kinds(text), [Write::Update], "{text}");
        }
    }

    #[test]
    fn reading_and_locking_are_no_writes() {
        for text in [
            "select 1 from operation_runs for update",
            "select 1 from a for update of operation_runs",
            "create trigger t after update on operation_runs",
            "delete from operation_runs_old",
            "insert into operation_run_events (id) select id from operation_runs",
            "fn update_operation_runs()",
        ] {
            assert!(kinds(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn the_creating_statement_is_known() {
        assert!(creates("CREATE TABLE operation_runs (", "operation_runs"));
        assert!(creates("create table if not exists operation_runs (", "operation_runs"));
        assert!(!creates("create table operation_run_events (run references operation_runs)", "operation_runs"));
    }
}
