//! All that a running operation may touch.

use std::collections::BTreeMap;
use std::future::{Future, pending};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use model::connection::{Cloud, Connection};
use model::failure::{Code, Failure, FailureLine, add_line};
use model::run::{CountKey, Counts, ItemStatus, NewEvent, NewItem, Run, Trigger};
use outbound::Endpoints;
use outbound::alert::Courier;
use outbound::graph::{
    Credentials, Graph, GraphSession, Observer, Priority, Proof, Recorder, SigningCertificate, TokenFile, Waiting,
};
use store::access::RunScope;
use store::runs::Progress;
use store::{OpenCredential, Store, StoreError};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::halt::{Halt, Stop};

/// Figures are written at most this often.
const REPORT_EVERY: Duration = Duration::from_secs(1);
/// The trace of requests is written at most this often.
const TRACE_EVERY: Duration = Duration::from_secs(5);
/// A run keeps at most this many different failures.
const MAX_FAILURES: usize = 100;

/// Where each cloud is.
#[derive(Debug, Clone, Default)]
pub struct Clouds {
    /// The endpoints of [`Cloud::Custom`]: a simulator, or a private gateway.
    pub custom: Option<Endpoints>,
    /// The folder with the tokens of another issuer, one file each; without it no connection can use them.
    pub token_folder: Option<PathBuf>,
}

impl Clouds {
    fn endpoints(&self, cloud: Cloud) -> Result<Endpoints, Failure> {
        let found = if cloud == Cloud::Custom { self.custom.clone() } else { Endpoints::of(cloud) };
        found.ok_or(Failure::new(Code::RunContextMissing))
    }

    fn proof(&self, credential: OpenCredential, connection: &Connection) -> Result<Proof, Failure> {
        Ok(match credential {
            OpenCredential::Secret(secret) => Proof::Secret(secret),
            OpenCredential::Certificate(pair) => {
                let certificate = SigningCertificate::new(pair.certificate(), pair.expose_key(), connection.signature)?;
                Proof::Certificate(Arc::new(certificate))
            }
            OpenCredential::Federated(name) => {
                let folder = self.token_folder.as_ref().ok_or(Failure::new(Code::TokenFileUnreadable))?;
                Proof::Federated(TokenFile::within(folder, &name))
            }
        })
    }
}

/// The context of one attempt.
pub(crate) struct Context {
    pub(crate) store: Store,
    pub(crate) scope: RunScope,
    pub(crate) run: Run,
    /// Where an earlier attempt got to.
    pub(crate) cursor: Option<String>,
    pub(crate) counts: Counts,
    pub(crate) failures: Vec<FailureLine>,
    /// Whether nothing usable came of it although single steps worked: the run failed then, whatever its figures say.
    pub(crate) of_no_use: bool,
    /// The folder below which mirrors are, where this process has one.
    pub(crate) mirror_folder: Option<PathBuf>,
    /// How long to wait until Graph shows what was written.
    pub(crate) settle: Duration,
    /// What sends alerts.
    pub(crate) courier: Courier,
    /// Where browsers reach the product, for links in alerts.
    pub(crate) public_url: Option<String>,
    graph: Graph,
    clouds: Clouds,
    stop: watch::Receiver<Option<Stop>>,
    phase: Option<String>,
    /// What its requests wait for at present, in words.
    held: Option<String>,
    events: Vec<NewEvent>,
    reported: Option<Instant>,
    observer: Observer,
    traced: Option<Instant>,
}

/// What a context is made of.
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) scope: RunScope,
    pub(crate) run: Run,
    pub(crate) cursor: Option<String>,
    pub(crate) graph: Graph,
    pub(crate) clouds: Clouds,
    pub(crate) mirror_folder: Option<PathBuf>,
    pub(crate) settle: Duration,
    pub(crate) courier: Courier,
    pub(crate) public_url: Option<String>,
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
            of_no_use: false,
            run: parts.run,
            graph: parts.graph,
            clouds: parts.clouds,
            mirror_folder: parts.mirror_folder,
            settle: parts.settle,
            courier: parts.courier,
            public_url: parts.public_url,
            stop: parts.stop,
            phase: None,
            held: None,
            events: Vec::new(),
            reported: None,
            observer: Observer::default(),
            traced: None,
        }
    }

    /// A session with Graph by the tenant's connection. Calls nothing yet.
    pub(crate) async fn connect(&self) -> Result<GraphSession, Failure> {
        self.connection().await?.1
    }

    /// The tenant's connection, and the session by it; the second fails by itself where the credential is of no use. Calls nothing yet.
    pub(crate) async fn connection(&self) -> Result<(Connection, Result<GraphSession, Failure>), Failure> {
        let (connection, credential) = self.store.connections().for_run(&self.scope).await?;
        let session = self.session(credential, &connection);
        Ok((connection, session))
    }

    /// The root of the tenant's cloud, as links in bodies name it: `https://graph.microsoft.com`.
    pub(crate) fn graph_root(&self, cloud: Cloud) -> Result<String, Failure> {
        Ok(self.clouds.endpoints(cloud)?.graph().as_str().trim_end_matches('/').to_owned())
    }

    fn session(&self, credential: OpenCredential, connection: &Connection) -> Result<GraphSession, Failure> {
        let endpoints = self.clouds.endpoints(connection.cloud)?;
        let proof = self.clouds.proof(credential, connection)?;
        let (entra_tenant_id, client_id) = (connection.entra_tenant_id, connection.client_id.clone());
        let session = self.graph.connect(endpoints, Credentials { entra_tenant_id, client_id, proof });
        Ok(session.at(self.priority()).observed_by(self.observer.clone()))
    }

    /// Whether to stop here.
    pub(crate) fn checkpoint(&self) -> Result<(), Stop> {
        (*self.stop.borrow()).map_or(Ok(()), Err)
    }

    /// Waits for something that may be dropped half-way (reading from Graph), unless asked to stop meanwhile. While its requests
    /// wait for quota, the run says so.
    pub(crate) async fn or_stop<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Stop> {
        let (mut stop, mut waiting) = (self.stop.clone(), self.observer.waiting());
        let stopped = async {
            match stop.wait_for(Option::is_some).await {
                Ok(stop) => (*stop).unwrap_or(Stop::Shutdown),
                // The worker is gone: so is the wish to go on.
                Err(_) => Stop::Shutdown,
            }
        };
        tokio::pin!(stopped, work);
        // Whether what the run waits for is to be told, and the report that does so. The work goes on beside it.
        let (mut untold, mut telling) = (false, None);
        let ended = loop {
            let due = self.reported.map_or_else(Instant::now, |last| last + REPORT_EVERY);
            tokio::select! {
                biased;
                stop = &mut stopped => break Err(stop),
                done = &mut work => break Ok(done),
                told = under_way(&mut telling) => {
                    telling = None;
                    // What cannot be written now is written with the next report, or fails there.
                    if let Err(Halt::Stop(stop)) = self.told(told) {
                        break Err(stop);
                    }
                }
                Ok(()) = waiting.changed() => {
                    self.held = waiting.borrow_and_update().as_ref().map(Waiting::words);
                    // That the wait is over is told with the next report.
                    untold = self.held.is_some();
                }
                () = sleep_until(due), if untold && telling.is_none() => {
                    untold = false;
                    telling = Some(self.tell(None));
                }
            }
        };
        if let Some(telling) = telling {
            let _ = self.told(telling.await);
        }
        ended
    }

    /// How urgent the requests of this run are.
    fn priority(&self) -> Priority {
        let waited_for = ["provider_connection_check", "restore_execute", "restore_preview", "restore_rehearse"];
        match self.run.trigger {
            _ if waited_for.contains(&self.run.type_code.as_str()) => Priority::Urgent,
            Trigger::Schedule | Trigger::System | Trigger::FollowUp => Priority::Background,
            _ => Priority::Normal,
        }
    }

    /// Writes what was asked of Graph since the last time. `last`: nothing more will come.
    pub(crate) async fn trace(&mut self, last: bool) -> Result<(), Halt> {
        if !last && self.traced.is_some_and(|at| at.elapsed() < TRACE_EVERY) {
            return Ok(());
        }
        self.traced = Some(Instant::now());
        Ok(trace(&self.store, &self.scope, self.observer.recorder(), last).await?)
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
            phase: match (&self.phase, &self.held) {
                (Some(phase), Some(held)) => Some(format!("{} – {held}", phase.trim_end_matches('.'))),
                (None, Some(held)) => Some(held.clone()),
                (phase, None) => phase.clone(),
            },
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

    /// Writes progress and where a later attempt may go on, if a second has passed since the last time.
    pub(crate) async fn report_at(&mut self, cursor: Option<String>) -> Result<(), Halt> {
        if self.reported.is_some_and(|last| last.elapsed() < REPORT_EVERY) {
            return Ok(());
        }
        self.report_now(cursor).await
    }

    /// Writes progress, and where a later attempt may go on.
    pub(crate) async fn report_now(&mut self, cursor: Option<String>) -> Result<(), Halt> {
        let told = self.tell(cursor).await;
        self.told(told)
    }

    /// Writes progress, and the trace now and then; for [`Context::told`].
    fn tell(&mut self, cursor: Option<String>) -> BoxFuture<'static, Told> {
        let progress = self.progress(cursor);
        self.reported = Some(Instant::now());
        let traces = self.traced.is_none_or(|at| at.elapsed() >= TRACE_EVERY);
        if traces {
            self.traced = self.reported;
        }
        let (store, scope, recorder) = (self.store.clone(), self.scope.clone(), self.observer.recorder().clone());
        async move {
            let events = progress.events.clone();
            let run = match store.queue().report(&scope, progress).await {
                Ok(run) => run,
                Err(error) => return Told { events, result: Err(error.into()) },
            };
            let traced = if traces { trace(&store, &scope, &recorder, false).await } else { Ok(()) };
            Told { events: Vec::new(), result: traced.map(|()| run.cancel_requested_at.is_some()).map_err(Halt::from) }
        }
        .boxed()
    }

    /// A report was written, or was not: then its events are those of the next one.
    fn told(&mut self, told: Told) -> Result<(), Halt> {
        self.events.splice(..0, told.events);
        // Who asked to stop is heard here, and not only at the next heartbeat.
        if told.result? { Err(Stop::Cancel.into()) } else { Ok(()) }
    }
}

/// What comes of a report, if one is under way.
async fn under_way(telling: &mut Option<BoxFuture<'static, Told>>) -> Told {
    match telling {
        Some(telling) => telling.await,
        None => pending().await,
    }
}

/// What came of a report.
struct Told {
    /// The events that it was to write and did not.
    events: Vec<NewEvent>,
    /// Whether somebody asked to stop.
    result: Result<bool, Halt>,
}

/// Writes the calls that were not written before; those that cannot be are kept for the next time.
async fn trace(store: &Store, scope: &RunScope, recorder: &Recorder, last: bool) -> Result<(), StoreError> {
    let new = recorder.take(last);
    if new.calls.is_empty() && new.totals.is_empty() {
        return Ok(());
    }
    store.queue().trace(scope, &new).await.inspect_err(|_| recorder.put_back(new))
}
