//! What becomes of the findings of an object, once a check has seen it.

use std::collections::BTreeMap;

use super::{Deviation, Evidence, ServiceFields, deviations};
use crate::finding::{FindingKind, FindingState, HistoryEvent, Resolution};
use crate::ids::FindingId;
use crate::json::Json;
use crate::resource_types::ResourceType;

/// A version of the object with its content, [`plain`](super::plain).
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Its number.
    pub number: i64,
    /// What it holds.
    pub content: &'a Json,
}

/// A finding of the object, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its id.
    pub id: FindingId,
    /// What kind it is.
    pub kind: FindingKind,
    /// The property.
    pub property: String,
    /// Where it stands.
    pub state: FindingState,
    /// How it was resolved.
    pub resolution: Option<Resolution>,
    /// The version that it is held against; `None`: the object was not there.
    pub base: Option<i64>,
}

impl Standing {
    /// Whether its base counts: it deviates, or may again when somebody was wrong or the object comes back.
    #[must_use]
    pub fn looks_at_base(&self) -> bool {
        self.state.deviates() || self.is_resolved(Resolution::Gone) || self.is_resolved(Resolution::Person)
    }

    fn is_resolved(&self, how: Resolution) -> bool {
        self.state == FindingState::Resolved && self.resolution == Some(how)
    }
}

/// An object as a check sees it.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Its type, where it is known.
    pub kind: Option<&'a ResourceType>,
    /// As the check before saw it; `None`: it was not there.
    pub before: Option<Known<'a>>,
    /// Where it was not there: as it was when it last was.
    pub last: Option<Known<'a>>,
    /// As it is now; `None`: it is not there.
    pub now: Option<Known<'a>>,
    /// The contents of the versions that its findings are held against.
    pub bases: &'a BTreeMap<i64, Json>,
    /// What the service did to every object of the type.
    pub service: &'a ServiceFields,
}

/// What becomes of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// There is one that there was not.
    Open {
        /// What kind.
        kind: FindingKind,
        /// Which property.
        property: String,
        /// The version that it is held against.
        base: Option<i64>,
        /// A few of the differences.
        evidence: Evidence,
    },
    /// One that was over, or accepted, is open again.
    Reopen {
        /// Which.
        id: FindingId,
        /// The version that it is held against from now on.
        base: Option<i64>,
        /// A few of the differences.
        evidence: Evidence,
        /// Why.
        why: HistoryEvent,
    },
    /// One that is open deviates further.
    Update {
        /// Which.
        id: FindingId,
        /// A few of the differences.
        evidence: Evidence,
    },
    /// One does not deviate any more.
    Resolve {
        /// Which.
        id: FindingId,
        /// How.
        how: Resolution,
    },
}

/// What becomes of the findings of one object.
pub type Verdicts = Vec<Verdict>;

/// What becomes of the findings of an object that is not as the check before saw it.
#[must_use]
pub fn judge(seen: &Seen<'_>, standing: &[Standing]) -> Verdicts {
    let mut verdicts = Verdicts::new();
    let find = |kind| standing.iter().find(|one| one.kind == kind);
    match (seen.before, seen.now) {
        (Some(before), Some(now)) => properties(seen, before, now, standing, &mut verdicts),
        (None, Some(now)) => match find(FindingKind::Removed).filter(|removed| removed.looks_at_base()) {
            Some(removed) => {
                verdicts.push(Verdict::Resolve { id: removed.id, how: Resolution::Back });
                if let Some(last) = seen.last {
                    properties(seen, last, now, standing, &mut verdicts);
                }
            }
            None => presence(find(FindingKind::Added), FindingKind::Added, None, &mut verdicts),
        },
        (Some(before), None) => {
            match find(FindingKind::Added).filter(|added| added.looks_at_base()) {
                Some(added) => verdicts.push(Verdict::Resolve { id: added.id, how: Resolution::Back }),
                None => presence(find(FindingKind::Removed), FindingKind::Removed, Some(before.number), &mut verdicts),
            }
            let gone = standing.iter().filter(|one| !one.kind.is_presence() && one.looks_at_base());
            verdicts.extend(gone.map(|one| Verdict::Resolve { id: one.id, how: Resolution::Gone }));
        }
        // It came and went between two checks.
        (None, None) => {}
    }
    verdicts
}

/// The object came or went.
fn presence(known: Option<&Standing>, kind: FindingKind, base: Option<i64>, verdicts: &mut Verdicts) {
    let evidence = Evidence::default();
    verdicts.push(match known {
        None => Verdict::Open { kind, property: String::new(), base, evidence },
        Some(known) => Verdict::Reopen { id: known.id, base, evidence, why: HistoryEvent::Recurred },
    });
}

fn properties(seen: &Seen<'_>, from: Known<'_>, now: Known<'_>, standing: &[Standing], verdicts: &mut Verdicts) {
    let between = |before: &Json| -> Vec<Deviation> {
        let mut found = deviations(seen.kind, before, now.content);
        found.retain(|deviation| !seen.service.did(deviation));
        found
    };
    let mut fresh = between(from.content);
    // What the findings are held against: few versions, often the same.
    let wanted = standing.iter().filter(|one| !one.kind.is_presence() && one.looks_at_base()).filter_map(|one| one.base);
    let mut held: BTreeMap<i64, Vec<Deviation>> = BTreeMap::new();
    for base in wanted {
        if let Some(content) = seen.bases.get(&base) {
            held.entry(base).or_insert_with(|| between(content));
        }
    }
    for one in standing.iter().filter(|one| !one.kind.is_presence()) {
        let is_it = |deviation: &&Deviation| deviation.kind == one.kind && deviation.property == one.property;
        let at = fresh.iter().position(|deviation| is_it(&deviation));
        let moved = at.map(|at| fresh.swap_remove(at));
        let deviates = || one.base.and_then(|base| held.get(&base)?.iter().find(is_it)).cloned();
        verdicts.extend(of_property(one, moved, deviates, from.number));
    }
    fresh.sort_by(|a, b| (a.kind, &a.property).cmp(&(b.kind, &b.property)));
    verdicts.extend(fresh.into_iter().map(|deviation| Verdict::Open {
        kind: deviation.kind,
        property: deviation.property,
        base: Some(from.number),
        evidence: deviation.evidence,
    }));
}

/// `moved`: how the property differs from what the check before saw; `deviates`: how from what the finding is held against.
fn of_property(
    one: &Standing,
    moved: Option<Deviation>,
    deviates: impl FnOnce() -> Option<Deviation>,
    from: i64,
) -> Option<Verdict> {
    let id = one.id;
    if !one.looks_at_base() {
        // What it was held against held again, or somebody said that it is right as it was: that is the base by now.
        let evidence = moved?.evidence;
        return Some(Verdict::Reopen { id, base: Some(from), evidence, why: HistoryEvent::Recurred });
    }
    let Some(deviation) = deviates() else {
        return (!one.is_resolved(Resolution::Gone)).then_some(Verdict::Resolve { id, how: Resolution::Back });
    };
    let evidence = deviation.evidence;
    let again = |why| Some(Verdict::Reopen { id, base: one.base, evidence: evidence.clone(), why });
    match one.state {
        FindingState::RiskAccepted => moved.and_then(|_| again(HistoryEvent::SeenFurther)),
        FindingState::Resolved if one.resolution == Some(Resolution::Gone) => again(HistoryEvent::Recurred),
        // Said to be resolved: only a newer look tells. That it moved is one.
        FindingState::Resolved => moved.and_then(|_| again(HistoryEvent::StillThere)),
        _ => moved.map(|_| Verdict::Update { id, evidence }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tells versions of an object to `judge` one after the other, and keeps the findings as a store would.
    #[derive(Default)]
    struct Told {
        versions: Vec<Option<Json>>,
        findings: Vec<Standing>,
    }

    impl Told {
        /// The next version; `None`: the object is gone. Gives what became of which finding, in words.
        fn next(&mut self, content: Option<&str>) -> Vec<String> {
            let number = |at: usize| i64::try_from(at).unwrap() + 1;
            let before = self.versions.len().checked_sub(1);
            self.versions.push(content.map(|text| Json::parse(text.as_bytes()).unwrap()));
            let known = |at: Option<usize>| Some(Known { number: number(at?), content: self.versions[at?].as_ref()? });
            let last = before.and_then(|before| (0..=before).rev().find(|at| self.versions[*at].is_some()));
            let bases: BTreeMap<i64, Json> =
                self.versions.iter().enumerate().filter_map(|(at, content)| Some((number(at), content.clone()?))).collect();
            let service = ServiceFields::default();
            let seen = Seen {
                kind: None,
                before: known(before),
                last: known(last),
                now: known(Some(self.versions.len() - 1)),
                bases: &bases,
                service: &service,
            };
            let verdicts = judge(&seen, &self.findings);
            let mut words: Vec<String> = verdicts.into_iter().map(|verdict| self.keep(verdict)).collect();
            words.sort();
            words
        }

        fn keep(&mut self, verdict: Verdict) -> String {
            let open = FindingState::New;
            let (at, words) = match verdict {
                Verdict::Open { kind, property, base, .. } => {
                    let (id, state) = (FindingId::generate(), open);
                    self.findings.push(Standing { id, kind, property, state, resolution: None, base });
                    (self.findings.len() - 1, "open")
                }
                Verdict::Reopen { id, base, .. } => {
                    let at = self.at(id);
                    let old = self.findings[at].clone();
                    self.findings[at] = Standing { state: open, resolution: None, base, ..old };
                    (at, "reopen")
                }
                Verdict::Update { id, .. } => (self.at(id), "update"),
                Verdict::Resolve { id, how } => {
                    let at = self.at(id);
                    (self.findings[at].state, self.findings[at].resolution) = (FindingState::Resolved, Some(how));
                    (at, if how == Resolution::Gone { "gone" } else { "back" })
                }
            };
            let one = &self.findings[at];
            format!("{words} {}{}", one.kind, if one.property.is_empty() { String::new() } else { format!(" {}", one.property) })
        }

        fn at(&self, id: FindingId) -> usize {
            self.findings.iter().position(|one| one.id == id).unwrap()
        }

        fn set(&mut self, state: FindingState, resolution: Option<Resolution>) {
            (self.findings[0].state, self.findings[0].resolution) = (state, resolution);
        }
    }

    fn of(x: u32) -> String {
        format!(r#"{{"x":{x},"y":0}}"#)
    }

    #[test]
    fn a_change_is_found_follows_what_changes_further_and_resolves_when_it_is_back() {
        let mut told = Told { versions: vec![Some(Json::parse(of(1).as_bytes()).unwrap())], findings: Vec::new() };
        assert_eq!(told.next(Some(&of(2))), ["open changed x"]);
        assert_eq!(told.next(Some(&of(3))), ["update changed x"]);
        assert_eq!(told.next(Some(r#"{"x":3,"y":5}"#)), ["open changed y"]);
        assert_eq!(told.next(Some(r#"{"x":1,"y":5}"#)), ["back changed x"]);
        assert_eq!(told.next(Some(r#"{"x":2,"y":0}"#)), ["back changed y", "reopen changed x"]);
        assert_eq!(told.findings.len(), 2, "one finding however often it is seen");
        assert_eq!(told.findings[0].base, Some(5), "held against what it was before it came back");
    }

    #[test]
    fn what_is_closed_is_what_later_changes_are_held_against() {
        let mut told = Told { versions: vec![Some(Json::parse(of(1).as_bytes()).unwrap())], findings: Vec::new() };
        told.next(Some(&of(2)));
        told.set(FindingState::Closed, None);
        assert_eq!(told.next(Some(r#"{"x":2,"y":1}"#)), ["open changed y"]);
        assert_eq!(told.next(Some(r#"{"x":1,"y":1}"#)), ["reopen changed x"], "also back to what it once was");
        assert_eq!(told.next(Some(r#"{"x":2,"y":1}"#)), ["back changed x"]);
    }

    #[test]
    fn an_accepted_risk_is_open_again_when_it_changes_further_and_resolved_when_it_is_back() {
        let mut told = Told { versions: vec![Some(Json::parse(of(1).as_bytes()).unwrap())], findings: Vec::new() };
        told.next(Some(&of(2)));
        told.set(FindingState::RiskAccepted, None);
        assert_eq!(told.next(Some(r#"{"x":2,"y":1}"#)), ["open changed y"], "another property is none of it");
        assert_eq!(told.next(Some(r#"{"x":3,"y":1}"#)), ["reopen changed x"]);
        assert_eq!(told.findings[0].base, Some(1));
        told.set(FindingState::RiskAccepted, None);
        assert_eq!(told.next(Some(r#"{"x":1,"y":1}"#)), ["back changed x"]);
    }

    #[test]
    fn what_somebody_says_to_be_resolved_is_looked_at() {
        let mut told = Told { versions: vec![Some(Json::parse(of(1).as_bytes()).unwrap())], findings: Vec::new() };
        told.next(Some(&of(2)));
        told.set(FindingState::Resolved, Some(Resolution::Person));
        assert_eq!(told.next(Some(r#"{"x":2,"y":1}"#)), ["open changed y"], "a look at something else tells nothing");
        assert_eq!(told.next(Some(r#"{"x":4,"y":1}"#)), ["reopen changed x"]);
        told.set(FindingState::Resolved, Some(Resolution::Person));
        assert_eq!(told.next(Some(r#"{"x":1,"y":1}"#)), ["back changed x"]);
    }

    #[test]
    fn objects_come_and_go_and_their_findings_with_them() {
        let mut told = Told { versions: vec![Some(Json::parse(of(1).as_bytes()).unwrap())], findings: Vec::new() };
        told.next(Some(&of(2)));
        assert_eq!(told.next(None), ["gone changed x", "open removed"]);
        assert_eq!(told.next(Some(&of(2))), ["back removed", "reopen changed x"]);
        assert_eq!(told.findings[0].base, Some(1), "held against what it was held against");
        told.next(None);
        assert_eq!(told.next(Some(&of(1))), ["back removed"], "as it was before all of it");
        let mut new = Told { versions: vec![None], findings: Vec::new() };
        assert_eq!(new.next(Some(&of(1))), ["open added"]);
        assert_eq!(new.next(Some(&of(2))), ["open changed x"]);
        assert_eq!(new.next(None), ["back added", "gone changed x"]);
        assert_eq!(new.next(None), Vec::<String>::new());
        assert_eq!(new.next(Some(&of(2))), ["reopen added"]);
    }
}
