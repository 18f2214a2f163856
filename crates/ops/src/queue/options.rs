//! How a worker works.

use std::path::PathBuf;
use std::time::Duration;

use model::operations::Operation;
use outbound::alert::{Courier, Networks};

use super::Moving;

/// How a worker works.
#[derive(Debug, Clone)]
pub struct WorkerOptions {
    /// Runs at the same time.
    pub slots: usize,
    /// How long a lease holds.
    pub lease: Duration,
    /// How often leases are renewed; well below the lease.
    pub heartbeat: Duration,
    /// How often lost and stale runs are looked for.
    pub sweep: Duration,
    /// How often the queue is looked at when nobody says that something is there.
    pub poll: Duration,
    /// First wait before a failed run is tried again.
    pub retry_base: Duration,
    /// How long handlers may take to reach a checkpoint at shutdown.
    pub grace: Duration,
    /// How long a restore waits until Graph shows what was written.
    pub settle: Duration,
    /// How often the roll-ups of ended runs are brought up to date.
    pub roll_up: Duration,
    /// The types that it works on.
    pub types: &'static [Operation],
    /// Whether it hears the hints of other processes. Without them it polls.
    pub hints: bool,
    /// The folder below which Git mirrors of backup sets may be; without it none is written.
    pub mirror_folder: Option<PathBuf>,
    /// What sends alerts.
    pub courier: Courier,
    /// Where browsers reach the product, for links in alerts; without it they have none.
    pub public_url: Option<String>,
    /// Whether it works on alerts alone, beside the pages of a process that does no other work: it counts as no worker, so that somebody
    /// is told when there is none.
    pub alerts_alone: bool,
    /// What it moves to the object storage; without it nothing.
    pub moving: Option<Moving>,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self {
            slots: 8,
            lease: store::runs::LEASE,
            heartbeat: Duration::from_secs(5),
            sweep: Duration::from_secs(5),
            poll: Duration::from_secs(1),
            retry_base: Duration::from_secs(5),
            grace: Duration::from_secs(10),
            settle: Duration::from_secs(120),
            roll_up: Duration::from_secs(15),
            types: Operation::ALL,
            hints: true,
            mirror_folder: None,
            courier: Courier::new(Networks::default()),
            public_url: None,
            alerts_alone: false,
            moving: None,
        }
    }
}
