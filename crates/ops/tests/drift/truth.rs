//! Random histories of a tenant: findings equal the truth exactly, on both databases.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use graph_sim::{Mutation, Mutator, Size, Truth, What};
use model::canonical::canonical;
use model::finding::{FindingKind, FindingState};
use model::json::Json;
use model::resource_types::{ResourceType, find};
use testkit::stores::{TestStore, on_both, start_of_time};

use crate::help::{Place, snapshot};

/// Histories for each database; together with the other one a hundred.
const HISTORIES: u64 = 50;
/// Checks of a history, and changes between two of them at most.
const CHECKS: usize = 4;
const CHANGES: usize = 7;
/// No history takes longer, the making of its database aside.
const LONGEST: Duration = Duration::from_secs(20);

pub(crate) type Object = (String, String);
/// Properties by what they mean.
pub(crate) type Meaning = BTreeMap<String, String>;

/// What a finding is expected to be: whether it is open, and how often it was found.
type Expected = BTreeMap<(String, String, FindingKind, String), (bool, i64)>;

/// The findings of a history as they follow from the states of the tenant alone, in the simplest way.
#[derive(Default)]
struct Reference {
    now: BTreeMap<Object, (Meaning, Json)>,
    /// What an open finding is held against.
    bases: BTreeMap<(Object, String), Option<String>>,
    /// The time of change of the state that differs last.
    times: BTreeMap<Object, Option<Json>>,
    expected: Expected,
}

pub(crate) fn part(kind: &ResourceType, property: &str) -> FindingKind {
    if kind.assignments.as_ref().is_some_and(|assignments| assignments.path == property) {
        FindingKind::AssignmentChanged
    } else if kind.scope_tag_property.as_deref() == Some(property) {
        FindingKind::ScopeTagChanged
    } else {
        FindingKind::Changed
    }
}

/// What each property means: a hash of its own that knows which order counts.
pub(crate) fn meaning(kind: &ResourceType, object: &Json) -> Meaning {
    let members = object.as_object().unwrap_or_default().iter();
    let volatile =
        |name: &str| name.contains("@odata.") && name != "@odata.type" || kind.is_volatile(name) || name.starts_with('#');
    let empty = |value: &Json| *value == Json::Null || value.as_array().is_some_and(<[Json]>::is_empty);
    members
        .filter(|(name, _)| !volatile(name))
        .filter(|(name, value)| part(kind, name) == FindingKind::Changed || !empty(value))
        .map(|(name, value)| (name.clone(), canonical(kind, Json::Object(vec![(name.clone(), value.clone())])).semantic))
        .collect()
}

fn time(object: &Json) -> Option<Json> {
    ["lastModifiedDateTime", "modifiedDateTime", "version"]
        .iter()
        .find_map(|name| object.get(name).filter(|value| **value != Json::Null).cloned())
}

impl Reference {
    fn begin(&mut self, objects: BTreeMap<Object, Json>) {
        for (object, content) in objects {
            self.times.insert(object.clone(), time(&content));
            self.now.insert(object.clone(), (meaning(find(&object.0).unwrap(), &content), content));
        }
    }

    fn open(&mut self, object: &Object, kind: FindingKind, property: &str) {
        let one = self.expected.entry((object.0.clone(), object.1.clone(), kind, property.to_owned())).or_default();
        *one = (true, one.1 + 1);
    }

    fn close(&mut self, object: &Object, kind: FindingKind, property: &str) -> bool {
        let one = self.expected.get_mut(&(object.0.clone(), object.1.clone(), kind, property.to_owned()));
        one.is_some_and(|one| std::mem::replace(&mut one.0, false))
    }

    /// What the service truly did to all objects of a type in this time, where one of them shows that nobody touched it.
    fn service(&self, after: &BTreeMap<Object, Json>, truths: &[Truth]) -> BTreeSet<(String, String)> {
        let told = truths.iter().filter(|truth| truth.mutation == Mutation::ServiceFieldAdded);
        let mut fields = BTreeSet::new();
        for truth in told {
            let What::Value { path, .. } = &truth.what else { continue };
            let both: Vec<&Object> =
                after.keys().filter(|object| object.0 == truth.type_key && self.now.contains_key(*object)).collect();
            let came = |object: &Object| {
                after[object].get(&path[0]) == Some(&Json::Bool(false)) && self.now[object].1.get(&path[0]).is_none()
            };
            let timed: Vec<bool> =
                both.iter().filter_map(|object| Some(self.times[*object].clone()? == time(&after[*object])?)).collect();
            let shown = both.len() > 1 && (timed.is_empty() || timed.contains(&true));
            if both.iter().all(|object| came(object)) && shown {
                fields.insert((truth.type_key.to_owned(), path[0].clone()));
            }
        }
        fields
    }

    fn step(&mut self, after: BTreeMap<Object, Json>, truths: &[Truth]) {
        let service = self.service(&after, truths);
        let objects: BTreeSet<Object> = self.now.keys().chain(after.keys()).cloned().collect();
        for object in objects {
            let kind = find(&object.0).unwrap();
            match (self.now.get(&object).cloned(), after.get(&object)) {
                (None, Some(content)) => {
                    self.open(&object, FindingKind::Added, "");
                    self.times.insert(object.clone(), time(content));
                    self.now.insert(object, (meaning(kind, content), content.clone()));
                }
                (Some(_), None) => {
                    if !self.close(&object, FindingKind::Added, "") {
                        self.open(&object, FindingKind::Removed, "");
                    }
                    let open: Vec<(Object, String)> = self.bases.keys().filter(|(of, _)| *of == object).cloned().collect();
                    for (object, property) in open {
                        self.bases.remove(&(object.clone(), property.clone()));
                        self.close(&object, part(kind, &property), &property);
                    }
                    self.now.remove(&object);
                }
                (Some((old, _)), Some(content)) => {
                    let new = meaning(kind, content);
                    let properties: BTreeSet<String> = old.keys().chain(new.keys()).cloned().collect();
                    for property in properties {
                        if service.contains(&(object.0.clone(), property.clone())) {
                            continue;
                        }
                        let (was, is) = (old.get(&property).cloned(), new.get(&property).cloned());
                        let key = (object.clone(), property.clone());
                        match self.bases.get(&key) {
                            Some(base) if *base == is => {
                                self.bases.remove(&key);
                                self.close(&object, part(kind, &property), &property);
                            }
                            None if was != is => {
                                self.bases.insert(key, was);
                                self.open(&object, part(kind, &property), &property);
                            }
                            _ => {}
                        }
                    }
                    if old != new {
                        self.times.insert(object.clone(), time(content));
                    }
                    self.now.insert(object, (new, content.clone()));
                }
                (None, None) => {}
            }
        }
    }
}

/// What truly mattered is a change of the object's state: the reference misses nothing of it.
fn truths_are_in_the_states(before: &BTreeMap<Object, Json>, after: &BTreeMap<Object, Json>, truths: &[Truth]) {
    for truth in truths.iter().filter(|truth| truth.matters) {
        let object = (truth.type_key.to_owned(), truth.id.clone());
        let again = truths.iter().filter(|other| other.id == truth.id).count() > 1;
        let (Some(kind), false) = (find(truth.type_key), again) else { continue };
        let sides = [before.get(&object), after.get(&object)].map(|side| side.map(|content| meaning(kind, content)));
        match &truth.what {
            What::Added => {
                let may_be_unseen = !kind.in_inventory() || kind.list.filter.is_some();
                assert!(sides[0].is_none() && (sides[1].is_some() || may_be_unseen), "{truth:?}");
            }
            What::Deleted => assert!(sides[1].is_none(), "{truth:?}"),
            What::Value { path, .. } => {
                let [Some(old), Some(new)] = sides else { continue };
                assert_ne!(old.get(&path[0]), new.get(&path[0]), "{truth:?}");
            }
        }
    }
}

async fn history(t: &TestStore, seed: u64) -> usize {
    let began = Instant::now();
    let place = Place::of(t, graph_sim::generate(seed, Size { policies: 24, groups: 5 }, start_of_time())).await;
    let mut mutator = Mutator::new(&place.graph.sim, seed);
    let mut reference = Reference::default();
    assert_eq!(place.sync().await, None, "there is nothing to compare the first inventory with");
    let mut before = snapshot(&place);
    reference.begin(before.clone());
    let mut all = Vec::new();
    for step in 0..CHECKS {
        let mut truths = mutator.history(place.graph.tenant, 1 + (usize::try_from(seed).unwrap() + step * 3) % CHANGES).unwrap();
        // Now and then what was changed is put back.
        if step == CHECKS - 1 {
            put_back(&place, &all);
        }
        let after = snapshot(&place);
        if step < CHECKS - 1 {
            truths_are_in_the_states(&before, &after, &truths);
        }
        reference.step(after.clone(), &truths);
        place.sync().await.expect("a check follows");
        before = after;
        let told: Expected = place
            .findings()
            .await
            .into_iter()
            .map(|one| {
                ((one.resource_type, one.object_id, one.kind, one.property), (one.state == FindingState::New, one.occurrences))
            })
            .collect();
        assert_eq!(told, reference.expected, "history {seed}, step {step}: {truths:#?}");
        all.append(&mut truths);
    }
    assert!(began.elapsed() < LONGEST, "history {seed} took {:?}", began.elapsed());
    reference.expected.len()
}

/// Puts back values at the top of objects that are still there.
pub(crate) fn put_back(place: &Place, truths: &[Truth]) {
    for truth in truths.iter().rev() {
        let What::Value { path, before: Some(value), .. } = &truth.what else { continue };
        let there = place.graph.sim.read_state(place.graph.tenant, |state| state.object(truth.type_key, &truth.id)).unwrap();
        if let (Some(mut object), [name]) = (there, path.as_slice())
            && truth.matters
        {
            object.set(name, value.clone());
            place.graph.sim.put_object(place.graph.tenant, truth.type_key, object).unwrap().unwrap();
        }
    }
}

async fn histories(from: u64) {
    let wanted = std::env::var("TENANTATLAS_HISTORIES").ok().and_then(|text| text.parse().ok()).unwrap_or(HISTORIES);
    let mut findings = 0;
    for seed in (from..wanted).step_by(5) {
        let found = std::sync::atomic::AtomicUsize::new(0);
        on_both(async |t: TestStore| {
            found.fetch_add(history(&t, seed).await, std::sync::atomic::Ordering::Relaxed);
        })
        .await;
        findings += found.into_inner();
    }
    assert!(findings > 0, "something was found");
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_equal_the_truth() {
    histories(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_equal_the_truth_in_a_second_fifth_of_the_histories() {
    histories(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_equal_the_truth_in_a_third_fifth_of_the_histories() {
    histories(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_equal_the_truth_in_a_fourth_fifth_of_the_histories() {
    histories(3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_equal_the_truth_in_the_last_fifth_of_the_histories() {
    histories(4).await;
}
