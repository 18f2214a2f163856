//! How runs ended, day by day: from the roll-ups, so that it costs the same however many runs there are.

use std::collections::BTreeMap;

use model::ids::TenantId;
use model::run::Outcome;
use model::time::Moment;
use pages::runs::OutcomeDay;
use store::access::WorkspaceScope;
use store::runs::HourlyRuns;

use crate::error::Error;
use crate::state::WebState;

const DAY_MICROS: i64 = 24 * 3600 * 1_000_000;

/// The last `days` days (UTC), today included, oldest first; empty when no run ended in them.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn last_days(
    web: &WebState,
    scope: &WorkspaceScope,
    tenant: Option<TenantId>,
    now: Moment,
    days: u16,
) -> Result<Vec<OutcomeDay>, Error> {
    let last = now.micros().div_euclid(DAY_MICROS);
    let first = last + 1 - i64::from(days.max(1));
    let since = Moment::from_micros(first * DAY_MICROS);
    let hours = web.store().runs().by_hour(scope, tenant, since).await?;
    Ok(by_day(&hours, first, last))
}

fn by_day(hours: &[HourlyRuns], first: i64, last: i64) -> Vec<OutcomeDay> {
    let empty =
        |n: i64| OutcomeDay { day: Moment::from_micros(n * DAY_MICROS), succeeded: 0, attention: 0, failed: 0, cancelled: 0 };
    let mut days: BTreeMap<i64, OutcomeDay> = (first..=last).map(|n| (n, empty(n))).collect();
    let mut any = false;
    for hour in hours {
        let Some(day) = days.get_mut(&hour.hour.micros().div_euclid(DAY_MICROS)) else { continue };
        let figure = match hour.outcome {
            Outcome::Succeeded => &mut day.succeeded,
            Outcome::PartiallySucceeded | Outcome::Blocked => &mut day.attention,
            Outcome::Failed => &mut day.failed,
            Outcome::Cancelled => &mut day.cancelled,
            Outcome::Pending | Outcome::Unknown => continue,
        };
        *figure += hour.runs;
        any = true;
    }
    if any { days.into_values().collect() } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_run_counts_on_the_day_on_which_it_ended() {
        let hour = |text: &str, outcome, runs| HourlyRuns { hour: Moment::parse(text).unwrap(), outcome, runs };
        let hours = [
            hour("2026-02-27T12:00:00Z", Outcome::Succeeded, 9),
            hour("2026-03-01T00:00:00Z", Outcome::Blocked, 1),
            hour("2026-03-01T23:00:00Z", Outcome::Failed, 2),
            hour("2026-03-01T23:00:00Z", Outcome::PartiallySucceeded, 1),
            hour("2026-03-02T00:00:00Z", Outcome::Succeeded, 3),
        ];
        let last = Moment::parse("2026-03-02T08:00:00Z").unwrap().micros().div_euclid(DAY_MICROS);
        let days = by_day(&hours, last - 2, last);
        let figures: Vec<_> = days.iter().map(|day| (day.succeeded, day.attention, day.failed)).collect();
        assert_eq!(figures, [(0, 0, 0), (0, 2, 2), (3, 0, 0)]);
        assert_eq!(days[2].day, Moment::parse("2026-03-02T00:00:00Z").unwrap());
        assert!(by_day(&[], last - 2, last).is_empty());
    }
}
