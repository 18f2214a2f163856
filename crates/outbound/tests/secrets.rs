//! Canaries: the client secret, the token, page tokens and the service's words occur in no log line, failure or `Debug`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod liar;

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use liar::{Liar, Reply, all, credentials, graph, is_token, json, quick, scope_tags, with};
use outbound::Limits;
use tracing_subscriber::fmt::MakeWriter;

const CANARIES: [&str; 5] = ["canary-secret", "canary-token", "canary-page", "canary-words", "canary-name"];

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Answers in many ways, each of them full of canaries.
fn answer(asked: &liar::Asked) -> Reply {
    let host = asked.head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    if is_token(asked) {
        return match asked.nth {
            1 => json(
                401,
                r#"{"error":"invalid_client","error_description":"AADSTS7000215 canary-words","error_codes":[7000215]}"#,
            ),
            2 => json(200, r#"{"access_token":"canary-token","expires_in":"canary-words"}"#),
            3 => Reply::Bytes(Vec::new()),
            _ => json(200, r#"{"access_token":"canary-token","expires_in":3600,"token_type":"Bearer"}"#),
        };
    }
    let next = format!("http://{host}/beta/x?$skiptoken=canary-page");
    let error = r#"{"error":{"code":"canary-words","message":"canary-words","innerError":{"code":"canary-words"}}}"#;
    match asked.nth {
        1 => json(401, error),
        2 => with(503, "Retry-After: canary-words\r\nrequest-id: canary-words canary-words\r\n", error),
        3 => Reply::Bytes(b"HTTP/1.1 200 X\r\nContent-Length: 99\r\n\r\n{canary-words".to_vec()),
        4 => json(200, &format!(r#"{{"value":[{{"id":"1","displayName":"canary-name"}}],"@odata.nextLink":"{next}"}}"#)),
        5 => Reply::Silence,
        6 => Reply::Bytes(b"canary-words canary-words\r\n\r\n".to_vec()),
        7 => with(403, "request-id: 7f3a-req\r\n", error),
        8 => json(200, "canary-words"),
        9 => json(200, r#"{"error":{"code":"canary-words","message":"canary-words"}}"#),
        10 => json(302, "canary-words"),
        _ => json(200, r#"{"value":[],"@odata.nextLink":"https://canary-words.example/canary-page"}"#),
    }
}

#[tokio::test]
async fn nothing_secret_is_told() {
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(log.clone())
        .init();
    let liar = Liar::start(answer).await;
    let limits = Limits { request_timeout: Duration::from_millis(80), ..quick() };
    let graph = graph(limits);
    let credentials = credentials("canary-secret");
    let mut told = format!("{graph:?} {credentials:?}");
    let session = graph.connect(liar.endpoints(), credentials);
    for _ in 0..8 {
        let pager = session.list(&scope_tags());
        told.push_str(&format!("{session:?} {pager:?} "));
        match all(pager).await {
            Ok(_) => {}
            Err(failure) => told.push_str(&format!("{failure} {failure:?} ")),
        }
        told.push_str(&format!("{:?} ", session.list(&scope_tags())));
    }
    assert!(liar.asked().len() > 10, "every answer was given: {}", liar.asked().len());
    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(log.contains("graph_request") && log.contains("/deviceManagement/roleScopeTags"), "the log was captured");
    assert!(log.contains("7f3a-req"), "the service's id of a request helps its support");
    assert!(told.contains("credentials"), "failures were captured");
    for canary in CANARIES {
        assert!(!told.contains(canary), "{canary} in {told}");
        let line = log.lines().find(|line| line.contains(canary));
        assert_eq!(line, None, "{canary}");
    }
}
