//! Searching the settings of a tenant, now and in all versions.

use std::time::Duration;

use model::canonical::canonical;
use model::json::Json;
use model::page::Cursor;
use model::resource_types;
use model::setting_search::{FoundObject, SettingSearch, States, Withheld};
use store::access::{RunScope, TenantScope};
use store::{ObservedItem, SettingPage};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::inventory::{attempt_in, list_of, seen};

const PLAIN: &str = "device_configuration";
const CATALOG: &str = "settings_catalog_policy";
const APP: &str = "app_config_managed_app";

/// An object of a type with that content.
fn object(kind: &'static str, id: &str, name: &str, content: &str) -> ObservedItem {
    let content = Json::parse(content.as_bytes()).unwrap();
    let content = canonical(resource_types::find(kind).unwrap(), content);
    ObservedItem { content, ..seen(kind, id, name, 1) }
}

fn plain(id: &str, name: &str, setting: &str) -> ObservedItem {
    object(PLAIN, id, name, &format!(r#"{{"id":"{id}","displayName":"{name}",{setting}}}"#))
}

async fn observe(t: &TestStore, run: &RunScope, items: Vec<ObservedItem>) {
    t.clock.advance(Duration::from_secs(10));
    t.store.inventory().observe(run, items).await.unwrap();
}

/// Indexes whatever waits; how much that was.
pub(crate) async fn indexed(t: &TestStore) -> u32 {
    let mut all = 0;
    loop {
        match t.store.setting_search().index(7, Duration::ZERO).await.unwrap() {
            0 => return all,
            some => all += some,
        }
    }
}

fn wanted(text: &str, states: States) -> SettingSearch {
    SettingSearch { text: text.to_owned(), states, types: Vec::new() }
}

async fn found(t: &TestStore, scope: &TenantScope, text: &str, states: States) -> Vec<FoundObject> {
    let SettingPage { page, stopped } = t.store.setting_search().find(scope, &wanted(text, states), None, 50).await.unwrap();
    assert!(!stopped && page.next.is_none() && page.previous.is_none());
    page.rows
}

async fn names(t: &TestStore, scope: &TenantScope, text: &str) -> Vec<String> {
    found(t, scope, text, States::Now).await.into_iter().map(|object| object.name).collect()
}

fn told(pieces: &[model::diff::Piece]) -> String {
    pieces.iter().map(|piece| if piece.marked { format!("[{}]", piece.text) } else { piece.text.clone() }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_found_by_their_names_and_values() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[PLAIN]).await;
        let catalog = r#"{"id":"c","name":"Disks","settings":[{"id":"0","settingInstance":{
          "settingDefinitionId":"device_vendor_msft_bitlocker_requiredeviceencryption",
          "choiceSettingValue":{"value":"device_vendor_msft_bitlocker_requiredeviceencryption_1","children":[]}}}]}"#;
        let items = vec![
            object(CATALOG, "c", "Disks", catalog),
            plain("1", "Kiosk", r#""passwordMinimumLength":8,"note":"100% of_all Größe <b>x</b>","x":"notConfigured""#),
            plain("2", "Laptops", r#""passwordMinimumLength":12,"note":"of all","place":"東京都 C:\\Temp""#),
        ];
        observe(&t, &run, items).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let before = t.store.setting_search().searchable(&scope).await.unwrap();
        assert_eq!((before.contents, before.waiting, before.until.is_some()), (0, 3, true));
        assert!(names(&t, &scope, "bitlocker").await.is_empty(), "not yet");
        assert_eq!(indexed(&t).await, 3);
        let after = t.store.setting_search().searchable(&scope).await.unwrap();
        assert_eq!((after.contents, after.waiting, after.until), (3, 0, None));

        let hits = found(&t, &scope, "BitLocker  require", States::Now).await;
        assert_eq!(hits.len(), 1);
        let hit = &hits[0];
        assert_eq!((hit.name.as_str(), hit.resource_type.as_str(), hit.version, hit.latest), ("Disks", CATALOG, 1, 1));
        assert_eq!(told(&hit.settings[0].path), "[bitlocker] › [Require] device encryption");
        assert_eq!(told(&hit.settings[0].value), "1");
        assert_eq!(hit.settings[0].pointer, "/settings/0/settingInstance/choiceSettingValue/value");
        assert!(!hit.gone && !hit.cut && hit.more == 0);

        for (text, expected) in [
            ("requiredeviceencryption_1", vec!["Disks"]),
            ("password length", vec!["Kiosk", "Laptops"]),
            ("password 12", vec!["Laptops"]),
            ("passwordMinimumLength", vec!["Kiosk", "Laptops"]),
            ("password note", vec![]),
            ("GROSSE", vec!["Kiosk"]),
            ("grö", vec!["Kiosk"]),
            ("100%", vec!["Kiosk"]),
            ("%", vec![]),
            ("of_all", vec!["Kiosk"]),
            ("___", vec![]),
            ("%%%", vec![]),
            ("<b>", vec!["Kiosk"]),
            ("c:\\temp", vec!["Laptops"]),
            ("'; drop table setting_contents; --", vec![]),
            ("8", vec!["Kiosk"]),
            ("1", vec!["Disks", "Kiosk", "Laptops"]),
            ("mi", vec!["Kiosk", "Laptops"]),
            ("in", vec![]),
            ("京都", vec!["Laptops"]),
            ("東京都", vec!["Laptops"]),
            ("notconfigured", vec![]),
            ("zzqqx", vec![]),
            (" \u{301} ", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(names(&t, &scope, text).await, expected, "{text}");
        }
        let typed = SettingSearch { types: vec![CATALOG.to_owned()], ..wanted("1", States::Now) };
        let typed = t.store.setting_search().find(&scope, &typed, None, 50).await.unwrap().page.rows;
        assert_eq!(typed.iter().map(|object| object.name.as_str()).collect::<Vec<_>>(), ["Disks"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_not_found_and_the_place_of_one_is() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[APP]).await;
        let content = r#"{"id":"a","displayName":"Mail","customSettings":[{"name":"apiKey","value":"hunter2canary"}]}"#;
        observe(&t, &run, vec![object(APP, "a", "Mail", content)]).await;
        indexed(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        for states in States::ALL {
            assert!(found(&t, &scope, "hunter2", states).await.is_empty());
            let place = found(&t, &scope, "custom apikey value", states).await;
            let setting = &place[0].settings[0];
            assert_eq!((setting.withheld, told(&setting.value).as_str()), (Some(Withheld::Secret), ""));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn earlier_values_and_what_disappeared_are_found_in_all_versions_only() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[PLAIN]).await;
        for note in ["alpha", "beta", "alpha", "gamma"] {
            observe(&t, &run, vec![plain("1", "One", &format!(r#""note":"{note}""#)), plain("2", "Two", r#""note":"alpha""#)])
                .await;
        }
        t.clock.advance(Duration::from_secs(10));
        let from = t.store.now().await.unwrap();
        let rest = plain("1", "One", r#""note":"gamma""#);
        t.store.inventory().observe(&run, vec![rest]).await.unwrap();
        t.store.inventory().types_complete(&run, &[list_of(PLAIN, from, 1)]).await.unwrap();
        indexed(&t).await;
        assert_eq!(t.number("select count(*) from setting_contents").await, 4, "once each, in however many versions");
        assert_eq!(indexed(&t).await, 0);
        let scope = world.tenant_scope(&world.readonly).await;
        assert!(names(&t, &scope, "alpha").await.is_empty());
        assert_eq!(names(&t, &scope, "gamma").await, ["One"]);
        let all = found(&t, &scope, "alpha", States::All).await;
        let all: Vec<_> = all.iter().map(|o| (o.name.as_str(), o.version, o.latest, o.gone)).collect();
        assert_eq!(all, [("One", 3, 4, false), ("Two", 1, 2, true)], "the latest version that has it");
        assert_eq!(found(&t, &scope, "beta", States::All).await[0].version, 2);
        // What comes back is found again, without being indexed again.
        observe(&t, &run, vec![plain("1", "One", r#""note":"beta""#)]).await;
        assert_eq!(t.number("select count(*) from setting_waiting").await, 0);
        assert_eq!(names(&t, &scope, "beta").await, ["One"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_go_both_ways_whether_words_are_rare_or_common() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[PLAIN]).await;
        // More than are found by their contents, and more than a block.
        let every: Vec<ObservedItem> = (0..320)
            .map(|n| {
                plain(&n.to_string(), &format!("Object {n:03}"), &format!(r#""common":"word","nth":"{}th {n:03}n""#, n % 40))
            })
            .collect();
        observe(&t, &run, every).await;
        indexed(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let search = t.store.setting_search();
        for states in States::ALL {
            for (text, count) in [("word", 320), ("common WORD", 320), ("7th", 32), ("39th", 8), ("319n", 1)] {
                let wanted = wanted(text, states);
                let (mut there, mut cursor, mut pages): (Vec<String>, Option<Cursor>, Vec<Vec<String>>) =
                    (Vec::new(), None, Vec::new());
                loop {
                    let page = search.find(&scope, &wanted, cursor.as_ref(), 30).await.unwrap();
                    assert!(!page.stopped);
                    let names: Vec<String> = page.page.rows.into_iter().map(|object| object.name).collect();
                    assert_eq!(page.page.previous.is_some(), cursor.is_some());
                    there.extend(names.clone());
                    pages.push(names);
                    match page.page.next {
                        Some(next) => cursor = Some(next),
                        None => {
                            cursor = page.page.previous;
                            break;
                        }
                    }
                }
                assert_eq!(there.len(), count, "{text}");
                assert!(there.is_sorted(), "{text}");
                for expected in pages.iter().rev().skip(1) {
                    let page = search.find(&scope, &wanted, cursor.as_ref(), 30).await.unwrap().page;
                    assert_eq!(&page.rows.iter().map(|object| object.name.clone()).collect::<Vec<_>>(), expected, "{text}");
                    assert!(page.next.is_some());
                    cursor = page.previous;
                }
                assert!(cursor.is_none(), "{text}");
            }
        }
        let odd = Cursor { direction: model::page::Direction::Forward, key: "odd".to_owned() };
        assert_eq!(
            search.find(&scope, &wanted("word", States::Now), Some(&odd), 5).await.unwrap().page.rows[0].name,
            "Object 000"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_has_looked_at_much_stops_and_goes_on() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[PLAIN]).await;
        // All have both words, and but one in one setting.
        let every: Vec<ObservedItem> = (0..900)
            .map(|n| {
                let both = if n == 870 { r#","c":"alpha beta""# } else { "" };
                plain(&n.to_string(), &format!("Object {n:03}"), &format!(r#""a":"alpha {n}","b":"beta"{both}"#))
            })
            .collect();
        observe(&t, &run, every).await;
        indexed(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let search = wanted("alpha beta", States::Now);
        let first = t.store.setting_search().find(&scope, &search, None, 50).await.unwrap();
        assert!(first.stopped && first.page.rows.is_empty() && first.page.next.is_some());
        let second = t.store.setting_search().find(&scope, &search, first.page.next.as_ref(), 50).await.unwrap();
        assert!(!second.stopped && second.page.next.is_none());
        assert_eq!(second.page.rows[0].name, "Object 870");
        // On the way back there is nothing; from wherever that ends, what was found is reached again.
        let mut before = second.page.previous;
        let mut ends = Vec::new();
        while let Some(cursor) = before {
            let back = t.store.setting_search().find(&scope, &search, Some(&cursor), 50).await.unwrap();
            assert!(back.page.rows.is_empty() && back.stopped == back.page.previous.is_some());
            ends.push(back.page.next.unwrap());
            before = back.page.previous;
        }
        assert!(ends.len() > 1, "it stopped in between");
        for end in ends {
            let (mut next, mut found) = (Some(end), Vec::new());
            while let Some(cursor) = next {
                let page = t.store.setting_search().find(&scope, &search, Some(&cursor), 50).await.unwrap().page;
                next = page.next;
                found.extend(page.rows.into_iter().map(|object| object.name));
            }
            assert_eq!(found, ["Object 870"]);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_finds_what_is_in_another_tenant() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.owner).await;
        let owner = world.sign_in(&world.owner).await;
        let permit = t.store.access();
        t.store.connections().save(&t.operator, world.other_tenant, &testkit::world::connection()).await.unwrap();
        t.store
            .members()
            .add_to_tenant(&t.operator, world.other_tenant, world.owner.id, model::access::Role::Owner)
            .await
            .unwrap();
        let other = permit.tenant(&owner, world.other_tenant).await.unwrap();
        let run = attempt_in(&t, &other).await;
        observe(&t, &run, vec![seen("scope_tag", "1", "Theirs", 1)]).await;
        indexed(&t).await;
        assert_eq!(names(&t, &other, "theirs").await, ["Theirs"]);
        assert!(names(&t, &scope, "theirs").await.is_empty());
        assert_eq!(t.store.setting_search().searchable(&scope).await.unwrap().contents, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_of_another_form_is_not_searched_and_is_made_anew() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[PLAIN]).await;
        observe(&t, &run, vec![plain("1", "One", r#""note":"alpha""#)]).await;
        observe(&t, &run, vec![plain("1", "One", r#""note":"beta""#)]).await;
        indexed(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        t.execute("update setting_index set form = 'older'").await;
        assert!(names(&t, &scope, "beta").await.is_empty());
        assert_eq!(indexed(&t).await, 1 + 2);
        assert_eq!(names(&t, &scope, "beta").await, ["One"]);
        assert_eq!(found(&t, &scope, "alpha", States::All).await.len(), 1);
        assert_eq!(t.number("select count(*) from setting_contents").await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_content_that_goes_takes_its_settings_along_and_an_unreadable_one_has_none() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[PLAIN]).await;
        observe(&t, &run, vec![plain("1", "One", r#""note":"alpha""#), plain("2", "Two", r#""note":"beta""#)]).await;
        let hash = plain("1", "One", r#""note":"alpha""#).content.hash;
        t.execute(&format!("update blobs set plain_size = 3 where hash = '{hash}'")).await;
        indexed(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        assert!(names(&t, &scope, "alpha").await.is_empty());
        assert_eq!(names(&t, &scope, "beta").await, ["Two"], "the others are found");
        for text in [
            "insert into blobs (workspace_id, hash, bytes, plain_size, created_at)
             select workspace_id, 'orphan', bytes, plain_size, created_at from blobs limit 1",
            "insert into setting_contents (tenant_id, content_hash, resource_type, workspace_id, number, entries, plain_size, cut)
             select tenant_id, 'orphan', resource_type, workspace_id, 999, entries, plain_size, cut from setting_contents limit 1",
            "delete from blobs where hash = 'orphan'",
        ] {
            t.execute(text).await;
        }
        assert_eq!(t.number("select count(*) from setting_contents").await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_that_index_at_once_take_each_content_once() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[PLAIN]).await;
        observe(&t, &run, (0..60).map(|n| plain(&n.to_string(), &format!("Object {n:02}"), r#""note":"alpha""#)).collect()).await;
        let other = t.another().await;
        let task = |store: store::Store| async move {
            let mut all = 0;
            for _ in 0..40 {
                all += store.setting_search().index(3, Duration::ZERO).await.unwrap_or_default();
            }
            all
        };
        let (one, two, three) = tokio::join!(task(t.store.clone()), task(other), task(t.store.clone()));
        let rest = indexed(&t).await;
        assert_eq!(one + two + three + rest, 60);
        let scope = world.tenant_scope(&world.readonly).await;
        let page = t.store.setting_search().find(&scope, &wanted("alpha", States::Now), None, 100).await.unwrap();
        assert_eq!(page.page.rows.len(), 60, "no bucket lost what another wrote");
        assert_eq!(t.number("select count(distinct number) from setting_contents").await, 60);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_reads_by_indexes() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[PLAIN]).await;
        let every = (0..600).map(|n| plain(&n.to_string(), &format!("Object {n:03}"), &format!(r#""note":"alpha {n}""#)));
        observe(&t, &run, every.collect()).await;
        indexed(&t).await;
        // Letters of more blocks than one small tenant has.
        let (tenant, workspace) = (t.literal(world.tenant.uuid()), t.literal(world.workspace.uuid()));
        t.execute(&format!(
            "insert into setting_letters (tenant_id, bucket, block, workspace_id, contents)
             with recursive n(i) as (select 0 union all select i + 1 from n where i < 19999)
             select {tenant}, i % 512, 100 + i / 512, {workspace}, l.contents
             from n, (select contents from setting_letters order by bucket, block limit 1) l"
        ))
        .await;
        // And more contents and versions.
        t.execute(
            "insert into setting_contents (tenant_id, content_hash, resource_type, workspace_id, number, entries, plain_size, cut)
             with recursive n(i) as (select 1 union all select i + 1 from n where i < 20)
             select tenant_id, content_hash, 'type ' || n.i, workspace_id, number + 1000 * n.i, entries, plain_size, cut
             from setting_contents, n",
        )
        .await;
        let id = if t.store.backend() == store::Backend::Postgres { "gen_random_uuid()" } else { "randomblob(16)" };
        t.execute(&format!(
            "insert into policy_versions (id, workspace_id, tenant_id, item_id, number, captured_at, operation_run_id, change,
               changed_body, changed_assignments, changed_scope_tags, name, content_hash, semantic_hash)
             with recursive n(i) as (select 2 union all select i + 1 from n where i < 40)
             select {id}, v.workspace_id, v.tenant_id, v.item_id, n.i, v.captured_at, v.operation_run_id, v.change, v.changed_body,
               v.changed_assignments, v.changed_scope_tags, v.name, v.content_hash, v.semantic_hash
             from policy_versions v, n where v.number = 1"
        ))
        .await;
        t.execute("analyze").await;
        let scope = world.tenant_scope(&world.readonly).await;
        let postgres = t.store.backend() == store::Backend::Postgres;
        for states in States::ALL {
            let plans = t.store.setting_search().explain(&scope, &wanted("bitlocker alpha", states)).await.unwrap();
            let letters = if postgres { "setting_letters_pkey" } else { "sqlite_autoindex_setting_letters_1" };
            assert!(plans[0].contains(letters), "{}", plans[0]);
            let contents = if postgres { "setting_contents_tenant_id_number_key" } else { "sqlite_autoindex_setting_contents_2" };
            for plan in [&plans[1], &plans[3]] {
                assert!(plan.contains(contents), "{plan}");
            }
            assert!(plans[1].contains("policy_versions_blob"), "{}", plans[1]);
            if !postgres {
                // Where there is but one small tenant, PostgreSQL may as well read all of its items.
                assert!(plans[2].contains("inventory_items_name"), "{}", plans[2]);
                // The page of objects is read from its first to its last, once it is there; nothing else is.
                let scans =
                    |plan: &str| plan.lines().filter(|line| line.starts_with("SCAN ")).map(str::to_owned).collect::<Vec<_>>();
                assert_eq!(
                    plans.iter().map(|plan| scans(plan)).collect::<Vec<_>>(),
                    [vec![], vec!["SCAN c".to_owned()], vec!["SCAN i".to_owned()], vec![]]
                );
            }
        }
    })
    .await;
}
