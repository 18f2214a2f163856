//! The way from the client to the simulator, and the clock of both.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use graph_sim::{Delivery, Request, Response, Sim};
use model::time::{Clock, Moment};
use outbound::{InProcess, LocalAnswer, LocalRequest};
use tokio::time::Instant;

/// How long an answer of Microsoft is assumed to take.
pub(super) const LATENCY: Duration = Duration::from_millis(200);

/// The time of a rehearsal, told as moments.
#[derive(Debug)]
pub(super) struct Virtual(Moment, Instant);

impl Virtual {
    /// A clock that begins at that moment now.
    pub(super) fn from(began: Moment) -> Arc<Self> {
        Arc::new(Self(began, Instant::now()))
    }
}

impl Clock for Virtual {
    fn now(&self) -> Moment {
        self.0.plus(self.1.elapsed())
    }
}

/// A simulator that answers in this process.
#[derive(Debug)]
pub(super) struct Served(pub(super) Sim);

impl InProcess for Served {
    fn answer(&self, request: LocalRequest) -> Pin<Box<dyn Future<Output = LocalAnswer> + Send + '_>> {
        Box::pin(async move {
            tokio::time::sleep(LATENCY).await;
            let query = request.url.query().map(|query| format!("?{query}")).unwrap_or_default();
            let mut ask = Request::new(request.method, &format!("{}{query}", request.url.path()));
            ask = ask.header("Host", request.url.host_str().unwrap_or_default());
            for (name, value) in &request.headers {
                ask = ask.header(name, value);
            }
            ask.body = request.body;
            let answer = self.0.call(&ask);
            match answer.delivery {
                Delivery::Whole => local(answer),
                // No fault is ever set up.
                _ => LocalAnswer::default(),
            }
        })
    }
}

fn local(answer: Response) -> LocalAnswer {
    let body = answer.body.into_bytes(u64::MAX).unwrap_or_default();
    LocalAnswer { status: answer.status, headers: answer.headers, body: body.into() }
}
