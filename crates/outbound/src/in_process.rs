//! Answers from inside this process, in place of the network: a simulated tenant, without a port and on a clock of its own.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::http::Ask;

/// Something that answers requests.
pub trait InProcess: Send + Sync + fmt::Debug {
    /// The answer to one request.
    fn answer(&self, request: LocalRequest) -> Pin<Box<dyn Future<Output = LocalAnswer> + Send + '_>>;
}

/// A request. `Debug` shows no header: one of them is a token.
pub struct LocalRequest {
    /// The method in capitals.
    pub method: &'static str,
    /// Where to.
    pub url: Url,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty where there is none.
    pub body: Vec<u8>,
}

/// An answer.
#[derive(Debug, Clone, Default)]
pub struct LocalAnswer {
    /// The HTTP status; 0: the connection ended before an answer.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

impl LocalRequest {
    pub(crate) fn of(url: &Url, ask: Ask<'_>) -> Self {
        let shown = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let form = ("Content-Type", "application/x-www-form-urlencoded".to_owned());
        let (method, headers, body) = match ask {
            Ask::Get { bearer, eventual } => {
                let eventual = eventual.then(|| ("ConsistencyLevel", "eventual".to_owned()));
                ("GET", [("Authorization", shown(bearer))].into_iter().chain(eventual).collect(), String::new())
            }
            Ask::Json { bearer, body } => {
                ("POST", vec![("Authorization", shown(bearer)), ("Content-Type", "application/json".to_owned())], body)
            }
            Ask::Write { bearer, method, body, approval } => {
                let mut headers = vec![("Authorization", shown(bearer))];
                headers.extend(approval.map(|(name, value)| (name, value.to_owned())));
                headers.extend(body.is_some().then(|| ("Content-Type", "application/json".to_owned())));
                (method.as_str(), headers, body.unwrap_or_default())
            }
            Ask::Form { body } => ("POST", vec![form], body),
            Ask::Open => ("GET", Vec::new(), String::new()),
            Ask::FormAs { body, authorization } => ("POST", vec![form, ("Authorization", shown(&authorization))], body),
        };
        Self { method, url: url.clone(), headers, body: body.into_bytes() }
    }
}

impl LocalAnswer {
    pub(crate) fn headers(&self) -> HeaderMap {
        let header = |(name, value): &(String, String)| {
            Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?))
        };
        self.headers.iter().filter_map(header).collect()
    }
}

impl fmt::Debug for LocalRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalRequest").field("method", &self.method).finish_non_exhaustive()
    }
}
