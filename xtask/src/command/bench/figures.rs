//! The tables of `docs/BENCHMARKS.md`.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use super::sync::{Database, Measured, Round, SETTINGS, Setting, Sync};
use super::units::{Bytes, median, minutes, number, time};

/// The size of a file.
pub(super) fn size(program: &Path) -> Result<Bytes> {
    Ok(Bytes(std::fs::metadata(program).with_context(|| format!("there is no {}", program.display()))?.len()))
}

/// The figures as Markdown: medians over the rounds. `clean` is the time of a build from nothing, where it was measured.
pub(super) fn text(measured: &Measured, machine: &str, size: &Bytes, clean: Option<Duration>) -> String {
    let mut text = format!(
        "{machine}. {} policies and what belongs to them ({} objects in the inventory); medians of {} alternating rounds.\n\n",
        number(measured.policies as u64),
        number(median(measured.all.iter().map(|round| round.first.items))),
        measured.rounds
    );
    text.push_str(
        "| latency | pages of | database | sync | wall | CPU | peak memory | HTTP exchanges | requests | per object |\n",
    );
    text.push_str("|---|---|---|---|---|---|---|---|---|---|\n");
    for setting in SETTINGS {
        for database in [Database::Sqlite, Database::Postgres] {
            let rounds: Vec<&Round> = of(measured, setting, database).collect();
            line(&mut text, setting, database, "first", rounds.iter().map(|round| &round.first));
            line(&mut text, setting, database, "second, unchanged", rounds.iter().map(|round| &round.second));
        }
    }
    text.push_str("\n| of the process | SQLite | PostgreSQL | goal |\n|---|---|---|---|\n");
    let both = |value: &dyn Fn(Database) -> String| (value(Database::Sqlite), value(Database::Postgres));
    let (sqlite, postgres) = both(&|database| time(median(on(measured, database).map(|round| round.ready))));
    let _ = writeln!(text, "| start to ready, on the filled database | {sqlite} | {postgres} | < 1 s |");
    let (sqlite, postgres) = both(&|database| median(on(measured, database).map(|round| round.idle)).to_string());
    let _ = writeln!(text, "| idle memory after that (one tenant) | {sqlite} | {postgres} | < 100 MB |");
    let _ = writeln!(text, "| release binary | {size} | the same | < 60 MB |");
    if let Some(clean) = clean {
        let _ = writeln!(text, "| release build from nothing, without downloads | {} | the same | |", minutes(clean));
    }
    text
}

fn on(measured: &Measured, database: Database) -> impl Iterator<Item = &Round> {
    measured.all.iter().filter(move |round| round.database == database)
}

fn of(measured: &Measured, setting: Setting, database: Database) -> impl Iterator<Item = &Round> {
    on(measured, database).filter(move |round| round.setting == setting)
}

fn line<'a>(text: &mut String, setting: Setting, database: Database, what: &str, syncs: impl Iterator<Item = &'a Sync> + Clone) {
    let pages = if setting.honour_top { "1,000" } else { "25" };
    let database = match database {
        Database::Sqlite => "SQLite",
        Database::Postgres => "PostgreSQL",
    };
    let (units, items) = (median(syncs.clone().map(|sync| sync.units)), median(syncs.clone().map(|sync| sync.items)));
    let _ = writeln!(
        text,
        "| {} ms | {pages} | {database} | {what} | {} | {} | {} | {} | {} | {} |",
        setting.latency.as_millis(),
        time(median(syncs.clone().map(|sync| sync.wall))),
        time(median(syncs.clone().map(|sync| sync.cpu))),
        median(syncs.clone().map(|sync| sync.peak)),
        number(median(syncs.clone().map(|sync| sync.exchanges))),
        number(units),
        per(units, items),
    );
}

/// Two decimals; a dash where there is nothing to divide by.
fn per(units: u64, items: u64) -> String {
    match (units * 100).checked_div(items) {
        Some(hundredths) => format!("{}.{:02}", hundredths / 100, hundredths % 100),
        None => "–".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(database: Database, setting: Setting, wall: u64) -> Round {
        let sync = Sync {
            wall: Duration::from_millis(wall),
            cpu: Duration::from_millis(wall / 2),
            peak: Bytes(100_000_000),
            exchanges: 1_000,
            units: 5_500,
            items: 5_000,
        };
        Round {
            database,
            setting,
            first: sync,
            second: Sync { units: 40, ..sync },
            ready: Duration::from_millis(90),
            idle: Bytes(40_000_000),
        }
    }

    #[test]
    fn the_median_of_the_rounds_is_told_for_every_setting_on_both_databases() {
        let rounds = [900, 4_000, 1_500].into_iter();
        let all = rounds.flat_map(|wall| SETTINGS.map(|setting| round(Database::Sqlite, setting, wall))).collect();
        let measured = Measured { policies: 5_000, rounds: 3, all };
        let text = text(&measured, "2 cores", &Bytes(30_000_000), Some(Duration::from_secs(500)));
        let expected = "| 50 ms | 1,000 | SQLite | first | 1.50 s | 750 ms | 100.0 MB | 1,000 | 5,500 | 1.10 |";
        assert!(text.lines().any(|line| line == expected), "{text}");
        assert!(text.contains("| second, unchanged | 1.50 s |") && text.contains("| 8 min 20 s |"), "{text}");
        assert_eq!(text.lines().filter(|line| line.starts_with("| 50 ms | 25 | ")).count(), 4);
        assert!(text.starts_with("2 cores. 5,000 policies and what belongs to them (5,000 objects"), "{text}");
    }

    #[test]
    fn nothing_is_divided_by_zero() {
        assert_eq!(per(5, 0), "–");
        assert_eq!(per(40, 5_000), "0.00");
    }
}
