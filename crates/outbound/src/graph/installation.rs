//! Cool-downs among the processes of the installation: what one is told by a service of a tenant, all of them keep.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use model::quota::Allowance;
use model::time::Moment;
use tokio::time::Instant;

use super::gate::Gate;
use super::quota::{EVERY, Scope};
use super::service::Service;

/// Whom to tell and to ask; nobody, where the process is alone.
#[derive(Debug, Default)]
pub(crate) struct Installation {
    allowance: Option<Arc<dyn Allowance>>,
    /// When each service of a tenant was last asked for.
    asked: Mutex<HashMap<Scope, Instant>>,
}

impl Installation {
    pub(crate) fn new(allowance: Option<Arc<dyn Allowance>>) -> Self {
        Self { allowance, asked: Mutex::default() }
    }

    /// Hears, at most once a second, of a cool-down that another process was told, and closes the gate. Of many that ask at once,
    /// one goes.
    pub(crate) async fn hear(&self, scope: &Scope, service: Service, gate: &Gate, now: Moment) {
        let Some(allowance) = &self.allowance else { return };
        if !self.is_due(scope) {
            return;
        }
        if let Some(wait) = allowance.cooling(scope.to_string()).await.filter(|wait| !wait.is_zero()) {
            gate.close(service, wait, now);
        }
    }

    /// Goes on hearing for as long as somebody waits.
    pub(crate) async fn listen(&self, scope: &Scope, service: Service, gate: &Gate, now: Moment) -> std::convert::Infallible {
        if self.allowance.is_none() {
            std::future::pending::<()>().await;
        }
        let started = Instant::now();
        loop {
            tokio::time::sleep(EVERY).await;
            self.hear(scope, service, gate, now.plus(started.elapsed())).await;
        }
    }

    /// Tells the other processes of a cool-down.
    pub(crate) fn tell(&self, scope: &Scope, wait: Duration) {
        let Some(allowance) = self.allowance.clone() else { return };
        let scope = scope.to_string();
        // Nobody waits for it: this process keeps the cool-down by itself.
        tokio::spawn(async move { allowance.cool_down(scope, wait).await });
    }

    fn is_due(&self, scope: &Scope) -> bool {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if asked.get(scope).is_some_and(|last| now.saturating_duration_since(*last) < EVERY) {
            return false;
        }
        asked.retain(|_, last| now.saturating_duration_since(*last) < EVERY * 60);
        asked.insert(scope.clone(), now);
        true
    }
}
