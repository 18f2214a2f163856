//! One quota as this process sees it: whose it is, what counts against it, and how much of it is the process's share.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::ids::EntraTenantId;
use model::quota::{Allowance, Claim};
use tokio::time::{Instant, sleep};

use super::budget::Budget;
use super::service::{Rate, Service};

/// How often a share that is in use is renewed, and a larger one asked for.
pub(crate) const EVERY: Duration = Duration::from_secs(1);
/// How often while there is none, or while more is held than may be used: units are on their way from one process to another.
const SOON: Duration = Duration::from_millis(250);
/// A share that nobody wanted for so long is given back.
const IDLE: Duration = Duration::from_secs(2);

/// Whose quota.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Scope {
    /// The Graph root.
    pub(crate) graph: Arc<str>,
    /// The application; `None`: all of them together.
    pub(crate) client_id: Option<Arc<str>>,
    /// The tenant; `None`: all of them together.
    pub(crate) tenant: Option<EntraTenantId>,
    /// The service; `None`: all of Graph.
    pub(crate) service: Option<Service>,
    /// Whether it is that of writes only.
    pub(crate) writes: bool,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenant = self.tenant.map(|tenant| tenant.to_string()).unwrap_or_default();
        let service = self.service.map_or("", Service::name);
        write!(f, "{}|{}|{tenant}|{service}", self.graph, self.client_id.as_deref().unwrap_or_default())?;
        if self.writes { write!(f, "|writes") } else { Ok(()) }
    }
}

/// What one request costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Requests that Graph itself counts: two for the first part of a batch, as the batch is one too.
    pub(crate) requests: u32,
    /// Its resource units, where those count.
    pub(crate) units: u32,
    pub(crate) write: bool,
}

/// What counts against a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counts {
    /// Requests as Graph itself counts them.
    Exchanges,
    /// Requests.
    Requests,
    /// Resource units.
    Units,
    /// Requests that change something.
    Writes,
}

/// One quota, shared by whoever uses it.
#[derive(Debug)]
pub(crate) struct Quota {
    pub(crate) scope: Scope,
    pub(crate) counts: Counts,
    budget: Mutex<Budget>,
    /// Who gives this process its share; `None`: all of it is its own.
    allowance: Option<Arc<dyn Allowance>>,
    keeping: Mutex<Keeping>,
}

/// Whether the share is being renewed, and when somebody last wanted to use it.
#[derive(Debug, Default)]
struct Keeping {
    runs: bool,
    wanted: Option<Instant>,
}

impl Quota {
    pub(crate) fn new(scope: Scope, counts: Counts, rate: Rate, allowance: Option<Arc<dyn Allowance>>) -> Self {
        let budget = if allowance.is_some() { Budget::shared_with_others(rate, Instant::now()) } else { Budget::new(rate) };
        Self { scope, counts, budget: Mutex::new(budget), allowance, keeping: Mutex::default() }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Budget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a request of that cost counts here.
    pub(crate) fn cost(&self, cost: Cost) -> u32 {
        match self.counts {
            Counts::Exchanges => cost.requests,
            Counts::Requests => 1,
            Counts::Units => cost.units,
            Counts::Writes => u32::from(cost.write),
        }
    }

    /// Whether other processes use it too.
    pub(crate) fn is_shared(&self) -> bool {
        self.allowance.is_some()
    }

    /// Somebody is about to use it, or waits to: the share is renewed from now on, until nobody wants it for a while.
    ///
    /// Renewing is a task of its own: whoever waits may be dropped at any moment, but what was granted must be heard.
    pub(crate) fn want(self: &Arc<Self>) {
        let Some(allowance) = &self.allowance else { return };
        let mut keeping = self.keeping();
        keeping.wanted = Some(Instant::now());
        if !std::mem::replace(&mut keeping.runs, true) {
            tokio::spawn(keep(Arc::clone(self), Arc::clone(allowance)));
        }
    }

    fn keeping(&self) -> MutexGuard<'_, Keeping> {
        self.keeping.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_idle(&self) -> bool {
        let wanted = self.keeping().wanted;
        wanted.is_none_or(|at| at.elapsed() >= IDLE) && !self.lock().is_awaiting()
    }

    /// Ends the renewing, unless somebody wanted the share meanwhile.
    fn ends(&self) -> bool {
        let mut keeping = self.keeping();
        keeping.runs = keeping.wanted.is_some_and(|at| at.elapsed() < IDLE);
        !keeping.runs
    }

    fn claim(&self) -> Claim {
        let mut budget = self.lock();
        let now = Instant::now();
        Claim {
            scope: self.scope.to_string(),
            published: budget.rate().units,
            window: budget.rate().window,
            used: budget.used(now).max(budget.limit(now)),
            passed: budget.passed(now),
            learned: budget.learned(now),
        }
    }
}

/// Renews the share of a quota for as long as somebody wants it, then gives it back.
async fn keep(quota: Arc<Quota>, allowance: Arc<dyn Allowance>) {
    loop {
        let (claim, asked) = (quota.claim(), Instant::now());
        let used = claim.used;
        let share = allowance.share(claim).await;
        if let Some(share) = share {
            quota.lock().granted(share, asked);
        }
        let moves = share.is_some_and(|share| share.units == 0 || share.units < used);
        sleep(if moves { SOON } else { EVERY }).await;
        if !quota.is_idle() {
            continue;
        }
        // Nothing is sent from it any more: what counts now is all that will.
        quota.lock().ended(Instant::now());
        allowance.give_back(quota.claim()).await;
        if quota.ends() {
            return;
        }
    }
}
