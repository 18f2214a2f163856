//! Cool-downs of a tenant: one throttled request holds back every other request of the same tenant and service.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use model::time::Moment;
use tokio::sync::watch;
use tokio::time::Instant;

use super::service::Service;

/// The longest time for which one answer can hold back other requests: a service that asks for a year is asked again.
const LONGEST: Duration = Duration::from_secs(3600);

/// The gate of one tenant.
#[derive(Debug)]
pub(crate) struct Gate {
    until: Mutex<HashMap<Service, Instant>>,
    told: watch::Sender<Option<Moment>>,
}

impl Gate {
    /// An open gate.
    pub(crate) fn new() -> Self {
        Self { until: Mutex::default(), told: watch::Sender::new(None) }
    }

    /// Closes the gate for a service, for at least `wait` from now; a longer cool-down that runs already stands.
    /// Whether it stays closed longer than it would have.
    pub(crate) fn close(&self, service: Service, wait: Duration, now: Moment) -> bool {
        let wait = wait.min(LONGEST);
        let until = Instant::now() + wait;
        let longer = {
            let mut all = self.until.lock().unwrap_or_else(PoisonError::into_inner);
            let longer = all.get(&service).is_none_or(|have| until > *have);
            if longer {
                all.insert(service, until);
            }
            longer
        };
        if longer {
            let moment = now.plus(wait);
            self.told.send_if_modified(|told| {
                let later = told.is_none_or(|have| have < moment);
                if later {
                    *told = Some(moment);
                }
                later
            });
        }
        longer
    }

    /// How long the service stays closed; `None` when it is open.
    pub(crate) fn closed_for(&self, service: Service) -> Option<Duration> {
        let all = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let left = all.get(&service)?.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    /// Whether no service is closed.
    pub(crate) fn is_open(&self) -> bool {
        let all = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        all.values().all(|until| *until <= Instant::now())
    }

    /// Tells until when requests are held back.
    pub(crate) fn watch(&self) -> watch::Receiver<Option<Moment>> {
        self.told.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_790_000_000_000_000;

    #[tokio::test(start_paused = true)]
    async fn one_service_is_closed_for_the_longer_of_two_waits() {
        let gate = Gate::new();
        let now = Moment::from_micros(NOON);
        let told = gate.watch();
        assert!(gate.close(Service::Configuration, Duration::from_secs(20), now));
        assert!(!gate.close(Service::Configuration, Duration::from_secs(5), now));
        assert_eq!(gate.closed_for(Service::Configuration), Some(Duration::from_secs(20)));
        assert_eq!(gate.closed_for(Service::Directory), None);
        assert_eq!(*told.borrow(), Some(now.plus(Duration::from_secs(20))));
        tokio::time::advance(Duration::from_secs(20)).await;
        assert_eq!(gate.closed_for(Service::Configuration), None);
        assert!(gate.is_open());
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_closes_the_gate_for_a_year() {
        let gate = Gate::new();
        gate.close(Service::Directory, Duration::MAX, Moment::from_micros(NOON));
        assert_eq!(gate.closed_for(Service::Directory), Some(LONGEST));
    }
}
