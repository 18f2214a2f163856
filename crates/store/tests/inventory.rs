//! Writing the inventory: what a sync saw, stored once.

use std::time::Duration;

use model::canonical::canonical;
use model::coverage::TypeState;
use model::failure::{Code, Failure};
use model::inventory::{InventoryFilter, InventoryItem};
use model::json::Json;
use model::resource_types::{self, Platform};
use model::run::{Counts, Outcome};
use model::time::Moment;
use store::access::{RunScope, TenantScope};
use store::runs::WorkerId;
use store::{Effort, ObservedItem, PageEffect, StoreError, TypeList, TypeUnread};
use testkit::stores::{TestStore, on_both};
use testkit::world::{World, connection, sync_of};

/// An object of a type as a sync sees it; `version` stands for its content.
pub(crate) fn seen(resource_type: &'static str, object_id: &str, name: &str, version: i64) -> ObservedItem {
    let contract = resource_types::find(resource_type).expect("a type of the catalogue");
    let object = Json::Object(vec![
        ("id".to_owned(), Json::text(object_id)),
        ("displayName".to_owned(), Json::text(name)),
        ("revision".to_owned(), Json::int(version)),
    ]);
    ObservedItem {
        resource_type,
        object_id: object_id.to_owned(),
        name: name.to_owned(),
        platform: Platform::All,
        odata_type: None,
        modified_at: None,
        assignments: None,
        content: canonical(contract, object),
        fingerprint: None,
        asked_at: None,
    }
}

/// A list of a type that was read to its end.
pub(crate) const fn list_of(resource_type: &'static str, from: Moment, objects: i64) -> TypeList {
    TypeList {
        resource_type,
        from,
        effort: Effort { objects, pages: 1, details: 0, requests: 1, took: Duration::ZERO, every_detail: true },
    }
}

/// A type that could not be read.
pub(crate) fn unread(resource_type: &'static str, code: Code) -> TypeUnread {
    let state = TypeState::of_failure(&Failure::new(code));
    TypeUnread { resource_type, state, code: Some(code), effort: Effort::default() }
}

/// All items of a tenant, by name.
pub(crate) async fn all(t: &TestStore, scope: &TenantScope) -> Vec<InventoryItem> {
    let page = t.store.inventory().list(scope, &InventoryFilter::default(), None, 200).await.expect("a page");
    assert!(page.next.is_none());
    page.rows
}

/// An attempt in any tenant.
pub(crate) async fn attempt_in(t: &TestStore, scope: &TenantScope) -> RunScope {
    let permit = scope.permit::<model::access::can::InventorySync>().expect("permitted");
    let request = sync_of(scope.tenant_id(), &["scope_tag", "named_location"]);
    let started = t.store.runs().start(&permit, &request, model::run::Trigger::Manual).await.expect("starts");
    let claims =
        t.store.queue().claim(&WorkerId::new("w"), model::operations::Operation::ALL, 1, store::runs::LEASE).await.unwrap();
    assert_eq!(claims[0].run.id, started.run().id);
    match t.store.queue().admit(&claims[0]).await.unwrap() {
        store::runs::Admission::Admitted(run) => run,
        other => panic!("{other:?}"),
    }
}

const fn effect(created: i64, updated: i64, unchanged: i64) -> PageEffect {
    PageEffect { created, updated, unchanged, unannounced: Vec::new() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_says_what_was_new_changed_and_as_before() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&["scope_tag"]).await;
        let inventory = t.store.inventory();
        let first = t.store.now().await.unwrap();
        let page = vec![seen("scope_tag", "1", "One", 1), seen("scope_tag", "2", "Two", 1)];
        assert_eq!(inventory.observe(&run, page).await.unwrap(), effect(2, 0, 0));
        t.clock.advance(Duration::from_secs(5));
        let second = t.store.now().await.unwrap();
        let page = vec![seen("scope_tag", "1", "One", 1), seen("scope_tag", "2", "Two", 2), seen("scope_tag", "3", "Three", 1)];
        assert_eq!(inventory.observe(&run, page).await.unwrap(), effect(1, 1, 1));
        let items = all(&t, &world.tenant_scope(&world.readonly).await).await;
        let times: Vec<_> = items.iter().map(|i| (i.name.as_str(), i.first_seen_at, i.last_seen_at, i.changed_at)).collect();
        let expected = [("One", first, second, first), ("Three", second, second, second), ("Two", first, second, second)];
        assert_eq!(times, expected);
        assert!(items.iter().all(|item| item.last_seen_run_id == Some(run.run_id()) && item.tenant_id == world.tenant));
        assert_eq!(inventory.observe(&run, vec![]).await.unwrap(), effect(0, 0, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_comes_back_as_it_was_seen() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&["scope_tag"]).await;
        let item = ObservedItem {
            platform: Platform::Several,
            odata_type: Some("#microsoft.graph.roleScopeTag".to_owned()),
            modified_at: Some(Moment::parse("1999-12-31T23:59:59.999999Z").unwrap()),
            assignments: Some(7),
            ..seen("scope_tag", "1", "One", 1)
        };
        t.store.inventory().observe(&run, vec![item.clone()]).await.unwrap();
        let scope = world.tenant_scope(&world.readonly).await;
        let found = &all(&t, &scope).await[0];
        assert_eq!((found.platform, found.modified_at, found.assignments), (item.platform, item.modified_at, item.assignments));
        assert_eq!((&found.odata_type, &found.content_hash), (&item.odata_type, &item.content.hash));
        let detail = t.store.inventory().find(&scope, found.id).await.unwrap();
        assert_eq!((&detail.item, detail.content.to_text()), (found, item.content.text));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_order_of_an_unordered_list_alone_writes_nothing() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&["scope_tag"]).await;
        let contract = resource_types::find("compliance_policy").expect("a type of the catalogue");
        let policy = |tags: &str| ObservedItem {
            content: canonical(contract, Json::parse(format!(r#"{{"id":"1","roleScopeTagIds":{tags}}}"#).as_bytes()).unwrap()),
            ..seen("compliance_policy", "1", "One", 1)
        };
        let inventory = t.store.inventory();
        inventory.observe(&run, vec![policy(r#"["0","7"]"#)]).await.unwrap();
        let scope = world.tenant_scope(&world.readonly).await;
        let first = all(&t, &scope).await.remove(0);
        t.clock.advance(Duration::from_secs(5));
        assert_eq!(inventory.observe(&run, vec![policy(r#"["7","0"]"#)]).await.unwrap(), effect(0, 0, 1));
        let again = all(&t, &scope).await.remove(0);
        assert_eq!((&again.content_hash, again.changed_at), (&first.content_hash, first.changed_at));
        assert!(again.last_seen_at > first.last_seen_at);
        assert_eq!(t.number("select count(*) from blobs").await, 1);
        assert_eq!(inventory.observe(&run, vec![policy(r#"["7","0","9"]"#)]).await.unwrap(), effect(0, 1, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_later_of_two_views_of_an_object_in_one_page_wins() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&["scope_tag"]).await;
        let page = vec![seen("scope_tag", "1", "Before", 1), seen("scope_tag", "1", "After", 2)];
        assert_eq!(t.store.inventory().observe(&run, page).await.unwrap(), effect(1, 0, 0));
        let items = all(&t, &world.tenant_scope(&world.readonly).await).await;
        assert_eq!(items.iter().map(|item| item.name.as_str()).collect::<Vec<_>>(), ["After"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_of_one_name_or_one_id_in_two_types_are_kept_apart() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&["scope_tag"]).await;
        let page =
            vec![seen("scope_tag", "1", "Same", 1), seen("scope_tag", "2", "Same", 1), seen("named_location", "1", "Same", 1)];
        assert_eq!(t.store.inventory().observe(&run, page).await.unwrap(), effect(3, 0, 0));
        assert_eq!(all(&t, &world.tenant_scope(&world.readonly).await).await.len(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_many_objects_is_written_whole() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&["scope_tag"]).await;
        let page = |version| -> Vec<ObservedItem> {
            (0..250).map(|i| seen("scope_tag", &format!("object-{i:03}"), &format!("Tag {i:03}"), version)).collect()
        };
        assert_eq!(t.store.inventory().observe(&run, page(1)).await.unwrap(), effect(250, 0, 0));
        assert_eq!(t.store.inventory().observe(&run, page(1)).await.unwrap(), effect(0, 0, 250));
        assert_eq!(t.store.inventory().observe(&run, page(2)).await.unwrap(), effect(0, 250, 0));
        assert_eq!(t.number("select count(*) from inventory_items").await, 250);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_content_is_stored_once_per_workspace_and_never_shared_between_workspaces() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        t.store.connections().save(&t.operator, world.other_tenant, &connection()).await.unwrap();
        let (owner, stranger) = (world.sign_in(&world.owner).await, world.sign_in(&world.stranger).await);
        let access = t.store.access();
        let places = [
            access.tenant(&owner, world.tenant).await.unwrap(),
            access.tenant(&owner, world.other_tenant).await.unwrap(),
            access.tenant(&stranger, world.foreign_tenant).await.unwrap(),
        ];
        let mut hashes = Vec::new();
        for place in &places {
            let run = attempt_in(&t, place).await;
            let page = vec![seen("scope_tag", "1", "Same everywhere", 1), seen("scope_tag", "1b", "Own", 1)];
            t.store.inventory().observe(&run, page).await.unwrap();
            t.store.queue().finish(&run, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
            let items = all(&t, place).await;
            assert_eq!(items.len(), 2, "each sees its own");
            hashes.extend(items.into_iter().map(|item| item.content_hash));
        }
        assert_eq!((&hashes[0], &hashes[1]), (&hashes[2], &hashes[3]));
        assert_eq!(t.number("select count(*) from blobs").await, 4, "two contents in each of two workspaces");
        let here = format!("select count(*) from blobs where workspace_id = {}", t.literal(world.workspace.uuid()));
        assert_eq!(t.number(&here).await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v2_an_item_of_another_tenant_is_not_found() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&["scope_tag"]).await;
        t.store.inventory().observe(&run, vec![seen("scope_tag", "1", "One", 1)]).await.unwrap();
        let (owner, stranger) = (world.sign_in(&world.owner).await, world.sign_in(&world.stranger).await);
        let access = t.store.access();
        let own = access.tenant(&owner, world.tenant).await.unwrap();
        let id = all(&t, &own).await[0].id;
        assert!(t.store.inventory().find(&own, id).await.is_ok());
        for elsewhere in [
            access.tenant(&owner, world.other_tenant).await.unwrap(),
            access.tenant(&stranger, world.foreign_tenant).await.unwrap(),
        ] {
            let found = t.store.inventory().find(&elsewhere, id).await;
            assert!(matches!(found, Err(StoreError::NotVisible)), "{found:?}");
            assert_eq!(all(&t, &elsewhere).await, []);
            assert_eq!(t.store.inventory().summary(&elsewhere).await.unwrap(), []);
        }
        let unknown = t.store.inventory().find(&own, model::ids::InventoryItemId::generate()).await;
        assert!(matches!(unknown, Err(StoreError::NotVisible)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_is_kept_without_harm() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&["scope_tag"]).await;
        let long = "\u{1d11e}é".repeat(150_000);
        let names = [
            "",
            "a\0b",
            "\u{202e}evil\u{2066}",
            "<script>alert(1)</script>",
            "'; drop table users; --",
            "\u{fffd}\u{feff}",
            &long,
        ];
        let page: Vec<ObservedItem> = names
            .iter()
            .enumerate()
            .map(|(i, name)| ObservedItem {
                odata_type: Some(format!("#odd\0{name}")),
                ..seen("scope_tag", &format!("id\0{i}'\\\u{202e}"), name, 1)
            })
            .collect();
        let count = i64::try_from(page.len()).unwrap();
        assert_eq!(t.store.inventory().observe(&run, page.clone()).await.unwrap(), effect(count, 0, 0));
        assert_eq!(t.store.inventory().observe(&run, page.clone()).await.unwrap(), effect(0, 0, count), "recognised again");
        let scope = world.tenant_scope(&world.readonly).await;
        let items = all(&t, &scope).await;
        assert_eq!(items.len(), names.len());
        for item in items {
            let was = page.iter().find(|was| was.content.hash == item.content_hash).expect("its content");
            assert_eq!(item.name, was.name.replace('\0', ""), "only what no database can hold is left out of the name");
            let content = t.store.inventory().find(&scope, item.id).await.unwrap().content;
            assert_eq!(content.to_text(), was.content.text, "nothing is left out of the content");
        }
        t.store.inventory().still_there(&run, "scope_tag", &["id\x000'\\\u{202e}".to_owned()]).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_outlives_the_run_that_saw_it() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&["scope_tag"]).await;
        let inventory = t.store.inventory();
        let from = t.store.now().await.unwrap();
        inventory.observe(&run, vec![seen("scope_tag", "1", "One", 1)]).await.unwrap();
        inventory.types_complete(&run, &[list_of("scope_tag", from, 1)]).await.unwrap();
        inventory.run_was_clean(&run).await.unwrap();
        t.execute("delete from operation_runs").await;
        let items = all(&t, &world.tenant_scope(&world.readonly).await).await;
        assert_eq!(items.iter().map(|item| item.last_seen_run_id).collect::<Vec<_>>(), [None]);
        assert_eq!(t.number("select count(*) from inventory_coverage where complete_operation_run_id is null").await, 1);
        assert_eq!(t.number("select count(*) from operation_run_events").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_the_workspace_cannot_write_an_inventory() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.queued(&["scope_tag"]).await;
        t.execute("update operation_runs set tenant_id = null").await;
        let run = world.admit(&world.claim(&WorkerId::new("w")).await).await;
        let written = t.store.inventory().observe(&run, vec![seen("scope_tag", "1", "One", 1)]).await;
        assert!(matches!(written, Err(StoreError::Corrupt(_))), "{written:?}");
    })
    .await;
}
