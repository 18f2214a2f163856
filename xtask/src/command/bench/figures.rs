//! The tables of `docs/BENCHMARKS.md`.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use super::place::{Database, Setting};
use super::press::Sync;
use super::sync::{Large, Measured, Round, SETTINGS};
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
        "| latency | pages of | database | sync | wall | CPU | peak memory | HTTP exchanges | requests | per object | details | repeats |\n",
    );
    text.push_str("|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    for setting in SETTINGS.into_iter().filter(|setting| !setting.limits) {
        each(measured, setting, |database, sync, syncs| line(&mut text, setting, database, sync, syncs));
    }
    text.push_str("\nUnder Microsoft's published limits, 50 ms, pages of 1,000:\n\n");
    text.push_str(
        "| database | sync | wall | quota floor | above the floor | 429 | in a cool-down | requests | end told at a quarter |\n",
    );
    text.push_str("|---|---|---|---|---|---|---|---|---|\n");
    for setting in SETTINGS.into_iter().filter(|setting| setting.limits) {
        each(measured, setting, |database, sync, syncs| throttled(&mut text, database, sync, syncs));
    }
    let _ = writeln!(
        text,
        "\nOne tenant with {} policies and {} groups, 0 ms:\n",
        number(measured.policies as u64),
        number(measured.groups as u64)
    );
    text.push_str("| database | sync | wall | CPU | peak memory | HTTP exchanges | requests |\n|---|---|---|---|---|---|---|\n");
    for database in Database::ALL {
        let of: Vec<&Large> = measured.large.iter().filter(|large| large.database == database).collect();
        directory(&mut text, database, "policies", &of.iter().map(|large| &large.policies).collect::<Vec<_>>());
        directory(&mut text, database, "groups", &of.iter().map(|large| &large.groups).collect::<Vec<_>>());
        directory(&mut text, database, "groups again, unchanged", &of.iter().map(|large| &large.again).collect::<Vec<_>>());
    }
    process(&mut text, measured, size, clean);
    text
}

/// First and second sync of a setting, on both databases.
fn each(measured: &Measured, setting: Setting, mut show: impl FnMut(Database, &str, &[&Sync])) {
    for database in Database::ALL {
        let rounds: Vec<&Round> = on(measured, database).filter(|round| round.setting == setting).collect();
        show(database, "first", &rounds.iter().map(|round| &round.first).collect::<Vec<_>>());
        show(database, "second, unchanged", &rounds.iter().map(|round| &round.second).collect::<Vec<_>>());
    }
}

fn on(measured: &Measured, database: Database) -> impl Iterator<Item = &Round> {
    measured.all.iter().filter(move |round| round.database == database)
}

fn of<T: Ord + Copy + Default>(syncs: &[&Sync], value: impl Fn(&Sync) -> T) -> T {
    median(syncs.iter().map(|sync| value(sync)))
}

fn line(text: &mut String, setting: Setting, database: Database, what: &str, syncs: &[&Sync]) {
    let pages = if setting.honour_top { "1,000" } else { "25" };
    let units = of(syncs, |sync| sync.asked.units);
    let _ = writeln!(
        text,
        "| {} ms | {pages} | {} | {what} | {} | {} | {} | {} | {} | {} | {} | {} |",
        setting.latency.as_millis(),
        database.name(),
        time(of(syncs, |sync| sync.wall)),
        time(of(syncs, |sync| sync.cpu)),
        of(syncs, |sync| sync.peak),
        number(of(syncs, |sync| sync.asked.exchanges)),
        number(units),
        per(units, of(syncs, |sync| sync.items)),
        number(of(syncs, |sync| sync.asked.details)),
        number(of(syncs, |sync| sync.asked.repeats)),
    );
}

fn throttled(text: &mut String, database: Database, what: &str, syncs: &[&Sync]) {
    let (wall, floor) = (of(syncs, |sync| sync.wall), of(syncs, |sync| sync.asked.floor));
    let above = match floor {
        Duration::ZERO => "–".to_owned(),
        floor => format!("{:.1} %", (wall.as_secs_f64() / floor.as_secs_f64() - 1.0) * 100.0),
    };
    let offs: Vec<u64> = syncs.iter().filter_map(|sync| sync.off).collect();
    let off = match offs.as_slice() {
        [] => "not told".to_owned(),
        offs => format!("{} % off", median(offs.iter().copied())),
    };
    // The worst round, not the median: there should be none at all.
    let worst = |value: fn(&Sync) -> u64| number(syncs.iter().map(|sync| value(sync)).max().unwrap_or_default());
    let _ = writeln!(
        text,
        "| {} | {what} | {} | {} | {above} | {} | {} | {} | {off} |",
        database.name(),
        time(wall),
        time(floor),
        worst(|sync| sync.asked.refused),
        worst(|sync| sync.asked.in_cool_down),
        number(of(syncs, |sync| sync.asked.units)),
    );
}

fn directory(text: &mut String, database: Database, what: &str, syncs: &[&Sync]) {
    let _ = writeln!(
        text,
        "| {} | {what} | {} | {} | {} | {} | {} |",
        database.name(),
        time(of(syncs, |sync| sync.wall)),
        time(of(syncs, |sync| sync.cpu)),
        of(syncs, |sync| sync.peak),
        number(of(syncs, |sync| sync.asked.exchanges)),
        number(of(syncs, |sync| sync.asked.units)),
    );
}

fn process(text: &mut String, measured: &Measured, size: &Bytes, clean: Option<Duration>) {
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
    use crate::command::bench::ledger::Asked;

    fn sync(wall: u64) -> Sync {
        let asked = Asked {
            exchanges: 1_000,
            units: 5_500,
            details: 5_400,
            refused: 2,
            floor: Duration::from_secs(1),
            ..Asked::default()
        };
        let (wall, cpu) = (Duration::from_millis(wall), Duration::from_millis(wall / 2));
        Sync { wall, cpu, peak: Bytes(100_000_000), asked, items: 5_000, off: Some(7) }
    }

    fn round(database: Database, setting: Setting, wall: u64) -> Round {
        let second = Sync { asked: Asked { units: 40, ..Asked::default() }, off: None, ..sync(wall) };
        let (ready, idle) = (Duration::from_millis(90), Bytes(40_000_000));
        Round { database, setting, first: sync(wall), second, ready, idle }
    }

    #[test]
    fn the_median_of_the_rounds_is_told_for_every_setting_on_both_databases() {
        let rounds = [900, 4_000, 1_500].into_iter();
        let all = rounds.flat_map(|wall| SETTINGS.map(|setting| round(Database::Sqlite, setting, wall))).collect();
        let large = vec![Large { database: Database::Sqlite, policies: sync(10), groups: sync(20), again: sync(30) }];
        let measured = Measured { policies: 5_000, groups: 100_000, rounds: 3, all, large };
        let text = text(&measured, "2 cores", &Bytes(30_000_000), Some(Duration::from_secs(500)));
        let has = |expected: &str| assert!(text.lines().any(|line| line == expected), "{expected}\n{text}");
        has("| 50 ms | 1,000 | SQLite | first | 1.50 s | 750 ms | 100.0 MB | 1,000 | 5,500 | 1.10 | 5,400 | 0 |");
        has("| SQLite | first | 1.50 s | 1.00 s | 50.0 % | 2 | 0 | 5,500 | 7 % off |");
        has("| SQLite | second, unchanged | 1.50 s | 0 ms | – | 0 | 0 | 40 | not told |");
        has("| SQLite | groups | 20 ms | 10 ms | 100.0 MB | 1,000 | 5,500 |");
        assert!(text.contains("| 8 min 20 s |") && text.contains("100,000 groups"), "{text}");
        assert_eq!(text.lines().filter(|line| line.starts_with("| 50 ms | 25 | ")).count(), 4);
        assert!(text.starts_with("2 cores. 5,000 policies and what belongs to them (5,000 objects"), "{text}");
    }

    #[test]
    fn nothing_is_divided_by_zero() {
        assert_eq!(per(5, 0), "–");
        assert_eq!(per(40, 5_000), "0.00");
    }
}
