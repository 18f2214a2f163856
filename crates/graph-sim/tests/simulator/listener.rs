use std::net::SocketAddr;
use std::time::Duration;

use graph_sim::{Effect, Fault, Listening};
use model::json::Json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::world::{POLICIES, World};

pub(crate) async fn listening(world: &World) -> Listening {
    world.sim.listen("127.0.0.1:0".parse().unwrap()).await.unwrap()
}

#[allow(clippy::disallowed_methods, reason = "the listener's own client")]
async fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    TcpStream::connect(address).await
}

/// Sends a request and reads until the other side closes: head and body, and whether the body came whole.
pub(crate) async fn exchange(address: SocketAddr, method: &str, path: &str, token: &str, body: &str) -> (String, Vec<u8>) {
    let mut stream = connect(address).await.unwrap();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let split = answer.windows(4).position(|part| part == b"\r\n\r\n").map_or(answer.len(), |at| at + 4);
    let rest = answer.split_off(split);
    (String::from_utf8(answer).unwrap(), rest)
}

pub(crate) fn json(body: &[u8]) -> Json {
    Json::parse(body).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(body)))
}

#[tokio::test]
async fn the_listener_is_token_authority_and_graph_root_in_one() {
    let world = World::generated(300);
    let listening = listening(&world).await;
    let form = "client_id=app-1&client_secret=secret-1&grant_type=client_credentials&scope=http%3A%2F%2Fx%2F.default";
    let path = format!("/{}/oauth2/v2.0/token", world.tenant);
    let (head, body) = exchange(listening.address, "POST", &path, "", form).await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let token = json(&body).get("access_token").unwrap().as_str().unwrap().to_owned();
    let (head, body) = exchange(listening.address, "GET", POLICIES, &token, "").await;
    assert!(head.contains("request-id: ") && head.contains("content-type: application/json"), "{head}");
    let page = json(&body);
    assert!(page.get("@odata.nextLink").unwrap().as_str().unwrap().starts_with(&format!("{}/beta/", listening.base_url)));
}

#[tokio::test]
async fn only_loopback_is_listened_on() {
    let world = World::generated(60);
    assert!(world.sim.listen("0.0.0.0:0".parse().unwrap()).await.is_err());
}

#[tokio::test]
async fn a_dropped_listener_listens_no_more() {
    let world = World::generated(60);
    let listening = listening(&world).await;
    let address = listening.address;
    assert!(connect(address).await.is_ok());
    drop(listening);
    let gone = async {
        while connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.expect("still listening");
}

#[tokio::test]
async fn a_dropped_connection_ends_in_the_middle_of_the_body() {
    let world = World::generated(300);
    let listening = listening(&world).await;
    let token = world.token();
    world.sim.inject(Fault::new(Effect::DroppedConnection).on(POLICIES));
    let (head, body) = exchange(listening.address, "GET", POLICIES, &token, "").await;
    assert!(head.starts_with("HTTP/1.1 200") && head.contains("transfer-encoding: chunked"), "{head}");
    assert!(!body.is_empty() && !body.ends_with(b"0\r\n\r\n"), "the body came to its end");
}

#[tokio::test]
async fn a_hanging_answer_does_not_come_and_does_not_keep_the_listener() {
    let world = World::generated(60);
    let listening = listening(&world).await;
    let token = world.token();
    world.sim.inject(Fault::new(Effect::Hang).on(POLICIES));
    let address = listening.address;
    let waiting = exchange(address, "GET", POLICIES, &token, "");
    tokio::pin!(waiting);
    assert!(tokio::time::timeout(Duration::from_millis(150), &mut waiting).await.is_err(), "it answered");
    drop(listening);
    tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("the connection outlives the listener");
}

#[tokio::test]
async fn slow_and_oversized_bodies_are_streamed() {
    let world = World::generated(60);
    let listening = listening(&world).await;
    let token = world.token();
    world.sim.inject(Fault::new(Effect::OversizedBody { bytes: 3_000_000 }).on(POLICIES).times(1));
    let (_, body) = exchange(listening.address, "GET", POLICIES, &token, "").await;
    assert!(body.len() > 3_000_000);
    world.sim.inject(Fault::new(Effect::SlowBody { pause_ms: 1 }).on("/v1.0/groups?").times(1));
    let slow = "/v1.0/organization";
    world.sim.inject(Fault::new(Effect::SlowBody { pause_ms: 1 }).on(slow).times(1));
    let (_, body) = exchange(listening.address, "GET", slow, &token, "").await;
    assert!(String::from_utf8_lossy(&body).contains("Havn"), "in small parts: {}", String::from_utf8_lossy(&body));
}

#[tokio::test]
async fn latency_delays_graph_and_not_the_control_routes() {
    let world = World::generated(60);
    let listening = listening(&world).await;
    world.sim.set_latency(Duration::from_secs(3600));
    let (head, _) = exchange(listening.address, "GET", "/_sim/requests", "", "").await;
    assert!(head.starts_with("HTTP/1.1 200"));
    let slow = exchange(listening.address, "GET", POLICIES, "", "");
    assert!(tokio::time::timeout(Duration::from_millis(150), slow).await.is_err());
}

#[tokio::test]
async fn another_process_can_control_the_simulator() {
    let world = World::generated(60);
    let listening = listening(&world).await;
    let address = listening.address;
    let ask = async |method: &str, path: &str, body: &str| {
        let (head, body) = exchange(address, method, path, "", body).await;
        (head.split(' ').nth(1).unwrap().parse::<u16>().unwrap(), body)
    };
    let objects = format!("/_sim/tenants/{}/objects/settings_catalog_policy", world.tenant);
    let (status, made) = ask("POST", &objects, r#"{"name":"From outside"}"#).await;
    assert_eq!(status, 200);
    let id = json(&made).get("id").unwrap().as_str().unwrap().to_owned();
    assert_eq!(ask("PATCH", &format!("{objects}/{id}"), r#"{"name":"Changed"}"#).await.0, 200);
    let (_, read) = ask("GET", &format!("{objects}/{id}"), "").await;
    assert_eq!(json(&read).get("name"), Some(&Json::text("Changed")));
    assert_eq!(ask("DELETE", &format!("{objects}/{id}"), "").await.0, 200);
    assert_eq!(ask("DELETE", &format!("{objects}/{id}"), "").await.0, 404);

    let fault = r#"{"path":"/v1.0/groups","which":{"nth":1},"times":1,"effect":{"throttled":{"retry_after":"1"}}}"#;
    assert_eq!(ask("POST", "/_sim/faults", fault).await.0, 200);
    assert_eq!(ask("POST", "/_sim/faults", r#"{"path":"/v1.0/organization","effect":"html"}"#).await.0, 200);
    assert_eq!(ask("POST", "/_sim/faults", r#"{"effect":"nonsense"}"#).await.0, 400);
    assert_eq!(world.get("/v1.0/groups").status, 429);
    assert_eq!(ask("DELETE", "/_sim/faults", "").await.0, 200);
    assert_eq!(ask("POST", "/_sim/paging", r#"{"page_size":2}"#).await.0, 200);
    assert_eq!(world.sim.settings().page_size, 2);

    let before = world.sim.requests();
    let (_, counts) = ask("GET", "/_sim/requests", "").await;
    assert_eq!(json(&counts).get("requests").unwrap().as_i64(), Some(before as i64), "control is not counted");
    assert_eq!(ask("DELETE", "/_sim/requests", "").await.0, 200);
    assert_eq!(world.sim.requests(), 0);
    assert_eq!(ask("POST", &format!("/_sim/tenants/{}/tokens/expire", world.tenant), "").await.0, 200);
    assert_eq!(ask("GET", "/_sim/nonsense", "").await.0, 404);
}

#[tokio::test]
async fn a_lost_answer_is_no_byte_and_a_late_one_comes_late() {
    let world = World::with(graph_sim::TenantState::new(), graph_sim::Settings::default());
    let listening = listening(&world).await;
    let token = world.token();
    world.sim.inject(Fault::new(Effect::AnswerLost).method("POST").on(POLICIES));
    world.sim.inject(Fault::new(Effect::Late { ms: 120 }).method("GET").on(POLICIES));
    let body = r#"{"name":"x","platforms":"windows10","technologies":"mdm","settings":[]}"#;
    let (head, rest) = exchange(listening.address, "POST", POLICIES, &token, body).await;
    assert_eq!((head.as_str(), rest.as_slice()), ("", &[][..]));
    let started = std::time::Instant::now();
    let (head, rest) = exchange(listening.address, "GET", POLICIES, &token, "").await;
    assert!(head.starts_with("HTTP/1.1 200") && started.elapsed() >= Duration::from_millis(120), "{head}");
    assert_eq!(json(&rest).get("value").unwrap().as_array().unwrap().len(), 1, "the object is there");
}
