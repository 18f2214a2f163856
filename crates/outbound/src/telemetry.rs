//! Sending spans and metrics to a collector: OTLP over HTTP, as protobuf, by the same kind of client as everything else.
//!
//! What is sent is made elsewhere and holds no secret; here are only the address and the way. A collector that is away, slow or
//! refuses costs what would have been told, and nothing else: exports have a queue and threads of their own.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{MetricExporter, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::trace::SpanExporter as ExportsSpans;
use tokio::runtime::Handle;
use url::Url;

use crate::Limits;
use crate::http::{Lost, only_for};

/// How long one export may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of a collector's answer that are read: it says little.
const MAX_ANSWER: usize = 64 * 1024;

/// Why nothing can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoTelemetry {
    /// The address is none of `http` or `https`, or holds a user, a query or a fragment.
    #[error("the address of the collector must be http or https, without a user, a query and a fragment")]
    Address,
    /// The client cannot be made.
    #[error("the client for the collector cannot be made; are CA certificates installed?")]
    Client,
}

/// Where telemetry goes.
#[derive(Clone)]
pub struct Collector {
    base: Url,
    client: reqwest::Client,
    runtime: Handle,
    /// Whether the last export was refused or did not arrive: said once, when it begins and when it is over.
    away: Arc<AtomicBool>,
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address may tell more than a log should hold.
        f.debug_struct("Collector").finish_non_exhaustive()
    }
}

impl Collector {
    /// The collector at that address, for example `http://127.0.0.1:4318`: traces go to `/v1/traces` below it, metrics to
    /// `/v1/metrics`. To be called within the runtime that is to send.
    ///
    /// # Errors
    /// See [`NoTelemetry`].
    pub fn at(address: &str) -> Result<Self, NoTelemetry> {
        let mut base: Url = address.parse().map_err(|_| NoTelemetry::Address)?;
        let plain =
            base.username().is_empty() && base.password().is_none() && base.query().is_none() && base.fragment().is_none();
        if !matches!(base.scheme(), "http" | "https") || !base.has_host() || !plain {
            return Err(NoTelemetry::Address);
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let limits = Limits { request_timeout: PATIENCE, ..Limits::default() };
        let client = only_for(&base, &limits).map_err(|_: Lost| NoTelemetry::Client)?;
        Ok(Self { base, client, runtime: Handle::current(), away: Arc::default() })
    }

    /// What sends spans there.
    ///
    /// # Errors
    /// See [`NoTelemetry`].
    pub fn spans(&self) -> Result<impl ExportsSpans + use<>, NoTelemetry> {
        let built = SpanExporter::builder().with_http().with_http_client(self.clone()).with_endpoint(self.below("v1/traces"));
        built.with_timeout(PATIENCE).build().map_err(|_| NoTelemetry::Address)
    }

    /// What sends metrics there.
    ///
    /// # Errors
    /// See [`NoTelemetry`].
    pub fn metrics(&self) -> Result<impl PushMetricExporter + use<>, NoTelemetry> {
        let built = MetricExporter::builder().with_http().with_http_client(self.clone()).with_endpoint(self.below("v1/metrics"));
        built.with_timeout(PATIENCE).build().map_err(|_| NoTelemetry::Address)
    }

    fn below(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    async fn send(self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let answer = self.ask(request).await;
        let status = answer.as_ref().ok().map(|answer| answer.status().as_u16());
        let away = status.is_none_or(|status| status >= 300);
        if self.away.swap(away, Ordering::Relaxed) != away {
            match away {
                true => tracing::warn!(status, "the collector takes no telemetry; what it does not take is lost"),
                false => tracing::info!("the collector takes telemetry again"),
            }
        }
        answer
    }

    async fn ask(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let request: reqwest::Request = request.try_into()?;
        // An error of the client names the address; what is told of it must not.
        let mut answer = self.client.execute(request).await.map_err(reqwest::Error::without_url)?;
        let status = answer.status();
        let mut body = bytes::BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(reqwest::Error::without_url)? {
            if body.len() + chunk.len() > MAX_ANSWER {
                break;
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response::builder().status(status).body(body.freeze())?)
    }
}

impl HttpClient for Collector {
    /// The exporters call from threads of their own, which have no runtime: what is sent is sent on ours.
    fn send_bytes<'a, 'b>(
        &'a self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        let sent = self.runtime.spawn(self.clone().send(request));
        Box::pin(async move { sent.await? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_is_plain_or_refused() {
        let refused =
            ["ftp://x", "collector:4318", "http://user:canary@x", "http://x/?token=canary", "http://x/#y", "", "http://"];
        for address in refused {
            assert_eq!(Collector::at(address).err(), Some(NoTelemetry::Address), "{address}");
        }
        let below = |address: &str| Collector::at(address).unwrap().below("v1/traces");
        assert_eq!(below("http://127.0.0.1:4318"), "http://127.0.0.1:4318/v1/traces");
        assert_eq!(below("http://127.0.0.1:4318/otlp"), "http://127.0.0.1:4318/otlp/v1/traces");
    }
}
