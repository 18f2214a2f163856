//! The loops of a worker: claim, heartbeat, rescue. All of them go on when the database is away for a while.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use outbound::graph::Graph;
use store::Store;
use store::runs::{Admission, Claim, WorkerId};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::attempt;
use super::endings::Endings;
use super::figures::{self, failed};
use super::held::Held;
use super::options::WorkerOptions;
use super::{alerts, indexer, linker, mover, scheduler, watcher};
use crate::context::Clouds;
use crate::halt::Stop;

/// How long a worker with a full queue waits for more of its slots to get free before it claims again.
const GATHER: Duration = Duration::from_millis(5);

/// What the loops share.
pub(super) struct Shared {
    pub(super) store: Store,
    pub(super) graph: Graph,
    pub(super) clouds: Clouds,
    pub(super) options: WorkerOptions,
    pub(super) held: Held,
    pub(super) freed: Notify,
    pub(super) endings: Endings,
    /// Whether it is among those who work, by its own account; one for alerts alone has nothing to wait for.
    pub(super) registered: AtomicBool,
    id: WorkerId,
    host: String,
}

impl Shared {
    pub(super) const fn id(&self) -> &WorkerId {
        &self.id
    }
}

/// A worker of this process.
#[derive(Clone)]
pub struct Worker(Arc<Shared>);

impl Worker {
    /// A worker; `host` names the machine for people.
    #[must_use]
    pub fn new(store: Store, graph: Graph, clouds: Clouds, options: WorkerOptions, host: &str) -> Self {
        let (held, freed, id) = (Held::default(), Notify::new(), WorkerId::new(host));
        let registered = AtomicBool::new(options.alerts_alone);
        Self(Arc::new(Shared {
            store,
            graph,
            clouds,
            options,
            held,
            freed,
            endings: Endings::default(),
            registered,
            id,
            host: host.to_owned(),
        }))
    }

    /// Its id, as shown on the runs that it holds.
    #[must_use]
    pub fn id(&self) -> &WorkerId {
        &self.0.id
    }

    /// Works until shutdown is asked for; then stops claiming, lets handlers reach a checkpoint and hands back what is left.
    pub async fn run(&self, shutdown: CancellationToken) {
        // One for alerts alone is not among those who work.
        if !self.0.options.alerts_alone {
            figures::slots(self.0.options.slots);
        }
        tracing::info!(worker = self.id().as_str(), slots = self.0.options.slots, "worker started");
        // Leases are renewed until the last handler has ended, not only until shutdown is asked for.
        let over = CancellationToken::new();
        let beats = tokio::spawn(heartbeats(Arc::clone(&self.0), over.clone()));
        let tells = tokio::spawn(alerts::tells(Arc::clone(&self.0), shutdown.clone()));
        let mut chores = JoinSet::new();
        if !self.0.options.alerts_alone {
            chores.spawn(sweeps(Arc::clone(&self.0), shutdown.clone()));
            chores.spawn(roll_ups(Arc::clone(&self.0), shutdown.clone()));
            chores.spawn(scheduler::fires(Arc::clone(&self.0), shutdown.clone()));
            chores.spawn(watcher::watches(Arc::clone(&self.0), shutdown.clone()));
            chores.spawn(indexer::indexes(self.0.store.clone(), shutdown.clone()));
            chores.spawn(linker::links(self.0.store.clone(), shutdown.clone()));
            if let Some(moving) = self.0.options.moving {
                chores.spawn(mover::moves(self.0.store.clone(), moving, shutdown.clone()));
            }
        } else {
            // Where no worker is left, nobody else takes back what a process held that died.
            chores.spawn(rescues(Arc::clone(&self.0), shutdown.clone()));
        }
        let store = self.0.store.clone();
        let hears = self.0.options.hints;
        let hints = tokio::spawn(async move {
            if hears {
                store.pass_hints().await;
            }
        });
        let mut attempts = JoinSet::new();
        self.claim_until(&shutdown, &mut attempts).await;
        self.0.held.stop_all(Stop::Shutdown);
        let drained = tokio::time::timeout(self.0.options.grace, async { while attempts.join_next().await.is_some() {} });
        if drained.await.is_err() {
            tracing::warn!(left = self.0.held.count(), "handlers did not reach a checkpoint in time; their leases will run out");
        }
        attempts.abort_all();
        over.cancel();
        let _ = tokio::join!(beats, tells);
        while chores.join_next().await.is_some() {}
        hints.abort();
        if !self.0.options.alerts_alone {
            if let Err(error) = self.0.store.queue().retire(self.id()).await {
                tracing::warn!(%error, "the end of the worker could not be recorded; it will be missed");
            }
            figures::no_more(self.0.options.slots);
        }
        tracing::info!(worker = self.id().as_str(), "worker stopped");
    }

    /// Runs what is in the queue now, and what that puts there, to its end. For tests: no loop, no waiting.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn run_queue_now(&self) -> Result<usize, store::StoreError> {
        let mut done = 0;
        loop {
            let claims = self.0.store.queue().claim(&self.0.id, self.0.options.types, 1, self.0.options.lease).await?;
            if claims.is_empty() {
                return Ok(done);
            }
            figures::claimed(&claims);
            for (claim, admission) in self.admit(claims).await? {
                let stop = self.0.held.add(claim.run.id, claim.token());
                attempt::run(&self.0, claim, admission, stop).await;
                done += 1;
            }
        }
    }

    async fn claim_until(&self, shutdown: &CancellationToken, attempts: &mut JoinSet<()>) {
        let mut queue = self.0.store.changes().queue();
        // Whether the queue gave as much as was asked for the last time: there is more, so nobody needs to look first.
        let mut plenty = false;
        let mut gather_until: Option<Instant> = None;
        while !shutdown.is_cancelled() {
            // Interest is registered before looking, so that nothing queued in between is missed.
            queue.mark_unchanged();
            let freed = self.0.freed.notified();
            while attempts.try_join_next().is_some() {}
            let slots = self.0.options.slots;
            let free = slots.saturating_sub(self.0.held.count());
            if plenty && free > 0 && free < slots.div_ceil(2) {
                // One claim for several runs costs little more than one for a single run: wait a moment for more room.
                let until = *gather_until.get_or_insert_with(|| Instant::now() + GATHER);
                if tokio::time::timeout_at(until, freed).await.is_ok() {
                    continue;
                }
            }
            gather_until = None;
            let freed = self.0.freed.notified();
            if free > 0 && (plenty || self.look().await) {
                let got = self.claim(attempts).await;
                plenty = got == Got::All;
                if got != Got::Nothing {
                    continue;
                }
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = freed => {}
                Ok(()) = queue.changed(), if free > 0 => {}
                () = tokio::time::sleep(jittered(self.0.options.poll, &self.0.id)) => {}
            }
        }
    }

    /// Whether there may be something to claim.
    async fn look(&self) -> bool {
        match self.0.store.queue().anything(self.0.options.types).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(%error, "the queue could not be read; trying again");
                failed("claim");
                false
            }
        }
    }

    /// Everything that was claimed together goes through the gate together.
    async fn admit(&self, claims: Vec<Claim>) -> Result<Vec<(Claim, Admission)>, store::StoreError> {
        let admissions = self.0.store.queue().admit_many(&claims).await?;
        Ok(claims.into_iter().zip(admissions).collect())
    }

    async fn claim(&self, attempts: &mut JoinSet<()>) -> Got {
        let asked = AtomicU32::new(0);
        let room = || {
            let free = self.0.options.slots.saturating_sub(self.0.held.count());
            let free = u32::try_from(free).unwrap_or(u32::MAX);
            asked.store(free, Ordering::Relaxed);
            free
        };
        match self.0.store.queue().claim_for(&self.0.id, self.0.options.types, &room, self.0.options.lease).await {
            Ok(claims) => {
                let count = claims.len();
                figures::claimed(&claims);
                match self.admit(claims).await {
                    Ok(admitted) => {
                        for (claim, admission) in admitted {
                            let shared = Arc::clone(&self.0);
                            let stop = shared.held.add(claim.run.id, claim.token());
                            attempts.spawn(async move { attempt::run(&shared, claim, admission, stop).await });
                        }
                    }
                    Err(error) => {
                        tracing::error!(%error, "the gate could not ask; the leases of what was claimed will run out");
                        failed("claim");
                    }
                }
                if count == 0 {
                    Got::Nothing
                } else if count == asked.load(Ordering::Relaxed) as usize {
                    Got::All
                } else {
                    Got::Some
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the queue could not be read; trying again");
                failed("claim");
                Got::Nothing
            }
        }
    }
}

/// What a claim brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Got {
    Nothing,
    /// Less than there was room for.
    Some,
    /// As much as there was room for: there may be more.
    All,
}

/// Different for each worker, so that they do not all look at the same moment.
pub(super) fn jittered(poll: Duration, id: &WorkerId) -> Duration {
    let spread = u32::from(id.as_str().bytes().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte)));
    poll + poll.mul_f64(f64::from(spread) / 1024.0)
}

/// A hint may be that somebody asked a run to stop: heard within this time, and no beat more often than this.
const LISTEN: Duration = Duration::from_millis(200);

async fn heartbeats(shared: Arc<Shared>, over: CancellationToken) {
    // One for alerts alone is not among those who work.
    let mut registered = shared.options.alerts_alone;
    let mut queue = shared.store.changes().queue();
    loop {
        // Also after the database was away, so that somebody who looks sees who works.
        if !registered {
            let slots = u32::try_from(shared.options.slots).unwrap_or(u32::MAX);
            registered = shared.store.queue().register(&shared.id, &shared.host, env!("CARGO_PKG_VERSION"), slots).await.is_ok();
            shared.registered.store(registered, Ordering::Relaxed);
        }
        let hint = async {
            tokio::time::sleep(LISTEN).await;
            let _ = queue.changed().await;
        };
        tokio::select! {
            () = over.cancelled() => return,
            () = tokio::time::sleep(shared.options.heartbeat) => {}
            () = hint, if shared.held.count() > 0 => {}
        }
        let leases = shared.held.leases();
        match shared.store.queue().heartbeat(&shared.id, &leases, shared.options.lease).await {
            Ok(beats) => shared.held.hear(&beats),
            Err(error) => {
                tracing::warn!(%error, "the heartbeat failed; trying again");
                failed("heartbeat");
            }
        }
    }
}

async fn roll_ups(shared: Arc<Shared>, shutdown: CancellationToken) {
    loop {
        let more = shared.store.queue().roll_up(&shared.id).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the roll-ups could not be written; trying again");
            failed("roll_up");
            false
        });
        if let Err(error) = shared.store.queue().schedules_of_workspaces().await {
            tracing::warn!(%error, "the schedules of workspaces could not be looked after; trying again");
            failed("schedules");
        }
        let wait = if more { Duration::ZERO } else { jittered(shared.options.roll_up, &shared.id) };
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Every so many sweeps, quotas that nobody uses are forgotten: each hour, by default.
const FORGETS: u32 = 720;

/// Sweeps of the types alone on which it works.
async fn rescues(shared: Arc<Shared>, shutdown: CancellationToken) {
    loop {
        match shared.store.queue().rescue_of(shared.options.types).await {
            Ok(rescued) if rescued != store::runs::Rescued::default() => {
                tracing::info!(?rescued, "rescued runs");
                figures::rescued(&rescued);
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "the sweep failed; trying again");
                failed("sweep");
            }
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(jittered(shared.options.sweep, &shared.id)) => {}
        }
    }
}

async fn sweeps(shared: Arc<Shared>, shutdown: CancellationToken) {
    let mut sweep = 0;
    loop {
        match shared.store.queue().rescue().await {
            Ok(rescued) if rescued != store::runs::Rescued::default() => {
                tracing::info!(?rescued, "rescued runs");
                figures::rescued(&rescued);
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "the sweep failed; trying again");
                failed("sweep");
            }
        }
        match shared.store.connections().tell_expiring().await {
            Ok(0) => {}
            Ok(told) => tracing::info!(told, "people were told of credentials that expire"),
            Err(error) => {
                tracing::warn!(%error, "what expires could not be looked at; trying again");
                failed("sweep");
            }
        }
        match shared.store.glass().expire().await {
            Ok(0) => {}
            Ok(ended) => tracing::info!(ended, "workspaces that operators had open are closed"),
            Err(error) => {
                tracing::warn!(%error, "what operators have open could not be looked at; trying again");
                failed("sweep");
            }
        }
        sweep = (sweep + 1) % FORGETS;
        if sweep == 1
            && let Err(error) = shared.store.forget_quotas().await
        {
            tracing::warn!(%error, "quotas that nobody uses could not be forgotten; trying again");
            failed("sweep");
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(jittered(shared.options.sweep, &shared.id)) => {}
        }
    }
}
