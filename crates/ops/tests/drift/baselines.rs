//! Tenants held against baselines: findings are what truly deviates, no more and no less.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use graph_sim::{Effect, Fault, Mutator, Size, TenantProfile, TenantState};
use model::access::can;
use model::baseline::{ItemKey, ItemState, Totals, TypeComparison};
use model::failure::Code;
use model::finding::{Against, Finding, FindingFilter, FindingKind, FindingState, Resolution};
use model::ids::{BaselineId, EntraTenantId, TenantId};
use model::json::Json;
use model::operations::inventory_sync::Arguments;
use model::operations::{baseline_compare, baseline_compare_many};
use model::resource_types::find;
use model::run::{CountKey, Outcome, Run, Trigger};
use store::access::{Permit, TenantScope};
use store::{BaselineEdit, Capture, CaptureFrom};
use testkit::graph::{app, entra_id};
use testkit::stores::{TestStore, on_both, start_of_time};
use testkit::world::connection;

use crate::help::{POLICY, Place, count, policies, policy, snapshot};
use crate::truth::{Meaning, Object, meaning, part, put_back};

/// A deviation: type, id, kind, property.
pub(crate) type Told = BTreeSet<(String, String, FindingKind, String)>;

pub(crate) async fn manage(place: &Place) -> Permit<can::WorkspaceBaselinesManage> {
    place.world.workspace_scope(&place.world.owner).await.permit().unwrap()
}

pub(crate) async fn scope_of(place: &Place, tenant: TenantId) -> TenantScope {
    let who = place.world.sign_in(&place.world.owner).await;
    place.world.store.access().tenant(&who, tenant).await.unwrap()
}

/// Makes a baseline of what the first tenant has, and holds tenants against it.
pub(crate) async fn baseline(place: &Place, extras: bool, tenants: &[TenantId]) -> BaselineId {
    let (baselines, permit) = (place.world.store.baselines(), manage(place).await);
    let scope = scope_of(place, place.world.tenant).await;
    let from = CaptureFrom::Tenant(&scope);
    let capture = Capture { name: "Core".to_owned(), description: String::new(), extras, from, types: Vec::new() };
    let id = baselines.capture(&permit, &capture).await.unwrap();
    baselines.activate(&permit, id, 1).await.unwrap();
    baselines.assign_many(&permit, id, tenants, None).await.unwrap();
    id
}

/// Reads a tenant, and what follows.
pub(crate) async fn sync(place: &Place, tenant: TenantId) {
    place.t.clock.advance(Duration::from_secs(3_600));
    let permit = scope_of(place, tenant).await.permit::<can::InventorySync>().unwrap();
    let request = Arguments::only(&place.types).unwrap().reading_everything(true).request(tenant);
    place.world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap();
    place.graph.worker(&place.world.store).run_queue_now().await.unwrap();
}

/// Compares by hand.
async fn compare(place: &Place, tenant: TenantId) -> Run {
    let permit = scope_of(place, tenant).await.permit::<can::DriftRun>().unwrap();
    let request = baseline_compare::Arguments::default().request(tenant);
    let run = place.world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().clone();
    place.graph.worker(&place.world.store).run_queue_now().await.unwrap();
    place.world.run(run.id).await
}

async fn findings(place: &Place, tenant: TenantId) -> Vec<Finding> {
    let scope = scope_of(place, tenant).await;
    let all = place.t.store.findings().list(&scope, &FindingFilter::default(), None, 50_000).await.unwrap().rows;
    all.into_iter().filter(|one| one.against == Against::Baseline).collect()
}

/// What is open, by the object as it is called in the tenant.
pub(crate) async fn open(place: &Place, tenant: TenantId) -> Told {
    let open = findings(place, tenant).await.into_iter().filter(|one| one.state.is_open());
    open.map(|one| (one.resource_type, one.object_id, one.kind, one.property)).collect()
}

pub(crate) fn told(all: &[(&str, FindingKind, &str)]) -> Told {
    all.iter().map(|(id, kind, property)| (POLICY.to_owned(), (*id).to_owned(), *kind, (*property).to_owned())).collect()
}

async fn totals(place: &Place, tenant: TenantId, id: BaselineId) -> Totals {
    let scope = scope_of(place, tenant).await;
    place.t.store.baselines().alignment_of(&scope, id).await.unwrap().totals()
}

/// A second tenant with the same policies under ids of its own, assigned to groups of its own.
pub(crate) async fn second(place: &Place, names: &[&str]) -> EntraTenantId {
    let world = &place.world;
    world.store.connections().save(&world.operator, world.other_tenant, &connection()).await.unwrap();
    let entra = entra_id(world, &world.owner, world.other_tenant).await;
    let mut state = TenantState::new();
    for name in names {
        let text = policy(&format!("other-{name}"), name).replace("\"groupId\":\"g\"", "\"groupId\":\"k\"");
        state.put(POLICY, Json::parse(text.as_bytes()).unwrap()).unwrap();
    }
    place.graph.sim.add_tenant(TenantProfile::new(entra, "Fabrikam", "fabrikam.example", app()), state);
    entra
}

pub(crate) fn change_in(place: &Place, entra: EntraTenantId, id: &str, change: impl FnOnce(&mut Json)) {
    let mut object = place.graph.sim.read_state(entra, |state| state.object(POLICY, id)).unwrap().unwrap();
    change(&mut object);
    place.graph.sim.put_object(entra, POLICY, object).unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tenants_are_held_against_a_baseline_and_what_is_put_back_is_resolved() {
    use FindingKind::{Added, AssignmentChanged, Changed, Removed};
    on_both(async |t: TestStore| {
        let place = Place::of(&t, policies(&["a", "b", "c", "d"])).await;
        let (first, other) = (place.world.tenant, place.world.other_tenant);
        let entra = second(&place, &["a", "b", "c", "d"]).await;
        let refused = compare(&place, first).await;
        assert_eq!(refused.reason_code.as_deref(), Some(Code::BaselineNotAssigned.code()));
        sync(&place, first).await;
        let id = baseline(&place, true, &[first, other]).await;
        let blocked = compare(&place, other).await;
        assert_eq!(
            (blocked.outcome, blocked.reason_code.as_deref()),
            (Outcome::Blocked, Some(Code::BaselineNothingToCompare.code()))
        );
        // As it is: nothing deviates, in neither, and nothing is read. Other groups in another tenant are no deviation.
        sync(&place, other).await;
        let run = compare(&place, first).await;
        assert_eq!((run.outcome, count(&run, CountKey::Items)), (Outcome::Succeeded, 0));
        for tenant in [first, other] {
            assert_eq!(open(&place, tenant).await, Told::new());
            assert_eq!(totals(&place, tenant, id).await, Totals { aligned: 4, ..Totals::default() });
        }
        // Mutations; another order is none.
        let original = |name: &str| Json::parse(policy(name, name).as_bytes()).unwrap();
        place.change(POLICY, "a", |object| object.set("description", Json::text("x")));
        place.change(POLICY, "b", |object| object.set("assignments", Json::Array(Vec::new())));
        place.change(POLICY, "c", |object| {
            let mut settings = object.get("settings").unwrap().as_array().unwrap().to_vec();
            settings.reverse();
            object.set("settings", Json::Array(settings));
        });
        place.graph.sim.remove_object(place.graph.tenant, POLICY, "d").unwrap();
        place.put(POLICY, &policy("e", "e"));
        change_in(&place, entra, "other-a", |object| object.set("name", Json::text("renamed")));
        change_in(&place, entra, "other-b", |object| object.set("assignments", Json::Array(Vec::new())));
        change_in(&place, entra, "other-c", |object| object.set("technologies", Json::text("mdm,linuxMdm")));
        place.graph.sim.remove_object(entra, POLICY, "other-d").unwrap();
        sync(&place, first).await;
        sync(&place, other).await;
        let expected =
            told(&[("a", Changed, "description"), ("b", AssignmentChanged, "assignments"), ("d", Removed, ""), ("e", Added, "")]);
        assert_eq!(open(&place, first).await, expected);
        assert_eq!(totals(&place, first, id).await, Totals { aligned: 1, differs: 2, missing: 1, extra: 1 });
        let expected = told(&[("other-a", Changed, "name"), ("other-c", Changed, "technologies"), ("d", Removed, "")]);
        assert_eq!(open(&place, other).await, expected, "a renamed object is the one that was found before");
        let changed = findings(&place, first).await.into_iter().find(|one| one.property == "description").unwrap();
        assert_eq!(
            (changed.base_version, changed.current_version),
            (Some(1), Some(2)),
            "it can be restored from its own version"
        );
        // The same again: nothing is read, and each deviation is the finding that it was.
        let run = compare(&place, first).await;
        assert_eq!((count(&run, CountKey::Items), count(&run, CountKey::Created)), (0, 0));
        assert!(findings(&place, first).await.iter().all(|one| one.occurrences == 1));
        // Put back; the removed one is made anew, under another id.
        for name in ["a", "b"] {
            place.put(POLICY, &policy(name, name));
        }
        let mut anew = original("d");
        anew.set("id", Json::text("d2"));
        place.graph.sim.put_object(place.graph.tenant, POLICY, anew).unwrap().unwrap();
        place.graph.sim.remove_object(place.graph.tenant, POLICY, "e").unwrap();
        sync(&place, first).await;
        assert_eq!(open(&place, first).await, Told::new());
        let all = findings(&place, first).await;
        assert!(all.len() == 4 && all.iter().all(|one| one.resolution == Some(Resolution::Back)), "{all:#?}");
        assert_eq!(totals(&place, first, id).await, Totals { aligned: 4, ..Totals::default() });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_matter_is_aligned_and_what_was_accepted_is_the_baseline() {
    on_both(async |t: TestStore| {
        let place = Place::of(&t, policies(&["a", "b"])).await;
        let tenant = place.world.tenant;
        sync(&place, tenant).await;
        let id = baseline(&place, false, &[tenant]).await;
        place.change(POLICY, "a", |object| object.set("description", Json::text("x")));
        place.change(POLICY, "b", |object| object.set("description", Json::text("y")));
        place.put(POLICY, &policy("c", "c"));
        sync(&place, tenant).await;
        assert_eq!(open(&place, tenant).await.len(), 2, "another object is none of its business");
        let (baselines, permit) = (t.store.baselines(), manage(&place).await);
        let one = findings(&place, tenant).await.into_iter().find(|one| one.object_id == "a").unwrap();
        let scope = scope_of(&place, tenant).await;
        assert_eq!(baselines.accept(&permit, &scope, one.id, one.revision).await.unwrap(), 2);
        compare(&place, tenant).await;
        assert_eq!(open(&place, tenant).await.len(), 1);
        let revision = baselines.find(&place.world.workspace_scope(&place.world.owner).await, id).await.unwrap().revision;
        baselines.draft(&permit, id, revision).await.unwrap();
        let key = ItemKey { resource_type: POLICY.to_owned(), object_id: "b".to_owned() };
        let ignore = BaselineEdit::Ignore(key.clone(), ["description".to_owned()].into());
        baselines.edit(&permit, id, revision + 1, &ignore).await.unwrap();
        baselines.activate(&permit, id, revision + 2).await.unwrap();
        compare(&place, tenant).await;
        assert_eq!(totals(&place, tenant, id).await, Totals { aligned: 2, ..Totals::default() });
        assert_eq!(open(&place, tenant).await, Told::new());
        // What a version does not ask for any more is no finding any more.
        place.change(POLICY, "b", |object| object.set("technologies", Json::text("x")));
        sync(&place, tenant).await;
        assert_eq!(open(&place, tenant).await.len(), 1);
        baselines.draft(&permit, id, revision + 3).await.unwrap();
        baselines.edit(&permit, id, revision + 4, &BaselineEdit::Remove(key)).await.unwrap();
        baselines.activate(&permit, id, revision + 5).await.unwrap();
        compare(&place, tenant).await;
        let all = findings(&place, tenant).await;
        let released = all.iter().filter(|one| one.resolution == Some(Resolution::Released)).count();
        assert_eq!((released, totals(&place, tenant, id).await.aligned), (1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_that_was_not_read_whole_says_nothing_and_one_that_is_unknown_is_told() {
    on_both(async |t: TestStore| {
        let place = Place::of(&t, policies(&["a", "b"])).await;
        let tenant = place.world.tenant;
        sync(&place, tenant).await;
        let id = baseline(&place, true, &[tenant]).await;
        let scope = scope_of(&place, tenant).await;
        sync(&place, tenant).await;
        place.graph.sim.remove_object(place.graph.tenant, POLICY, "a").unwrap();
        place.graph.sim.inject(Fault::new(Effect::Forbidden).on("/beta/deviceManagement/configurationPolicies"));
        sync(&place, tenant).await;
        place.graph.sim.clear_faults();
        let run = compare(&place, tenant).await;
        assert_eq!(run.outcome, Outcome::Blocked, "{run:?}");
        assert_eq!(open(&place, tenant).await, Told::new(), "what was not read is not missing");
        t.execute("update baseline_items set resource_type = 'a_type_of_yesterday' where object_id = 'b'").await;
        sync(&place, tenant).await;
        let types = t.store.baselines().alignment_of(&scope, id).await.unwrap().types;
        let states: Vec<_> = types.iter().map(|one| (one.resource_type.as_str(), one.state)).collect();
        assert_eq!(states, [("a_type_of_yesterday", TypeComparison::Unsupported), (POLICY, TypeComparison::Compared)]);
        let gaps = t.store.baselines().gaps(&scope, id, Some(ItemState::Missing), None, 50).await.unwrap().rows;
        assert_eq!(gaps.iter().map(|gap| gap.name.as_str()).collect::<Vec<_>>(), ["a"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_run_compares_many_tenants_by_children_and_who_may_not_is_told() {
    on_both(async |t: TestStore| {
        let place = Place::of(&t, policies(&["a"])).await;
        let (first, other) = (place.world.tenant, place.world.other_tenant);
        second(&place, &["a"]).await;
        sync(&place, first).await;
        sync(&place, other).await;
        let id = baseline(&place, true, &[first, other]).await;
        let permit = manage(&place).await;
        let request = baseline_compare_many::Arguments { baseline: id }.request(place.world.workspace);
        let parent = place.world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().clone();
        assert_eq!(place.graph.worker(&place.world.store).run_queue_now().await.unwrap(), 3, "one and its two children");
        let parent = place.world.run(parent.id).await;
        assert_eq!((parent.outcome, count(&parent, CountKey::Succeeded)), (Outcome::Succeeded, 2));
        for tenant in [first, other] {
            assert_eq!(totals(&place, tenant, id).await.percent(), Some(100));
        }
        assert_eq!(t.number("select count(*) from operation_runs where parent_run_id is not null").await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_is_told_once_and_ends_with_it() {
    const OBJECTS: usize = 600;
    on_both(async |t: TestStore| {
        let names: Vec<String> = (0..OBJECTS).map(|n| format!("policy-{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let place = Place::of(&t, policies(&names)).await;
        let tenant = place.world.tenant;
        sync(&place, tenant).await;
        let id = baseline(&place, true, &[tenant]).await;
        for (at, name) in names.iter().enumerate() {
            if at < OBJECTS / 2 {
                place.graph.sim.remove_object(place.graph.tenant, POLICY, name).unwrap();
            } else {
                place.change(POLICY, name, |object| object.set("description", Json::text(format!("d{at}"))));
            }
        }
        sync(&place, tenant).await;
        let all = findings(&place, tenant).await;
        let told: Vec<_> = all.iter().map(|one| (one.name.as_str(), one.kind, one.evidence.total)).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(all.iter().all(|one| one.name == "300 objects" && one.evidence.total == 300));
        let half = i64::try_from(OBJECTS / 2).unwrap();
        assert_eq!(totals(&place, tenant, id).await, Totals { differs: half, missing: half, ..Totals::default() });
        // Fewer than are told together: each by itself, without a new look at what was compared before.
        for (at, name) in names.iter().enumerate().filter(|(at, _)| *at != 0 && at + 1 != OBJECTS) {
            place.put(POLICY, &policy(name, names[at]));
        }
        sync(&place, tenant).await;
        let open = findings(&place, tenant).await.into_iter().filter(|one| one.state == FindingState::New);
        let mut open: Vec<_> = open.map(|one| (one.name.clone(), one.kind, one.evidence.total)).collect();
        open.sort();
        let expected =
            [("policy-0".to_owned(), FindingKind::Removed, 0), (format!("policy-{}", OBJECTS - 1), FindingKind::Changed, 1)];
        assert_eq!(open, expected);
    })
    .await;
}

/// Objects by type and id.
type Objects = BTreeMap<Object, Json>;

/// What an object is, but for whom it is assigned to and its scope tags.
fn body(object: &Object, content: &Json) -> Meaning {
    let kind = find(&object.0).unwrap();
    let mut all = meaning(kind, content);
    all.retain(|property, _| part(kind, property) == FindingKind::Changed);
    all
}

/// What deviates of objects from what they were, in the simplest way. `anew`: which object was made anew, as it was, under which id; it is
/// the same one from then on.
fn truth(before: &Objects, after: &Objects, anew: &mut BTreeMap<Object, Object>) -> Told {
    let mut all = Told::new();
    let mut rest: BTreeSet<&Object> = after.keys().filter(|object| !before.contains_key(*object)).collect();
    anew.retain(|_, now| rest.remove(now));
    for (object, was) in before {
        let kind = find(&object.0).unwrap();
        if !after.contains_key(object) && !anew.contains_key(object) {
            let same = |other: &&&Object| other.0 == object.0 && body(other, &after[**other]) == body(object, was);
            if let Some(other) = rest.iter().find(same).map(|other| (**other).clone()) {
                rest.remove(&other);
                anew.insert(object.clone(), other);
            }
        }
        let now = if after.contains_key(object) { object } else { anew.get(object).unwrap_or(object) };
        let Some(is) = after.get(now) else {
            all.insert((object.0.clone(), object.1.clone(), FindingKind::Removed, String::new()));
            continue;
        };
        let (was, is) = (meaning(kind, was), meaning(kind, is));
        let properties: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
        let differ = properties.into_iter().filter(|property| was.get(*property) != is.get(*property));
        all.extend(differ.map(|property| (now.0.clone(), now.1.clone(), part(kind, property), property.clone())));
    }
    // Of a type of which the baseline has nothing, nothing is held against it.
    let added = rest.into_iter().filter(|object| before.keys().any(|other| other.0 == object.0));
    all.extend(added.map(|(key, id)| (key.clone(), id.clone(), FindingKind::Added, String::new())));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_against_a_baseline_equal_the_truth_of_random_histories() {
    on_both(async |t: TestStore| {
        let seed = if t.url.contains("postgres") { 901 } else { 902 };
        let place = Place::of(&t, graph_sim::generate(seed, Size { policies: 24, groups: 5 }, start_of_time())).await;
        let tenant = place.world.tenant;
        sync(&place, tenant).await;
        baseline(&place, true, &[tenant]).await;
        let first = snapshot(&place);
        let mut mutator = Mutator::new(&place.graph.sim, seed);
        let (mut all, mut anew, mut seen) = (Vec::new(), BTreeMap::new(), 0);
        for step in 0..8 {
            let mut truths = mutator.history(place.graph.tenant, 1 + step).unwrap();
            truths.retain(|truth| truth.type_key != "mobile_app");
            if step == 6 {
                put_back(&place, &all);
            }
            sync(&place, tenant).await;
            let expected = truth(&first, &snapshot(&place), &mut anew);
            seen += expected.len();
            assert_eq!(open(&place, tenant).await, expected, "step {step}: {truths:#?}");
            all.append(&mut truths);
        }
        assert!(seen > 20, "{seen}");
    })
    .await;
}
