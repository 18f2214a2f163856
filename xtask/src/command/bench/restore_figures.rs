//! The table of restores.

use std::fmt::Write as _;
use std::time::Duration;

use super::api::Cost;
use super::place::Database;
use super::restore::{Measured, Round};
use super::units::{median, number, time};

/// The figures as Markdown: medians over the rounds, the worst of what was compared.
pub(super) fn text(measured: &Measured, machine: &str) -> String {
    let mut text = format!(
        "{machine}. Tenants of {} and, under the limits, {} policies; medians of {} alternating rounds.\n\n",
        number(measured.policies as u64),
        number(measured.few as u64),
        measured.rounds
    );
    text.push_str("| restored at 50 ms | database | objects | wall | CPU | peak memory | HTTP exchanges | requests | writes | verified | missing | different | too many |\n");
    text.push_str("|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    each(measured, |limits, database, rounds| {
        let what = if limits { "under Microsoft's limits" } else { "without limits" };
        let of = |value: &dyn Fn(&Round) -> u64| median(rounds.iter().map(|round| value(round)));
        let worst = |value: &dyn Fn(&Round) -> u64| rounds.iter().map(|round| value(round)).max().unwrap_or_default();
        let _ = writeln!(
            text,
            "| {what} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            database.name(),
            number(of(&|round| round.compared.objects)),
            wall(rounds, |round| round.execute),
            time(median(rounds.iter().map(|round| round.execute.cpu))),
            median(rounds.iter().map(|round| round.execute.peak)),
            number(of(&|round| round.execute.asked.exchanges)),
            number(of(&|round| round.execute.asked.units)),
            number(of(&|round| round.execute.asked.writes)),
            number(of(&|round| round.outcomes.get("verified").copied().unwrap_or_default())),
            worst(&|round| round.compared.missing),
            worst(&|round| round.compared.different),
            worst(&|round| round.compared.more),
        );
    });
    text.push_str("\n| under Microsoft's limits | quota floor | above the floor | 429 | in a cool-down | end told at a quarter |\n|---|---|---|---|---|---|\n");
    each(measured, |limits, database, rounds| {
        if limits {
            throttled(&mut text, database, rounds);
        }
    });
    text.push_str("\n| planned without latency | database | wall | CPU | requests |\n|---|---|---|---|---|\n");
    each(measured, |limits, database, rounds| {
        if !limits {
            planned(&mut text, database, rounds);
        }
    });
    text
}

fn each(measured: &Measured, mut show: impl FnMut(bool, Database, &[&Round])) {
    for limits in [false, true] {
        for database in Database::ALL {
            let here = |round: &&Round| round.limits == limits && round.database == database;
            let rounds: Vec<&Round> = measured.all.iter().filter(here).collect();
            if !rounds.is_empty() {
                show(limits, database, &rounds);
            }
        }
    }
}

fn wall(rounds: &[&Round], cost: impl Fn(&Round) -> Cost) -> String {
    time(median(rounds.iter().map(|round| cost(round).wall)))
}

fn throttled(text: &mut String, database: Database, rounds: &[&Round]) {
    let of = |value: &dyn Fn(&Cost) -> Duration| median(rounds.iter().map(|round| value(&round.execute)));
    let (wall, floor) = (of(&|cost| cost.wall), of(&|cost| cost.asked.floor));
    let worst = |value: &dyn Fn(&Cost) -> u64| rounds.iter().map(|round| value(&round.execute)).max().unwrap_or_default();
    let off = rounds.iter().map(|round| round.execute.off).max().flatten();
    let _ = writeln!(
        text,
        "| {} | {} | {:.1} % | {} | {} | {} |",
        database.name(),
        time(floor),
        (wall.as_secs_f64() / floor.as_secs_f64().max(0.001) - 1.0) * 100.0,
        number(worst(&|cost| cost.asked.refused)),
        number(worst(&|cost| cost.asked.in_cool_down)),
        off.map_or_else(|| "not told".to_owned(), |off| format!("{off} % off")),
    );
}

fn planned(text: &mut String, database: Database, rounds: &[&Round]) {
    type Of = fn(&Round) -> Cost;
    let steps: [(&str, Of); 5] = [
        ("choosing everything of a backup set", |round| round.choose),
        ("references and checks", |round| round.check),
        ("preview, nothing to do", |round| round.unchanged),
        ("preview, everything to be made", |round| round.preview),
        ("rehearsal of that plan", |round| round.rehearse),
    ];
    for (words, cost) in steps {
        let _ = writeln!(
            text,
            "| {words} | {} | {} | {} | {} |",
            database.name(),
            wall(rounds, cost),
            time(median(rounds.iter().map(|round| cost(round).cpu))),
            number(median(rounds.iter().map(|round| cost(round).asked.units))),
        );
    }
}
