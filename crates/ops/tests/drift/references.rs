//! References that lead nowhere, and objects that nobody uses: findings equal the truth of the simulated tenant.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use graph_sim::{Size, TenantState};
use model::access::can;
use model::finding::{Finding, FindingFilter, FindingKind, FindingState, Move, Resolution, Severity, reference_property};
use model::json::Json;
use model::links::{Kept, kept, links};
use model::operations::{entra_group_sync, inventory_sync};
use model::resource_types::all;
use model::run::{CountKey, Outcome, Trigger};
use testkit::stores::{TestStore, on_both, start_of_time};

use crate::help::{POLICY, Place, count, policies, policy};

const GROUP: &str = "00000000-0000-0000-0000-0000000000a1";

/// Type, id, kind and property.
type Key = (String, String, FindingKind, String);

impl Place {
    /// Reads everything: the inventory, the groups, and the inventory once more, so that everything that exists was read after every
    /// reference; with the check that follows.
    async fn read_all(&self) {
        self.everything().await;
        self.groups().await;
        self.everything().await;
    }

    async fn everything(&self) {
        self.t.clock.advance(Duration::from_secs(3_600));
        let permit = self.world.tenant_scope(&self.world.owner).await.permit::<can::InventorySync>().unwrap();
        let request = inventory_sync::Arguments::everything().reading_everything(true).request(self.world.tenant);
        let run = self.world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().id;
        self.graph.worker(&self.world.store).run_queue_now().await.unwrap();
        let run = self.world.run(run).await;
        assert!(matches!(run.outcome, Outcome::Succeeded | Outcome::PartiallySucceeded), "{:?}", run.failures);
    }

    async fn groups(&self) {
        self.t.clock.advance(Duration::from_secs(60));
        let permit = self.world.tenant_scope(&self.world.owner).await.permit::<can::DirectorySync>().unwrap();
        let request = entra_group_sync::Arguments { full: true }.request(self.world.tenant);
        self.world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap();
        self.graph.worker(&self.world.store).run_queue_now().await.unwrap();
    }

    fn put_group(&self, id: &str) {
        let group = format!(r#"{{"id":"{id}","displayName":"Group {id}","groupTypes":[],"securityEnabled":true}}"#);
        self.put("group", &group);
    }

    fn remove(&self, key: &str, id: &str) {
        assert!(self.graph.sim.remove_object(self.graph.tenant, key, id).unwrap(), "{key} {id}");
    }

    async fn of_references(&self, kind: FindingKind) -> Vec<Finding> {
        let mut all = self.findings_of(true).await;
        all.retain(|one| one.kind == kind);
        all
    }
}

/// What leads nowhere in a tenant, and which filters and scope tags nobody uses, from its objects alone.
fn truth(state: &TenantState) -> BTreeSet<Key> {
    let kinds: Vec<_> = all().iter().filter(|kind| kind.in_inventory()).collect();
    let mut ids: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for kind in &kinds {
        ids.insert(&kind.key, state.ids(&kind.key).into_iter().collect());
    }
    let groups: BTreeSet<String> = state.ids("group").into_iter().collect();
    let (mut found, mut used) = (BTreeSet::new(), BTreeSet::new());
    for kind in &kinds {
        for id in &ids[kind.key.as_str()] {
            for link in links(kind, &state.object(&kind.key, id).unwrap()) {
                used.insert((link.to.resource_type.clone(), link.to.id.clone()));
                let there = match kept(&link.to.resource_type) {
                    Kept::Groups => groups.contains(&link.to.id),
                    Kept::Inventory { types, whole: true } => types.iter().any(|key| ids[key].contains(&link.to.id)),
                    Kept::Inventory { .. } | Kept::No => true,
                };
                if !there {
                    let property = reference_property(&link.to);
                    found.insert((kind.key.clone(), id.clone(), FindingKind::ReferenceDangling, property));
                }
            }
        }
    }
    for key in ["assignment_filter", "scope_tag"] {
        let unused = ids[key].iter().filter(|id| id.as_str() != "0" && !used.contains(&(key.to_owned(), (*id).clone())));
        found.extend(unused.map(|id| (key.to_owned(), id.clone(), FindingKind::Unused, String::new())));
    }
    found
}

fn is_told(one: &Finding) -> bool {
    one.kind == FindingKind::ReferenceDangling || ["assignment_filter", "scope_tag"].contains(&one.resource_type.as_str())
}

/// Whatever is removed, put back and made: one finding of each, open while it is so, and found as often as it came to be so.
async fn history(t: &TestStore, seed: u64) -> usize {
    let place = Place::of(t, graph_sim::generate(seed, Size { policies: 20, groups: 6 }, start_of_time())).await;
    let sim = &place.graph.sim;
    let now = || sim.read_state(place.graph.tenant, truth).unwrap();
    place.read_all().await;
    let mut expected: BTreeMap<Key, (bool, i64)> = now().into_iter().map(|key| (key, (true, 1))).collect();
    let mut removed: Vec<(&str, Json)> = Vec::new();
    let mut dice = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut roll = |below: usize| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        usize::try_from(dice % u64::try_from(below.max(1)).unwrap()).unwrap()
    };
    for step in 0..4 {
        for _ in 0..3 {
            if roll(3) == 0 && !removed.is_empty() {
                let (key, object) = removed.swap_remove(roll(removed.len()));
                place.graph.sim.put_object(place.graph.tenant, key, object).unwrap().unwrap();
                continue;
            }
            let key = ["group", "assignment_filter", "scope_tag", POLICY][roll(4)];
            let ids = sim.read_state(place.graph.tenant, |state| state.ids(key)).unwrap();
            let ids: Vec<&String> = ids.iter().filter(|id| id.as_str() != "0").collect();
            if ids.is_empty() {
                continue;
            }
            let id = ids[roll(ids.len())].clone();
            let object = sim.read_state(place.graph.tenant, |state| state.object(key, &id)).unwrap().unwrap();
            removed.push((key, object));
            place.remove(key, &id);
        }
        place.read_all().await;
        let is = now();
        for (key, one) in &mut expected {
            one.1 += i64::from(!one.0 && is.contains(key));
            one.0 = is.contains(key);
        }
        is.into_iter().for_each(|key| _ = expected.entry(key).or_insert((true, 1)));
        let told: BTreeMap<Key, (bool, i64)> = place
            .findings_of(true)
            .await
            .into_iter()
            .filter(is_told)
            .map(|one| {
                ((one.resource_type, one.object_id, one.kind, one.property), (one.state == FindingState::New, one.occurrences))
            })
            .collect();
        assert_eq!(told, expected, "history {seed}, step {step}");
    }
    expected.len()
}

/// Two tests, so that they run beside each other.
async fn histories(seeds: std::ops::Range<u64>) {
    let found = AtomicUsize::new(0);
    for seed in seeds {
        on_both(async |t: TestStore| _ = found.fetch_add(history(&t, seed).await, Ordering::Relaxed)).await;
    }
    assert!(found.into_inner() > 10, "something leads nowhere");
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_of_references_equal_the_truth() {
    histories(0..3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_of_references_equal_the_truth_in_the_other_half_of_the_histories() {
    histories(3..6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_that_leads_nowhere_is_one_finding_until_it_is_mended_and_again_when_it_dangles_again() {
    on_both(async |t: TestStore| {
        let place = Place::of(&t, policies(&["a", "b"])).await;
        for name in ["a", "b"] {
            place.change(POLICY, name, |object| {
                object.set("assignments", Json::parse(assigned(&[GROUP, GROUP]).as_bytes()).unwrap());
                object.set("roleScopeTagIds", Json::parse(br#"["0"]"#).unwrap());
            });
        }
        place.everything().await;
        place.check().await;
        assert!(place.of_references(FindingKind::ReferenceDangling).await.is_empty(), "groups were never read: nothing is told");
        place.put_group(GROUP);
        place.read_all().await;
        assert!(place.of_references(FindingKind::ReferenceDangling).await.is_empty());
        place.remove("group", GROUP);
        place.groups().await;
        let run = place.check().await;
        assert_eq!((count(&run, CountKey::Created), count(&run, CountKey::Medium)), (2, 2), "one of each policy");
        let found = place.of_references(FindingKind::ReferenceDangling).await;
        let one = found.iter().find(|one| one.name == "a").unwrap();
        assert_eq!(
            (one.property.as_str(), one.evidence.total, one.severity),
            (format!("group {GROUP}").as_str(), 1, Severity::Medium)
        );
        assert!(one.item_id.is_some() && one.base_version.is_none() && one.current_run == Some(run.id));
        let again = place.check().await;
        assert_eq!((count(&again, CountKey::Created), count(&again, CountKey::Updated)), (0, 0), "seen as it was");
        // One is mended by its policy, the other by the group.
        place.change(POLICY, "a", |object| object.set("assignments", Json::parse(b"[]").unwrap()));
        place.everything().await;
        let state = |found: &[Finding], name: &str| {
            let one = found.iter().find(|one| one.name == name && one.kind == FindingKind::ReferenceDangling).unwrap();
            (one.state, one.resolution, one.occurrences)
        };
        let found = place.findings_of(true).await;
        assert_eq!(state(&found, "a"), (FindingState::Resolved, Some(Resolution::Mended), 1));
        assert_eq!(state(&found, "b"), (FindingState::New, None, 1));
        let unused = found.iter().find(|one| one.kind == FindingKind::Unused && one.name == "a").expect("nobody is assigned now");
        assert_eq!((unused.severity, unused.state), (Severity::Low, FindingState::New));
        place.put_group(GROUP);
        place.groups().await;
        place.check().await;
        assert_eq!(state(&place.findings_of(true).await, "b"), (FindingState::Resolved, Some(Resolution::Mended), 1));
        place.remove("group", GROUP);
        place.read_all().await;
        assert_eq!(state(&place.findings_of(true).await, "b"), (FindingState::New, None, 2));
        // Who says that it is put right is told by the next reading of both.
        let triage = place.world.tenant_scope(&place.world.owner).await.permit::<can::FindingsTriage>().unwrap();
        let b = place.of_references(FindingKind::ReferenceDangling).await.into_iter().find(|one| one.name == "b").unwrap();
        t.store.findings().move_one(&triage, b.id, b.revision, Move::Resolve, None).await.unwrap();
        place.check().await;
        assert_eq!(state(&place.findings_of(true).await, "b"), (FindingState::Resolved, Some(Resolution::Person), 2));
        place.read_all().await;
        assert_eq!(state(&place.findings_of(true).await, "b"), (FindingState::New, None, 3));
        // The object goes, and its findings with it.
        place.remove(POLICY, "b");
        place.everything().await;
        assert_eq!(state(&place.findings_of(true).await, "b").1, Some(Resolution::Gone));
    })
    .await;
}

/// Assignments to groups.
fn assigned(groups: &[&str]) -> String {
    let one = |(n, group): (usize, &&str)| {
        format!(
            r##"{{"id":"{n}_{group}","target":{{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"{group}"}}}}"##
        )
    };
    format!("[{}]", groups.iter().enumerate().map(one).collect::<Vec<_>>().join(","))
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_references_to_what_is_gone_are_one_finding() {
    const OBJECTS: usize = 1_000;
    on_both(async |t: TestStore| {
        let groups: Vec<String> = (0..10).map(|n| format!("00000000-0000-0000-0000-0000000000b{n}")).collect();
        let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
        let mut state = TenantState::new();
        for n in 0..OBJECTS {
            let mut object = Json::parse(policy(&format!("p{n}"), &format!("p{n}")).as_bytes()).unwrap();
            object.set("assignments", Json::parse(assigned(&groups).as_bytes()).unwrap());
            object.set("roleScopeTagIds", Json::parse(br#"["0"]"#).unwrap());
            state.put(POLICY, object).unwrap();
        }
        let place = Place::of(&t, state).await;
        place.sync().await;
        place.groups().await;
        place.sync().await.expect("a check follows");
        let found = place.of_references(FindingKind::ReferenceDangling).await;
        let [one] = found.as_slice() else { panic!("{} findings", found.len()) };
        assert_eq!((one.name.as_str(), one.evidence.total, one.resource_type.as_str()), ("10000 references", 10_000, "group"));
        assert!(one.item_id.is_none() && one.evidence.lines.len() <= 8);
        let again = place.check().await;
        assert_eq!((count(&again, CountKey::Created), count(&again, CountKey::Updated)), (0, 0));
        // Most are mended: what is left is told one by one.
        groups[1..].iter().for_each(|group| place.put_group(group));
        for n in 100..OBJECTS {
            place.change(POLICY, &format!("p{n}"), |object| {
                object.set("assignments", Json::parse(assigned(&groups[1..]).as_bytes()).unwrap());
            });
        }
        place.sync().await;
        place.groups().await;
        place.check().await;
        let found = place.of_references(FindingKind::ReferenceDangling).await;
        let open: Vec<_> = found.iter().filter(|one| one.state.is_open()).collect();
        assert!(open.len() == 100 && open.iter().all(|one| one.item_id.is_some()), "{}", open.len());
        let scope = place.world.tenant_scope(&place.world.owner).await;
        let filter = FindingFilter { kinds: vec![FindingKind::ReferenceDangling], ..FindingFilter::default() };
        assert_eq!(t.store.findings().count(&scope, &filter, 1_000).await.unwrap(), 101);
    })
    .await;
}
