//! Posting a message: one request, to addresses that were looked at, without following anything.

use std::sync::Arc;

use model::failure::{Code, Failure, SafeValue};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response, redirect};
use url::Url;

use super::guard::Guard;
use super::{CONNECT, MOST_OF_ANSWER, MOST_OF_MESSAGE, WHOLE};

/// The longest wait that the other side may ask for.
const LONGEST_WAIT: std::time::Duration = std::time::Duration::from_secs(900);

/// Posts messages.
#[derive(Clone)]
pub(super) struct Http {
    guard: Guard,
}

/// Answers with addresses that were looked at, whatever the name is.
struct Checked {
    guard: Guard,
    protected: bool,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, protected) = (self.guard.clone(), self.protected);
        Box::pin(async move {
            let found = guard.sockets(name.as_str(), 0, protected).await.map_err(Refused)?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Why there is no address, on its way through the client.
#[derive(Debug)]
struct Refused(Failure);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.code().code())
    }
}

impl std::error::Error for Refused {}

impl Http {
    pub(super) const fn new(guard: Guard) -> Self {
        Self { guard }
    }

    /// A client whose every connection goes to an address that was looked at when the connection was made.
    fn client(&self, protected: bool) -> Result<Client, Failure> {
        let resolver = Arc::new(Checked { guard: self.guard.clone(), protected });
        let builder = Client::builder()
            .user_agent(concat!("TenantAtlas/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .no_gzip()
            .no_brotli()
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
            .pool_max_idle_per_host(0)
            .https_only(protected)
            .dns_resolver(resolver);
        // Without TLS there is nothing for which certificates were needed.
        let builder = if protected { builder } else { builder.tls_certs_only([]) };
        builder.build().map_err(|error| {
            tracing::error!(cause = %error, "the client for alerts could not be made; are CA certificates installed?");
            Failure::new(Code::AlertUnreachable)
        })
    }

    pub(super) async fn post(&self, address: &str, headers: &[(&'static str, &str)], body: String) -> Result<(), Failure> {
        let url = Url::parse(address).map_err(|_| Failure::new(Code::AlertRefused))?;
        let protected = url.scheme() == "https";
        let plain = url.username().is_empty() && url.password().is_none() && (protected || url.scheme() == "http");
        if !plain || body.len() > MOST_OF_MESSAGE {
            return Err(Failure::new(Code::AlertRefused));
        }
        // An address that stands in the URL itself is never resolved, so it is looked at here.
        if let Some(url::Host::Ipv4(_) | url::Host::Ipv6(_)) = url.host() {
            self.guard.addresses(url.host_str().unwrap_or_default(), protected).await?;
        }
        let request = self.client(protected)?.post(url).header(CONTENT_TYPE, "application/json");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        judge(request.body(body).send().await.map_err(|error| lost(&error))?).await
    }
}

/// What an answer means. Of its body nothing is kept; a short one is read so that the other side is not cut off.
async fn judge(mut answer: Response) -> Result<(), Failure> {
    let status = answer.status().as_u16();
    let asked = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let mut read = 0;
    while read < MOST_OF_ANSWER {
        match answer.chunk().await {
            Ok(Some(chunk)) => read += chunk.len(),
            _ => break,
        }
    }
    let code = match status {
        200..=299 => return Ok(()),
        408 => Code::AlertTimeout,
        429 => Code::AlertThrottled,
        500..=599 => Code::AlertServerError,
        _ => Code::AlertRefused,
    };
    let failure = Failure::new(code).with("status", i64::from(status));
    Err(match asked.map(std::time::Duration::from_secs) {
        Some(wait) if code == Code::AlertThrottled => failure.with("retry_after", SafeValue::Duration(wait.min(LONGEST_WAIT))),
        _ => failure,
    })
}

/// Why there is no answer. The address is left out of what is logged: it may open the door.
fn lost(error: &reqwest::Error) -> Failure {
    let mut next = std::error::Error::source(error);
    let mut causes = Vec::new();
    while let Some(cause) = next {
        if let Some(Refused(failure)) = cause.downcast_ref() {
            return failure.clone();
        }
        if !cause.is::<reqwest::Error>() {
            causes.push(cause.to_string());
        }
        next = cause.source();
    }
    let code = if error.is_connect() || !error.is_timeout() { Code::AlertUnreachable } else { Code::AlertTimeout };
    tracing::info!(code = code.code(), ?causes, "an alert had no answer");
    Failure::new(code)
}
