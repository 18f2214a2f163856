//! Links: what is kept of a content's references, in both directions, and what is told of a tenant by them.

mod around;
mod kept;
mod pages;
mod told;

use std::collections::BTreeMap;
use std::time::Duration;

use model::canonical::canonical;
use model::ids::InventoryItemId;
use model::json::Json;
use model::links::{Depth, EndState, LinkKind, LinkUser};
use model::resource_types;
use model::restore::Reference;
use store::access::{RunScope, TenantScope};
use store::{ObservedItem, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::directory::{A, B, end, group, pass};
use crate::inventory::{all, list_of, seen};

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
