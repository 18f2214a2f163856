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
    /// Whether the same was sent, or is being sent, within the rule's cooldown.
    pub told: bool,
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
        return Plan::Decide { send: Vec::new(), suppress: waiting.iter().map(|one| (one.id, why)).collect() };
    }
    if let Some(end) = rule.quiet.as_ref().and_then(|quiet| quiet.ends(now)) {
        return Plan::Hold(end);
    }
    let (mut send, mut suppress, mut subjects) = (Vec::new(), Vec::new(), BTreeSet::new());
    for one in waiting {
        let again = one.told || !subjects.insert(one.subject.as_str());
        if rule.cooldown_minutes > 0 && again {
            suppress.push((one.id, Why::Cooldown));
        } else {
            send.push(one.id);
        }
    }
    Plan::Decide { send, suppress }
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
            subjects in proptest::collection::vec((0_u8..4, any::<bool>()), 0..20)
        ) {
            let waiting: Vec<Waiting> = subjects
                .iter()
                .map(|(subject, told)| Waiting { id: AlertDeliveryId::generate(), subject: subject.to_string(), told: *told })
                .collect();
            let now = Moment::from_micros(1_750_000_000_000_000);
            match plan(&rule(cooldown, enabled, quiet), destination, &waiting, now) {
                Plan::Hold(until) => prop_assert!(enabled && destination && quiet && until > now),
                Plan::Decide { send, suppress } => {
                    let mut all: Vec<AlertDeliveryId> = send.iter().copied().chain(suppress.iter().map(|(id, _)| *id)).collect();
                    all.sort();
                    let mut ids: Vec<AlertDeliveryId> = waiting.iter().map(|one| one.id).collect();
                    ids.sort();
                    prop_assert_eq!(all, ids);
                    if !enabled || !destination {
                        prop_assert!(send.is_empty());
                    } else if cooldown == 0 {
                        prop_assert!(suppress.is_empty());
                    } else {
                        let sent: Vec<&Waiting> = waiting.iter().filter(|one| send.contains(&one.id)).collect();
                        let told: BTreeSet<&str> = sent.iter().map(|one| one.subject.as_str()).collect();
                        prop_assert!(told.len() == sent.len() && sent.iter().all(|one| !one.told));
                    }
                }
            }
        }
    }
}
