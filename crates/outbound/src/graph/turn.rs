//! A request's turn: the service is open, there are units for it, a token, and a place among the requests in flight.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use model::failure::Failure;
use model::run::WaitCause;
use model::time::Moment;
use tokio::sync::watch;
use tokio::time::Instant;

use super::planner::{Held, Lane, Taken};
use super::quota::{Cost, Scope};
use super::recorder::Recorder;
use super::service::{Access, Service};
use super::session::GraphSession;
use super::slots::Slot;
use super::token::Token;

/// Waits shorter than this are not shown.
const SHOWN_FROM: Duration = Duration::from_secs(1);

/// What a session waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Until when, to the second; `None`: until other processes of the installation have given up some of their quota.
    pub until: Option<Moment>,
    /// For what.
    pub cause: WaitCause,
    /// Units in use, the limit, and the time in which they count; `None` for a cool-down.
    pub quota: Option<(u32, u32, Duration)>,
}

impl Waiting {
    /// For people: "waiting for quota until 12:03:20 UTC, 1000 of 1000 requests in 20 s".
    #[must_use]
    pub fn words(&self) -> String {
        let Some(until) = self.until else {
            return "waiting for quota that other workers use".to_owned();
        };
        let moment = until.to_utc_words();
        let time = moment.split_once(' ').map_or(moment.as_str(), |(_, time)| time);
        match self.quota {
            Some((used, limit, window)) => {
                format!("waiting for quota until {time} UTC, {used} of {limit} requests in {} s", window.as_secs())
            }
            None => format!("Microsoft Graph asked us to wait until {time} UTC"),
        }
    }
}

/// Watches sessions: what they ask, and what they wait for. Clones watch the same.
#[derive(Debug, Clone, Default)]
pub struct Observer {
    pub(super) recorder: Recorder,
    pub(super) shown: Shown,
}

impl Observer {
    /// What was asked, call by call.
    #[must_use]
    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// What is waited for at present, whether quota or cool-down; `None` while nothing is.
    #[must_use]
    pub fn waiting(&self) -> watch::Receiver<Option<Waiting>> {
        self.shown.watch()
    }
}

/// Shows what a session waits for, while any of its requests does.
#[derive(Debug, Clone)]
pub(super) struct Shown(Arc<(watch::Sender<Option<Waiting>>, Mutex<usize>)>);

impl Default for Shown {
    fn default() -> Self {
        Self(Arc::new((watch::Sender::new(None), Mutex::new(0))))
    }
}

impl Shown {
    pub(super) fn watch(&self) -> watch::Receiver<Option<Waiting>> {
        self.0.0.subscribe()
    }

    /// A cool-down until then, shown until the result is dropped.
    pub(super) fn cool_down(&self, until: Moment) -> Showing {
        self.show(Waiting { until: Some(whole_second(until)), cause: WaitCause::CoolDown, quota: None })
    }

    fn show(&self, waiting: Waiting) -> Showing {
        self.count(|count| {
            *count += 1;
            Some(waiting)
        });
        Showing(self.clone())
    }

    /// Changes how many wait, and what is shown for them, as one step: who stops to wait takes away nothing that another shows.
    fn count(&self, change: impl FnOnce(&mut usize) -> Option<Waiting>) {
        let mut count = self.0.1.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = change(&mut count);
        if waiting.is_some() || *count == 0 {
            self.0.0.send_if_modified(|shown| {
                let changed = *shown != waiting;
                *shown = waiting;
                changed
            });
        }
    }
}

/// Rounded up, so that looking again a moment later tells the same.
fn whole_second(moment: Moment) -> Moment {
    const SECOND: i64 = 1_000_000;
    Moment::from_micros(moment.micros().saturating_add(SECOND - 1).div_euclid(SECOND) * SECOND)
}

/// Something that is shown.
#[derive(Debug)]
pub(super) struct Showing(Shown);

impl Drop for Showing {
    fn drop(&mut self) {
        self.0.count(|count| {
            *count -= 1;
            None
        });
    }
}

/// Why and for how long a request waited before it was sent.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Waited {
    causes: [Duration; 4],
}

const CAUSES: [WaitCause; 4] = [WaitCause::CoolDown, WaitCause::Quota, WaitCause::Retry, WaitCause::Turn];

impl Waited {
    pub(super) fn add(&mut self, cause: WaitCause, time: Duration) {
        for (have, sum) in CAUSES.iter().zip(&mut self.causes) {
            if *have == cause {
                *sum += time;
            }
        }
    }

    pub(super) fn total(&self) -> Duration {
        self.causes.iter().sum()
    }

    /// What it waited for longest.
    pub(super) fn cause(&self) -> WaitCause {
        let longest = self.causes.iter().zip(CAUSES).max_by_key(|(time, _)| **time);
        longest.filter(|(time, _)| **time >= Duration::from_millis(1)).map_or(WaitCause::None, |(_, cause)| cause)
    }
}

/// A turn. Dropped before its request was sent, it cost nothing.
pub(super) struct Turn<'a> {
    pub(super) token: Arc<Token>,
    pub(super) taken: Taken,
    _slot: Slot<'a>,
}

impl GraphSession {
    /// Waits for a turn for the first of some requests of those costs, and for as many more as there are units for.
    pub(super) async fn turn(
        &self,
        service: Service,
        access: Access,
        costs: &[Cost],
        waited: &mut Waited,
    ) -> Result<Turn<'_>, Failure> {
        let lane = self.lane(service, access);
        let (cools, gate) = (self.cool_down_of(service), &self.registration.gate);
        loop {
            self.shared.installation.hear(&cools, service, gate, self.shared.clock.now()).await;
            self.pass(service, waited).await?;
            let started = Instant::now();
            let taken = {
                let mut shown = None;
                let held = |held: Held| shown = self.shown_quota(held, started);
                tokio::select! {
                    taken = lane.take(self.priority, costs, held) => taken,
                    never = self.shared.installation.listen(&cools, service, gate, self.shared.clock.now()) => match never {},
                }
            };
            let time = started.elapsed();
            if time >= Duration::from_millis(1) {
                self.meter.waited_for_quota(time);
                waited.add(WaitCause::Quota, time);
            }
            let token = self.token().await?;
            let started = Instant::now();
            let slot = self.registration.slots.take(self.priority, costs.len().clamp(1, 2)).await;
            waited.add(WaitCause::Turn, started.elapsed());
            // It may have closed while this request waited for its turn.
            if gate.closed_for(service).is_none() {
                return Ok(Turn { token, taken, _slot: slot });
            }
        }
    }

    fn shown_quota(&self, held: Held, started: Instant) -> Option<Showing> {
        let now = Instant::now();
        let (until, time) = match held.until {
            Some(until) => {
                let left = until.saturating_duration_since(now);
                (Some(whole_second(self.shared.clock.now().plus(left))), left)
            }
            None if held.others => (None, now.saturating_duration_since(started)),
            None => return None,
        };
        let quota = Some((held.used, held.limit, held.window));
        (time >= SHOWN_FROM).then(|| self.observer.shown.show(Waiting { until, cause: WaitCause::Quota, quota }))
    }

    /// The answers to a turn's requests came: what each cost and whether it was refused, and what the service tells of its quota.
    pub(super) fn answered(&self, turn: Turn<'_>, answers: &[(Option<u32>, bool)], told: Option<f64>, scope: Option<&str>) {
        let lane = turn.taken.lane();
        turn.taken.answered(answers);
        if answers.iter().any(|(_, refused)| *refused) {
            lane.refused(scope);
        }
        if let Some(part) = told {
            lane.told(part);
        }
    }

    /// Where requests of this session to a service wait.
    pub(super) fn lane(&self, service: Service, access: Access) -> Arc<Lane> {
        let registration = &self.registration;
        let tenant = registration.credentials.entra_tenant_id;
        let root = (&registration.root, registration.endpoints.is_paced());
        self.shared.planner.lane(root, &registration.client, tenant, service, access)
    }

    /// Whose cool-downs hold back requests to a service: those of the tenant, whichever application was told.
    pub(super) fn cool_down_of(&self, service: Service) -> Scope {
        Scope {
            graph: Arc::clone(&self.registration.root),
            client_id: None,
            tenant: Some(self.registration.credentials.entra_tenant_id),
            service: Some(service),
            writes: false,
        }
    }
}
