//! Writes over real connections: what is sent, and what a connection that fails means.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod liar;

use std::time::Duration;

use liar::{Liar, Reply, credentials, graph, json, quick};
use model::failure::Code;
use model::json::Json;
use model::resource_types::{ApiVersion, Method};
use model::restore::Effect;
use outbound::graph::{Write, Written};
use outbound::{Endpoints, Limits};
use url::Url;

const PATH: &str = "/deviceManagement/deviceCategories";

fn write(effect: Effect, method: Method) -> Write {
    let body = (method != Method::Delete).then(|| Json::parse(br#"{"displayName":"One","number":1.10}"#).unwrap());
    Write::new(effect, method, ApiVersion::Beta, PATH, PATH, body)
}

fn create() -> Write {
    write(Effect::Create, Method::Post)
}

#[tokio::test]
async fn methods_bodies_and_headers_arrive_as_they_were_meant() {
    let liar = Liar::graph(|asked| if asked.method == "DELETE" { json(204, "") } else { json(200, "{}") }).await;
    let session = liar.session();
    for (effect, method) in [
        (Effect::Create, Method::Post),
        (Effect::Change, Method::Patch),
        (Effect::Change, Method::Put),
        (Effect::Remove, Method::Delete),
    ] {
        let written = session.write(&write(effect, method).because("Restore 7")).await;
        assert!(matches!(written, Written::Done { .. }), "{written:?}");
    }
    let asked = liar.asked();
    let methods: Vec<&str> = asked.iter().map(|asked| asked.method.as_str()).collect();
    assert_eq!(methods, ["POST", "PATCH", "PUT", "DELETE"]);
    for asked in &asked {
        assert_eq!(asked.target, format!("/beta{PATH}"));
        let head = asked.head.to_ascii_lowercase();
        assert!(head.contains("x-msft-approval-justification: umvzdg9yzsa3"), "{head}");
        assert!(head.contains("authorization: bearer token-1"));
        let removal = asked.method == "DELETE";
        assert_eq!(asked.body, if removal { "" } else { r#"{"displayName":"One","number":1.10}"# }, "as it is, digit by digit");
        assert_eq!(head.contains("content-type: application/json"), !removal);
    }
}

#[tokio::test]
async fn a_connection_that_ends_leaves_a_create_open_and_repeats_a_change() {
    let liar = Liar::graph(|asked| match asked.nth {
        1 | 2 => Reply::Bytes(Vec::new()),
        _ => json(200, "{}"),
    })
    .await;
    let session = liar.session();
    let lost = session.write(&create()).await;
    assert!(matches!(&lost, Written::Lost { failure } if failure.code() == Code::GraphUnavailable), "{lost:?}");
    assert_eq!(liar.asked().len(), 1);
    let changed = session.write(&write(Effect::Change, Method::Patch)).await;
    assert!(matches!(changed, Written::Done { .. }), "{changed:?}");
    assert_eq!(liar.asked().len(), 3);
}

#[tokio::test]
async fn a_create_that_is_not_answered_in_time_is_left_open() {
    let liar = Liar::graph(|_| Reply::Silence).await;
    let session = liar.session_with(Limits { request_timeout: Duration::from_millis(300), ..quick() });
    // The token is had before, so that the time is the create's.
    session.check().await.unwrap();
    let lost = session.write(&create()).await;
    assert!(matches!(&lost, Written::Lost { failure } if failure.code() == Code::GraphTimeout), "{lost:?}");
    assert_eq!(liar.asked().len(), 1);
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent_and_that_is_certain() {
    let liar = Liar::graph(|_| json(200, "{}")).await;
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = Url::parse(&format!("http://{}", gone.local_addr().unwrap())).unwrap();
    drop(gone);
    // Tokens come from a server that lives, Graph is at a port where nobody listens.
    let endpoints = Endpoints::custom(&liar.base, &base).unwrap();
    let session = graph(quick()).connect(endpoints, credentials("s3cret"));
    let written = session.write(&create()).await;
    let Written::Refused(refused) = written else { panic!("{written:?}") };
    assert_eq!((refused.failure.code(), refused.uncertain), (Code::GraphUnavailable, false));
    assert_eq!(session.meter().snapshot().retries, 4, "it was tried as often as a read");
}

#[tokio::test]
async fn what_is_no_answer_of_graph_leaves_it_open() {
    for (status, body) in [(200, "<html>"), (201, "{\"id\":"), (302, ""), (501, "{}"), (503, "<html>")] {
        let liar = Liar::graph(move |_| json(status, body)).await;
        let lost = liar.session().write(&create()).await;
        assert!(matches!(lost, Written::Lost { .. }), "{status}: {lost:?}");
        assert_eq!(liar.asked().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn no_word_of_an_error_gets_into_a_failure() {
    let body = r#"{"error":{"code":"Secret<b>","message":"The property 'displayName' with value 's3cret-payload' is readonly"}}"#;
    let liar = Liar::graph(move |_| json(400, body)).await;
    let written = liar.session().write(&create()).await;
    let Written::Refused(refused) = &written else { panic!("{written:?}") };
    assert_eq!(refused.names.as_deref(), Some("displayName"));
    assert!(!format!("{written:?} {}", refused.failure).contains("s3cret"), "{written:?}");
}
