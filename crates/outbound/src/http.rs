//! The one HTTP client: TLS, time-outs, user agent, limits. It knows nothing of Graph.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use model::resource_types::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Client, ClientBuilder, redirect};
use url::Url;

use crate::Limits;
use crate::endpoints::is_loopback;
use crate::graph::APPROVAL_CODE;
use crate::in_process::{InProcess, LocalRequest};

const FORM: &str = "application/x-www-form-urlencoded";
/// Bytes of an error's answer that are read; a code stands at its beginning or nowhere.
const MAX_ERROR_BODY: usize = 64 * 1024;

/// The clients of the process. Connections are kept alive and shared by everything that calls the same host.
pub(crate) struct Http {
    limits: Limits,
    /// For other machines: system certificates, system proxies, HTTP/2 where offered. Made at the first use, so that a
    /// machine without certificates can still show a demo.
    network: OnceLock<Client>,
    /// For this machine, over `http`: no proxy, no certificates.
    loopback: Client,
    /// Answers in place of everything else.
    local: Option<Arc<dyn InProcess>>,
}

/// What is sent.
pub(crate) enum Ask<'a> {
    /// GET with a bearer token, as the value of the header; `eventual` sends `ConsistencyLevel: eventual`.
    Get { bearer: &'a HeaderValue, eventual: bool },
    /// POST of a JSON text with a bearer token.
    Json { bearer: &'a HeaderValue, body: String },
    /// A change, with a bearer token, a JSON text where there is one, and a header about its approval.
    Write { bearer: &'a HeaderValue, method: Method, body: Option<String>, approval: Option<(&'static str, &'a str)> },
    /// POST of a form.
    Form { body: String },
    /// GET of something that everybody may read.
    Open,
    /// POST of a form by somebody who names themselves in the header.
    FormAs { body: String, authorization: HeaderValue },
}

/// What an answer says before its body.
#[derive(Debug, Default)]
pub(crate) struct Head {
    /// The HTTP status.
    pub(crate) status: u16,
    /// Header `Retry-After`, as sent.
    pub(crate) retry_after: Option<String>,
    /// Header `Date`, as sent.
    pub(crate) date: Option<String>,
    /// Header `request-id`, where it looks like one.
    pub(crate) request_id: Option<String>,
    /// Header `x-ms-resource-unit`: what the request cost.
    pub(crate) units: Option<u32>,
    /// Header `x-ms-throttle-limit-percentage`: how much of a limit is in use, 1 for all of it.
    pub(crate) used_part: Option<f64>,
    /// Header `x-ms-throttle-scope`: whose limit refused it.
    pub(crate) throttle_scope: Option<String>,
    /// Header `x-msft-approval-code`: the request for approval that a write made.
    pub(crate) approval_code: Option<String>,
}

/// An answer with its whole body.
pub(crate) struct Answer {
    pub(crate) head: Head,
    /// The body after decompression; of an error only the beginning.
    pub(crate) body: Bytes,
}

/// An answer whose body is still to come.
pub(crate) struct Open {
    pub(crate) head: Head,
    announced: u64,
    source: Source,
}

enum Source {
    Network(Box<reqwest::Response>),
    Local(Option<Bytes>),
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// No connection: name, address, TLS.
    Unreachable,
    /// Not in time.
    TimedOut,
    /// The connection ended before the answer did, or it was no HTTP.
    Broken,
    /// More than [`Limits::max_body`] bytes.
    TooLarge,
    /// The client could not be made: no certificates on this machine.
    NoClient,
}

impl Http {
    /// The clients for these limits.
    pub(crate) fn new(limits: Limits) -> Result<Self, Lost> {
        let loopback = for_loopback(&limits)?;
        Ok(Self { limits, network: OnceLock::new(), loopback, local: None })
    }

    /// The same, but everything is answered in this process.
    pub(crate) fn answered_by(self, local: Arc<dyn InProcess>) -> Self {
        Self { local: Some(local), ..self }
    }

    /// Sends one request, once, and reads its answer.
    pub(crate) async fn send(&self, url: &Url, ask: Ask<'_>) -> Result<Answer, Lost> {
        self.open(url, ask).await?.whole(self.limits.max_body).await
    }

    /// Sends one request, once; the body is still to be read.
    pub(crate) async fn open(&self, url: &Url, ask: Ask<'_>) -> Result<Open, Lost> {
        if let Some(local) = &self.local {
            let answer = local.answer(LocalRequest::of(url, ask));
            let answer = tokio::time::timeout(self.limits.request_timeout, answer).await.map_err(|_| Lost::TimedOut)?;
            if answer.status == 0 {
                return Err(Lost::Broken);
            }
            let headers = answer.headers();
            let announced = u64::try_from(answer.body.len()).unwrap_or(u64::MAX);
            let head = head(answer.status, &headers);
            return Ok(Open { head, announced, source: Source::Local(Some(answer.body)) });
        }
        let client = self.client(url)?;
        let request = match ask {
            Ask::Get { bearer, eventual } => {
                let request = client.get(url.clone()).header(AUTHORIZATION, bearer.clone());
                if eventual { request.header("ConsistencyLevel", "eventual") } else { request }
            }
            Ask::Json { bearer, body } => {
                let request = client.post(url.clone()).header(AUTHORIZATION, bearer.clone());
                request.header(CONTENT_TYPE, "application/json").body(body)
            }
            Ask::Write { bearer, method, body, approval } => {
                let request = client.request(wire(method), url.clone()).header(AUTHORIZATION, bearer.clone());
                let request = approval.into_iter().fold(request, |request, (name, value)| request.header(name, value));
                match body {
                    Some(body) => request.header(CONTENT_TYPE, "application/json").body(body),
                    None => request,
                }
            }
            Ask::Form { body } => client.post(url.clone()).header(CONTENT_TYPE, FORM).body(body),
            Ask::Open => client.get(url.clone()),
            Ask::FormAs { body, authorization } => {
                client.post(url.clone()).header(CONTENT_TYPE, FORM).header(AUTHORIZATION, authorization).body(body)
            }
        };
        let response = request.header(ACCEPT, "application/json").send().await.map_err(|error| lost(&error))?;
        let head = head(response.status().as_u16(), response.headers());
        let announced = response.content_length().unwrap_or(0);
        Ok(Open { head, announced, source: Source::Network(Box::new(response)) })
    }

    fn client(&self, url: &Url) -> Result<&Client, Lost> {
        if url.scheme() == "http" && is_loopback(url) {
            return Ok(&self.loopback);
        }
        if let Some(client) = self.network.get() {
            return Ok(client);
        }
        let client = builder(&self.limits).build().map_err(|error| no_client(&error))?;
        Ok(self.network.get_or_init(|| client))
    }
}

/// A client for one address.
pub(crate) fn only_for(url: &Url, limits: &Limits) -> Result<Client, Lost> {
    if url.scheme() == "http" && is_loopback(url) {
        return for_loopback(limits);
    }
    builder(limits).build().map_err(|error| no_client(&error))
}

fn for_loopback(limits: &Limits) -> Result<Client, Lost> {
    builder(limits).no_proxy().tls_certs_only([]).build().map_err(|error| no_client(&error))
}

/// A method as the client knows it.
fn wire(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Patch => reqwest::Method::PATCH,
        Method::Put => reqwest::Method::PUT,
        Method::Delete => reqwest::Method::DELETE,
    }
}

impl Ask<'_> {
    /// The HTTP method.
    pub(crate) const fn method(&self) -> &'static str {
        match self {
            Self::Get { .. } | Self::Open => "GET",
            Self::Json { .. } | Self::Form { .. } | Self::FormAs { .. } => "POST",
            Self::Write { method, .. } => method.as_str(),
        }
    }
}

impl Open {
    /// The head, when nothing more is wanted of the body.
    pub(crate) fn into_head(self) -> Head {
        self.head
    }

    /// Whether the status is one of success.
    pub(crate) fn succeeded(&self) -> bool {
        (200..=299).contains(&self.head.status)
    }

    /// The next piece of the body.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Lost> {
        match &mut self.source {
            Source::Local(body) => Ok(body.take().filter(|body| !body.is_empty())),
            Source::Network(response) => response.chunk().await.map_err(|error| lost(&error)),
        }
    }

    /// The rest of the body, which may have that many bytes.
    pub(crate) async fn whole(mut self, max: usize) -> Result<Answer, Lost> {
        let failed = !self.succeeded();
        let limit = if failed { MAX_ERROR_BODY } else { max };
        if !failed && usize::try_from(self.announced).unwrap_or(usize::MAX) > limit {
            return Err(Lost::TooLarge);
        }
        let mut body = BytesMut::new();
        loop {
            match self.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= limit => body.extend_from_slice(&chunk),
                Ok(Some(_)) if failed => break,
                Ok(Some(_)) => return Err(Lost::TooLarge),
                Ok(None) => break,
                // The status says enough when the explanation of an error is cut off.
                Err(_) if failed => break,
                Err(lost) => return Err(lost),
            }
        }
        Ok(Answer { head: self.head, body: body.freeze() })
    }
}

fn head(status: u16, headers: &HeaderMap) -> Head {
    let named = |name| text(headers, &HeaderName::from_static(name));
    Head {
        status,
        retry_after: text(headers, &RETRY_AFTER),
        date: text(headers, &DATE),
        request_id: named("request-id").filter(|id| is_plain_id(id)),
        units: named("x-ms-resource-unit").and_then(|units| units.parse().ok()).filter(|units| *units <= 1000),
        used_part: named("x-ms-throttle-limit-percentage").and_then(|part| part.parse().ok()),
        throttle_scope: named("x-ms-throttle-scope"),
        approval_code: named(APPROVAL_CODE).filter(|code| is_plain_id(code)),
    }
}

fn builder(limits: &Limits) -> ClientBuilder {
    Client::builder()
        .user_agent(concat!("TenantAtlas/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(limits.connect_timeout)
        .timeout(limits.request_timeout)
        .tcp_keepalive(Duration::from_secs(30))
        .http2_adaptive_window(true)
        .http2_keep_alive_interval(Duration::from_secs(30))
        .http2_keep_alive_timeout(Duration::from_secs(15))
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

pub(crate) fn is_plain_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Sorts a transport error and logs its cause, which a failure cannot carry. The causes are words of our own libraries and
/// the operating system; the address is left out, it may hold a page token.
fn lost(error: &reqwest::Error) -> Lost {
    // A connection that took too long to stand is none: nothing was sent by it.
    let kind = if error.is_connect() {
        Lost::Unreachable
    } else if error.is_timeout() {
        Lost::TimedOut
    } else {
        Lost::Broken
    };
    tracing::info!(?kind, cause = ?causes(error), "no answer");
    kind
}

fn no_client(error: &reqwest::Error) -> Lost {
    tracing::error!(cause = ?causes(error), "the HTTP client could not be made; are CA certificates installed?");
    Lost::NoClient
}

fn causes(error: &reqwest::Error) -> Vec<String> {
    let mut causes = Vec::new();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        if !cause.is::<reqwest::Error>() {
            causes.push(cause.to_string());
        }
        next = cause.source();
    }
    causes
}
