//! Every metric.

use super::{Kind, Label, Metric};

const COUNTER: Kind = Kind::Counter;
const GAUGE: Kind = Kind::Gauge;
/// From a moment to a working day, in seconds.
const LONG: Kind = Kind::Histogram(&[0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 14_400.0, 43_200.0]);
/// From nothing to an hour, in seconds.
const SHORT: Kind = Kind::Histogram(&[0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 3600.0]);

macro_rules! metrics {
    ($($name:ident: $text:literal, $kind:expr, [$($label:expr),*], $help:literal;)+) => {
        $(
            #[doc = $help]
            pub const $name: Metric = Metric { name: concat!("tenantatlas_", $text), kind: $kind, labels: &[$($label),*], help: $help };
        )+

        /// All of them, in the order in which they are documented.
        pub const ALL: &[Metric] = &[$($name),+];
    };
}

metrics! {
    BUILD: "build_info", GAUGE, [Label::Fixed("version"), Label::Of("database", &["sqlite", "postgres"])],
        "Always 1; tells the version of the process and its database.";

    RUNS_CLAIMED: "runs_claimed_total", COUNTER, [Label::Type],
        "Runs that this process took from the queue.";
    RUN_WAIT: "run_wait_seconds", SHORT, [Label::Type],
        "From a run's creation to its first claim by this process.";
    RUNS_COMPLETED: "runs_completed_total", COUNTER, [Label::Type, Label::Outcome],
        "Runs that this process brought to their end, by work, cancel or rescue.";
    RUN_DURATION: "run_duration_seconds", LONG, [Label::Type, Label::Outcome],
        "From a run's first claim to its end; runs that never began are left out.";
    RUNS_PUT_OFF: "runs_put_off_total", COUNTER, [Label::Type, Label::Of("reason", &["throttled", "retry", "shutdown"])],
        "Attempts after which the run went back to the queue: Graph named a time, it failed and is tried again, or the process ended.";
    RUNS_RESCUED: "runs_rescued_total", COUNTER, [Label::Of("kind", &["requeued", "lost", "overdue", "stale", "restart", "error"])],
        "Runs that a sweep took back or ended: back to the queue, worker lost too often, past the execution deadline, never picked up, left by the process before on SQLite; error: could not be changed.";
    LEASES_LOST: "leases_lost_total", COUNTER, [Label::Type],
        "Attempts of this process that ended because somebody else held the run by then.";

    WORKER_SLOTS: "worker_slots", GAUGE, [],
        "Runs that this process can work on at the same time.";
    WORKER_RUNS: "worker_runs", GAUGE, [],
        "Runs that this process works on.";
    WORKER_FAILURES: "worker_failures_total", COUNTER, [Label::Of("part", &["claim", "heartbeat", "sweep", "schedules", "roll_up", "seal", "settings", "links", "watches", "alerts", "contents"])],
        "Rounds of a worker's loops that the database refused; each is tried again.";

    SCHEDULE_FIRES: "schedule_fires_total", COUNTER, [Label::Type],
        "Runs that this process started because a schedule was due.";
    SCHEDULE_OMISSIONS: "schedule_omissions_total", COUNTER, [Label::Of("reason", &["missed", "previous_active"])],
        "Fires that were left out: missed, or the run before was not over.";
    SCHEDULE_LATENESS: "schedule_lateness_seconds", SHORT, [Label::Type],
        "From the time for which a run was planned to its start; fires that are caught up after a standstill are as late as that took.";

    GRAPH_REQUESTS: "graph_requests_total", COUNTER, [],
        "Requests that this process sent to Graph, each attempt and each part of a batch counted.";
    GRAPH_BATCHES: "graph_batches_total", COUNTER, [],
        "Batches that this process sent to Graph.";
    GRAPH_BATCHED: "graph_batched_requests_total", COUNTER, [],
        "Requests that went as parts of batches.";
    GRAPH_QUOTA_WAIT: "graph_quota_wait_seconds", SHORT, [],
        "How long requests were held back because the quota was used up; those that were not are left out.";
    GRAPH_THROTTLES: "graph_throttles_total", COUNTER, [],
        "Answers by which Graph or the sign-in service asked this process to slow down.";
    GRAPH_RETRIES: "graph_retries_total", COUNTER, [],
        "Attempts after the first one of a request to Graph or the sign-in service.";

    ALERT_MESSAGES: "alert_messages_total", COUNTER, [Label::Of("kind", &["webhook", "email", "teams", "slack"]), Label::Of("result", &["taken", "partly", "refused"])],
        "Attempts of this process to hand a message to a destination, test messages too; partly: a mail server refused some of its recipients.";

    REPLICA_KEEPS_UP: "replica_keeps_up", GAUGE, [],
        "Whether this process may read pages from the replica; only told where one is configured.";
    REPLICA_PAGES: "replica_pages_total", COUNTER, [Label::Of("from", &["replica", "database"])],
        "Pages that may be read from a replica, by where this process read them.";

    DATABASE_ANSWERS: "database_answers", GAUGE, [],
        "Whether the figures that follow could be read from the database just now; they are NaN where this is 0.";
    QUEUE_DEPTH: "queue_depth", GAUGE, [Label::Type],
        "Queued runs of the installation.";
    QUEUE_OLDEST: "queue_oldest_seconds", GAUGE, [Label::Type],
        "How long the oldest of them has been queued; 0 without one.";
    RUNS_RUNNING: "runs_running", GAUGE, [Label::Type],
        "Running runs of the installation.";
    WORKERS_ALIVE: "workers_alive", GAUGE, [],
        "Processes that work and were heard of within 30 seconds.";
    SCHEDULES_DUE: "schedules_due", GAUGE, [],
        "Schedules whose next fire is due and has not been dealt with.";
    SCHEDULES_OVERDUE: "schedules_overdue_seconds", GAUGE, [],
        "For how long the first of them has been due; 0 without one.";
    ALERTS_OVERDUE: "alerts_overdue_seconds", GAUGE, [],
        "For how long the first delivery of an alert that no message was made of has been due; 0 without one.";
    OLDEST_TRANSACTION: "database_oldest_transaction_seconds", GAUGE, [],
        "Age of the oldest open transaction of the database, PostgreSQL only; 0 without one.";
    OLDEST_SNAPSHOT: "database_oldest_snapshot_seconds", GAUGE, [],
        "Age of the oldest transaction that holds a snapshot, and with it the rows that nobody else sees any more, PostgreSQL only; 0 without one.";
}
