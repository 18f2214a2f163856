//! From a list's object to the complete one.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod liar;

use liar::{Liar, json, page, quick};
use model::failure::Code;
use model::json::Json;
use model::resource_types::{HydrationStep, ResourceType, all, find};
use outbound::Limits;
use outbound::graph::is_complete;

fn object(text: &str) -> Json {
    Json::parse(text.as_bytes()).unwrap()
}

fn kind(key: &str) -> &'static ResourceType {
    find(key).unwrap()
}

/// Another page of the same list, on the server that is asked.
fn next(asked: &liar::Asked, what: &str) -> String {
    let host = asked.head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    format!("http://{host}/beta/next/{what}")
}

#[tokio::test]
async fn every_page_of_expanded_settings_is_fetched() {
    let liar = Liar::graph(|asked| match asked.nth {
        1 => json(
            200,
            &format!(
                r#"{{"@odata.context":"c","id":"P1","name":"n","settings":[{{"id":"0"}}],"settings@odata.nextLink":"{}"}}"#,
                next(asked, "2")
            ),
        ),
        2 => page(&["0", "1"], Some(&next(asked, "3"))),
        _ => page(&["2"], None),
    })
    .await;
    let whole = liar.session().hydrate(kind("settings_catalog_policy"), object(r#"{"id":"p1","name":"n"}"#)).await.unwrap();
    assert_eq!(whole.to_text(), r#"{"id":"P1","name":"n","settings":[{"id":"0"},{"id":"1"},{"id":"2"}]}"#);
    assert_eq!(liar.asked()[0].target, "/beta/deviceManagement/configurationPolicies/p1?$expand=assignments,settings");
}

#[tokio::test]
async fn children_are_fetched_to_the_last_page() {
    let liar = Liar::graph(|asked| match asked.nth {
        1 => page(&["a", "b"], Some(&next(asked, "2"))),
        _ => json(200, r#"{"value":[{"id":"c","presentationValues":[{"id":"x","value":1.0}]}]}"#),
    })
    .await;
    let listed = object(r#"{"id":"t1","displayName":"n","assignments":[]}"#);
    let whole = liar.session().hydrate(kind("administrative_template"), listed).await.unwrap();
    let ids: Vec<_> = whole
        .get("definitionValues")
        .unwrap()
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v.get("id").unwrap().as_str().unwrap())
        .collect();
    assert_eq!(ids, ["a", "b", "c"]);
    assert!(whole.to_text().contains("1.0"), "numbers keep their text");
    assert_eq!(whole.get("displayName"), Some(&Json::text("n")));
}

#[tokio::test]
async fn a_complete_object_costs_no_request() {
    let liar = Liar::graph(|_| page(&[], None)).await;
    let filter = object(r#"{"id":"1","displayName":"n","assignments":[]}"#);
    assert!(is_complete(kind("assignment_filter"), &filter));
    assert_eq!(liar.session().hydrate(kind("assignment_filter"), filter.clone()).await, Ok(filter));
    assert!(liar.asked().is_empty());
}

#[tokio::test]
async fn assignments_that_go_on_elsewhere_are_fetched_without_a_step() {
    let liar = Liar::graph(|_| page(&["b"], None)).await;
    let listed = object(&format!(
        r#"{{"id":"1","assignments":[{{"id":"a"}}],"assignments@odata.nextLink":"{}"}}"#,
        liar.url("/beta/deviceManagement/assignmentFilters/1/assignments?$skiptoken=x")
    ));
    assert!(!is_complete(kind("assignment_filter"), &listed));
    let whole = liar.session().hydrate(kind("assignment_filter"), listed).await.unwrap();
    assert_eq!(whole.to_text(), r#"{"id":"1","assignments":[{"id":"a"},{"id":"b"}]}"#);
}

#[tokio::test]
async fn nested_links_lead_nowhere_else_and_end() {
    let listed = |link: &str| object(&format!(r#"{{"id":"1","assignments":[],"assignments@odata.nextLink":"{link}"}}"#));
    let other = Liar::start(|_| page(&["stolen"], None)).await;
    let liar = Liar::graph(|asked| page(&[&asked.nth.to_string()], Some(&next(asked, "again")))).await;
    let foreign = liar.session().hydrate(kind("assignment_filter"), listed(&other.url("/beta/x"))).await;
    assert_eq!(foreign.unwrap_err().code(), Code::GraphForeignLink);
    assert!(other.asked().is_empty());
    let circle = liar.session().hydrate(kind("assignment_filter"), listed(&liar.url("/beta/next/again"))).await;
    assert_eq!(circle.unwrap_err().code(), Code::GraphEndlessPaging);
    let deeper = Liar::graph(|asked| {
        json(
            200,
            &format!(r#"{{"value":[{{"id":"{}","x@odata.nextLink":"{}"}}]}}"#, asked.nth, next(asked, &asked.nth.to_string())),
        )
    })
    .await;
    let session = deeper.session_with(Limits { max_pages: 20, ..quick() });
    let endless = session.hydrate(kind("assignment_filter"), listed(&deeper.url("/beta/x"))).await;
    assert_eq!(endless.unwrap_err().code(), Code::GraphEndlessPaging);
}

#[tokio::test]
async fn another_objects_content_is_refused() {
    for answer in [r#"{"id":"p2","settings":[]}"#, r#"{"settings":[]}"#, r#"{"value":[]}"#] {
        let liar = Liar::graph(move |_| json(200, answer)).await;
        let got = liar.session().hydrate(kind("settings_catalog_policy"), object(r#"{"id":"p1"}"#)).await;
        assert_eq!(got.unwrap_err().code(), Code::GraphMalformedResponse, "{answer}");
    }
}

#[tokio::test]
async fn an_object_without_id_is_unreadable() {
    let liar = Liar::graph(|_| page(&[], None)).await;
    for listed in [r#"{"name":"n"}"#, r#"{"id":""}"#, r#"{"id":7}"#] {
        let got = liar.session().hydrate(kind("settings_catalog_policy"), object(listed)).await;
        assert_eq!(got.unwrap_err().code(), Code::ObjectUnreadable);
    }
    assert!(liar.asked().is_empty());
}

#[tokio::test]
async fn an_id_cannot_leave_its_path() {
    let liar = Liar::graph(|_| page(&[], None)).await;
    for id in ["../../../v1.0/users", "x/../../y", "a?$expand=b", "a#b", "..", "http://evil.example/"] {
        let listed = Json::from([("id", Json::text(id))]);
        let _ = liar.session().hydrate(kind("settings_catalog_policy"), listed).await.unwrap_err();
    }
    for asked in liar.asked() {
        assert!(asked.target.starts_with("/beta/deviceManagement/"), "{}", asked.target);
    }
}

#[tokio::test]
async fn the_concrete_type_that_the_list_named_stays() {
    let typed = all().iter().find(|kind| kind.hydration.iter().any(|step| matches!(step, HydrationStep::Get { .. }))).unwrap();
    let liar = Liar::graph(|_| json(200, r#"{"id":"p1","x":1}"#)).await;
    let listed = object(r##"{"@odata.type":"#microsoft.graph.something","id":"p1"}"##);
    let whole = liar.session().hydrate(typed, listed).await.unwrap();
    assert_eq!(whole.get("@odata.type"), Some(&Json::text("#microsoft.graph.something")));
}
