//! What stays as it is: references that the tenant's object has already, whatever the inventory knows of them, and what only creation sets.

use std::time::Duration;

use model::json::Json;
use model::restore::{Action, Hindrance, Outcome as ItemOutcome, RestoreState, Source};
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::help::*;
use crate::objects::*;

const PAGE: &str = "enrollment_status_page";
const SCRIPT: &str = "device_custom_attribute_script";

/// A status page that waits for an app which no inventory lists: nobody assigned it.
fn status_page(app: &str, minutes: i64) -> Json {
    json(&format!(
        r##"{{"@odata.type":"#microsoft.graph.windows10EnrollmentCompletionPageConfiguration","id":"{}_Windows10EnrollmentCompletionPageConfiguration","displayName":"Page","description":"","priority":1,"roleScopeTagIds":["0"],"installProgressTimeoutInMinutes":{minutes},"selectedMobileAppIds":["{app}"],"assignments":[]}}"##,
        id(20)
    ))
}

fn script(name: &str, content: &str) -> Json {
    json(&format!(
        r##"{{"id":"{}","displayName":"{name}","description":"","customAttributeName":"Disk","customAttributeType":"string","fileName":"disk.sh","runAsAccount":"system","scriptContent":"{content}","roleScopeTagIds":["0"],"assignments":[]}}"##,
        id(30)
    ))
}

/// A tenant with that object, as it was captured an hour ago.
async fn captured(t: &TestStore, key: &'static str, object: Json) -> (World, TestGraph, Source) {
    let world = World::of(t).await;
    let graph = serving(&world, &[(key, object)]).await;
    directory(&world, &graph).await;
    let set = backup(&world, &graph, &[key]).await;
    t.clock.advance(Duration::from_secs(3600));
    graph.sim.clear_effects();
    (world, graph, Source::BackupSet { set: set.id })
}

async fn unlisted(t: TestStore) {
    let (world, graph, source) = captured(&t, PAGE, status_page(&id(1), 60)).await;
    let untouched = previewed(&world, &graph, &source, &every(PAGE)).await;
    let first = items(&world, untouched.id).await;
    assert_eq!((first[0].action, first[0].hindrance), (Some(Action::Unchanged), None), "{first:?}");

    put(&graph, PAGE, status_page(&id(1), 90));
    let restore = previewed(&world, &graph, &source, &every(PAGE)).await;
    assert_eq!(items(&world, restore.id).await[0].action, Some(Action::Update));
    let (run, restore) = execute(&world, &graph, restore.id).await;
    assert_eq!(restore.state, RestoreState::Completed, "{:?}", run.failures);
    let is = object(&graph, PAGE, text_of(&status_page("", 0), "id"));
    assert_eq!(told(PAGE, &is), told(PAGE, &status_page(&id(1), 60)));

    // An app that the tenant's object does not have, and that nobody knows, is nothing that could be written.
    put(&graph, PAGE, status_page(&id(2), 60));
    let restore = previewed(&world, &graph, &source, &every(PAGE)).await;
    let items = items(&world, restore.id).await;
    assert_eq!((items[0].action, items[0].hindrance), (Some(Action::Skip), Some(Hindrance::Unresolved)));
}

/// An app that the store offers and that nobody assigned: the list leaves it out.
fn app(number: usize) -> Json {
    json(&format!(
        r##"{{"@odata.type":"#microsoft.graph.managedAndroidStoreApp","id":"{}","displayName":"Browser","appAvailability":"global","packageId":"com.example","isAssigned":false,"roleScopeTagIds":["0"],"assignments":[]}}"##,
        id(number)
    ))
}

async fn asked_for(t: TestStore) {
    let (world, graph, source) = captured(&t, PAGE, status_page(&id(1), 60)).await;
    put(&graph, "mobile_app", app(1));
    graph.sim.remove_object(graph.tenant, PAGE, text_of(&status_page("", 0), "id")).unwrap();
    let restore = previewed(&world, &graph, &source, &every(PAGE)).await;
    let planned = items(&world, restore.id).await.remove(0);
    assert_eq!((planned.action, planned.hindrance), (Some(Action::Recreate), None));
    let (run, restore) = execute(&world, &graph, restore.id).await;
    assert_eq!(restore.state, RestoreState::Completed, "{:?}", run.failures);
    let made = items(&world, restore.id).await.remove(0).result_id.unwrap();
    let apps = object(&graph, PAGE, &made).get("selectedMobileAppIds").unwrap().to_text();
    assert_eq!(apps, format!(r#"["{}"]"#, id(1)));
    let mapped = t.store.restores().mapping(&scope(&world).await, restore.id).await.unwrap();
    let reference = model::restore::Reference::new("mobile_app", id(1));
    assert_eq!(
        mapped.0.get(&reference),
        Some(&model::restore::Target::Object { id: id(1) }),
        "the plan that was confirmed says so"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_list_shows_is_asked_for() {
    on_both(asked_for).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_tenants_object_refers_to_already_is_no_obstacle() {
    on_both(unlisted).await;
}

async fn in_part(t: TestStore) {
    let (world, graph, source) = captured(&t, SCRIPT, script("Disk", "ZWNobyAx")).await;
    put(&graph, SCRIPT, script("Disk of somebody", "ZWNobyAy"));
    let restore = previewed(&world, &graph, &source, &every(SCRIPT)).await;
    assert_eq!(items(&world, restore.id).await[0].action, Some(Action::Update));
    let (run, restore) = execute(&world, &graph, restore.id).await;
    let item = items(&world, restore.id).await.remove(0);
    assert_eq!((restore.state, item.outcome), (RestoreState::Failed, Some(ItemOutcome::Differs)), "{:?}", run.failures);
    let is = object(&graph, SCRIPT, &id(30));
    assert_eq!((text_of(&is, "scriptContent"), text_of(&is, "displayName")), ("ZWNobyAx", "Disk of somebody"));

    // Nothing but what only creation sets differs now: the plan says so, and writes nothing.
    let again = previewed(&world, &graph, &source, &every(SCRIPT)).await;
    let item = items(&world, again.id).await.remove(0);
    assert_eq!((item.action, item.hindrance), (Some(Action::Skip), Some(Hindrance::Immutable)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_creation_sets_stays_and_the_restore_says_so() {
    on_both(in_part).await;
}
