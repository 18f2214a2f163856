//! What becomes of the findings of an item, once it was compared. It goes by what is, not by what changed.

use crate::drift::{Evidence, Verdict};
use crate::finding::{FindingKind, FindingState, HistoryEvent, Resolution};
use crate::ids::FindingId;
use crate::time::Moment;

/// A deviation from a baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviates {
    /// In which part.
    pub kind: FindingKind,
    /// The property; empty where it is about the object as a whole.
    pub property: String,
    /// A few of the differences; `None`: those that the finding has already.
    pub evidence: Option<Evidence>,
}

/// A finding of an item, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldFinding {
    /// Its id.
    pub id: FindingId,
    /// What kind it is.
    pub kind: FindingKind,
    /// The property.
    pub property: String,
    /// Where it stands.
    pub state: FindingState,
    /// Since when.
    pub state_at: Moment,
    /// How it was resolved.
    pub resolution: Option<Resolution>,
    /// What it shows.
    pub evidence: Evidence,
}

/// What becomes of the findings of one item; and the deviations of which there is no finding. `since`: when the reading began that is
/// compared; what a person says afterwards is told by the next one. `gone`: how findings end that do not hold any more.
#[must_use]
pub fn judge(
    mut deviates: Vec<Deviates>,
    held: &[HeldFinding],
    since: Moment,
    gone: Resolution,
) -> (Vec<Verdict>, Vec<Deviates>) {
    let mut verdicts = Vec::new();
    for one in held {
        let at = deviates.iter().position(|other| other.kind == one.kind && other.property == one.property);
        match at.map(|at| deviates.swap_remove(at)) {
            Some(deviation) => verdicts.extend(still(one, deviation, since)),
            None if one.state.deviates() => verdicts.push(Verdict::Resolve { id: one.id, how: gone }),
            None => {}
        }
    }
    deviates.sort_by(|a, b| (a.kind, &a.property).cmp(&(b.kind, &b.property)));
    (verdicts, deviates)
}

fn still(one: &HeldFinding, deviation: Deviates, since: Moment) -> Option<Verdict> {
    let id = one.id;
    let further = deviation.evidence.as_ref().is_some_and(|now| !now.shows_as(&one.evidence));
    let evidence = deviation.evidence.unwrap_or_else(|| one.evidence.clone());
    let again = |why| Some(Verdict::Reopen { id, base: None, evidence: evidence.clone(), why });
    match one.state {
        FindingState::New | FindingState::Triaged | FindingState::InProgress => {
            further.then_some(Verdict::Update { id, evidence })
        }
        FindingState::RiskAccepted => {
            if further {
                again(HistoryEvent::SeenFurther)
            } else {
                None
            }
        }
        FindingState::Closed => {
            if further {
                again(HistoryEvent::Recurred)
            } else {
                None
            }
        }
        FindingState::Resolved if one.resolution == Some(Resolution::Person) => {
            if further || one.state_at < since {
                again(HistoryEvent::StillThere)
            } else {
                None
            }
        }
        FindingState::Resolved => again(HistoryEvent::Recurred),
        FindingState::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(state: FindingState, resolution: Option<Resolution>) -> HeldFinding {
        HeldFinding {
            id: FindingId::generate(),
            kind: FindingKind::Changed,
            property: "p".to_owned(),
            state,
            state_at: Moment::from_micros(100),
            resolution,
            evidence: Evidence::default(),
        }
    }

    fn deviates(total: u64) -> Vec<Deviates> {
        let evidence = Some(Evidence { total, ..Evidence::default() });
        vec![Deviates { kind: FindingKind::Changed, property: "p".to_owned(), evidence }]
    }

    /// In a word, what becomes of one finding.
    fn becomes(one: HeldFinding, deviates: Vec<Deviates>, since: i64) -> &'static str {
        let (verdicts, fresh) = judge(deviates, &[one], Moment::from_micros(since), Resolution::Back);
        assert!(fresh.is_empty());
        match verdicts.as_slice() {
            [] => "stays",
            [Verdict::Reopen { why, .. }] => why.code(),
            [Verdict::Update { .. }] => "updated",
            [Verdict::Resolve { how, .. }] => how.code(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_deviation_is_one_finding_until_it_is_gone_and_again_when_it_comes_back() {
        use FindingState::{Closed, InProgress, New, Resolved, RiskAccepted};
        let (verdicts, fresh) = judge(deviates(1), &[], Moment::from_micros(0), Resolution::Back);
        assert_eq!((verdicts.len(), fresh.len()), (0, 1));
        for open in [New, InProgress] {
            assert_eq!(becomes(held(open, None), deviates(0), 0), "stays");
            assert_eq!(becomes(held(open, None), deviates(1), 0), "updated");
            assert_eq!(becomes(held(open, None), vec![], 0), "back");
        }
        assert_eq!(becomes(held(RiskAccepted, None), deviates(0), 0), "stays");
        assert_eq!(becomes(held(RiskAccepted, None), deviates(1), 0), "seen_further");
        assert_eq!(becomes(held(Closed, None), deviates(0), 0), "stays");
        assert_eq!(becomes(held(Closed, None), deviates(1), 0), "recurred");
        assert_eq!(becomes(held(Closed, None), vec![], 0), "stays");
        assert_eq!(becomes(held(Resolved, Some(Resolution::Back)), deviates(0), 0), "recurred");
        assert_eq!(becomes(held(Resolved, Some(Resolution::Back)), vec![], 0), "stays");
    }

    #[test]
    fn what_a_person_said_is_told_by_the_next_reading() {
        let said = || held(FindingState::Resolved, Some(Resolution::Person));
        assert_eq!(becomes(said(), deviates(0), 100), "stays");
        assert_eq!(becomes(said(), deviates(0), 101), "still_there");
        assert_eq!(becomes(said(), vec![], 101), "stays");
    }
}
