//! A Graph that lies: each lie ends in a failure with a stable code, nothing hangs, and no token goes astray.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod liar;

use std::time::Duration;

use liar::{Liar, Reply, all, code_of, ids, json, page, quick, scope_tags, with};
use model::failure::Code;
use model::resource_types::{collections, find};
use outbound::Limits;

#[tokio::test]
async fn what_is_no_graph_answer_is_malformed() {
    for body in [
        "<!DOCTYPE html><html><body>Sign in to the guest network</body></html>",
        r#"{"value":[{"id":"1"},{"id":"#,
        r#"{"value":[]} trailing"#,
        r#"{"objects":[]}"#,
        r#"{"value":{"id":"1"}}"#,
        r#"{"value":null}"#,
        "[]",
        "null",
        "",
        r#"{"error":{"code":"SomethingNew","message":"x"}}"#,
        r#"{"error":{"message":"x"},"value":[]}"#,
        r#"{"value":[],"@odata.nextLink":7}"#,
        r#"{"value":[],"@odata.nextLink":"/beta/relative"}"#,
    ] {
        let liar = Liar::graph(move |_| json(200, body)).await;
        assert_eq!(code_of(&liar.session(), &scope_tags()).await, Some(Code::GraphMalformedResponse), "{body}");
        assert_eq!(liar.asked().len(), 1, "asked again for {body}");
    }
    let deep = format!(r#"{{"value":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let liar = Liar::graph(move |_| json(200, &deep)).await;
    assert_eq!(code_of(&liar.session(), &scope_tags()).await, Some(Code::GraphMalformedResponse));
}

#[tokio::test]
async fn an_error_inside_a_200_counts_as_what_it_says() {
    let liar = Liar::graph(|_| json(200, r#"{"error":{"code":"Forbidden","message":"x"}}"#)).await;
    assert_eq!(code_of(&liar.session(), &scope_tags()).await, Some(Code::GraphForbidden));
    let busy = r#"{"error":{"code":"TooManyRequests","message":"x"}}"#;
    let liar = Liar::graph(move |asked| if asked.nth == 1 { json(200, busy) } else { page(&["1"], None) }).await;
    assert_eq!(code_of(&liar.session(), &scope_tags()).await, None);
    assert_eq!(liar.asked().len(), 2);
}

#[tokio::test]
async fn a_link_to_another_host_is_not_followed_and_gets_no_token() {
    let other = Liar::start(|_| page(&["stolen"], None)).await;
    let port = other.base.port().unwrap();
    for link in [
        other.url("/beta/deviceManagement/roleScopeTags?$skiptoken=2"),
        format!("http://localhost:{port}/beta/x"),
        format!("https://127.0.0.1:{port}/beta/x"),
        "https://graph.microsoft.com.evil.example/beta/x".to_owned(),
        "ftp://127.0.0.1/beta/x".to_owned(),
    ] {
        let liar = Liar::graph(move |_| page(&["1"], Some(&link))).await;
        let session = liar.session();
        let mut pager = session.list(&scope_tags());
        let first = pager.next().await.unwrap().unwrap();
        assert_eq!(first.objects.len(), 1, "what was read before is not lost");
        for _ in 0..2 {
            assert_eq!(pager.next().await.unwrap_err().code(), Code::GraphForeignLink, "it never looks like the end");
        }
    }
    assert!(other.asked().is_empty());
}

#[tokio::test]
async fn a_link_with_a_user_in_it_is_foreign() {
    let liar = Liar::graph(|asked| {
        let host = asked.head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned();
        page(&["1"], Some(&format!("http://evil@{host}/beta/x")))
    })
    .await;
    assert_eq!(code_of(&liar.session(), &scope_tags()).await, Some(Code::GraphForeignLink));
    assert_eq!(liar.asked().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = Liar::start(|_| page(&["stolen"], None)).await;
    let to = format!("Location: {}\r\n", other.url("/beta/x"));
    for status in [301, 302, 307, 308] {
        let to = to.clone();
        let liar = Liar::graph(move |_| with(status, &to, "")).await;
        assert_eq!(code_of(&liar.session(), &scope_tags()).await, Some(Code::GraphMalformedResponse));
        assert_eq!(liar.asked().len(), 1);
    }
    assert!(other.asked().is_empty());
}

#[tokio::test]
async fn a_link_is_followed_to_the_letter() {
    let liar = Liar::graph(|asked| {
        let host = asked.head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
        let next = format!("http://{host}/beta/deviceManagement/roleScopeTags?$skiptoken=%255Bcosmosdb%255D%2525&b=c%2Fd&$top=1");
        if asked.nth == 1 { page(&["1"], Some(&next)) } else { page(&["2"], None) }
    })
    .await;
    assert_eq!(ids(&all(liar.session().list(&scope_tags())).await.unwrap()), ["1", "2"]);
    let second = &liar.asked()[1];
    assert_eq!(second.target, "/beta/deviceManagement/roleScopeTags?$skiptoken=%255Bcosmosdb%255D%2525&b=c%2Fd&$top=1");
    assert!(second.head.contains("authorization: Bearer token-1"));
}

/// The address of page `n`, on the server that is asked.
fn link(asked: &liar::Asked, n: usize) -> String {
    let host = asked.head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    format!("http://{host}/beta/deviceManagement/roleScopeTags?page={n}")
}

#[tokio::test]
async fn links_in_a_circle_end() {
    let liar = Liar::graph(|asked| page(&[&asked.nth.to_string()], Some(&link(asked, asked.nth % 3)))).await;
    assert_eq!(code_of(&liar.session(), &scope_tags()).await, Some(Code::GraphEndlessPaging));
    assert!(liar.asked().len() <= 5, "{}", liar.asked().len());
}

#[tokio::test]
async fn links_that_are_ever_new_end() {
    let liar = Liar::graph(|asked| page(&[&asked.nth.to_string()], Some(&link(asked, asked.nth)))).await;
    let session = liar.session_with(Limits { max_pages: 7, ..quick() });
    assert_eq!(code_of(&session, &scope_tags()).await, Some(Code::GraphEndlessPaging));
    assert_eq!(liar.asked().len(), 7);
}

#[tokio::test]
async fn pages_that_bring_nothing_end() {
    let liar = Liar::graph(|asked| page(&["same"], Some(&link(asked, asked.nth)))).await;
    assert_eq!(code_of(&liar.session(), &scope_tags()).await, Some(Code::GraphEndlessPaging));
    assert!(liar.asked().len() < 150, "{}", liar.asked().len());
}

#[tokio::test]
async fn an_empty_page_in_the_middle_is_no_end() {
    let liar = Liar::graph(|asked| match asked.nth {
        1 => page(&["1"], Some(&link(asked, 2))),
        2 => page(&[], Some(&link(asked, 3))),
        _ => page(&["3"], None),
    })
    .await;
    assert_eq!(ids(&all(liar.session().list(&scope_tags())).await.unwrap()), ["1", "3"]);
}

#[tokio::test]
async fn an_object_on_two_pages_comes_once() {
    let liar = Liar::graph(|asked| match asked.nth {
        1 => page(&["1", "2"], Some(&link(asked, 2))),
        _ => page(&["2", "3", "3"], None),
    })
    .await;
    let pages = all(liar.session().list(&scope_tags())).await.unwrap();
    assert_eq!(ids(&pages), ["1", "2", "3"]);
    assert_eq!((pages[0].repeated, pages[1].repeated), (0, 2));
}

#[tokio::test]
async fn an_expired_page_token_begins_the_list_anew() {
    for status in [400, 410] {
        let liar = Liar::graph(move |asked| match asked.nth {
            1 | 4 => page(&["1"], Some(&link(asked, 2))),
            2 => page(&["2"], Some(&link(asked, 3))),
            3 => json(status, r#"{"error":{"code":"BadRequest","message":"Skip token is expired"}}"#),
            5 => page(&["2", "4"], Some(&link(asked, 9))),
            _ => page(&["5"], None),
        })
        .await;
        let pages = all(liar.session().list(&scope_tags())).await.unwrap();
        assert_eq!(ids(&pages), ["1", "2", "4", "5"]);
        assert_eq!(pages.iter().map(|page| page.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        assert_eq!(liar.asked()[3].target, liar.asked()[0].target);
    }
}

#[tokio::test]
async fn page_tokens_that_always_expire_end() {
    let liar =
        Liar::graph(
            |asked| {
                if asked.target.contains("page=") { json(410, "{}") } else { page(&["1"], Some(&link(asked, asked.nth))) }
            },
        )
        .await;
    assert_eq!(code_of(&liar.session(), &scope_tags()).await, Some(Code::GraphBadRequest));
    assert_eq!(liar.asked().len(), 6, "the list and two restarts");
}

#[tokio::test]
async fn elements_that_are_no_objects_are_counted() {
    let liar = Liar::graph(|_| json(200, r#"{"value":[{"id":"1"},null,"x",[],{"id":"2"}]}"#)).await;
    let pages = all(liar.session().list(&scope_tags())).await.unwrap();
    assert_eq!((ids(&pages).len(), pages[0].odd), (2, 3));
}

#[tokio::test]
async fn hostile_names_arrive_unchanged() {
    let name = format!("<img src=x onerror=alert(1)>\u{202e}gnp.exe\u{0000}\"'{}", "x".repeat(1_000_000));
    let object =
        model::json::Json::from([("id", model::json::Json::text("1")), ("displayName", model::json::Json::text(name.clone()))]);
    let body = format!(r#"{{"value":[{}]}}"#, object.to_text());
    let liar = Liar::graph(move |_| json(200, &body)).await;
    let pages = all(liar.session().list(&scope_tags())).await.unwrap();
    assert_eq!(pages[0].objects[0].get("displayName").unwrap().as_str(), Some(name.as_str()));
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let small = Limits { max_body: 10_000, ..quick() };
    let big = format!(r#"{{"value":[],"x":"{}"}}"#, "x".repeat(20_000));
    let known = big.clone();
    let liar = Liar::graph(move |_| json(200, &known)).await;
    assert_eq!(code_of(&liar.session_with(small.clone()), &scope_tags()).await, Some(Code::GraphResponseTooLarge));
    let liar = Liar::graph(move |_| Reply::Bytes(format!("HTTP/1.1 200 X\r\nConnection: close\r\n\r\n{big}").into_bytes())).await;
    assert_eq!(code_of(&liar.session_with(small.clone()), &scope_tags()).await, Some(Code::GraphResponseTooLarge));
    assert_eq!(liar.asked().len(), 1);
    let liar = Liar::graph(|_| Reply::Bytes(bomb())).await;
    assert_eq!(code_of(&liar.session_with(small), &scope_tags()).await, Some(Code::GraphResponseTooLarge));
    let liar = Liar::graph(|_| Reply::Bytes(bomb())).await;
    assert_eq!(code_of(&liar.session(), &scope_tags()).await, None, "compressed answers are read");
}

/// An empty list with 200,000 spaces in it, as 246 bytes of gzip.
fn bomb() -> Vec<u8> {
    let mut body = vec![
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xed, 0xc1, 0xb1, 0x11, 0x00, 0x10, 0x10, 0x00, 0xb0, 0x55,
        0xdc, 0x8f, 0x61, 0x15, 0xa7, 0x50, 0xe8, 0xbe, 0xa5, 0x71, 0x76, 0x37, 0x83, 0x3e, 0xc9, 0x89, 0x3d, 0x72, 0xcd, 0xa8,
        0xad,
    ];
    body.resize(235, 0);
    body.extend([0xdf, 0xfa, 0x7d, 0x43, 0xa9, 0x47, 0xf1, 0x4c, 0x0d, 0x03, 0x00]);
    let mut bytes = b"HTTP/1.1 200 X\r\nContent-Encoding: gzip\r\nContent-Length: 246\r\nConnection: close\r\n\r\n".to_vec();
    bytes.extend(body);
    bytes
}

#[tokio::test]
async fn a_dropped_connection_is_tried_again() {
    let cut = b"HTTP/1.1 200 X\r\nContent-Length: 500\r\nConnection: close\r\n\r\n{\"value\":[".to_vec();
    for bytes in [cut, Vec::new(), b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()] {
        let first = bytes.clone();
        let liar = Liar::graph(move |asked| if asked.nth == 1 { Reply::Bytes(first.clone()) } else { page(&["1"], None) }).await;
        assert_eq!(ids(&all(liar.session().list(&scope_tags())).await.unwrap()), ["1"]);
        let liar = Liar::graph(move |_| Reply::Bytes(bytes.clone())).await;
        assert_eq!(code_of(&liar.session(), &scope_tags()).await, Some(Code::GraphUnavailable));
        assert_eq!(liar.asked().len(), 5);
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_a_timeout() {
    let limits = Limits { request_timeout: Duration::from_millis(60), max_attempts: 2, ..quick() };
    let liar = Liar::graph(|_| Reply::Silence).await;
    assert_eq!(code_of(&liar.session_with(limits.clone()), &scope_tags()).await, Some(Code::GraphTimeout));
    assert_eq!(liar.asked().len(), 2);
    let liar = Liar::start(|_| Reply::Silence).await;
    assert_eq!(liar.session_with(limits).check().await.unwrap_err().code(), Code::GraphTimeout);
}

#[tokio::test]
async fn nobody_there_is_unavailable() {
    let gone = Liar::start(|_| Reply::Silence).await;
    let session = gone.session();
    drop(gone);
    tokio::task::yield_now().await;
    assert_eq!(session.check().await.unwrap_err().code(), Code::GraphUnavailable);
    assert_eq!(code_of(&session, &scope_tags()).await, Some(Code::GraphUnavailable));
}

#[tokio::test]
async fn an_object_that_cannot_be_read_is_counted_and_leaves_the_rest_alone() {
    for odd in [r#"{"id":"2","id":"3"}"#, "7", r#"{"id":tru}"#, r#""text""#] {
        let body = format!(r#"{{"value":[{{"id":"1"}},{odd},{{"id":"4"}}]}}"#);
        let liar = Liar::graph(move |_| json(200, &body)).await;
        let pages = all(liar.session().list(&scope_tags())).await.unwrap();
        assert_eq!((ids(&pages), pages[0].odd), (vec!["1".to_owned(), "4".to_owned()], 1), "{odd}");
    }
}

#[tokio::test]
async fn a_page_of_large_objects_may_be_larger_than_each_of_them() {
    let text = "x".repeat(5 * 1024 * 1024);
    let object = |id: usize| format!(r#"{{"id":"{id}","script":"{text}"}}"#);
    let body = format!(r#"{{"value":[{}]}}"#, (1..=4).map(object).collect::<Vec<_>>().join(","));
    let liar = Liar::graph(move |_| json(200, &body)).await;
    let session = liar.session_with(Limits { max_body: 6 * 1024 * 1024, ..quick() });
    assert_eq!(ids(&all(session.list(&scope_tags())).await.unwrap()), ["1", "2", "3", "4"]);
    let small = liar.session_with(Limits { max_body: 4 * 1024 * 1024, ..quick() });
    assert_eq!(code_of(&small, &scope_tags()).await, Some(Code::GraphResponseTooLarge));
}

#[tokio::test]
async fn a_list_that_cannot_be_expanded_is_read_without() {
    let policies = collections(find("settings_catalog_policy")).remove(0);
    let targets = |liar: &Liar| liar.asked().into_iter().map(|asked| asked.target).collect::<Vec<_>>();
    let liar = Liar::graph(|asked| if asked.target.contains("$expand") { json(400, "{}") } else { page(&["a"], None) }).await;
    assert_eq!(ids(&all(liar.session().list(&policies)).await.unwrap()), ["a"]);
    let asked = targets(&liar);
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked[0].contains("$expand=") && !asked[1].contains("$expand=") && asked[1].contains("$top=1000"), "{asked:?}");

    // Refused all the same: the failure is told, and nothing is asked a third time. What is refused for another reason is not asked
    // again.
    for (status, code, requests) in [(400, Code::GraphBadRequest, 2), (403, Code::GraphForbidden, 1)] {
        let liar = Liar::graph(move |_| json(status, "{}")).await;
        assert_eq!(code_of(&liar.session(), &policies).await, Some(code));
        assert_eq!(targets(&liar).len(), requests);
    }
}
