//! How runs ended, day by day.

use std::collections::BTreeMap;
use std::time::Duration;

use model::ids::TenantId;
use model::run::Outcome;
use model::time::Moment;
use pages::runs::OutcomeDay;
use store::access::WorkspaceScope;

use crate::error::Error;
use crate::state::WebState;

/// The chart reads at most so many runs; beyond them it shows fewer days, never a day with some of its runs.
const MOST: u32 = 5_000;
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
    let first = now.micros().div_euclid(DAY_MICROS) - i64::from(days) + 1;
    // A run that was created the day before may have ended on the first day.
    let since = Moment::from_micros(first * DAY_MICROS).minus(Duration::from_secs(24 * 3600));
    let ended = web.store().runs().ended(scope, tenant, since, MOST).await?;
    let cut =
        if ended.len() >= MOST as usize { ended.last().map(|(at, _)| at.micros().div_euclid(DAY_MICROS) + 1) } else { None };
    let first = cut.map_or(first, |cut| cut.max(first));
    Ok(by_day(&ended, first, now.micros().div_euclid(DAY_MICROS)))
}

fn by_day(ended: &[(Moment, Outcome)], first: i64, last: i64) -> Vec<OutcomeDay> {
    let empty =
        |day: i64| OutcomeDay { day: Moment::from_micros(day * DAY_MICROS), succeeded: 0, attention: 0, failed: 0, cancelled: 0 };
    let mut days: BTreeMap<i64, OutcomeDay> = (first..=last).map(|day| (day, empty(day))).collect();
    let mut any = false;
    for (at, outcome) in ended {
        let Some(day) = days.get_mut(&at.micros().div_euclid(DAY_MICROS)) else { continue };
        let figure = match outcome {
            Outcome::Succeeded => &mut day.succeeded,
            Outcome::PartiallySucceeded | Outcome::Blocked => &mut day.attention,
            Outcome::Failed => &mut day.failed,
            Outcome::Cancelled => &mut day.cancelled,
            Outcome::Pending | Outcome::Unknown => continue,
        };
        *figure += 1;
        any = true;
    }
    if any { days.into_values().collect() } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_run_counts_on_the_day_on_which_it_ended() {
        let at = |text: &str| Moment::parse(text).unwrap();
        let ended = [
            (at("2026-03-02T00:00:00Z"), Outcome::Succeeded),
            (at("2026-03-01T23:59:59Z"), Outcome::Failed),
            (at("2026-03-01T00:00:00Z"), Outcome::Blocked),
            (at("2026-02-27T12:00:00Z"), Outcome::Succeeded),
        ];
        let last = at("2026-03-02T08:00:00Z").micros().div_euclid(DAY_MICROS);
        let days = by_day(&ended, last - 2, last);
        let figures: Vec<_> = days.iter().map(|day| (day.succeeded, day.attention, day.failed)).collect();
        assert_eq!(figures, [(0, 0, 0), (0, 1, 1), (1, 0, 0)]);
        assert_eq!(days[2].day, at("2026-03-02T00:00:00Z"));
        assert!(by_day(&[], last - 2, last).is_empty());
    }
}
