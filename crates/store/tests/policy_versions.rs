//! Versions of policies: one for each change, never changed, gone only with their tenant.

use std::time::Duration;

use model::inventory::InventoryItem;
use model::json::Json;
use model::resource_types;
use model::version::{Change, Changed, PolicyVersion};
use store::access::RunScope;
use store::{ObservedItem, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::inventory::{all, list_of, seen, unread};

const POLICIES: &str = "settings_catalog_policy";
const STEP: Duration = Duration::from_secs(10);

/// A policy as a sync reads it.
fn policy(name: &str, group: &str, tag: &str) -> ObservedItem {
    let text = format!(
        r#"{{"id":"p","name":"{name}","lastModifiedDateTime":"2026-01-01T00:00:00Z","roleScopeTagIds":["{tag}"],"assignments":[{{"id":"a","target":{{"groupId":"{group}"}}}}]}}"#
    );
    let content = model::canonical::canonical(resource_types::find(POLICIES).unwrap(), Json::parse(text.as_bytes()).unwrap());
    ObservedItem { content, fingerprint: Some(format!("f-{name}-{group}-{tag}")), ..seen(POLICIES, "p", name, 1) }
}

async fn observe(t: &TestStore, run: &RunScope, items: Vec<ObservedItem>) -> store::PageEffect {
    t.clock.advance(STEP);
    t.store.inventory().observe(run, items).await.unwrap()
}

/// A complete list that has nothing (more than was observed since `advance`).
async fn complete(t: &TestStore, run: &RunScope, items: Vec<ObservedItem>) {
    t.clock.advance(STEP);
    let from = t.store.now().await.unwrap();
    let objects = i64::try_from(items.len()).unwrap();
    t.store.inventory().observe(run, items).await.unwrap();
    t.store.inventory().types_complete(run, &[list_of(POLICIES, from, objects)]).await.unwrap();
}

async fn versions(t: &TestStore, world: &World) -> (InventoryItem, Vec<PolicyVersion>) {
    let scope = world.tenant_scope(&world.readonly).await;
    let item = all(t, &scope).await.remove(0);
    let mut versions = t.store.policy_versions().of_item(&scope, item.id, None, 100).await.unwrap();
    versions.reverse();
    assert!(versions.iter().zip(1..).all(|(version, number)| version.number == number), "numbers without a gap");
    (item, versions)
}

fn changes(versions: &[PolicyVersion]) -> Vec<(Change, bool, bool, bool)> {
    versions.iter().map(|v| (v.change, v.changed.body, v.changed.assignments, v.changed.scope_tags)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_is_a_version_that_says_what_changed() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[POLICIES]).await;
        for item in [
            policy("A", "g", "0"),
            policy("A", "g", "0"),
            policy("B", "g", "0"),
            policy("B", "h", "0"),
            policy("B", "h", "1"),
            policy("C", "i", "2"),
        ] {
            observe(&t, &run, vec![item]).await;
        }
        let (item, versions) = versions(&t, &world).await;
        let told = changes(&versions);
        let expected = [
            (Change::FirstSeen, false, false, false),
            (Change::Changed, true, false, false),
            (Change::Changed, false, true, false),
            (Change::Changed, false, false, true),
            (Change::Changed, true, true, true),
        ];
        assert_eq!(told, expected);
        assert_eq!(versions[0].captured_at.plus(STEP * 2), versions[1].captured_at, "the unchanged one wrote nothing");
        assert!(versions.iter().all(|version| version.run_id == run.run_id() && version.run_recorded));
        assert_eq!(versions[4].words(), "Changed settings, assignments and scope tags");
        let scope = world.tenant_scope(&world.readonly).await;
        let first = t.store.policy_versions().find(&scope, item.id, 1).await.unwrap();
        let content = first.content.unwrap();
        assert_eq!(content.get("name").and_then(Json::as_str), Some("A"), "an earlier version keeps its content");
        assert_eq!(first.volatile.unwrap().to_text(), r#"{"id":"p","lastModifiedDateTime":"2026-01-01T00:00:00Z"}"#);
        let later = t.store.policy_versions().of_item(&scope, item.id, Some(4), 2).await.unwrap();
        assert_eq!(later.iter().map(|version| version.number).collect::<Vec<_>>(), [3, 2]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_disappears_and_comes_back_has_a_version_for_each() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[POLICIES]).await;
        complete(&t, &run, vec![policy("A", "g", "0")]).await;
        // A list that broke off says nothing.
        t.clock.advance(STEP);
        t.store.inventory().types_unread(&run, &[unread(POLICIES, model::failure::Code::GraphTimeout)]).await.unwrap();
        assert_eq!(versions(&t, &world).await.1.len(), 1);
        complete(&t, &run, vec![]).await;
        complete(&t, &run, vec![]).await;
        let (item, gone) = versions(&t, &world).await;
        assert_eq!(gone.iter().map(|version| version.change).collect::<Vec<_>>(), [Change::FirstSeen, Change::Disappeared]);
        let scope = world.tenant_scope(&world.readonly).await;
        let tombstone = t.store.policy_versions().find(&scope, item.id, 2).await.unwrap();
        assert_eq!((tombstone.content, tombstone.volatile, tombstone.version.content_hash), (None, None, None));
        assert_eq!(tombstone.version.name, "A");
        // The list tells the same as before, but what had disappeared is read again.
        let told = [("p".to_owned(), "f-A-g-0".to_owned())];
        let changed = t.store.inventory().seen_unchanged(&run, POLICIES, &told, t.store.now().await.unwrap()).await.unwrap();
        assert_eq!(changed.len(), 1);
        complete(&t, &run, vec![policy("A", "g", "0")]).await;
        let (_, back) = versions(&t, &world).await;
        assert_eq!((back.len(), back[2].change, back[2].changed), (3, Change::Reappeared, Changed::default()));
        assert_eq!(
            t.store.inventory().seen_unchanged(&run, POLICIES, &told, t.store.now().await.unwrap()).await.unwrap().len(),
            0
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_list_tells_decides_what_is_read_again() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[POLICIES]).await;
        let inventory = t.store.inventory();
        let told = |fingerprint: &str| vec![("p".to_owned(), fingerprint.to_owned()), ("new".to_owned(), "f".to_owned())];
        assert_eq!(
            inventory.seen_unchanged(&run, POLICIES, &told("f-A-g-0"), t.store.now().await.unwrap()).await.unwrap().len(),
            2,
            "nothing is known yet"
        );
        observe(&t, &run, vec![policy("A", "g", "0")]).await;
        t.clock.advance(STEP);
        let now = t.store.now().await.unwrap();
        let changed = inventory.seen_unchanged(&run, POLICIES, &told("f-A-g-0"), t.store.now().await.unwrap()).await.unwrap();
        assert_eq!(changed.into_iter().collect::<Vec<_>>(), ["new"]);
        assert_eq!(versions(&t, &world).await.0.last_seen_at, now);
        assert_eq!(inventory.unseen(&run, POLICIES, now, 9).await.unwrap(), Vec::<String>::new());
        assert_eq!(inventory.unseen(&run, POLICIES, now.plus(STEP), 9).await.unwrap(), ["p"]);
        assert_eq!(
            inventory.seen_unchanged(&run, POLICIES, &told("other"), t.store.now().await.unwrap()).await.unwrap().len(),
            2
        );
        // Content as before although the list told something new: nothing is written but what the list told.
        let item = ObservedItem { fingerprint: Some("other".to_owned()), ..policy("A", "g", "0") };
        assert_eq!(observe(&t, &run, vec![item]).await.unchanged, 1);
        assert_eq!(
            inventory.seen_unchanged(&run, POLICIES, &told("other"), t.store.now().await.unwrap()).await.unwrap().len(),
            1
        );
        // Other content although the list told the same: it is told.
        let item = ObservedItem { fingerprint: Some("other".to_owned()), ..policy("B", "g", "0") };
        assert_eq!(observe(&t, &run, vec![item]).await.unannounced, [(POLICIES, "B".to_owned())]);
        assert_eq!(versions(&t, &world).await.1.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_never_changed_and_goes_only_with_its_tenant() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[POLICIES]).await;
        observe(&t, &run, vec![policy("A", "g", "0")]).await;
        for text in [
            "update policy_versions set name = 'forged'",
            "update policy_versions set operation_run_id = item_id",
            "delete from policy_versions",
            "delete from inventory_items",
        ] {
            // Row-level security hides them from a change, or the trigger refuses it.
            _ = store::testing::execute(&t.store, text).await;
        }
        let (item, left) = versions(&t, &world).await;
        assert_eq!((left.len(), left[0].name.as_str()), (1, "A"));
        let nobody = world.tenant_scope(&world.owner).await;
        let absent = t.store.policy_versions().find(&nobody, item.id, 2).await;
        assert!(matches!(absent, Err(StoreError::NotVisible)));
        t.execute(&format!("delete from tenants where id = {}", t.literal(world.tenant.uuid()))).await;
        assert_eq!(t.number("select count(*) from policy_versions").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_run_read_of_each_type_is_kept_with_it() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[POLICIES]).await;
        complete(&t, &run, vec![policy("A", "g", "0")]).await;
        t.store.inventory().types_unread(&run, &[unread("scope_tag", model::failure::Code::GraphForbidden)]).await.unwrap();
        let who = world.sign_in(&world.owner).await;
        let sight = t.store.access().run(&who, run.run_id()).await.unwrap();
        let readings = t.store.inventory().readings(&sight).await.unwrap();
        let told: Vec<_> = readings.iter().map(|r| (r.resource_type.as_str(), r.state.code(), r.objects)).collect();
        assert_eq!(told, [("scope_tag", "forbidden", 0), (POLICIES, "complete", 1)]);
        let scope = world.tenant_scope(&world.readonly).await;
        let coverage = t.store.inventory().coverage(&scope).await.unwrap();
        let told: Vec<_> = coverage.iter().map(|c| (c.state.code(), c.complete_run_id, c.verified_at.is_some())).collect();
        assert_eq!(told, [("forbidden", None, false), ("complete", Some(run.run_id()), true)]);
        let before = t.store.inventory().read_before(&run).await.unwrap();
        let told: Vec<_> = before.iter().map(|read| (read.resource_type.as_str(), read.verified_at.is_some())).collect();
        assert_eq!(told, [(POLICIES, true)], "what was refused was not read");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_silence_of_the_audit_log_calls_unchanged_was_not_observed() {
    on_both(async |t: TestStore| {
        const TAGS: &str = "scope_tag";
        let world = World::of(&t).await;
        let run = world.attempt(&[POLICIES, TAGS]).await;
        let tag =
            |version| ObservedItem { fingerprint: Some("f".to_owned()), ..crate::inventory::seen(TAGS, "tag", "Tag", version) };
        let list = ObservedItem { fingerprint: Some("f".to_owned()), ..policy("A", "g", "0") };
        observe(&t, &run, vec![tag(1), list.clone()]).await;
        let read = t.store.now().await.unwrap();
        t.clock.advance(STEP);
        let heard = t.store.now().await.unwrap();
        // The list was asked then; what it tells is written later.
        t.clock.advance(STEP);
        let listed = heard;
        let same = |id: &str| [(id.to_owned(), "f".to_owned())];
        assert_eq!(t.store.inventory().seen_unchanged(&run, TAGS, &same("tag"), listed).await.unwrap().len(), 0);
        assert_eq!(t.store.inventory().seen_unchanged(&run, POLICIES, &same("p"), listed).await.unwrap().len(), 0);
        t.clock.advance(STEP);
        observe(&t, &run, vec![tag(2), ObservedItem { fingerprint: Some("g".to_owned()), ..policy("B", "g", "0") }]).await;
        let scope = world.tenant_scope(&world.readonly).await;
        for item in crate::inventory::all(&t, &scope).await {
            let latest = t.store.policy_versions().of_item(&scope, item.id, None, 1).await.unwrap().remove(0);
            let expected = if item.resource_type == TAGS { read } else { heard };
            assert_eq!(latest.observed_before, Some(expected), "{}", item.resource_type);
        }
    })
    .await;
}
