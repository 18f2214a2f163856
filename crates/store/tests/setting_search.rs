//! Searching the settings of a tenant, now and in all versions.

mod index;
mod pages;

use std::time::Duration;

use model::canonical::canonical;
use model::json::Json;
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
