//! How long the statements take that claim jobs, as the worker's own connections see it.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

/// Milliseconds of each claim that returned a job, and how many it returned.
#[derive(Clone, Default)]
pub(crate) struct Claims(Arc<Mutex<Vec<(f64, u64)>>>);

impl Claims {
    /// What was seen since the last call.
    pub(crate) fn take(&self) -> Vec<(f64, u64)> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Watches where `PEER_CLAIMS` is set; else statements are not even described.
pub(crate) fn watched() -> Option<Claims> {
    std::env::var_os("PEER_CLAIMS")?;
    let claims = Claims::default();
    let subscriber = tracing_subscriber::registry().with(claims.clone());
    tracing::subscriber::set_global_default(subscriber).ok()?;
    Some(claims)
}

impl<S: Subscriber> Layer<S> for Claims {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != "sqlx::query" {
            return;
        }
        let mut statement = Statement::default();
        event.record(&mut statement);
        if statement.claims && statement.rows > 0 {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push((statement.milliseconds, statement.rows));
        }
    }
}

#[derive(Default)]
struct Statement {
    claims: bool,
    rows: u64,
    milliseconds: f64,
}

impl Visit for Statement {
    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}

    fn record_str(&mut self, field: &Field, value: &str) {
        if ["summary", "db.statement"].contains(&field.name()) {
            self.claims |= value.contains("WITH locked AS (") || value.contains("FOR UPDATE SKIP LOCKED");
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if field.name() == "elapsed_secs" {
            self.milliseconds = value * 1000.0;
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "rows_returned" {
            self.rows = value;
        }
    }
}
