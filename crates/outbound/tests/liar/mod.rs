//! A server on loopback that answers whatever a test tells it to, well-formed or not, and remembers what it was asked.
#![allow(dead_code, reason = "every test file uses a part of it")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use model::failure::{Code, Failure};
use model::ids::EntraTenantId;
use model::json::Json;
use model::resource_types::{Collection, collections, find};
use model::time::{Clock, FakeClock, Moment};
use outbound::graph::{Credentials, Graph, GraphSession, Page, Pager, Proof};
use outbound::{Endpoints, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) head: String,
    pub(crate) body: String,
    /// The number of the request among those of its kind (token or Graph), from 1.
    pub(crate) nth: usize,
}

/// What to answer: bytes, after which the connection is closed, or nothing at all with the connection left open.
pub(crate) enum Reply {
    Bytes(Vec<u8>),
    Silence,
}

type Answer = dyn Fn(&Asked) -> Reply + Send + Sync;

/// The server; it ends with the test.
pub(crate) struct Liar {
    pub(crate) base: Url,
    asked: Arc<Mutex<Vec<Asked>>>,
    in_flight: Arc<Mutex<(usize, usize)>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Liar {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Liar {
    /// Answers every request by `answer`.
    pub(crate) async fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let in_flight = Arc::new(Mutex::new((0, 0)));
        let answer: Arc<Answer> = Arc::new(answer);
        let (seen, flying) = (Arc::clone(&asked), Arc::clone(&in_flight));
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, Arc::clone(&answer), Arc::clone(&seen), Arc::clone(&flying)));
            }
        });
        Self { base, asked, in_flight, task }
    }

    /// Gives out tokens `token-1`, `token-2`, …; `answer` answers the rest.
    pub(crate) async fn graph(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(move |asked| if is_token(asked) { token(asked.nth, 3600) } else { answer(asked) }).await
    }

    /// Requests to Graph so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().iter().filter(|asked| !is_token(asked)).cloned().collect()
    }

    /// Requests to the token endpoint so far.
    pub(crate) fn tokens_asked(&self) -> usize {
        self.asked.lock().unwrap().iter().filter(|asked| is_token(asked)).count()
    }

    /// The largest number of Graph requests that were open at once.
    pub(crate) fn most_in_flight(&self) -> usize {
        self.in_flight.lock().unwrap().1
    }

    /// A session with the patience of a test.
    pub(crate) fn session(&self) -> GraphSession {
        self.session_with(quick())
    }

    pub(crate) fn session_with(&self, limits: Limits) -> GraphSession {
        graph(limits).connect(self.endpoints(), credentials("s3cret"))
    }

    pub(crate) fn endpoints(&self) -> Endpoints {
        Endpoints::loopback(&self.base).unwrap()
    }

    /// An address on this server.
    pub(crate) fn url(&self, path: &str) -> String {
        self.base.join(path).unwrap().to_string()
    }
}

async fn serve(mut stream: TcpStream, answer: Arc<Answer>, seen: Arc<Mutex<Vec<Asked>>>, flying: Arc<Mutex<(usize, usize)>>) {
    let Some(mut asked) = read(&mut stream).await else { return };
    let counted = !is_token(&asked);
    {
        let mut seen = seen.lock().unwrap();
        asked.nth = seen.iter().filter(|other| is_token(other) == is_token(&asked)).count() + 1;
        seen.push(asked.clone());
    }
    if counted {
        let mut flying = flying.lock().unwrap();
        flying.0 += 1;
        flying.1 = flying.1.max(flying.0);
    }
    // Lets whatever else is to be sent arrive before this is answered.
    for _ in 0..300 {
        tokio::task::yield_now().await;
    }
    if counted {
        flying.lock().unwrap().0 -= 1;
    }
    match answer(&asked) {
        Reply::Bytes(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Reply::Silence => {
            let mut rest = [0; 64];
            while stream.read(&mut rest).await.is_ok_and(|count| count > 0) {}
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            let mut first = head.lines().next()?.split(' ');
            let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
            return Some(Asked { method, target, head: head.to_owned(), body: body.to_owned(), nth: 0 });
        }
    }
}

pub(crate) fn is_token(asked: &Asked) -> bool {
    asked.target.ends_with("/oauth2/v2.0/token")
}

/// An answer with a JSON body.
pub(crate) fn json(status: u16, body: &str) -> Reply {
    with(status, "Content-Type: application/json\r\n", body)
}

/// An answer with further header lines, each ended by CRLF.
pub(crate) fn with(status: u16, headers: &str, body: &str) -> Reply {
    Reply::Bytes(
        format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()).into_bytes(),
    )
}

/// A page of objects that have only an id.
pub(crate) fn page(ids: &[&str], next: Option<&str>) -> Reply {
    let objects: Vec<String> = ids.iter().map(|id| format!(r#"{{"id":"{id}"}}"#)).collect();
    let next = next.map(|next| format!(r#","@odata.nextLink":"{next}""#)).unwrap_or_default();
    json(200, &format!(r#"{{"value":[{}]{next}}}"#, objects.join(",")))
}

/// A token answer.
pub(crate) fn token(number: usize, life: u64) -> Reply {
    json(200, &format!(r#"{{"token_type":"Bearer","expires_in":{life},"access_token":"token-{number}"}}"#))
}

/// Limits that keep a test short.
pub(crate) fn quick() -> Limits {
    Limits {
        base_delay: Duration::from_millis(1),
        throttle_delay: Duration::from_millis(1),
        max_delay: Duration::from_millis(5),
        ..Limits::default()
    }
}

pub(crate) fn clock() -> Arc<FakeClock> {
    Arc::new(FakeClock::at(Moment::parse("2026-11-21T10:00:00Z").unwrap()))
}

pub(crate) fn graph(limits: Limits) -> Graph {
    let clock: Arc<dyn Clock> = clock();
    Graph::new(limits, clock).unwrap()
}

pub(crate) fn credentials(secret: &str) -> Credentials {
    Credentials {
        entra_tenant_id: EntraTenantId::from_uuid(uuid::Uuid::from_u128(0x7e_4a47)),
        client_id: "app-1".to_owned(),
        proof: Proof::Secret(secret.to_owned().into()),
    }
}

/// The collection of a type of the catalogue.
pub(crate) fn collection(key: &str) -> Collection {
    collections([find(key).unwrap()]).remove(0)
}

/// Scope tags: a collection of one type.
pub(crate) fn scope_tags() -> Collection {
    collection("scope_tag")
}

/// Every page of a list.
pub(crate) async fn all(mut pager: Pager) -> Result<Vec<Page>, Failure> {
    let mut pages = Vec::new();
    while let Some(page) = pager.next().await? {
        pages.push(page);
    }
    Ok(pages)
}

/// The ids of all objects, in the order in which they came.
pub(crate) fn ids(pages: &[Page]) -> Vec<String> {
    let objects = pages.iter().flat_map(|page| &page.objects);
    objects.filter_map(|object| object.get("id").and_then(Json::as_str)).map(str::to_owned).collect()
}

/// The code with which reading the whole list fails.
pub(crate) async fn code_of(session: &GraphSession, collection: &Collection) -> Option<Code> {
    all(session.list(collection)).await.err().map(|failure| failure.code())
}
