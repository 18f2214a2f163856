//! Batches: every part is judged by itself, none is lost, and a batch that goes wrong as a whole is no reason to fail.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod liar;

use std::collections::BTreeMap;
use std::sync::Mutex;

use liar::{Liar, json, quick, with};
use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types::{ApiVersion, ResourceType, find};
use outbound::Limits;
use outbound::graph::{GraphSession, Question};

/// The parts of a batch: id and path of each.
fn parts(asked: &liar::Asked) -> Vec<(String, String)> {
    let body = Json::parse(asked.body.as_bytes()).unwrap();
    let text = |part: &Json, name: &str| part.get(name).unwrap().as_str().unwrap().to_owned();
    body.get("requests").unwrap().as_array().unwrap().iter().map(|part| (text(part, "id"), text(part, "url"))).collect()
}

fn is_batch(asked: &liar::Asked) -> bool {
    asked.target.ends_with("/$batch")
}

fn number_of(path: &str) -> usize {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

fn part(id: &str, status: u16, headers: &str, body: &str) -> String {
    format!(r#"{{"id":"{id}","status":{status},"headers":{{{headers}}},"body":{body}}}"#)
}

fn answers(parts: Vec<String>) -> liar::Reply {
    json(200, &format!(r#"{{"responses":[{}]}}"#, parts.join(",")))
}

fn object(path: &str) -> String {
    format!(r#"{{"id":"{}"}}"#, number_of(path))
}

/// A server that answers each part by what `answer` makes of its path and of how often it was asked before.
async fn server(answer: impl Fn(&str, usize) -> Option<(u16, String, String)> + Send + Sync + 'static) -> Liar {
    let asked_before: Mutex<BTreeMap<String, usize>> = Mutex::default();
    Liar::graph(move |asked| {
        let answer = |path: &str| {
            let mut before = asked_before.lock().unwrap();
            let times = before.entry(path.to_owned()).or_default();
            *times += 1;
            answer(path, *times)
        };
        if !is_batch(asked) {
            let (status, headers, body) = answer(asked.target.strip_prefix("/v1.0").unwrap()).unwrap();
            return with(status, &headers, &body);
        }
        let mut all: Vec<String> = parts(asked)
            .into_iter()
            .filter_map(|(id, path)| answer(&path).map(|(status, headers, body)| part(&id, status, &headers, &body)))
            .collect();
        // Any order will do.
        all.reverse();
        answers(all)
    })
    .await
}

fn questions(count: usize) -> Vec<Question> {
    let path = |n: usize| format!("/groups/{n}");
    (1..=count).map(|n| Question::new("/groups/{id}", path(n), ApiVersion::V1)).collect()
}

async fn ids(session: &GraphSession, count: usize) -> Vec<Result<String, Failure>> {
    let id = |object: Json| object.get("id").unwrap().as_str().unwrap().to_owned();
    session.read_many(questions(count)).await.into_iter().map(|answer| answer.map(id)).collect()
}

fn right(count: usize) -> Vec<Result<String, Failure>> {
    (1..=count).map(|n| Ok(n.to_string())).collect()
}

#[tokio::test]
async fn many_questions_go_twenty_at_a_time_and_two_go_alone() {
    let liar = server(|path, _| Some((200, String::new(), object(path)))).await;
    let session = liar.session();
    assert_eq!(ids(&session, 45).await, right(45));
    assert_eq!(liar.asked().len(), 3);
    let reading = session.meter().snapshot();
    assert_eq!((reading.requests, reading.batches, reading.retries), (45, 3, 0));
    assert_eq!(ids(&session, 2).await, right(2));
    assert_eq!(liar.asked().iter().filter(|asked| is_batch(asked)).count(), 3);
}

#[tokio::test]
async fn each_part_is_asked_as_often_as_any_other_request_whoever_shares_its_batch() {
    let times: Mutex<usize> = Mutex::default();
    let liar = Liar::graph(move |asked| {
        let parts = parts(asked);
        let mut times = times.lock().unwrap();
        let unlucky = parts.iter().any(|(_, path)| number_of(path) == 1);
        *times += usize::from(unlucky);
        if unlucky && *times == 5 {
            return with(503, "", "{}");
        }
        let answer = |(id, path): &(String, String)| match number_of(path) {
            1 => part(id, 429, "", r#"{"error":{"code":"TooManyRequests"}}"#),
            _ => part(id, 200, "", &object(path)),
        };
        answers(parts.iter().map(answer).collect())
    })
    .await;
    // One batch at a time: the unlucky part goes with new ones each time.
    let session = liar.session_with(Limits { concurrency: 1, ..quick() });
    let read = ids(&session, 120).await;
    assert_eq!(read[0].as_ref().unwrap_err().code(), Code::GraphUnavailable);
    assert_eq!(read[1..], right(120)[1..]);
    assert_eq!(session.meter().snapshot().throttled, 4);
}

#[tokio::test]
async fn parts_that_fail_for_a_while_are_asked_again_and_nothing_else_is() {
    for status in [429, 500, 502, 503, 504, 408] {
        let liar = server(move |path, times| {
            let fails = number_of(path).is_multiple_of(5) && times < 3;
            let answer = if fails {
                (status, String::new(), r#"{"error":{"code":"x"}}"#.to_owned())
            } else {
                (200, String::new(), object(path))
            };
            Some(answer)
        })
        .await;
        let session = liar.session();
        assert_eq!(ids(&session, 20).await, right(20), "{status}");
        assert_eq!(session.meter().snapshot().retries, 8, "{status}");
        assert_eq!(session.meter().snapshot().requests, 28, "{status}");
    }
}

#[tokio::test]
async fn parts_that_stay_broken_fail_by_themselves() {
    let liar = server(|path, _| {
        let answer = |status: u16, code: &str| (status, String::new(), format!(r#"{{"error":{{"code":"{code}"}}}}"#));
        Some(match number_of(path) {
            1 => answer(404, "Request_ResourceNotFound"),
            2 => answer(403, "Forbidden"),
            3 => answer(500, "InternalServerError"),
            4 => (200, String::new(), "null".to_owned()),
            5 => (200, String::new(), r#"{"error":{"code":"Forbidden","message":"x"}}"#.to_owned()),
            _ => (200, String::new(), object(path)),
        })
    })
    .await;
    let answers = ids(&liar.session(), 8).await;
    let codes: Vec<_> = answers.iter().map(|answer| answer.as_ref().err().map(Failure::code)).collect();
    assert_eq!(
        codes,
        [
            Some(Code::GraphNotFound),
            Some(Code::GraphForbidden),
            Some(Code::GraphUnavailable),
            Some(Code::GraphMalformedResponse),
            Some(Code::GraphForbidden),
            None,
            None,
            None,
        ]
    );
}

#[tokio::test]
async fn each_parts_own_wait_is_kept() {
    let liar = server(|path, times| {
        let busy = number_of(path) == 2 && times == 1;
        let answer = (429, r#""retry-after":"1""#.to_owned(), r#"{"error":{"code":"TooManyRequests"}}"#.to_owned());
        Some(if busy { answer } else { (200, String::new(), object(path)) })
    })
    .await;
    let session = liar.session();
    let started = std::time::Instant::now();
    assert_eq!(ids(&session, 5).await, right(5));
    assert!(started.elapsed() >= std::time::Duration::from_secs(1));
    assert_eq!(liar.asked().len(), 2);
}

#[tokio::test]
async fn a_part_without_an_answer_is_asked_alone() {
    let liar = server(|path, times| (number_of(path) != 3 || times > 1).then(|| (200, String::new(), object(path)))).await;
    assert_eq!(ids(&liar.session(), 6).await, right(6));
    assert_eq!(liar.asked().iter().filter(|asked| !is_batch(asked)).count(), 1);
}

#[tokio::test]
async fn answers_that_belong_to_nothing_are_no_answers() {
    let liar = Liar::graph(|asked| {
        if !is_batch(asked) {
            return json(200, &object(&asked.target));
        }
        let mut all: Vec<String> = parts(asked).iter().map(|(id, path)| part(id, 200, "", &object(path))).collect();
        all.push(part("99", 200, "", r#"{"id":"stolen"}"#));
        all.push(part("0", 200, "", r#"{"id":"second answer"}"#));
        all.push(r#"{"status":200}"#.to_owned());
        all.push("7".to_owned());
        answers(all)
    })
    .await;
    assert_eq!(ids(&liar.session(), 4).await, right(4));
}

#[tokio::test]
async fn a_batch_that_is_refused_as_a_whole_is_asked_one_by_one() {
    for (status, body) in [
        (400, r#"{"error":{"code":"BadRequest"}}"#),
        (404, "{}"),
        (403, "{}"),
        (200, "<html>"),
        (200, r#"{"value":[]}"#),
        (200, r#"{"responses":[]}"#),
    ] {
        let liar =
            Liar::graph(move |asked| if is_batch(asked) { json(status, body) } else { json(200, &object(&asked.target)) }).await;
        assert_eq!(ids(&liar.session(), 5).await, right(5), "{status} {body}");
        assert_eq!(liar.asked().len(), 6);
    }
    for status in [429, 500, 503] {
        let refuse = move |asked: &liar::Asked| asked.nth < 3 && is_batch(asked);
        let liar = Liar::graph(move |asked| match refuse(asked) {
            true => json(status, "{}"),
            false => answers(parts(asked).iter().map(|(id, path)| part(id, 200, "", &object(path))).collect()),
        })
        .await;
        assert_eq!(ids(&liar.session(), 5).await, right(5), "{status}");
        assert_eq!(liar.asked().len(), 3);
    }
}

#[tokio::test]
async fn a_token_that_expired_is_replaced_once() {
    let liar = Liar::graph(|asked| match (is_batch(asked), asked.head.contains("token-1")) {
        (true, true) => answers(parts(asked).iter().map(|(id, _)| part(id, 401, "", "{}")).collect()),
        (true, false) => answers(parts(asked).iter().map(|(id, path)| part(id, 200, "", &object(path))).collect()),
        (false, _) => json(500, "{}"),
    })
    .await;
    assert_eq!(ids(&liar.session(), 5).await, right(5));
    assert_eq!((liar.asked().len(), liar.tokens_asked()), (2, 2));
    let refusing = Liar::graph(|asked| answers(parts(asked).iter().map(|(id, _)| part(id, 401, "", "{}")).collect())).await;
    let answers = ids(&refusing.session(), 3).await;
    assert!(answers.iter().all(|answer| answer.as_ref().is_err_and(|failure| failure.code() == Code::GraphUnauthorized)));
    assert_eq!(refusing.asked().len(), 2);
}

#[tokio::test]
async fn texts_and_base64_are_read_and_counts_ask_for_eventual_consistency() {
    let liar = Liar::graph(|asked| {
        assert_eq!(asked.body.matches(r#""ConsistencyLevel":"eventual""#).count(), 4, "{}", asked.body);
        let bodies = ["7", r#""8""#, r#""OQ==""#, r#"{"error":{"code":"Forbidden"}}"#];
        answers(parts(asked).iter().zip(bodies).map(|((id, _), body)| part(id, 200, "", body)).collect())
    })
    .await;
    let count = |n: usize| Question::new("/groups/{id}/members/$count", format!("/groups/{n}/members/$count"), ApiVersion::V1);
    let counts = liar.session().read_many((1..=4).map(count).collect()).await;
    let shown: Vec<_> =
        counts.into_iter().map(|count| count.map(|count| count.to_text()).map_err(|failure| failure.code())).collect();
    assert_eq!(shown, [Ok("7".to_owned()), Ok("8".to_owned()), Ok("9".to_owned()), Err(Code::GraphForbidden)]);
}

#[tokio::test]
async fn pages_of_a_collection_in_a_batch_are_followed() {
    let kind: &'static ResourceType = find("administrative_template").unwrap();
    let liar = Liar::graph(|asked| {
        let host = asked.head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned();
        if !is_batch(asked) {
            return json(200, r#"{"value":[{"id":"v3"}]}"#);
        }
        let body = |path: &str| match path.contains("definitionValues") {
            true => format!(
                r#"{{"value":[{{"id":"v1"}},{{"id":"v2"}}],"@odata.nextLink":"http://{host}/beta/next?of={}"}}"#,
                path.len()
            ),
            false => r#"{"id":"x"}"#.to_owned(),
        };
        answers(parts(asked).iter().map(|(id, path)| part(id, 200, "", &body(path))).collect())
    })
    .await;
    let listed = (0..4).map(|n| (kind, Json::parse(format!(r#"{{"id":"{n}"}}"#).as_bytes()).unwrap())).collect();
    let objects = liar.session().hydrate_many(listed).await;
    for object in objects {
        let object = object.unwrap();
        assert_eq!(object.get("definitionValues").unwrap().as_array().unwrap().len(), 3, "{}", object.to_text());
    }
}

#[tokio::test]
async fn the_trace_holds_batches_and_failed_parts_and_no_ids() {
    let liar = server(|path, _| {
        let missing = number_of(path) == 4;
        let id = r#""request-id":"11111111-2222-3333-4444-555555555555""#.to_owned();
        Some(if missing { (404, id, r#"{"error":{"code":"x"}}"#.to_owned()) } else { (200, String::new(), object(path)) })
    })
    .await;
    let session = liar.session();
    let answers = session.read_many(questions(20)).await;
    let failure = answers[3].as_ref().unwrap_err();
    assert_eq!(failure.request_id().unwrap().to_string(), "11111111-2222-3333-4444-555555555555");
    assert!(!failure.message().contains("1111"), "equal failures are counted together");
    let trace = session.recorder().take(true);
    let shown: Vec<_> =
        trace.calls.iter().map(|call| (call.method.as_str(), call.path.as_str(), call.status, call.parts)).collect();
    assert_eq!(
        shown,
        [("POST", "/oauth2/v2.0/token", Some(200), 0), ("POST", "/$batch", Some(200), 20), ("GET", "/groups/{id}", Some(404), 0),]
    );
    let total = trace.totals.iter().find(|total| total.path == "/groups/{id}").unwrap();
    assert_eq!((total.calls, total.batched, total.failed), (20, 20, 1));
}
