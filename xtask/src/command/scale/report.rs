//! What the simulation says, as Markdown.

use std::fmt::Write as _;

use super::measured::Measured;
use super::world::{Came, Due, Plan};

const TENANTS: u32 = 10_000;
const CHANGED: u32 = 20;
const HOURS: u32 = 4;
const SLOTS: u32 = 32;
const CORES: f64 = 2.0;
const WORKERS: [u32; 5] = [1, 2, 3, 4, 8];
/// Requests that Microsoft answers for one app and tenant of Intune, and in how many seconds.
const QUOTA: (f64, f64) = (1_000.0, 20.0);

pub(super) fn write(measured: &Measured) -> String {
    let mut text = String::new();
    let (first, same) = (measured.first, measured.unchanged);
    let _ = writeln!(
        text,
        "Read from the benchmarks: an unchanged sync of 5,000 policies takes {:.1} s under Microsoft's limits, {:.2} s of a core and {:.0} requests; \
         one that reads everything {:.0} s, {:.2} s and {:.0}; {:.0} runs a second can be claimed and ended; 10,000 schedules that are due at once \
         are fired within {:.1} s.\n",
        same.wall, same.cpu, same.requests, first.wall, first.cpu, first.requests, measured.runs_per_second, measured.fired_after
    );
    let _ = writeln!(
        text,
        "{} tenants, each synced every hour for {HOURS} hours; of 1,000 syncs {CHANGED} read everything; workers of {SLOTS} slots on {CORES:.0} cores.\n",
        grouped(TENANTS)
    );
    text.push_str("| due | workers | waits p50 | p99 | the hour's last is over after | longest queue | slots in use | cores in use | keeps up |\n");
    text.push_str("|---|---|---|---|---|---|---|---|---|\n");
    let mut enough: Option<(u32, Came)> = None;
    for due in [Due::Spread, Due::AtOnce] {
        for workers in WORKERS {
            let plan = Plan { tenants: TENANTS, changed: CHANGED, due, workers, slots: SLOTS, cores: CORES, hours: HOURS };
            let came = plan.run(measured);
            if due == Due::AtOnce && keeps_up(&came) && enough.is_none() {
                enough = Some((workers, came));
            }
            row(&mut text, due, workers, &came);
        }
    }
    if let Some((workers, came)) = enough {
        text.push('\n');
        needs(&mut text, measured, workers, &came);
    }
    text
}

/// Whether every hour's runs are over before the next ones are due.
fn keeps_up(came: &Came) -> bool {
    came.over_after < 3_600.0
}

fn row(text: &mut String, due: Due, workers: u32, came: &Came) {
    let due = match due {
        Due::Spread => "spread over the hour",
        Due::AtOnce => "on the full hour",
    };
    let queue = u32::try_from(came.longest_queue).unwrap_or(u32::MAX);
    let _ = writeln!(
        text,
        "| {due} | {workers} | {} | {} | {} | {} | {:.0} % | {:.0} % | {} |",
        time(came.waited_p50),
        time(came.waited_p99),
        time(came.over_after),
        grouped(queue),
        came.slots_used * 100.0,
        came.cores_used * 100.0,
        if keeps_up(came) {
            "yes".to_owned()
        } else {
            format!("no: {} left", grouped(u32::try_from(came.left).unwrap_or(u32::MAX)))
        },
    );
}

fn needs(text: &mut String, measured: &Measured, workers: u32, came: &Came) {
    let per_second = f64::from(TENANTS) / 3_600.0;
    let part = f64::from(CHANGED) / 1_000.0;
    let database = per_second * (measured.unchanged.database * (1.0 - part) + measured.first.database * part);
    let share = measured.unchanged.requests / (QUOTA.0 * 3_600.0 / QUOTA.1);
    let runs_a_day = TENANTS * 24;
    text.push_str("| what it takes | |\n|---|---|\n");
    let _ = writeln!(text, "| workers | {workers} of {SLOTS} slots and {CORES:.0} cores, when all are due at once |");
    let _ = writeln!(
        text,
        "| runs | {per_second:.1} a second on average, {:.2} % of what was measured; {} a day |",
        per_second / measured.runs_per_second * 100.0,
        grouped(runs_a_day)
    );
    let _ = writeln!(
        text,
        "| requests to Microsoft | {:.0} a second over all tenants; of a tenant's own quota {:.2} % |",
        came.requests,
        share * 100.0
    );
    let _ = writeln!(
        text,
        "| database | at most {database:.1} cores busy: wall without latency less the product's own time, the simulator's part included |"
    );
    let _ = writeln!(
        text,
        "| rows of runs | {} million in 90 days; the list was measured with 10 million |",
        grouped((f64::from(runs_a_day) * 90.0 / 1e6).round() as u32)
    );
}

fn time(seconds: f64) -> String {
    match seconds {
        s if s < 60.0 => format!("{s:.1} s"),
        s if s < 5_400.0 => format!("{:.1} min", s / 60.0),
        s => format!("{:.1} h", s / 3_600.0),
    }
}

fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_numbers_are_written_for_people() {
        assert_eq!((time(6.54), time(90.0), time(7_200.0)), ("6.5 s".to_owned(), "1.5 min".to_owned(), "2.0 h".to_owned()));
        assert_eq!((grouped(7), grouped(1_234_567)), ("7".to_owned(), "1,234,567".to_owned()));
    }
}
