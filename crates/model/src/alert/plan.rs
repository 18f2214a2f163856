//! What becomes of the deliveries of a rule that wait: pure, so that every case can be tried.

use std::collections::BTreeSet;

use super::{NewRule, Why};
use crate::ids::AlertDeliveryId;
use crate::time::Moment;

/// A delivery that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its id.
    pub id: AlertDeliveryId,
    /// What it is about.
    pub subject: String,
    /// Until when the rule's cooldown lasts, where the same was sent or is being sent.
    pub told_until: Option<Moment>,
    /// For what follows from how things stand: whether they still do. An event that happened has no value here.
    pub stands: Option<bool>,
}

/// What becomes of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// They wait until then.
    Hold(Moment),
    /// Some are sent together, the others are not to be sent.
    Decide {
        /// Those that are sent.
        send: Vec<AlertDeliveryId>,
        /// Those that are not.
        suppress: Vec<(AlertDeliveryId, Why)>,
        /// Those that wait until then: what stands is not told too often, but as long as it stands it is told.
        hold: Vec<(AlertDeliveryId, Moment)>,
    },
}

/// What becomes of everything that waits for a rule, the earliest first, when the first of it is due. `destination`: whether that is on.
#[must_use]
pub fn plan(rule: &NewRule, destination: bool, waiting: &[Waiting], now: Moment) -> Plan {
    let off = match (rule.enabled, destination) {
        (false, _) => Some(Why::RuleOff),
        (true, false) => Some(Why::DestinationOff),
        (true, true) => None,
    };
    if let Some(why) = off {
        let suppress = waiting.iter().map(|one| (one.id, why)).collect();
        return Plan::Decide { send: Vec::new(), suppress, hold: Vec::new() };
    }
    if let Some(end) = rule.quiet.as_ref().and_then(|quiet| quiet.ends(now)) {
        return Plan::Hold(end);
    }
    let (mut send, mut suppress, mut hold, mut subjects) = (Vec::new(), Vec::new(), Vec::new(), BTreeSet::new());
    for one in waiting {
        if one.stands == Some(false) {
            suppress.push((one.id, Why::Over));
            continue;
        }
        let told = one.told_until.filter(|until| *until > now);
        let first = subjects.insert(one.subject.as_str());
        match told {
            _ if rule.cooldown_minutes == 0 => send.push(one.id),
            Some(until) if first && one.stands.is_some() => hold.push((one.id, until)),
            None if first => send.push(one.id),
            _ => suppress.push((one.id, Why::Cooldown)),
        }
    }
    Plan::Decide { send, suppress, hold }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::{QuietHours, Reach, RuleKind};
    use crate::finding::Severity;
    use crate::ids::AlertDestinationId;
    use proptest::prelude::*;

    fn rule(cooldown_minutes: u32, enabled: bool, quiet: bool) -> NewRule {
        NewRule {
            name: "n".to_owned(),
            kind: RuleKind::RunFailed,
            severity: Severity::Low,
            amount: 0,
            reach: Reach::All,
            destination: AlertDestinationId::generate(),
            quiet: quiet.then(|| QuietHours::parse("00:00", "23:59", "UTC").unwrap()),
            cooldown_minutes,
            digest_minutes: 0,
            enabled,
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_decided_twice(
            cooldown in 0_u32..2, enabled: bool, quiet: bool, destination: bool,
            subjects in proptest::collection::vec((0_u8..4, any::<bool>(), any::<Option<bool>>()), 0..20)
        ) {
            let now = Moment::from_micros(1_750_000_000_000_000);
            let later = now.plus(std::time::Duration::from_secs(60));
            let one = |(subject, told, stands): &(u8, bool, Option<bool>)| Waiting {
                id: AlertDeliveryId::generate(),
                subject: subject.to_string(),
                told_until: told.then_some(later),
                stands: *stands,
            };
            let waiting: Vec<Waiting> = subjects.iter().map(one).collect();
            match plan(&rule(cooldown, enabled, quiet), destination, &waiting, now) {
                Plan::Hold(until) => prop_assert!(enabled && destination && quiet && until > now),
                Plan::Decide { send, suppress, hold } => {
                    let mut all: Vec<AlertDeliveryId> = send.iter().copied().chain(suppress.iter().map(|(id, _)| *id)).chain(hold.iter().map(|(id, _)| *id)).collect();
                    all.sort();
                    let mut ids: Vec<AlertDeliveryId> = waiting.iter().map(|one| one.id).collect();
                    ids.sort();
                    prop_assert_eq!(all, ids);
                    if !enabled || !destination {
                        prop_assert!(send.is_empty() && hold.is_empty());
                    } else if cooldown == 0 {
                        prop_assert!(hold.is_empty() && suppress.iter().all(|(_, why)| *why == Why::Over));
                    } else {
                        // What stands and was told waits; it is never let go of for the cooldown alone, unless its like is there.
                        let held: Vec<&Waiting> = waiting.iter().filter(|one| hold.iter().any(|(id, _)| *id == one.id)).collect();
                        prop_assert!(held.iter().all(|one| one.stands == Some(true) && one.told_until.is_some()));
                        for one in waiting.iter().filter(|one| one.stands == Some(true)) {
                            prop_assert!(waiting.iter().any(|other| other.subject == one.subject
                                && (send.contains(&other.id) || hold.iter().any(|(id, _)| *id == other.id) || other.told_until.is_some())));
                        }
                        let sent: Vec<&Waiting> = waiting.iter().filter(|one| send.contains(&one.id)).collect();
                        let told: BTreeSet<&str> = sent.iter().map(|one| one.subject.as_str()).collect();
                        prop_assert!(told.len() == sent.len() && sent.iter().all(|one| one.told_until.is_none() && one.stands != Some(false)));
                    }
                }
            }
        }
    }
}
