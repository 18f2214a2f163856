//! What real tools miss or report wrongly as drift: each test is named after the hazard in the design.

use model::finding::FindingKind::{Added, AssignmentChanged, Changed, Removed, ScopeTagChanged};
use model::json::Json;
use testkit::stores::{TestStore, on_both};

use crate::help::{POLICY, Place, policies, policy};

fn told(name: &str, kind: model::finding::FindingKind, property: &str) -> (String, model::finding::FindingKind, String) {
    (name.to_owned(), kind, property.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_10_objects_properties_assignments_and_renames_are_not_missed() {
    on_both(async |t: TestStore| {
        let place = Place::of(&t, policies(&["a", "b", "c", "d", "e", "f"])).await;
        assert_eq!(place.sync().await, None);
        place.put(POLICY, &policy("new", "new"));
        place.graph.sim.remove_object(place.graph.tenant, POLICY, "a").unwrap();
        place.change(POLICY, "b", |object| object.set("somebodys", Json::Null));
        place.change(POLICY, "c", |object| _ = object.remove("technologies"));
        place.change(POLICY, "d", |object| {
            let Some(Json::Array(items)) = object.get_mut("assignments") else { panic!("no assignments") };
            items.pop();
        });
        place.change(POLICY, "e", |object| object.set("name", Json::text("another name")));
        place.change(POLICY, "f", |object| object.set("roleScopeTagIds", Json::Array(vec![Json::text("7")])));
        place.sync().await.unwrap();
        let expected = [
            told("a", Removed, ""),
            told("another name", Changed, "name"),
            told("b", Changed, "somebodys"),
            told("c", Changed, "technologies"),
            told("d", AssignmentChanged, "assignments"),
            told("f", ScopeTagChanged, "roleScopeTagIds"),
            told("new", Added, ""),
        ];
        assert_eq!(place.open().await, expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_10_reordering_line_ends_and_service_fields_are_no_findings() {
    on_both(async |t: TestStore| {
        let place = Place::of(&t, policies(&["a", "b", "c", "d"])).await;
        assert_eq!(place.sync().await, None);
        let reverse = |object: &mut Json, name: &str| {
            let Some(Json::Array(items)) = object.get_mut(name) else { panic!("no {name}") };
            items.reverse();
        };
        place.change(POLICY, "a", |object| reverse(object, "settings"));
        place.change(POLICY, "b", |object| reverse(object, "assignments"));
        place.change(POLICY, "c", |object| object.set("description", Json::text("one\ntwo")));
        let tenant = place.graph.tenant;
        place
            .graph
            .sim
            .change_state(tenant, |state| {
                for id in state.ids(POLICY) {
                    let mut object = state.object(POLICY, &id).unwrap();
                    object.set("isNewAtMicrosoft", Json::Bool(false));
                    state.put(POLICY, object).unwrap();
                }
            })
            .unwrap();
        let run = place.sync().await.unwrap();
        assert_eq!(place.open().await, []);
        assert_eq!(crate::help::count(&run, model::run::CountKey::Created), 0);
        let scope = place.world.tenant_scope(&place.world.readonly).await;
        let known = t.store.findings().service_fields(&scope).await.unwrap();
        assert_eq!(known.len(), 1);
        assert_eq!((known[0].property.as_str(), known[0].objects, known[0].run), ("isNewAtMicrosoft", 4, Some(run.id)));
        // What one of them gets alone is somebody's.
        place.change(POLICY, "d", |object| object.set("isNewToo", Json::Bool(false)));
        place.sync().await.unwrap();
        assert_eq!(place.open().await, [told("d", Changed, "isNewToo")]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_13_a_rename_is_one_change_and_neither_removed_nor_added() {
    on_both(async |t: TestStore| {
        let place = Place::of(&t, policies(&["a", "b"])).await;
        assert_eq!(place.sync().await, None);
        place.change(POLICY, "a", |object| object.set("name", Json::text("c")));
        place.sync().await.unwrap();
        assert_eq!(place.open().await, [told("c", Changed, "name")]);
        place.change(POLICY, "a", |object| object.set("name", Json::text("a")));
        place.sync().await.unwrap();
        assert_eq!(place.open().await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_14_what_is_nested_deep_is_compared() {
    let nested = |value: i64| {
        let innermost = Json::from([("value", Json::int(value))]);
        (0..60).fold(innermost, |inner, _| Json::from([("deeper", Json::Array(vec![inner]))]))
    };
    on_both(async |t: TestStore| {
        let place = Place::of(&t, policies(&["a", "b"])).await;
        place.change(POLICY, "a", |object| object.set("nested", nested(1)));
        assert_eq!(place.sync().await, None);
        place.change(POLICY, "a", |object| object.set("nested", nested(2)));
        place.sync().await.unwrap();
        assert_eq!(place.open().await, [told("a", Changed, "nested")]);
        let evidence = &place.findings().await[0].evidence;
        assert_eq!(
            (evidence.total, evidence.lines[0].before.as_deref(), evidence.lines[0].after.as_deref()),
            (1, Some("1"), Some("2"))
        );
    })
    .await;
}
