//! The inventory list: filters, search and pages.

use model::ids::InventoryItemId;
use model::inventory::{InventoryFilter, InventoryItem};
use model::page::{Cursor, Direction};
use model::resource_types::Platform;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::ObservedItem;
use store::access::TenantScope;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::inventory::{all, seen};

async fn names(t: &TestStore, scope: &TenantScope, filter: &InventoryFilter) -> Vec<String> {
    let page = t.store.inventory().list(scope, filter, None, 200).await.expect("a page");
    page.rows.into_iter().map(|item| item.name).collect()
}

/// Puts items with these names into the first tenant.
async fn put(t: &TestStore, world: &World, names: &[&str]) -> TenantScope {
    let run = world.attempt(&["scope_tag"]).await;
    let items = names.iter().enumerate().map(|(i, name)| seen("scope_tag", &i.to_string(), name, 1)).collect();
    t.store.inventory().observe(&run, items).await.unwrap();
    world.tenant_scope(&world.readonly).await
}

#[tokio::test(flavor = "multi_thread")]
async fn items_come_by_name_case_aside_in_the_same_order_on_both() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope =
            put(&t, &world, &["b", "A", "a-b", "a b", "C", "_", "é", "e", "z", "Ä", "日本", "10", "9", "", "\u{1d11e}"]).await;
        let expected = ["", "10", "9", "_", "A", "a b", "a-b", "b", "C", "e", "z", "Ä", "é", "日本", "\u{1d11e}"];
        assert_eq!(names(&t, &scope, &InventoryFilter::default()).await, expected, "by code point, so that no locale decides");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_the_text_itself_wherever_it_stands_case_aside() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let all = [
            "100% sure",
            "100 sure",
            "a_b",
            "axb",
            "back\\slash",
            "backslash",
            "Straße",
            "ÜBER alles",
            "naïve",
            "日本語",
            "O'Brien",
            "*?[",
        ];
        let scope = put(&t, &world, &all).await;
        for (text, expected) in [
            ("%", vec!["100% sure"]),
            ("0% s", vec!["100% sure"]),
            ("_", vec!["a_b"]),
            ("\\", vec!["back\\slash"]),
            ("\\%", vec![]),
            ("K\\s", vec!["back\\slash"]),
            ("straß", vec!["Straße"]),
            ("über", vec!["ÜBER alles"]),
            ("ÏVE", vec!["naïve"]),
            ("本", vec!["日本語"]),
            ("o'b", vec!["O'Brien"]),
            ("*", vec!["*?["]),
            ("[", vec!["*?["]),
            ("' or 1=1 --", vec![]),
            ("SURE", vec!["100 sure", "100% sure"]),
            ("sure ", vec![]),
        ] {
            let filter = InventoryFilter { text: Some(text.to_owned()), ..InventoryFilter::default() };
            assert_eq!(names(&t, &scope, &filter).await, expected, "{text:?}");
        }
        for text in ["", "\0"] {
            let filter = InventoryFilter { text: Some(text.to_owned()), ..InventoryFilter::default() };
            assert_eq!(names(&t, &scope, &filter).await.len(), all.len(), "{text:?}: no filter");
        }
        let filter = InventoryFilter { text: Some("x".repeat(100_000)), ..InventoryFilter::default() };
        assert_eq!(names(&t, &scope, &filter).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_by_type_and_platform_combine() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&["scope_tag"]).await;
        let item = |resource_type, id: &str, platform| ObservedItem { platform, ..seen(resource_type, id, id, 1) };
        let page = vec![
            item("scope_tag", "tag", Platform::All),
            item("compliance_policy", "windows policy", Platform::Windows),
            item("compliance_policy", "ios policy", Platform::Ios),
            item("device_configuration", "windows configuration", Platform::Windows),
        ];
        t.store.inventory().observe(&run, page).await.unwrap();
        let scope = world.tenant_scope(&world.readonly).await;
        let filter = |types: &[&str], platform, text: Option<&str>| InventoryFilter {
            types: types.iter().map(|key| (*key).to_owned()).collect(),
            platform,
            text: text.map(str::to_owned),
            missing: None,
        };
        for (filter, expected) in [
            (filter(&["compliance_policy"], None, None), vec!["ios policy", "windows policy"]),
            (filter(&["compliance_policy", "scope_tag"], None, None), vec!["ios policy", "tag", "windows policy"]),
            (filter(&["compliance_policy", "scope_tag"], Some(Platform::Windows), None), vec!["windows policy"]),
            (filter(&[], Some(Platform::Windows), None), vec!["windows configuration", "windows policy"]),
            (filter(&[], Some(Platform::Windows), Some("conf")), vec!["windows configuration"]),
            (filter(&["no_such_type"], None, None), vec![]),
            (filter(&["scope_tag\0"], None, None), vec![]),
            (filter(&[], Some(Platform::Linux), None), vec![]),
        ] {
            assert_eq!(names(&t, &scope, &filter).await, expected, "{filter:?}");
        }
    })
    .await;
}

/// Follows the links forward to the end, then back to the beginning; both must give the same rows.
async fn walk(t: &TestStore, scope: &TenantScope, filter: &InventoryFilter, rows: u32) -> Vec<InventoryItemId> {
    let (mut forward, mut cursor) = (Vec::new(), None::<Cursor>);
    let last = loop {
        let page = t.store.inventory().list(scope, filter, cursor.as_ref(), rows).await.expect("a page");
        assert!(page.rows.len() <= rows as usize);
        assert_eq!(page.previous.is_some(), !forward.is_empty());
        forward.extend(page.rows.iter().map(|item| item.id));
        match page.next.clone() {
            // A cursor survives being a link.
            Some(next) => cursor = Some(Cursor::parse(&next.to_token()).expect("our own token")),
            None => break page,
        }
    };
    let mut backward: Vec<InventoryItemId> = last.rows.iter().rev().map(|item| item.id).collect();
    let mut cursor = last.previous;
    while let Some(at) = cursor {
        let page = t.store.inventory().list(scope, filter, Some(&at), rows).await.expect("a page");
        assert!(page.next.is_some());
        backward.extend(page.rows.iter().rev().map(|item| item.id));
        cursor = page.previous;
    }
    backward.reverse();
    assert_eq!(backward, forward, "the way back shows the same rows");
    forward
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_any_filter_lose_and_repeat_no_item() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&["scope_tag"]).await;
        // Few names and many items, so that pages end between items of one name.
        let stock = ["same", "Same", "same ", "", "a%", "ä_\\", "\u{1d11e}", &"long ".repeat(100)];
        let page = (0..60).map(|i| {
            let key = ["scope_tag", "named_location", "assignment_filter"][i % 3];
            let platform = [Platform::All, Platform::Windows][i % 2];
            ObservedItem { platform, ..seen(key, &i.to_string(), stock[i % stock.len()], 1) }
        });
        t.store.inventory().observe(&run, page.collect()).await.unwrap();
        let scope = world.tenant_scope(&world.readonly).await;
        let everything: Vec<InventoryItem> = all(&t, &scope).await;
        assert_eq!(everything.len(), 60);
        let strategy = (
            prop::sample::subsequence(vec!["scope_tag", "named_location", "assignment_filter"], 0..=3),
            prop::option::weighted(0.3, Just(Platform::Windows)),
            prop::option::weighted(0.5, prop::sample::select(vec!["same", "%", "_", "\\", "long", "zzz"])),
            1..12_u32,
        );
        let runner = Config { cases: 40, failure_persistence: None, ..Config::default() };
        tokio::task::block_in_place(|| {
            TestRunner::new(runner).run(&strategy, |(types, platform, text, rows)| {
                let filter = InventoryFilter {
                    types: types.iter().map(|key| (*key).to_owned()).collect(),
                    platform,
                    text: text.map(str::to_owned),
                    missing: None,
                };
                let seen = tokio::runtime::Handle::current().block_on(walk(&t, &scope, &filter, rows));
                let wanted = |item: &&InventoryItem| {
                    (types.is_empty() || types.contains(&item.resource_type.as_str()))
                        && platform.is_none_or(|platform| item.platform == platform)
                        && text.is_none_or(|text| item.name.to_lowercase().contains(text))
                };
                let expected: Vec<InventoryItemId> = everything.iter().filter(wanted).map(|item| item.id).collect();
                assert_eq!(seen, expected, "{:?}", filter);
                Ok(())
            })
        })
        .unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_something_else_starts_at_the_beginning() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = put(&t, &world, &["a", "b"]).await;
        for key in ["", "short", "not-an-id-but-thirty-six-bytes-long!", "ééééééééééééééééééé", "\0"] {
            for direction in [Direction::Forward, Direction::Backward] {
                let cursor = Cursor { direction, key: key.to_owned() };
                let page = t.store.inventory().list(&scope, &InventoryFilter::default(), Some(&cursor), 9).await.unwrap();
                assert_eq!(page.rows.len(), 2, "{key:?}");
            }
        }
        let id = InventoryItemId::generate();
        for name in ["a\0", "\0", "a'"] {
            let cursor = Cursor { direction: Direction::Forward, key: format!("{id}{name}") };
            let page = t.store.inventory().list(&scope, &InventoryFilter::default(), Some(&cursor), 9).await;
            assert!(page.is_ok(), "{name:?}: {page:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chosen_items_are_those_of_the_tenant_whatever_became_of_their_contents() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&["scope_tag"]).await;
        let items = (0..130).map(|n| seen("scope_tag", &n.to_string(), &format!("Tag {n:03}"), 1)).collect();
        t.store.inventory().observe(&run, items).await.unwrap();
        t.execute("update blobs set plain_size = 1").await;
        let scope = world.tenant_scope(&world.readonly).await;
        let there = all(&t, &scope).await;
        let mut ids: std::collections::BTreeSet<_> = there.iter().map(|item| item.id).collect();
        ids.insert(model::ids::InventoryItemId::generate());
        assert_eq!(t.store.inventory().chosen(&scope, &ids).await.unwrap(), there, "by name");
        let who = world.sign_in(&world.stranger).await;
        let foreign = t.store.access().tenant(&who, world.foreign_tenant).await.unwrap();
        assert_eq!(t.store.inventory().chosen(&foreign, &ids).await.unwrap(), []);
    })
    .await;
}
