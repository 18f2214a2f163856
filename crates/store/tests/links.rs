//! Links: what is kept of a content's references, in both directions, and what is told of a tenant by them.

use std::collections::BTreeMap;
use std::time::Duration;

use model::canonical::canonical;
use model::failure::Code;
use model::ids::InventoryItemId;
use model::json::Json;
use model::links::{Depth, EndState, LinkGraph, LinkKind, LinkUser, OrphanKind, Side, WhyUntold, links};
use model::page::{Cursor, Page};
use model::resource_types;
use model::restore::Reference;
use store::access::{RunScope, TenantScope};
use store::{ObservedItem, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::directory::{A, B, end, group, pass};
use crate::inventory::{all, list_of, seen, unread};

const POLICY: &str = "settings_catalog_policy";
const FILTER: &str = "assignment_filter";
const TAG: &str = "scope_tag";
const STEP: Duration = Duration::from_secs(60);
const UNKNOWN: &str = "dddddddd-0000-4000-8000-000000000004";

/// A policy with these assignments (group, filter, exclusion) and scope tags.
fn policy(id: &str, name: &str, assignments: &[(&str, Option<&str>, bool)], tags: &[&str]) -> ObservedItem {
    let assignment = |(group, filter, exclude): &(&str, Option<&str>, bool)| {
        let kind = if *exclude { "exclusionGroupAssignmentTarget" } else { "groupAssignmentTarget" };
        let filter = filter.map_or(String::new(), |id| {
            format!(
                r#","deviceAndAppManagementAssignmentFilterId":"{id}","deviceAndAppManagementAssignmentFilterType":"exclude""#
            )
        });
        format!(r##"{{"target":{{"@odata.type":"#microsoft.graph.{kind}","groupId":"{group}"{filter}}}}}"##)
    };
    let list: Vec<String> = assignments.iter().map(assignment).collect();
    let tags: Vec<String> = tags.iter().map(|tag| format!("\"{tag}\"")).collect();
    let text =
        format!(r#"{{"id":"{id}","name":"{name}","roleScopeTagIds":[{}],"assignments":[{}]}}"#, tags.join(","), list.join(","));
    let content = canonical(resource_types::find(POLICY).unwrap(), Json::parse(text.as_bytes()).unwrap());
    let assignments = i64::try_from(assignments.len()).ok();
    ObservedItem { content, assignments, ..seen(POLICY, id, name, 1) }
}

async fn observe(t: &TestStore, run: &RunScope, items: Vec<ObservedItem>) {
    t.clock.advance(STEP);
    t.store.inventory().observe(run, items).await.unwrap();
}

/// Lists of types that are read to their end now, with so many objects each.
async fn complete(t: &TestStore, run: &RunScope, lists: &[(&'static str, i64)]) {
    let from = t.store.now().await.unwrap();
    let lists: Vec<_> = lists.iter().map(|(key, objects)| list_of(key, from, *objects)).collect();
    t.store.inventory().types_complete(run, &lists).await.unwrap();
}

/// A pass over all groups, which finds these.
async fn groups(t: &TestStore, run: &RunScope, ids: &[&str]) {
    t.clock.advance(STEP);
    let full = pass(t, true).await;
    let told = ids.iter().map(|id| group(id, &format!("Group {}", &id[..1]))).collect();
    t.store.directory().observe_groups(run, full, told).await.unwrap();
    t.store.directory().complete(run, end(full, "link")).await.unwrap();
}

async fn start(t: &TestStore) -> (World, TenantScope, RunScope) {
    let world = World::of(t).await;
    let scope = world.tenant_scope(&world.readonly).await;
    let run = world.attempt(&[TAG]).await;
    (world, scope, run)
}

async fn items(t: &TestStore, scope: &TenantScope) -> BTreeMap<String, InventoryItemId> {
    all(t, scope).await.into_iter().map(|item| (item.object_id, item.id)).collect()
}

/// What an item uses: kind, id, state, name.
async fn uses(t: &TestStore, scope: &TenantScope, item: InventoryItemId) -> Vec<(LinkKind, String, EndState, Option<String>)> {
    let page = t.store.links().uses(scope, item, None, 200).await.unwrap();
    page.rows.into_iter().map(|link| (link.kind, link.end.to.id, link.end.state, link.end.name)).collect()
}

async fn users(t: &TestStore, scope: &TenantScope, kind: &str, id: &str) -> Vec<LinkUser> {
    t.store.links().used_by(scope, &Reference::new(kind, id), None, 200).await.unwrap().rows
}

fn names(users: &[LinkUser]) -> Vec<(&str, LinkKind)> {
    users.iter().map(|user| (user.name.as_str(), user.kind)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn links_lead_both_ways_with_names_as_the_latest_content_says() {
    on_both(async |t: TestStore| {
        let (world, scope, run) = start(&t).await;
        groups(&t, &run, &[A]).await;
        let upper = A.to_uppercase();
        observe(
            &t,
            &run,
            vec![
                seen(FILTER, "f1", "Corporate", 1),
                seen(TAG, "7", "Head office", 1),
                policy("p1", "One", &[(&upper, Some("f1"), false), (UNKNOWN, None, true)], &["0", "7"]),
                policy("p2", "Two", &[(A, None, true)], &[]),
            ],
        )
        .await;
        let known = items(&t, &scope).await;
        let text = |text: &str| Some(text.to_owned());
        let mut used = uses(&t, &scope, known["p1"]).await;
        used.sort();
        assert_eq!(
            used,
            [
                (LinkKind::Include, A.to_owned(), EndState::Present, text("Group a")),
                (LinkKind::Exclude, UNKNOWN.to_owned(), EndState::Unresolved, None),
                (LinkKind::FilterExclude, "f1".to_owned(), EndState::Present, text("Corporate")),
                (LinkKind::ScopeTag, "7".to_owned(), EndState::Present, text("Head office")),
            ]
        );
        let of_group = users(&t, &scope, "group", &upper).await;
        assert_eq!(names(&of_group), [("One", LinkKind::Include), ("Two", LinkKind::Exclude)]);
        let filter = of_group[0].filter.as_ref().unwrap();
        assert_eq!(
            (filter.0, filter.1.name.as_deref(), filter.1.item),
            (LinkKind::FilterExclude, Some("Corporate"), Some(known["f1"]))
        );
        assert_eq!(of_group[1].filter, None);
        assert_eq!(names(&users(&t, &scope, FILTER, "f1").await), [("One", LinkKind::FilterExclude)]);
        assert_eq!(names(&users(&t, &scope, TAG, "7").await), [("One", LinkKind::ScopeTag)]);
        assert_eq!(t.store.links().item(&scope, known["f1"]).await.unwrap().to, Reference::new(FILTER, "f1"));
        assert_eq!(t.store.links().object(&scope, &Reference::new("group", upper)).await.unwrap().name, text("Group a"));
        // Nothing of it in another tenant, and no item of another one.
        let other = t.store.access().tenant(&world.sign_in(&world.owner).await, world.other_tenant).await.unwrap();
        assert_eq!(users(&t, &other, "group", A).await, []);
        assert_eq!(uses(&t, &other, known["p1"]).await, []);
        assert!(matches!(t.store.links().item(&other, known["p1"]).await, Err(StoreError::NotVisible)));
        assert!(matches!(t.store.links().around(&other, known["p1"], Depth::Two).await, Err(StoreError::NotVisible)));
        // It changes; the same again changes nothing; it goes; it comes back.
        observe(&t, &run, vec![policy("p1", "One", &[(B, None, false)], &[])]).await;
        observe(&t, &run, vec![policy("p1", "One", &[(B, None, false)], &[])]).await;
        assert_eq!(uses(&t, &scope, known["p1"]).await, [(LinkKind::Include, B.to_owned(), EndState::Unresolved, None)]);
        assert_eq!(names(&users(&t, &scope, "group", A).await), [("Two", LinkKind::Exclude)]);
        t.clock.advance(STEP);
        complete(&t, &run, &[(POLICY, 0), (TAG, 0)]).await;
        assert_eq!(t.number("select count(*) from object_links").await, 0, "what is gone refers to nothing");
        observe(&t, &run, vec![policy("p1", "One", &[(B, None, false)], &["7"])]).await;
        let back = uses(&t, &scope, known["p1"]).await;
        assert_eq!(back.len(), 2);
        assert!(back.contains(&(LinkKind::ScopeTag, "7".to_owned(), EndState::Gone, text("Head office"))), "{back:?}");
    })
    .await;
}

/// Every page of a list, two rows each.
async fn paged<T>(page: impl AsyncFn(Option<Cursor>) -> Page<T>) -> Vec<T> {
    let (mut found, mut at) = (Vec::new(), None);
    loop {
        let next = page(at).await;
        found.extend(next.rows);
        match next.next {
            Some(cursor) => at = Some(cursor),
            None => return found,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_links_come_in_pages_forth_and_back() {
    on_both(async |t: TestStore| {
        let (_, scope, run) = start(&t).await;
        let all_groups = [A, B, UNKNOWN, "g4", "g5"];
        let assigned: Vec<_> = all_groups.iter().map(|id| (*id, None, false)).collect();
        let many = (0..5).map(|n| policy(&format!("p{n}"), &format!("Policy {}", 9 - n), &assigned, &["9"])).collect();
        observe(&t, &run, many).await;
        groups(&t, &run, &[]).await;
        complete(&t, &run, &[(TAG, 0)]).await;
        let item = items(&t, &scope).await["p0"];
        let store = t.store.links();
        let uses = paged(async |at| store.uses(&scope, item, at.as_ref(), 2).await.unwrap()).await;
        assert_eq!(uses.iter().map(|link| link.end.to.id.as_str()).collect::<Vec<_>>(), [A, B, UNKNOWN, "g4", "g5", "9"]);
        let object = Reference::new("group", B);
        let users = paged(async |at| store.used_by(&scope, &object, at.as_ref(), 2).await.unwrap()).await;
        let expected = ["Policy 5", "Policy 6", "Policy 7", "Policy 8", "Policy 9"];
        assert_eq!(users.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), expected);
        let dangling = paged(async |at| store.dangling(&scope, at.as_ref(), 7).await.unwrap()).await;
        let whole = store.dangling(&scope, None, 200).await.unwrap();
        assert_eq!((dangling.len(), &dangling), (30, &whole.rows));
        // Back from the second page to the first.
        let one = store.used_by(&scope, &object, None, 2).await.unwrap();
        let two = store.used_by(&scope, &object, one.next.as_ref(), 2).await.unwrap();
        assert_eq!(store.used_by(&scope, &object, two.previous.as_ref(), 2).await.unwrap().rows, one.rows);
        let one = store.dangling(&scope, None, 4).await.unwrap();
        let two = store.dangling(&scope, one.next.as_ref(), 4).await.unwrap();
        assert_eq!(store.dangling(&scope, two.previous.as_ref(), 4).await.unwrap().rows, one.rows);
        let odd = Cursor { direction: model::page::Direction::Forward, key: "no key of this list".to_owned() };
        assert_eq!(store.dangling(&scope, Some(&odd), 200).await.unwrap().rows.len(), 30);
        assert_eq!(store.uses(&scope, item, Some(&odd), 200).await.unwrap().rows.len(), 6);
    })
    .await;
}

async fn dangling(t: &TestStore, scope: &TenantScope) -> Vec<(String, String, EndState, bool)> {
    let page = t.store.links().dangling(scope, None, 200).await.unwrap();
    page.rows.into_iter().map(|one| (one.end.to.id, one.name, one.end.state, one.confirmed)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_read_completely_is_told_not_to_exist() {
    on_both(async |t: TestStore| {
        let (_, scope, run) = start(&t).await;
        let one = || policy("p1", "One", &[(A, Some("f1"), false)], &["7"]);
        observe(&t, &run, vec![one()]).await;
        assert_eq!(dangling(&t, &scope).await, [], "nothing was read completely");
        let told = t.store.links().dangling_told(&scope).await.unwrap();
        assert_eq!((told.told.len(), told.untold.len(), told.waiting), (0, 3, 0));
        assert!(told.untold.iter().all(|one| one.why == WhyUntold::NotRead));
        // A list that broke off tells nothing; one that was complete, of which an object could not be read, neither.
        t.clock.advance(STEP);
        t.store.inventory().types_unread(&run, &[unread(TAG, Code::GraphTimeout)]).await.unwrap();
        complete(&t, &run, &[(FILTER, 1)]).await;
        assert_eq!(dangling(&t, &scope).await, []);
        let told = t.store.links().dangling_told(&scope).await.unwrap();
        assert!(told.untold.iter().any(|one| one.resource_type == FILTER && one.why == WhyUntold::NotWhole), "{told:?}");
        complete(&t, &run, &[(FILTER, 0), (TAG, 0)]).await;
        let gone = |id: &str, confirmed| (id.to_owned(), "One".to_owned(), EndState::Unresolved, confirmed);
        assert_eq!(dangling(&t, &scope).await, [gone("f1", true), gone("7", true)]);
        groups(&t, &run, &[B]).await;
        assert_eq!(dangling(&t, &scope).await, [gone("f1", true), gone(A, true), gone("7", true)]);
        let in_run = t.store.links().dangling_in(&run, None, 200).await.unwrap();
        assert_eq!(in_run, t.store.links().dangling(&scope, None, 200).await.unwrap());
        // What they refer to is found.
        observe(&t, &run, vec![seen(FILTER, "f1", "Corporate", 1), seen(TAG, "7", "Head office", 1)]).await;
        groups(&t, &run, &[A, B]).await;
        assert_eq!(dangling(&t, &scope).await, []);
        // A reference that is newer than what was read of its target is not sure; the next reading tells.
        observe(&t, &run, vec![policy("p2", "Two", &[], &["8"])]).await;
        assert_eq!(dangling(&t, &scope).await, [("8".to_owned(), "Two".to_owned(), EndState::Unresolved, false)]);
        t.clock.advance(STEP);
        let from = t.store.now().await.unwrap();
        t.store.inventory().observe(&run, vec![seen(TAG, "7", "Head office", 1)]).await.unwrap();
        t.store.inventory().types_complete(&run, &[list_of(TAG, from, 1)]).await.unwrap();
        assert_eq!(dangling(&t, &scope).await, [("8".to_owned(), "Two".to_owned(), EndState::Unresolved, true)]);
        // What was there and is gone is called by its name.
        groups(&t, &run, &[B]).await;
        complete(&t, &run, &[(FILTER, 0)]).await;
        let found = dangling(&t, &scope).await;
        assert_eq!(found[0], ("f1".to_owned(), "One".to_owned(), EndState::Gone, true));
        assert_eq!(found[1], (A.to_owned(), "One".to_owned(), EndState::Gone, true));
    })
    .await;
}

async fn orphans(t: &TestStore, scope: &TenantScope, kind: OrphanKind) -> Vec<(String, bool)> {
    let page = t.store.links().orphans(scope, kind, None, 200).await.unwrap();
    page.rows.into_iter().map(|one| (one.name, one.confirmed)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_uses_is_told_when_everything_that_could_was_read() {
    on_both(async |t: TestStore| {
        let (_, scope, run) = start(&t).await;
        let default = ObservedItem { assignments: Some(0), ..seen("enrollment_limit", "x_DefaultLimit", "Default", 1) };
        let tags = ObservedItem { assignments: Some(0), ..seen(TAG, "0", "Default", 1) };
        observe(
            &t,
            &run,
            vec![
                seen(FILTER, "f1", "Used", 1),
                seen(FILTER, "f2", "Unused", 1),
                seen(TAG, "7", "Unused tag", 1),
                tags,
                default,
                policy("p1", "One", &[(A, Some("f1"), false)], &["0"]),
                policy("p2", "Two", &[], &[]),
            ],
        )
        .await;
        let name = |name: &str, confirmed| vec![(name.to_owned(), confirmed)];
        assert_eq!(orphans(&t, &scope, OrphanKind::Unassigned).await, name("Two", true), "defaults hold for everybody");
        assert_eq!(orphans(&t, &scope, OrphanKind::UnusedFilter).await, []);
        let told = t.store.links().orphans_told(&scope, OrphanKind::UnusedFilter).await.unwrap();
        assert!(told.untold.iter().any(|one| one.resource_type == POLICY && one.why == WhyUntold::NotRead), "{told:?}");
        // All types that can have filters or scope tags are read; of the policies one could not be.
        let read: Vec<(&'static str, i64)> = resource_types::all()
            .iter()
            .filter(|kind| kind.in_inventory() && (kind.assignments.is_some() || kind.scope_tag_property.is_some()))
            .chain(resource_types::find("intune_role_assignment"))
            .map(|kind| (kind.key.as_str(), if kind.key == POLICY { 3 } else { 0 }))
            .filter(|(key, _)| ![FILTER, TAG, "enrollment_limit"].contains(key))
            .chain([(FILTER, 2), (TAG, 2), ("enrollment_limit", 1)])
            .collect();
        complete(&t, &run, &read).await;
        assert_eq!(orphans(&t, &scope, OrphanKind::UnusedFilter).await, []);
        complete(&t, &run, &[(POLICY, 2)]).await;
        assert_eq!(orphans(&t, &scope, OrphanKind::UnusedFilter).await, name("Unused", true));
        assert_eq!(orphans(&t, &scope, OrphanKind::UnusedScopeTag).await, name("Unused tag", true));
        let told = t.store.links().orphans_told(&scope, OrphanKind::UnusedScopeTag).await.unwrap();
        assert!(told.untold.is_empty() && told.told.contains(&POLICY.to_owned()));
        let in_run = t.store.links().orphans_in(&run, OrphanKind::UnusedFilter, None, 9).await.unwrap();
        assert_eq!(in_run, t.store.links().orphans(&scope, OrphanKind::UnusedFilter, None, 9).await.unwrap());
        // One that is newer than what was read is not sure.
        observe(&t, &run, vec![seen(FILTER, "f3", "Young", 1)]).await;
        assert_eq!(orphans(&t, &scope, OrphanKind::UnusedFilter).await, [("Unused".to_owned(), true), ("Young".to_owned(), false)]);
        // A policy set has the policy that is assigned to nobody.
        let set = r##"{"id":"s","displayName":"Set","items":[{"@odata.type":"#microsoft.graph.deviceManagementConfigurationPolicyPolicySetItem","payloadId":"p2"}]}"##;
        let content = canonical(resource_types::find("policy_set").unwrap(), Json::parse(set.as_bytes()).unwrap());
        observe(&t, &run, vec![ObservedItem { content, assignments: Some(1), ..seen("policy_set", "s", "Set", 1) }]).await;
        assert_eq!(orphans(&t, &scope, OrphanKind::Unassigned).await, []);
        // While links are not made nothing is told.
        t.execute("update inventory_items set links_form = 'old' where object_id = 'p1'").await;
        assert_eq!(orphans(&t, &scope, OrphanKind::UnusedFilter).await, []);
        assert_eq!(t.store.links().orphans_told(&scope, OrphanKind::UnusedFilter).await.unwrap().waiting, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_there_before_gets_its_links_once() {
    on_both(async |t: TestStore| {
        let (_, scope, run) = start(&t).await;
        let many = (0..7).map(|n| policy(&format!("p{n}"), &format!("Policy {n}"), &[(A, Some("f1"), n % 2 == 0)], &["7"]));
        observe(&t, &run, many.collect()).await;
        observe(&t, &run, vec![seen(TAG, "7", "Head office", 1)]).await;
        t.clock.advance(STEP);
        // One of them is gone.
        let from = t.store.now().await.unwrap();
        let stay = (0..6).map(|n| policy(&format!("p{n}"), &format!("Policy {n}"), &[(A, Some("f1"), n % 2 == 0)], &["7"]));
        t.store.inventory().observe(&run, stay.collect()).await.unwrap();
        t.store.inventory().types_complete(&run, &[list_of(POLICY, from, 6)]).await.unwrap();
        let rows = "select kind || to_type || to_id || pointer || number from object_links order by item_id, number";
        let before = t.texts(rows).await;
        assert_eq!(before.len(), 18);
        assert_eq!(t.store.links().relink(100).await.unwrap(), 0, "a sync leaves nothing to be done");
        // As a database of an earlier version is after the migration; one item has links of another form.
        t.execute("delete from object_links").await;
        t.execute("update inventory_items set links_form = ''").await;
        t.execute("update inventory_items set links_form = 'zzzz' where object_id = 'p3'").await;
        assert_eq!(t.store.links().dangling_told(&scope).await.unwrap().waiting, 7);
        let mut looked = Vec::new();
        loop {
            match t.store.links().relink(3).await.unwrap() {
                0 => break,
                many => looked.push(many),
            }
        }
        assert_eq!(looked, [3, 3, 2]);
        assert_eq!(t.texts(rows).await, before);
        // Again, all at once.
        t.execute("update inventory_items set links_form = ''").await;
        while t.store.links().relink(100).await.unwrap() > 0 {}
        assert_eq!(t.texts(rows).await, before);
        assert_eq!(t.store.links().dangling_told(&scope).await.unwrap().waiting, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_neighbours_of_an_object_are_few_and_theirs_too() {
    on_both(async |t: TestStore| {
        let (_, scope, run) = start(&t).await;
        groups(&t, &run, &[A]).await;
        let mut page = vec![
            seen(FILTER, "f1", "Corporate", 1),
            policy("p0", "Middle", &[(A, Some("f1"), false), (A, None, true)], &[]),
            policy("p1", "Beside", &[(B, Some("f1"), false)], &[]),
        ];
        let set = r##"{"id":"s","displayName":"Set","assignments":[{"target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"g9"}}],
          "items":[{"@odata.type":"#microsoft.graph.deviceManagementConfigurationPolicyPolicySetItem","payloadId":"p0"}]}"##;
        let content = canonical(resource_types::find("policy_set").unwrap(), Json::parse(set.as_bytes()).unwrap());
        page.push(ObservedItem { content, ..seen("policy_set", "s", "Set", 1) });
        observe(&t, &run, page).await;
        let known = items(&t, &scope).await;
        let shape = |graph: &LinkGraph| -> Vec<(String, Side, u8)> {
            graph.nodes.iter().map(|node| (node.end.to.id.clone(), node.side, node.distance)).collect()
        };
        let node = |id: &str, side, distance| (id.to_owned(), side, distance);
        let near = t.store.links().around(&scope, known["p0"], Depth::One).await.unwrap();
        let mut expected = vec![
            node("p0", Side::Middle, 0),
            node(A, Side::Used, 1),
            node("f1", Side::Used, 1),
            node("s", Side::Users, 1),
        ];
        assert_eq!(shape(&near), expected);
        assert_eq!((near.edges.len(), near.more), (3, false));
        assert_eq!(near.edges[0].kinds, [LinkKind::Include, LinkKind::Exclude]);
        assert_eq!((near.edges[2].from, near.edges[2].to), (3, 0));
        let far = t.store.links().around(&scope, known["p0"], Depth::Two).await.unwrap();
        expected.extend([node("g9", Side::Users, 2), node("p1", Side::Used, 2)]);
        assert_eq!(shape(&far), expected, "{far:?}");
        // Of many, so many are there, and it is said.
        let many: Vec<String> = (0..60).map(|n| format!("g{n}")).collect();
        let assigned: Vec<_> = many.iter().map(|id| (id.as_str(), None, false)).collect();
        observe(&t, &run, vec![policy("p0", "Middle", &assigned, &[])]).await;
        let full = t.store.links().around(&scope, known["p0"], Depth::Two).await.unwrap();
        assert!(full.more);
        assert_eq!(full.nodes.iter().filter(|node| node.side == Side::Used && node.distance == 1).count(), LinkGraph::NEAR);
    })
    .await;
}

/// Numbers that follow from one another, for histories that are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// For every item the links are the references of its latest content, whatever happened; of what is gone there are none.
#[tokio::test(flavor = "multi_thread")]
async fn after_any_history_links_are_the_references_of_the_latest_content() {
    on_both(async |t: TestStore| {
        let (_, scope, run) = start(&t).await;
        let mut dice = Dice(7);
        let ids = [A, B, UNKNOWN, "g4"];
        // Whether each is there.
        let mut there: BTreeMap<String, bool> = BTreeMap::new();
        for _ in 0..40 {
            t.clock.advance(STEP);
            let from = t.store.now().await.unwrap();
            let mut page = Vec::new();
            for n in 0..6 {
                if dice.below(3) == 0 {
                    continue;
                }
                let assigned: Vec<_> = (0..dice.below(4))
                    .map(|_| {
                        let filter = ["f1", "f2"][usize::try_from(dice.below(2)).unwrap()];
                        let group = ids[usize::try_from(dice.below(4)).unwrap()];
                        (group, (dice.below(2) == 0).then_some(filter), dice.below(2) == 0)
                    })
                    .collect();
                let tags = &["0", "7", "8"][..usize::try_from(dice.below(4)).unwrap()];
                page.push(policy(&format!("p{n}"), &format!("Policy {n}"), &assigned, tags));
            }
            let whole = dice.below(4) == 0;
            if whole {
                there.values_mut().for_each(|there| *there = false);
            }
            there.extend(page.iter().map(|item| (item.object_id.clone(), true)));
            let many = i64::try_from(page.len()).unwrap();
            t.store.inventory().observe(&run, page).await.unwrap();
            if whole {
                t.store.inventory().types_complete(&run, &[list_of(POLICY, from, many)]).await.unwrap();
            }
            let known = items(&t, &scope).await;
            for (object, there) in &there {
                let content = t.store.inventory().find(&scope, known[object]).await.unwrap().content;
                let expected = if *there { links(resource_types::find(POLICY).unwrap(), &content) } else { Vec::new() };
                let expected: Vec<_> = expected.into_iter().map(|link| (link.kind, link.to, link.pointer)).collect();
                let found = t.store.links().uses(&scope, known[object], None, 200).await.unwrap().rows;
                let found: Vec<_> = found.into_iter().map(|link| (link.kind, link.end.to, link.pointer)).collect();
                assert_eq!(found, expected, "{object}");
            }
        }
        assert_eq!(there.len(), 6);
    })
    .await;
}

/// Looked at with 600 items of five links each: along the index of what is referred to, not through all links.
#[tokio::test(flavor = "multi_thread")]
async fn links_are_found_along_their_index() {
    on_both(async |t: TestStore| {
        let (_, scope, run) = start(&t).await;
        for start in (0..600).step_by(100) {
            let many = (start..start + 100).map(|n| {
                let (one, two) = (format!("g{}", n % 50), format!("g{}", n % 70 + 50));
                policy(&format!("p{n}"), &format!("Policy {n}"), &[(&one, Some("f1"), false), (&two, Some("f2"), true)], &["7"])
            });
            t.store.inventory().observe(&run, many.collect()).await.unwrap();
        }
        assert_eq!(t.number("select count(*) from object_links").await, 3_000);
        if t.store.backend() == store::Backend::Postgres {
            t.execute("analyze").await;
        }
        let plans = t.store.links().explain(&scope, &Reference::new("group", "g3")).await.unwrap();
        assert!(plans[0].contains("object_links_to"), "{}", plans[0]);
        assert!(plans[3].contains("object_links_to") || plans[3].contains("Seq Scan on inventory_items"), "{}", plans[3]);
        for plan in &plans {
            let whole = plan.lines().any(|line| line.contains("SCAN l ") || line.trim_end().ends_with("SCAN l"));
            assert!(!whole, "{plan}");
        }
    })
    .await;
}
