//! The table of processes that work together.

use std::fmt::Write as _;

use super::units::{median, number, time};
use super::workers::{All, LATENCY, Plan, Round, SETTINGS, SLOTS};

/// The figures as Markdown: medians over the rounds.
pub(super) fn text(plan: &Plan<'_>, all: &[Round], machine: &str) -> String {
    let mut text = format!(
        "{machine}. {} tenants of {} policies each, all due at once; {SLOTS} slots a process; {} ms for each answer of the simulated \
         Graph; medians of {} alternating rounds.\n\n",
        number(plan.tenants as u64),
        number(plan.policies as u64),
        LATENCY.as_millis(),
        plan.rounds
    );
    text.push_str("| processes that work | sync | wall | tenants a second | longest wait | CPU of all | peak memory of one | runs with a second attempt |\n");
    text.push_str("|---|---|---|---|---|---|---|---|\n");
    for setting in SETTINGS {
        let rounds: Vec<&Round> = all.iter().filter(|round| round.setting == setting).collect();
        let killed = if setting.killed { ", one killed at a quarter" } else { "" };
        for (which, of) in [("first", (|round| round.first) as fn(&Round) -> All), ("second, unchanged", |round| round.second)] {
            let told = || rounds.iter().map(|round| of(round));
            let wall = median(told().map(|all| all.wall));
            let rate = plan.tenants as f64 / wall.as_secs_f64().max(f64::EPSILON);
            let _ = writeln!(
                text,
                "| {}{} | {which} | {} | {rate:.1} | {} | {} | {} | {} |",
                setting.processes,
                killed,
                time(wall),
                time(median(told().map(|all| all.waited))),
                time(median(told().map(|all| all.cpu))),
                median(told().map(|all| all.peak)),
                median(told().map(|all| all.again)),
            );
        }
    }
    text
}
