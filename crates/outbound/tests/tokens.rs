//! Tokens: shared, renewed, refused.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod liar;

use std::sync::Arc;
use std::time::Duration;

use liar::{Liar, Reply, all, clock, code_of, credentials, graph, ids, is_token, json, page, quick, scope_tags, token};
use model::failure::Code;
use model::time::Clock;
use outbound::graph::Graph;

const WRONG_SECRET: &str = r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. canary-text\r\nTrace ID: 1","error_codes":[7000215]}"#;

#[tokio::test]
async fn an_expired_token_is_replaced_in_mid_run() {
    let liar = Liar::graph(|asked| {
        if asked.head.contains("Bearer token-1") {
            json(401, r#"{"error":{"code":"InvalidAuthenticationToken"}}"#)
        } else {
            page(&["1"], None)
        }
    })
    .await;
    let session = liar.session();
    assert_eq!(ids(&all(session.list(&scope_tags())).await.unwrap()), ["1"]);
    assert_eq!((liar.asked().len(), liar.tokens_asked()), (2, 2));
    assert_eq!(session.meter().snapshot().token_requests, 2);
}

#[tokio::test]
async fn a_second_401_is_a_failure_and_no_loop() {
    let liar = Liar::graph(|_| json(401, "{}")).await;
    assert_eq!(code_of(&liar.session(), &scope_tags()).await, Some(Code::GraphUnauthorized));
    assert_eq!((liar.asked().len(), liar.tokens_asked()), (2, 2));
}

#[tokio::test]
async fn many_requests_refused_together_share_one_new_token() {
    let liar =
        Liar::graph(|asked| if asked.head.contains("Bearer token-1") { json(401, "{}") } else { page(&["1"], None) }).await;
    let session = liar.session();
    session.check().await.unwrap();
    let lists = (0..8).map(|_| all(session.list(&scope_tags())));
    assert!(futures_util::future::join_all(lists).await.iter().all(Result::is_ok));
    assert_eq!(liar.tokens_asked(), 2);
}

#[tokio::test]
async fn many_requests_at_the_start_share_one_token() {
    let liar = Liar::graph(|_| page(&["1"], None)).await;
    let session = liar.session();
    let lists = (0..20).map(|_| all(session.list(&scope_tags())));
    assert!(futures_util::future::join_all(lists).await.iter().all(Result::is_ok));
    assert_eq!((liar.asked().len(), liar.tokens_asked()), (20, 1));
}

#[tokio::test]
async fn sessions_share_a_token_only_with_the_same_secret() {
    let liar = Liar::graph(|_| page(&["1"], None)).await;
    let graph = graph(quick());
    for secret in ["one", "one", "two", "one"] {
        graph.connect(liar.endpoints(), credentials(secret)).check().await.unwrap();
    }
    assert_eq!(liar.tokens_asked(), 2);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires() {
    let liar = Liar::start(|asked| if is_token(asked) { token(asked.nth, 3600) } else { page(&["1"], None) }).await;
    let clock = clock();
    let shared: Arc<dyn Clock> = clock.clone();
    let session = Graph::new(quick(), shared).unwrap().connect(liar.endpoints(), credentials("s"));
    all(session.list(&scope_tags())).await.unwrap();
    clock.advance(Duration::from_secs(3301));
    all(session.list(&scope_tags())).await.unwrap();
    let heads: Vec<bool> = liar.asked().iter().map(|asked| asked.head.contains("Bearer token-2")).collect();
    assert_eq!(heads, [false, true]);
}

#[tokio::test]
async fn the_token_request_is_a_form_with_the_clouds_scope() {
    let liar = Liar::graph(|_| page(&["1"], None)).await;
    let seen = Arc::new(std::sync::Mutex::new(String::new()));
    let form = Arc::clone(&seen);
    let sign_in = Liar::start(move |asked| {
        *form.lock().unwrap() = format!("{} {} {}", asked.method, asked.target, asked.body);
        token(1, 60)
    })
    .await;
    let endpoints = outbound::Endpoints::custom(&sign_in.base, &liar.base).unwrap();
    graph(quick()).connect(endpoints, credentials("p&=+ %é")).check().await.unwrap();
    let scope = liar.url("/.default").replace(':', "%3A").replace('/', "%2F");
    assert_eq!(
        *seen.lock().unwrap(),
        format!(
            "POST /00000000-0000-0000-0000-0000007e4a47/oauth2/v2.0/token \
             grant_type=client_credentials&client_id=app-1&client_secret=p%26%3D%2B+%25%C3%A9&scope={scope}"
        )
    );
}

#[tokio::test]
async fn a_wrong_secret_is_named_without_the_services_words() {
    let liar = Liar::start(|_| json(401, WRONG_SECRET)).await;
    let session = liar.session();
    let tags = scope_tags();
    let lists = (0..5).map(|_| code_of(&session, &tags));
    for code in futures_util::future::join_all(lists).await {
        assert_eq!(code, Some(Code::CredentialsInvalid));
    }
    assert_eq!((liar.asked().len(), liar.tokens_asked()), (0, 1), "asked once for all of them");
    let failure = session.check().await.unwrap_err();
    assert!(!format!("{failure} {failure:?}").contains("canary-text"));
    assert!(failure.message().contains("7000215"));
}

#[tokio::test]
async fn the_token_endpoint_may_stumble() {
    let liar = Liar::start(|asked| match (is_token(asked), asked.nth) {
        (true, 1) => json(503, "<html>"),
        (true, 2) => Reply::Bytes(Vec::new()),
        (true, 3) => json(429, "{}"),
        (true, nth) => token(nth, 60),
        (false, _) => page(&["1"], None),
    })
    .await;
    assert_eq!(code_of(&liar.session(), &scope_tags()).await, None);
    assert_eq!(liar.tokens_asked(), 4);
}

#[tokio::test]
async fn what_is_no_token_is_malformed() {
    for (status, body) in
        [(200, "<html>"), (200, "{}"), (200, "[]"), (404, "<html>"), (302, ""), (200, r#"{"access_token":7,"expires_in":1}"#)]
    {
        let liar = Liar::start(move |_| json(status, body)).await;
        assert_eq!(liar.session().check().await.unwrap_err().code(), Code::GraphMalformedResponse, "{status} {body}");
        assert_eq!(liar.tokens_asked(), 1);
    }
}
