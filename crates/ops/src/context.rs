//! All that a running operation may touch.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use model::connection::Cloud;
use model::failure::{Code, Failure, FailureLine, add_line};
use model::run::{CountKey, Counts, ItemStatus, NewEvent, NewItem, Run};
use outbound::Endpoints;
use outbound::graph::{Credentials, Graph, GraphSession};
use store::Store;
use store::access::RunScope;
use store::runs::Progress;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::halt::{Halt, Stop};

/// Figures are written at most this often.
const REPORT_EVERY: Duration = Duration::from_secs(1);
/// A run keeps at most this many different failures.
const MAX_FAILURES: usize = 100;

/// Where each cloud is.
#[derive(Debug, Clone, Default)]
pub struct Clouds {
    /// The endpoints of [`Cloud::Custom`]: a simulator, or a private gateway.
    pub custom: Option<Endpoints>,
}

impl Clouds {
    fn endpoints(&self, cloud: Cloud) -> Result<Endpoints, Failure> {
        let found = if cloud == Cloud::Custom { self.custom.clone() } else { Endpoints::of(cloud) };
        found.ok_or(Failure::new(Code::RunContextMissing))
    }
}

/// The context of one attempt.
pub(crate) struct Context {
    pub(crate) store: Store,
    pub(crate) scope: RunScope,
    pub(crate) run: Run,
    /// Where an earlier attempt got to.
    #[cfg_attr(not(feature = "testing"), expect(dead_code, reason = "the types of today record items; probes use the cursor"))]
    pub(crate) cursor: Option<String>,
    pub(crate) counts: Counts,
    pub(crate) failures: Vec<FailureLine>,
    graph: Graph,
    clouds: Clouds,
    stop: watch::Receiver<Option<Stop>>,
    phase: Option<String>,
    events: Vec<NewEvent>,
    reported: Option<Instant>,
}

/// What a context is made of.
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) scope: RunScope,
    pub(crate) run: Run,
    pub(crate) cursor: Option<String>,
    pub(crate) graph: Graph,
    pub(crate) clouds: Clouds,
    pub(crate) stop: watch::Receiver<Option<Stop>>,
}

impl Context {
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            store: parts.store,
            scope: parts.scope,
            cursor: parts.cursor,
            // A later attempt goes on with the figures of the earlier ones.
            counts: parts.run.counts.clone(),
            failures: parts.run.failures.clone(),
            run: parts.run,
            graph: parts.graph,
            clouds: parts.clouds,
            stop: parts.stop,
            phase: None,
            events: Vec::new(),
            reported: None,
        }
    }

    /// A session with Graph by the tenant's connection. Calls nothing yet.
    pub(crate) async fn connect(&self) -> Result<GraphSession, Failure> {
        let (connection, secret) = self.store.connections().for_run(&self.scope).await?;
        let endpoints = self.clouds.endpoints(connection.cloud)?;
        let (entra_tenant_id, client_id) = (connection.entra_tenant_id, connection.client_id);
        Ok(self.graph.connect(endpoints, Credentials { entra_tenant_id, client_id, secret }))
    }

    /// Whether to stop here.
    pub(crate) fn checkpoint(&self) -> Result<(), Stop> {
        (*self.stop.borrow()).map_or(Ok(()), Err)
    }

    /// Waits for something that may be dropped half-way (reading from Graph), unless asked to stop meanwhile.
    pub(crate) async fn or_stop<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Stop> {
        let stopped = async {
            match self.stop.wait_for(Option::is_some).await {
                Ok(stop) => (*stop).unwrap_or(Stop::Shutdown),
                // The worker is gone: so is the wish to go on.
                Err(_) => Stop::Shutdown,
            }
        };
        tokio::select! {
            biased;
            stop = stopped => Err(stop),
            done = work => Ok(done),
        }
    }

    /// Says what is being done right now; shown on the run's page and in its timeline.
    pub(crate) fn phase(&mut self, words: String) {
        self.events.push(NewEvent::info("phase", words.clone()));
        self.phase = Some(words);
    }

    /// As [`Context::phase`], without a line in the timeline.
    pub(crate) fn now_doing(&mut self, words: String) {
        self.phase = Some(words);
    }

    /// Adds to the timeline.
    pub(crate) fn event(&mut self, event: NewEvent) {
        self.events.push(event);
    }

    /// Adds to the failures; equal ones are counted.
    pub(crate) fn failure(&mut self, failure: &Failure, item: &str) {
        add_line(&mut self.failures, FailureLine::of(failure, Some(item)), MAX_FAILURES);
    }

    /// Adds failures that were counted elsewhere.
    pub(crate) fn failure_line(&mut self, line: FailureLine) {
        add_line(&mut self.failures, line, MAX_FAILURES);
    }

    /// What earlier attempts recorded, by key: not to be done again.
    pub(crate) async fn recorded(&self) -> Result<BTreeMap<String, ItemStatus>, Halt> {
        Ok(self.store.queue().recorded(&self.scope).await?)
    }

    /// Records items as done, with the figures that include them. Whatever came of them, they are not done again.
    pub(crate) async fn record(&mut self, items: Vec<NewItem>) -> Result<(), Halt> {
        for item in &items {
            self.counts.add(CountKey::Processed, 1);
            let key = match item.status {
                ItemStatus::Succeeded => CountKey::Succeeded,
                ItemStatus::Skipped => CountKey::Skipped,
                ItemStatus::Failed | ItemStatus::Unknown => CountKey::Failed,
            };
            self.counts.add(key, 1);
        }
        self.reported = Some(Instant::now());
        let progress = self.progress(None);
        Ok(self.store.queue().record(&self.scope, &items, progress).await?)
    }

    fn progress(&mut self, cursor: Option<String>) -> Progress {
        Progress {
            counts: self.counts.clone(),
            failures: self.failures.clone(),
            phase: self.phase.clone(),
            cursor,
            events: std::mem::take(&mut self.events),
        }
    }

    /// Writes progress if a second has passed since the last time.
    pub(crate) async fn report(&mut self) -> Result<(), Halt> {
        if self.reported.is_some_and(|last| last.elapsed() < REPORT_EVERY) {
            return Ok(());
        }
        self.report_now(None).await
    }

    /// Writes progress, and where a later attempt may go on.
    pub(crate) async fn report_now(&mut self, cursor: Option<String>) -> Result<(), Halt> {
        let progress = self.progress(cursor);
        self.reported = Some(Instant::now());
        let run = self.store.queue().report(&self.scope, progress).await?;
        // Who asked to stop is heard here, and not only at the next heartbeat.
        if run.cancel_requested_at.is_some() { Err(Stop::Cancel.into()) } else { Ok(()) }
    }
}
