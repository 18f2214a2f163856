//! Which sets of a schedule go. Pure: `store` removes what is decided here, and a page shows it before.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::BackupStatus;
use crate::ids::BackupSetId;
use crate::time::Moment;

/// How long the sets of a schedule are kept. A set goes when each rule that is given lets it go; without any, none goes. Whatever the
/// rules say, the newest set that can be used stays, and the newest complete one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Retention {
    /// The newest sets stay, so many; from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_last: Option<u32>,
    /// Sets that are not older stay, in days; from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_days: Option<u32>,
}

/// A figure is out of bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRetention {
    /// The number of sets.
    #[error("from 1 to {} sets are kept", Retention::MOST)]
    Last,
    /// The number of days.
    #[error("sets are kept from 1 to {} days", Retention::MOST)]
    Days,
}

impl Retention {
    /// The largest figure of either rule.
    pub const MOST: u32 = 3_650;

    /// The rules, when their figures are acceptable.
    ///
    /// # Errors
    /// [`InvalidRetention`].
    pub fn new(keep_last: Option<u32>, keep_days: Option<u32>) -> Result<Self, InvalidRetention> {
        let fits = |figure: Option<u32>| figure.is_none_or(|figure| (1..=Self::MOST).contains(&figure));
        if !fits(keep_last) {
            return Err(InvalidRetention::Last);
        }
        if fits(keep_days) { Ok(Self { keep_last, keep_days }) } else { Err(InvalidRetention::Days) }
    }

    /// Whether no set ever goes by it.
    #[must_use]
    pub const fn keeps_all(self) -> bool {
        self.keep_last.is_none() && self.keep_days.is_none()
    }

    /// In words: "the last 7", "30 days", "the last 7, and 30 days".
    #[must_use]
    pub fn words(self) -> String {
        let days = |days: u32| if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
        let last = |last: u32| if last == 1 { "the last one".to_owned() } else { format!("the last {last}") };
        match (self.keep_last, self.keep_days) {
            (None, None) => "all".to_owned(),
            (Some(n), None) => last(n),
            (None, Some(n)) => days(n),
            (Some(n), Some(d)) => format!("{}, and all of {}", last(n), days(d)),
        }
    }
}

/// What of a set decides whether it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetFacts {
    /// The set.
    pub id: BackupSetId,
    /// How far it is to be trusted.
    pub status: BackupStatus,
    /// When its capture began.
    pub started_at: Moment,
    /// Whether it is pinned.
    pub pinned: bool,
    /// Whether a restore or a baseline uses it.
    pub in_use: bool,
}

/// Why a set stays, or goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It stays: somebody pinned it.
    Pinned,
    /// It stays: a restore or a baseline uses it.
    InUse,
    /// It stays: it is being captured, or a version that this one does not know made it.
    Unfinished,
    /// It stays: nothing newer can be used, or nothing newer is complete.
    Newest,
    /// It stays: a rule keeps it.
    Rule,
    /// It goes: no rule keeps it.
    Old,
    /// It goes: nothing of it can be used, and a newer one can.
    Useless,
}

impl Why {
    /// Whether the set goes.
    #[must_use]
    pub const fn goes(self) -> bool {
        matches!(self, Self::Old | Self::Useless)
    }

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Pinned => "Pinned",
            Self::InUse => "Used by a restore or a baseline",
            Self::Unfinished => "Not finished",
            Self::Newest => "The newest that can be used",
            Self::Rule => "Kept by the rule",
            Self::Old => "Older than the rule keeps",
            Self::Useless => "Nothing of it can be used",
        }
    }
}

/// What becomes of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// The set.
    pub id: BackupSetId,
    /// Why it stays, or goes.
    pub why: Why,
}

const DAY: Duration = Duration::from_secs(86_400);

/// What becomes of each set of a schedule at that moment, newest first. Sets that cannot be used count for no rule.
#[must_use]
pub fn decide(rule: Retention, sets: &[SetFacts], now: Moment) -> Vec<Kept> {
    let mut sets = sets.to_vec();
    sets.sort_by_key(|set| std::cmp::Reverse((set.started_at, set.id)));
    let newest = |wanted: fn(BackupStatus) -> bool| sets.iter().find(|set| wanted(set.status)).map(|set| set.id);
    let floor = [newest(BackupStatus::is_usable), newest(|status| status == BackupStatus::Complete)];
    let mut usable = 0_u32;
    let mut decided = Vec::with_capacity(sets.len());
    for set in &sets {
        let before = usable;
        usable += u32::from(set.status.is_usable());
        let last = rule.keep_last.is_some_and(|last| before < last);
        let young = rule.keep_days.is_some_and(|days| set.started_at >= now.minus(DAY * days));
        let why = match set.status {
            _ if set.pinned => Why::Pinned,
            _ if set.in_use => Why::InUse,
            BackupStatus::Capturing | BackupStatus::Unknown => Why::Unfinished,
            // The newest of all tells what went wrong last.
            BackupStatus::Failed if before == 0 => Why::Newest,
            BackupStatus::Failed if rule.keeps_all() => Why::Rule,
            BackupStatus::Failed => Why::Useless,
            _ if floor.contains(&Some(set.id)) => Why::Newest,
            _ if rule.keeps_all() || last || young => Why::Rule,
            _ => Why::Old,
        };
        decided.push(Kept { id: set.id, why });
    }
    decided
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(days_ago: u32, status: BackupStatus) -> SetFacts {
        let started_at = Moment::from_micros(1_800_000_000_000_000).minus(DAY * days_ago);
        SetFacts { id: BackupSetId::generate(), status, started_at, pinned: false, in_use: false }
    }

    fn now() -> Moment {
        Moment::from_micros(1_800_000_000_000_000)
    }

    fn whys(rule: Retention, sets: &[SetFacts]) -> Vec<Why> {
        decide(rule, sets, now()).into_iter().map(|kept| kept.why).collect()
    }

    #[test]
    fn the_rules_keep_what_either_of_them_keeps() {
        use BackupStatus::{Complete, Failed, Partial};
        let sets: Vec<SetFacts> = (0..6).map(|n| set(n, Complete)).collect();
        let rule = |last, days| Retention::new(last, days).unwrap();
        use Why::{Newest, Old, Rule, Useless};
        assert_eq!(whys(rule(Some(2), None), &sets), [Newest, Rule, Old, Old, Old, Old]);
        assert_eq!(whys(rule(None, Some(3)), &sets), [Newest, Rule, Rule, Rule, Old, Old]);
        assert_eq!(whys(rule(Some(5), Some(1)), &sets), [Newest, Rule, Rule, Rule, Rule, Old]);
        assert_eq!(whys(rule(None, None), &sets), [Newest, Rule, Rule, Rule, Rule, Rule]);
        let mixed = [set(0, Failed), set(1, Partial), set(2, Failed), set(3, Partial), set(4, Complete), set(5, Complete)];
        assert_eq!(whys(rule(Some(1), None), &mixed), [Newest, Newest, Useless, Old, Newest, Old]);
        let old = [set(400, Complete), set(500, Complete)];
        assert_eq!(whys(rule(None, Some(1)), &old), [Newest, Old], "the floor: one stays however old it is");
    }

    #[test]
    fn figures_have_bounds() {
        assert_eq!(Retention::new(Some(0), None), Err(InvalidRetention::Last));
        assert_eq!(Retention::new(None, Some(Retention::MOST + 1)), Err(InvalidRetention::Days));
        assert_eq!(Retention::new(Some(7), Some(30)).unwrap().words(), "the last 7, and all of 30 days");
        assert_eq!(Retention::default().words(), "all");
    }

    prop_compose! {
        fn any_set()(days in 0_u32..40, status in 0_usize..5, pinned in prop::bool::weighted(0.1), in_use in prop::bool::weighted(0.1))
            -> SetFacts {
            let status = *BackupStatus::ALL.get(status).unwrap_or(&BackupStatus::Unknown);
            SetFacts { pinned, in_use, ..set(days, status) }
        }
    }

    proptest! {
        #[test]
        fn retention_never_takes_what_must_stay(
            sets in prop::collection::vec(any_set(), 0..30),
            last in prop::option::of(1_u32..10),
            days in prop::option::of(1_u32..30),
        ) {
            let rule = Retention { keep_last: last, keep_days: days };
            let decided = decide(rule, &sets, now());
            prop_assert_eq!(decided.len(), sets.len());
            let gone = |id| decided.iter().any(|kept| kept.id == id && kept.why.goes());
            let left: Vec<&SetFacts> = sets.iter().filter(|set| !gone(set.id)).collect();
            for set in sets.iter().filter(|set| gone(set.id)) {
                prop_assert!(!set.pinned && !set.in_use && set.status != BackupStatus::Capturing && set.status != BackupStatus::Unknown);
                prop_assert!(!rule.keeps_all());
                if set.status.is_usable() {
                    prop_assert!(days.is_none_or(|days| set.started_at < now().minus(DAY * days)));
                    let newer = sets.iter().filter(|other| other.status.is_usable() && (other.started_at, other.id) > (set.started_at, set.id));
                    prop_assert!(newer.count() >= last.unwrap_or(1) as usize);
                } else {
                    prop_assert!(left.iter().any(|other| other.status.is_usable() && other.started_at >= set.started_at), "something newer can be used");
                }
            }
            for wanted in [BackupStatus::Complete, BackupStatus::Partial] {
                if wanted == BackupStatus::Complete && sets.iter().any(|set| set.status == wanted) {
                    prop_assert!(left.iter().any(|set| set.status == wanted), "a complete one stays where there was one");
                }
            }
            // What is left is not taken by a second look.
            let again = decide(rule, &left.iter().map(|set| **set).collect::<Vec<_>>(), now());
            prop_assert!(again.iter().all(|kept| !kept.why.goes()));
        }
    }
}
