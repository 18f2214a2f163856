//! Two tenants, or one at two moments, side by side.

use std::time::Duration;

use model::canonical::canonical;
use model::comparison::{ComparisonFilter, Difference, Part, PolicyPair, SidesCompared};
use model::json::Json;
use model::page::Cursor;
use model::resource_types;
use model::run::{Counts, Outcome};
use model::version::PastFilter;
use store::access::TenantScope;
use store::{Backend, ObservedItem, StoreError};
use testkit::stores::{TestStore, on_both, on_both_in_real_time};
use testkit::world::{World, connection};

use crate::inventory::{attempt_in, list_of, seen};

const TAGS: &str = "scope_tag";
const PLACES: &str = "named_location";

async fn other(t: &TestStore, world: &World) -> TenantScope {
    t.store.connections().save(&world.operator, world.other_tenant, &connection()).await.unwrap();
    let who = world.sign_in(&world.owner).await;
    t.store.access().tenant(&who, world.other_tenant).await.unwrap()
}

/// Observes in a tenant and ends the run there.
async fn put(t: &TestStore, scope: &TenantScope, items: Vec<ObservedItem>) {
    let run = attempt_in(t, scope).await;
    t.store.inventory().observe(&run, items).await.unwrap();
    t.store.queue().finish(&run, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
}

async fn compared(t: &TestStore, a: &TenantScope, b: &TenantScope, wanted: &ComparisonFilter) -> SidesCompared {
    t.store.inventory().compare(a, b, wanted, None, 200).await.unwrap()
}

fn told(found: &SidesCompared) -> Vec<(String, String, &'static str)> {
    let told = |pair: &PolicyPair| {
        let state = pair.latest().unwrap();
        (state.resource_type.clone(), state.name.clone(), pair.difference().code())
    };
    found.page.rows.iter().map(told).collect()
}

fn row(kind: &str, name: &str, difference: &'static str) -> (String, String, &'static str) {
    (kind.to_owned(), name.to_owned(), difference)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tenants_are_matched_by_type_and_name() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (first, second) = (world.tenant_scope(&world.owner).await, other(&t, &world).await);
        put(&t, &first, vec![seen(TAGS, "1", "Berlin", 1), seen(TAGS, "2", "Paris", 1), seen(PLACES, "3", "Office", 1)]).await;
        put(&t, &second, vec![seen(TAGS, "9", "berlin", 1), seen(TAGS, "2", "Rome", 1), seen(PLACES, "8", "Office", 2)]).await;
        let all = compared(&t, &first, &second, &ComparisonFilter::default()).await;
        let expected = [
            row(PLACES, "Office", "different"),
            row(TAGS, "berlin", "different"),
            row(TAGS, "Paris", "only_before"),
            row(TAGS, "Rome", "only_after"),
        ];
        assert_eq!(told(&all), expected);
        assert_eq!(all.types, [(PLACES.to_owned(), 1), (TAGS.to_owned(), 3)]);
        let counts: Vec<i64> = all.counts.iter().map(|(_, count)| *count).collect();
        assert_eq!(counts, [1, 1, 2, 0], "only before, only after, different, same");
        let changed = all.page.rows[0].changed().unwrap();
        assert!(changed.body && !changed.assignments && !changed.scope_tags);
        assert!(all.page.rows[1].renamed(), "another case of its name is another name");
        let only = ComparisonFilter {
            types: vec![TAGS.to_owned()],
            differences: vec![Difference::OnlyBefore, Difference::Same],
            ..ComparisonFilter::default()
        };
        assert_eq!(told(&compared(&t, &first, &second, &only).await), [row(TAGS, "Paris", "only_before")]);
        let same = ComparisonFilter { differences: vec![Difference::Same], ..ComparisonFilter::default() };
        assert_eq!(compared(&t, &first, &first, &same).await.page.rows.len(), 3);
    })
    .await;
}

/// An item that is assigned to a group of that id, with that scope tag.
fn assigned(name: &str, group: &str, tag: &str) -> ObservedItem {
    let kind = resource_types::find("settings_catalog_policy").unwrap();
    let text = format!(
        r##"{{"id":"{group}-{tag}","name":"{name}","settings":[],"roleScopeTagIds":["{tag}"],"assignments":[{{"target":{{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"{group}"}}}}]}}"##
    );
    ObservedItem {
        resource_type: "settings_catalog_policy",
        object_id: format!("{group}-{tag}"),
        name: name.to_owned(),
        content: canonical(kind, Json::parse(text.as_bytes()).unwrap()),
        ..seen(TAGS, "0", name, 1)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_tenants_settings_tell_what_is_the_same_and_ids_do_not() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (first, second) = (world.tenant_scope(&world.owner).await, other(&t, &world).await);
        put(&t, &first, vec![assigned("Edge", "g1", "1"), seen(PLACES, "3", "Office", 1)]).await;
        put(&t, &second, vec![assigned("Edge", "g2", "2"), seen(PLACES, "8", "Office", 2)]).await;
        let found = compared(&t, &first, &second, &ComparisonFilter::default()).await;
        assert_eq!(told(&found), [row(PLACES, "Office", "different")], "another group's id is no other policy");
        let by = |part| ComparisonFilter { part: Some(part), ..ComparisonFilter::default() };
        for part in [Part::Assignments, Part::ScopeTags] {
            let found = compared(&t, &first, &second, &by(part)).await.page.rows;
            assert_eq!(found.iter().map(|pair| pair.difference_in(Some(part)).code()).collect::<Vec<_>>(), ["different"]);
            assert_eq!((found[0].latest().unwrap().name.as_str(), found[0].difference()), ("Edge", Difference::Same));
        }
        let settings = compared(&t, &first, &second, &by(Part::Settings)).await;
        assert_eq!((told(&settings), &settings.counts), (told(&found), &found.counts));
        let pair = compared(&t, &first, &second, &by(Part::ScopeTags)).await.page.rows.remove(0);
        let ids = pair.changed().unwrap();
        assert_eq!((pair.across(), ids.body, ids.assignments, ids.scope_tags), (true, false, true, true));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_compared_with_what_it_was() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.owner).await;
        let before_all = t.store.now().await.unwrap();
        t.clock.advance(Duration::from_secs(60));
        put(&t, &scope, vec![seen(TAGS, "1", "Old name", 1), seen(TAGS, "2", "Stays", 1), seen(TAGS, "3", "Goes", 1)]).await;
        let then = t.store.now().await.unwrap();
        t.clock.advance(Duration::from_secs(60));
        let run = attempt_in(&t, &scope).await;
        let from = t.store.now().await.unwrap();
        let items = vec![seen(TAGS, "1", "New name", 1), seen(TAGS, "2", "Stays", 1), seen(TAGS, "4", "Comes", 1)];
        t.store.inventory().observe(&run, items).await.unwrap();
        t.store.inventory().types_complete(&run, &[list_of(TAGS, from, 3)]).await.unwrap();
        let wanted = ComparisonFilter { before_at: Some(then), ..ComparisonFilter::default() };
        let found = compared(&t, &scope, &scope, &wanted).await;
        let expected = [row(TAGS, "Comes", "only_after"), row(TAGS, "Goes", "only_before"), row(TAGS, "New name", "different")];
        assert_eq!(told(&found), expected, "a rename is a change");
        let renamed = &found.page.rows[2];
        assert!(renamed.renamed());
        assert_eq!((renamed.before.as_ref().unwrap().version, renamed.after.as_ref().unwrap().version), (1, 2));
        // And the other way round, and with the time before anything was known.
        let back = ComparisonFilter { after_at: Some(then), ..ComparisonFilter::default() };
        assert_eq!(told(&compared(&t, &scope, &scope, &back).await)[0], row(TAGS, "Comes", "only_before"));
        let nothing = ComparisonFilter { before_at: Some(before_all), ..ComparisonFilter::default() };
        assert!(told(&compared(&t, &scope, &scope, &nothing).await).iter().all(|(.., code)| *code == "only_after"));
        assert_eq!(t.store.inventory().states(&scope, Some(then)).await.unwrap().len(), 3);
        assert_eq!(t.store.inventory().states(&scope, None).await.unwrap().len(), 3);
        // The list of the past and the comparison with it go by one rule.
        for at in [before_all, then, t.store.now().await.unwrap()] {
            let page = t.store.policy_versions().at(&scope, at, &PastFilter::default(), None, 100).await.unwrap();
            let mut listed: Vec<_> = page.rows.iter().map(|item| (item.item_id, item.number)).collect();
            let states = t.store.inventory().states(&scope, Some(at)).await.unwrap();
            let mut compared: Vec<_> = states.iter().map(|state| (state.item_id, state.version)).collect();
            listed.sort();
            compared.sort();
            assert_eq!(listed, compared, "{at}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_go_there_and_back_and_tenants_of_two_workspaces_are_not_compared() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (first, second) = (world.tenant_scope(&world.owner).await, other(&t, &world).await);
        let items = (0..25).map(|n| seen(TAGS, &n.to_string(), &format!("Tag {:02}\u{1f}", n / 2), n)).collect();
        put(&t, &first, items).await;
        let inventory = t.store.inventory();
        let filter = ComparisonFilter::default();
        let page = async |cursor: Option<&Cursor>| inventory.compare(&first, &second, &filter, cursor, 10).await.unwrap().page;
        let (mut cursor, mut met) = (None, Vec::new());
        loop {
            let page = page(cursor.as_ref()).await;
            met.extend(page.rows.iter().map(|pair| pair.latest().unwrap().item_id));
            match page.next {
                Some(next) => cursor = Some(Cursor::parse(&next.to_token()).unwrap()),
                None => break,
            }
        }
        let whole = compared(&t, &first, &second, &filter).await.page.rows;
        assert_eq!(met, whole.iter().map(|pair| pair.latest().unwrap().item_id).collect::<Vec<_>>());
        let last = page(cursor.as_ref()).await;
        let middle = page(last.previous.as_ref()).await;
        assert_eq!(middle.rows, whole[10..20]);
        assert_eq!(page(middle.previous.as_ref()).await.rows, whole[..10]);
        let strangers = world.sign_in(&world.stranger).await;
        let foreign = t.store.access().tenant(&strangers, world.foreign_tenant).await.unwrap();
        let refused = inventory.compare(&first, &foreign, &filter, None, 10).await;
        assert!(matches!(refused, Err(StoreError::NotVisible)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_states_of_a_tenant_are_read_along_indexes() {
    on_both_in_real_time(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, second) = (world.tenant_scope(&world.owner).await, other(&t, &world).await);
        for (scope, many) in [(&scope, 300), (&second, 9_000)] {
            let run = attempt_in(&t, scope).await;
            for from in (0..many).step_by(500) {
                let items = (from..many.min(from + 500)).map(|n| seen(TAGS, &n.to_string(), &format!("Tag {n}"), n));
                t.store.inventory().observe(&run, items.collect()).await.unwrap();
            }
        }
        t.execute("analyze").await;
        let now = t.store.now().await.unwrap();
        for at in [None, Some(now)] {
            let plan = t.store.inventory().explain_states(&scope, at).await.unwrap();
            for table in ["inventory_items", "policy_versions"] {
                let whole = if t.store.backend() == Backend::Postgres { "Seq Scan on" } else { "SCAN" };
                assert!(
                    !plan.contains(&format!("{whole} {table}")),
                    "{:?} {at:?} reads all of {table}:\n{plan}",
                    t.store.backend()
                );
            }
            assert!(!plan.contains("SCAN v") && !plan.contains("SCAN i"), "{plan}");
            assert_eq!(t.store.inventory().states(&scope, at).await.unwrap().len(), 300);
        }
    })
    .await;
}
