//! What is asked again, how often, and who waits.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod liar;

use std::sync::Mutex;
use std::time::{Duration, Instant};

use liar::{Liar, all, code_of, collection, credentials, graph, ids, json, page, quick, scope_tags, with};
use model::failure::Code;
use model::time::Clock;
use outbound::Limits;

#[tokio::test]
async fn server_errors_and_throttling_pass_by() {
    for status in [408, 429, 500, 502, 503, 504] {
        let liar = Liar::graph(move |asked| if asked.nth < 3 { json(status, "{}") } else { page(&["1"], None) }).await;
        let session = liar.session();
        assert_eq!(ids(&all(session.list(&scope_tags())).await.unwrap()), ["1"], "{status}");
        let reading = session.meter().snapshot();
        let throttled = if status == 429 { 2 } else { 0 };
        assert_eq!((reading.requests, reading.retries, reading.throttled), (3, 2, throttled), "{status}");
    }
}

#[tokio::test]
async fn attempts_are_bounded() {
    for (status, code) in [(429, Code::GraphThrottled), (500, Code::GraphUnavailable), (503, Code::GraphUnavailable)] {
        let liar = Liar::graph(move |_| json(status, "<html>busy</html>")).await;
        assert_eq!(code_of(&liar.session(), &scope_tags()).await, Some(code));
        assert_eq!(liar.asked().len(), 5);
    }
}

#[tokio::test]
async fn what_would_fail_again_is_asked_once() {
    for (status, code) in [
        (400, Code::GraphBadRequest),
        (403, Code::GraphForbidden),
        (404, Code::GraphNotFound),
        (409, Code::GraphConflict),
        (410, Code::GraphBadRequest),
        (412, Code::GraphConflict),
        (418, Code::GraphBadRequest),
        (501, Code::GraphUnavailable),
    ] {
        let liar = Liar::graph(move |_| json(status, r#"{"error":{"code":"x"}}"#)).await;
        assert_eq!(code_of(&liar.session(), &scope_tags()).await, Some(code), "{status}");
        assert_eq!(liar.asked().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_wait_that_is_nonsense_is_replaced_by_our_own() {
    let liar =
        Liar::graph(|asked| if asked.nth == 1 { with(429, "Retry-After: in a moment\r\n", "") } else { page(&["1"], None) })
            .await;
    assert_eq!(code_of(&liar.session(), &scope_tags()).await, None);
}

#[tokio::test]
async fn a_wait_that_is_too_long_fails_at_once_and_nothing_is_sent_meanwhile() {
    for status in [429, 503] {
        let liar = Liar::graph(move |_| with(status, "Retry-After: 86400\r\n", "")).await;
        let session = liar.session();
        let failure = all(session.list(&scope_tags())).await.unwrap_err();
        assert_eq!(failure.code(), Code::GraphThrottled);
        assert!(failure.message().contains("retry after: 1 d 0 h"), "{failure}");
        // Whoever comes to the closed gate is told the wait too: without it a run would use up its attempts at once.
        let turned_away = all(session.list(&scope_tags())).await.unwrap_err();
        assert_eq!(turned_away.code(), Code::GraphThrottled);
        assert!(turned_away.message().contains("retry after: 59 m"), "{turned_away}");
        assert_eq!(liar.asked().len(), 1);
    }
}

#[tokio::test]
async fn one_throttled_request_holds_back_the_tenants_others() {
    let liar = Liar::graph(|asked| {
        let throttled = asked.nth == 1;
        if throttled { with(429, "Retry-After: 1\r\n", "") } else { page(&[&asked.target], None) }
    })
    .await;
    let graph = graph(quick());
    let (one, two) = (graph.connect(liar.endpoints(), credentials("a")), graph.connect(liar.endpoints(), credentials("b")));
    let told = one.throttled_until();
    assert_eq!(*told.borrow(), None);
    let mut throttled = one.list(&scope_tags());
    let started = Instant::now();
    let first = throttled.next();
    // The other session begins as soon as the first one was turned away.
    let second = async {
        let mut told = two.throttled_until();
        told.changed().await.unwrap();
        let ended = Mutex::new(Vec::new());
        let read = async |name, collection| {
            all(two.list(&collection)).await.unwrap();
            ended.lock().unwrap().push(name);
        };
        tokio::join!(read("same service", collection("intune_role_definition")), read("other service", collection("group")));
        assert_eq!(*ended.lock().unwrap(), ["other service", "same service"], "another service's quota is its own");
        started.elapsed()
    };
    let (first, second) = tokio::join!(first, second);
    first.unwrap();
    assert!(second >= Duration::from_secs(1), "{second:?}");
    assert_eq!(*told.borrow(), Some(liar::clock().now().plus(Duration::from_secs(1))));
    assert_eq!(liar.asked().len(), 4, "nothing was sent during the cool-down");
    assert!(two.meter().snapshot().waited > Duration::from_millis(500));
}

#[tokio::test]
async fn requests_in_flight_are_bounded() {
    let liar = Liar::graph(|asked| page(&[&asked.nth.to_string()], None)).await;
    let session = liar.session_with(Limits { concurrency: 3, ..quick() });
    let lists = (0..12).map(|_| {
        let session = session.clone();
        async move { all(session.list(&scope_tags())).await }
    });
    let done = futures_util::future::join_all(lists).await;
    assert!(done.iter().all(Result::is_ok));
    assert_eq!(liar.most_in_flight(), 3);
}
