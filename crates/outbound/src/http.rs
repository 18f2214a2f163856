//! The one HTTP client: TLS, time-outs, user agent, limits. It knows nothing of Graph.

use std::sync::OnceLock;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, ClientBuilder, redirect};
use url::Url;

use crate::Limits;
use crate::endpoints::is_loopback;

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
}

/// What is sent.
pub(crate) enum Ask<'a> {
    /// GET with a bearer token, as the value of the header.
    Get { bearer: &'a HeaderValue },
    /// POST of a form.
    Form { body: String },
    /// GET of something that everybody may read.
    Open,
    /// POST of a form by somebody who names themselves in the header.
    FormAs { body: String, authorization: HeaderValue },
}

/// An answer with its whole body.
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// Header `Retry-After`, as sent.
    pub(crate) retry_after: Option<String>,
    /// Header `Date`, as sent.
    pub(crate) date: Option<String>,
    /// Header `request-id`, where it looks like one.
    pub(crate) request_id: Option<String>,
    /// The body after decompression; of an error only the beginning.
    pub(crate) body: Bytes,
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
        let loopback = builder(&limits).no_proxy().tls_certs_only([]).build().map_err(|error| no_client(&error))?;
        Ok(Self { limits, network: OnceLock::new(), loopback })
    }

    /// Sends one request, once.
    pub(crate) async fn send(&self, url: &Url, ask: Ask<'_>) -> Result<Answer, Lost> {
        let client = self.client(url)?;
        let request = match ask {
            Ask::Get { bearer } => client.get(url.clone()).header(AUTHORIZATION, bearer.clone()),
            Ask::Form { body } => client.post(url.clone()).header(CONTENT_TYPE, FORM).body(body),
            Ask::Open => client.get(url.clone()),
            Ask::FormAs { body, authorization } => {
                client.post(url.clone()).header(CONTENT_TYPE, FORM).header(AUTHORIZATION, authorization).body(body)
            }
        };
        let response = request.header(ACCEPT, "application/json").send().await.map_err(|error| lost(&error))?;
        self.read(response).await
    }

    async fn read(&self, mut response: reqwest::Response) -> Result<Answer, Lost> {
        let status = response.status().as_u16();
        let failed = !response.status().is_success();
        let headers = response.headers();
        let mut answer = Answer {
            status,
            retry_after: text(headers, &RETRY_AFTER),
            date: text(headers, &DATE),
            request_id: text(headers, &reqwest::header::HeaderName::from_static("request-id")).filter(|id| is_plain_id(id)),
            body: Bytes::new(),
        };
        let limit = if failed { MAX_ERROR_BODY } else { self.limits.max_body };
        let announced = response.content_length().unwrap_or(0);
        if !failed && usize::try_from(announced).unwrap_or(usize::MAX) > limit {
            return Err(Lost::TooLarge);
        }
        let mut body = BytesMut::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= limit => body.extend_from_slice(&chunk),
                Ok(Some(_)) if failed => break,
                Ok(Some(_)) => return Err(Lost::TooLarge),
                Ok(None) => break,
                // The status says enough when the explanation of an error is cut off.
                Err(_) if failed => break,
                Err(error) => return Err(lost(&error)),
            }
        }
        answer.body = body.freeze();
        Ok(answer)
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

fn text(headers: &HeaderMap, name: &reqwest::header::HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn is_plain_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Sorts a transport error and logs its cause, which a failure cannot carry. The causes are words of our own libraries and
/// the operating system; the address is left out, it may hold a page token.
fn lost(error: &reqwest::Error) -> Lost {
    let kind = if error.is_timeout() {
        Lost::TimedOut
    } else if error.is_connect() {
        Lost::Unreachable
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
