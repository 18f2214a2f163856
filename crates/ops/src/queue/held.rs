//! The runs that this process holds, and the wires by which they are told to stop.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::ids::RunId;
use model::metric::WORKER_RUNS;
use store::runs::Beat;
use tokio::sync::watch;

use crate::halt::Stop;

type Wire = watch::Sender<Option<Stop>>;

/// Shared by the loops of a worker.
#[derive(Debug, Clone, Default)]
pub(super) struct Held(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    runs: BTreeMap<RunId, (i64, Wire)>,
    /// What is told to runs that are added from now on, too.
    stopping: Option<Stop>,
}

impl Held {
    fn with<T>(&self, what: impl FnOnce(&mut Inner) -> T) -> T {
        what(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn add(&self, run: RunId, token: i64) -> watch::Receiver<Option<Stop>> {
        self.with(|held| {
            let (wire, listen) = watch::channel(held.stopping);
            metrics::gauge!(WORKER_RUNS.name).increment(1);
            if let Some((_, before)) = held.runs.insert(run, (token, wire)) {
                // An earlier attempt of this process that was stopped past its lease: the run could not have been claimed otherwise.
                before.send_replace(Some(Stop::LeaseLost));
                metrics::gauge!(WORKER_RUNS.name).decrement(1);
            }
            listen
        })
    }

    /// The attempt under that token is over. What a later attempt of this process holds stays.
    pub(super) fn remove(&self, run: RunId, token: i64) {
        self.with(|held| {
            if held.runs.get(&run).is_some_and(|(of, _)| *of == token) {
                held.runs.remove(&run);
                metrics::gauge!(WORKER_RUNS.name).decrement(1);
            }
        });
    }

    pub(super) fn leases(&self) -> Vec<(RunId, i64)> {
        self.with(|held| held.runs.iter().map(|(run, (token, _))| (*run, *token)).collect())
    }

    pub(super) fn count(&self) -> usize {
        self.with(|held| held.runs.len())
    }

    /// Passes on what a heartbeat learned. A lost lease overrides every other wish.
    pub(super) fn hear(&self, beats: &[Beat]) {
        self.with(|held| {
            for beat in beats {
                let Some((_, wire)) = held.runs.get(&beat.run_id) else { continue };
                let stop = match beat {
                    Beat { held: false, .. } => Stop::LeaseLost,
                    Beat { overdue: true, .. } => Stop::Overdue,
                    Beat { cancel_requested: true, .. } => Stop::Cancel,
                    Beat { withdrawn: Some(code), .. } => Stop::Withdrawn(*code),
                    _ => continue,
                };
                wire.send_if_modified(|now| {
                    let change = now.is_none() || stop == Stop::LeaseLost;
                    if change {
                        *now = Some(stop);
                    }
                    change
                });
            }
        });
    }

    /// Tells all to stop, also those that are only about to begin.
    pub(super) fn stop_all(&self, stop: Stop) {
        self.with(|held| {
            held.stopping = Some(stop);
            for (_, wire) in held.runs.values() {
                wire.send_if_modified(|now| now.is_none().then(|| *now = Some(stop)).is_some());
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r2_an_attempt_that_ends_late_leaves_the_lease_of_its_successor() {
        let (held, run) = (Held::default(), RunId::generate());
        let first = held.add(run, 1);
        let second = held.add(run, 2);
        assert_eq!(*first.borrow(), Some(Stop::LeaseLost));
        held.remove(run, 1);
        assert_eq!(held.leases(), [(run, 2)]);
        assert_eq!(*second.borrow(), None);
        held.remove(run, 2);
        assert_eq!(held.count(), 0);
    }
}
