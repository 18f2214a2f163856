//! The figures that stand in the database: read when somebody asks, and not more often than every few seconds however many ask.

use std::collections::BTreeMap;
use std::time::Duration;

use model::metric::{
    ALERTS_OVERDUE, DATABASE_ANSWERS, Label, OLDEST_SNAPSHOT, OLDEST_TRANSACTION, QUEUE_DEPTH, QUEUE_OLDEST, RUNS_RUNNING,
    SCHEDULES_DUE, SCHEDULES_OVERDUE, WORKERS_ALIVE, type_of,
};
use store::runs::Figures;
use store::{Backend, Store};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// Figures are this old at most.
const FRESH: Duration = Duration::from_secs(5);
/// Who scrapes gives up after ten seconds, as a rule, and would then get no counter either.
const PATIENCE: Duration = Duration::from_secs(5);

/// Remembers when the figures were read.
pub(super) struct Cache {
    store: Store,
    read_at: Mutex<Option<Instant>>,
}

impl Cache {
    pub(super) fn new(store: Store) -> Self {
        Self { store, read_at: Mutex::new(None) }
    }

    /// Brings the gauges up to date. Those who come while it is done wait for it, and do not do it again.
    pub(super) async fn refresh(&self) {
        let mut read_at = self.read_at.lock().await;
        if read_at.is_some_and(|at| at.elapsed() < FRESH) {
            return;
        }
        match timeout(PATIENCE, self.store.queue().figures()).await {
            Ok(Ok(figures)) => show(&figures),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the figures could not be read");
                hide(self.store.backend());
            }
            Err(_) => {
                tracing::warn!("the figures could not be read in time");
                hide(self.store.backend());
            }
        }
        // Also after a failure: a database in trouble is not asked more often for it.
        *read_at = Some(Instant::now());
    }
}

/// What is shown of a type.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct OfType {
    queued: f64,
    running: f64,
    oldest: f64,
}

/// By type, also those of which there is nothing; types that this version does not know are added up.
fn by_type(figures: &Figures) -> BTreeMap<&'static str, OfType> {
    let mut types: BTreeMap<_, _> = Label::Type.values().into_iter().map(|kind| (kind, OfType::default())).collect();
    for depth in &figures.queue {
        let shown = types.entry(type_of(depth.operation)).or_default();
        shown.queued += number(depth.queued);
        shown.running += number(depth.running);
        let oldest = depth.oldest.map_or(Duration::ZERO, |oldest| figures.at.since(oldest));
        shown.oldest = shown.oldest.max(oldest.as_secs_f64());
    }
    types
}

fn show(figures: &Figures) {
    for (kind, OfType { queued, running, oldest }) in by_type(figures) {
        metrics::gauge!(QUEUE_DEPTH.name, "type" => kind).set(queued);
        metrics::gauge!(RUNS_RUNNING.name, "type" => kind).set(running);
        metrics::gauge!(QUEUE_OLDEST.name, "type" => kind).set(oldest);
    }
    let seconds = |age: Option<Duration>| age.map_or(0.0, |age| age.as_secs_f64());
    metrics::gauge!(WORKERS_ALIVE.name).set(number(figures.workers));
    metrics::gauge!(SCHEDULES_DUE.name).set(number(figures.due));
    metrics::gauge!(SCHEDULES_OVERDUE.name).set(seconds(figures.overdue));
    metrics::gauge!(ALERTS_OVERDUE.name).set(seconds(figures.alerts_overdue));
    if let Some(transactions) = figures.transactions {
        metrics::gauge!(OLDEST_TRANSACTION.name).set(seconds(transactions.oldest));
        metrics::gauge!(OLDEST_SNAPSHOT.name).set(seconds(transactions.oldest_with_snapshot));
    }
    metrics::gauge!(DATABASE_ANSWERS.name).set(1.0);
}

/// Nothing is known: an old figure would be taken for a new one.
fn hide(backend: Backend) {
    let always =
        [&QUEUE_DEPTH, &RUNS_RUNNING, &QUEUE_OLDEST, &WORKERS_ALIVE, &SCHEDULES_DUE, &SCHEDULES_OVERDUE, &ALERTS_OVERDUE];
    let postgres = [&OLDEST_TRANSACTION, &OLDEST_SNAPSHOT];
    let of_server = postgres.into_iter().filter(|_| backend == Backend::Postgres);
    for metric in always.into_iter().chain(of_server) {
        for labels in metric.series() {
            metrics::gauge!(metric.name, &labels).set(f64::NAN);
        }
    }
    metrics::gauge!(DATABASE_ANSWERS.name).set(0.0);
}

#[allow(clippy::cast_precision_loss, reason = "metrics are floating point numbers; nobody counts nine quadrillion runs")]
const fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use model::metric::UNKNOWN;
    use model::operations::Operation;
    use model::run::QueueDepth;
    use model::time::Moment;

    use super::*;

    #[test]
    fn what_a_type_is_called_in_the_database_becomes_no_label_unless_it_is_known() {
        let at = Moment::parse("2026-11-21T10:00:00Z").unwrap();
        let depth = |code: &str, oldest: u64| QueueDepth {
            type_code: code.to_owned(),
            operation: Operation::from_code(code),
            queued: 2,
            running: 1,
            oldest: Some(at.minus(Duration::from_secs(oldest))),
        };
        let queue = vec![depth("inventory_sync", 90), depth("of_tomorrow", 5), depth("contoso.example", 7)];
        let types = by_type(&Figures { at, queue, workers: 0, due: 0, overdue: None, alerts_overdue: None, transactions: None });
        assert_eq!(types.len(), Operation::ALL.len() + 1);
        assert_eq!(types["inventory_sync"], OfType { queued: 2.0, running: 1.0, oldest: 90.0 });
        assert_eq!(types[UNKNOWN], OfType { queued: 4.0, running: 2.0, oldest: 7.0 });
        assert_eq!(types["operation_runs_retention"], OfType::default());
    }
}
