//! What may happen to the run engine. Numbers choose among what there is, also what is long over, so that every sequence makes sense.

use std::collections::BTreeSet;

use model::operations::Operation;
use model::operations::probe::Probe;
use model::run::{ItemStatus, Outcome, Trigger};
use model::schedule::CatchUp;

/// Where a run belongs: one of three tenants, or one of two workspaces.
///
/// Tenant 0 (with a connection) and tenant 1 (without) are in workspace 0; tenant 2 (with a connection) is in workspace 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A tenant: 0, 1 or 2.
    Tenant(usize),
    /// A workspace: 0 or 1.
    Workspace(usize),
}

impl Place {
    /// Its workspace: 0 or 1.
    #[must_use]
    pub const fn workspace(self) -> usize {
        match self {
            Self::Tenant(tenant) => tenant / 2,
            Self::Workspace(workspace) => workspace,
        }
    }
}

/// The types of operation that histories start.
pub const KINDS: [Operation; 8] = [
    Operation::InventorySync,
    Operation::OperationRunsRetention,
    Operation::Probe(Probe::Plain),
    Operation::Probe(Probe::Urgent),
    Operation::Probe(Probe::Click),
    Operation::Probe(Probe::Writer),
    Operation::Probe(Probe::Record),
    Operation::Probe(Probe::Chain),
];

/// What a worker knows that does not know all of them.
pub const FEW: [Operation; 2] = [Operation::InventorySync, Operation::Probe(Probe::Writer)];

/// Keys of items, and the resource types that a sync is asked for; sorted.
pub const ITEMS: [&str; 3] = ["assignment_filter", "named_location", "scope_tag"];

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The type.
    pub operation: Operation,
    /// Where.
    pub place: Place,
    /// What makes it the same run. Of a sync: its resource types, with commas.
    pub name: String,
    /// Only these items of a run that is repeated.
    pub only: Option<BTreeSet<String>>,
}

impl Wish {
    /// A wish of that type in that tenant, or in its workspace; `name`: 0 or more.
    #[must_use]
    pub fn new(operation: Operation, tenant: usize, name: usize) -> Self {
        let (place, name) = match operation {
            // What a bulk action does is tested by itself; here it is a run of a workspace like another.
            Operation::EntraGroupSync | Operation::DirectoryRoleDefinitionsSync => (Place::Tenant(tenant), String::new()),
            Operation::OperationRunsRetention
            | Operation::BulkAction
            | Operation::BaselineCompareMany
            | Operation::SnapshotGc
            | Operation::TenantDelete
            | Operation::AlertsDeliver
            | Operation::RestoreRollout
            | Operation::RestoreRolloutPreview => (Place::Workspace(Place::Tenant(tenant).workspace()), String::new()),
            Operation::InventorySync => (Place::Tenant(tenant), ITEMS[..=name % ITEMS.len()].join(",")),
            // Whatever it checks or captures: here it is one run at a time of a tenant.
            Operation::ProviderConnectionCheck
            | Operation::AuditEventsSync
            | Operation::PolicyCaptureSnapshot
            | Operation::BackupSetCapture
            | Operation::BackupScheduleRun
            | Operation::BackupScheduleRetention
            | Operation::BackupSchedulePurge
            | Operation::BackupSetVerify
            | Operation::BackupSetExport
            | Operation::BackupSetImport
            | Operation::BackupSetMirror
            | Operation::RestorePreview
            | Operation::RestoreExecute
            | Operation::BaselineCompare
            | Operation::BaselineFollow
            | Operation::ReportGenerate
            | Operation::DriftGenerateFindings
            | Operation::RestoreRehearse
            | Operation::RestoreDrill => (Place::Tenant(tenant), String::new()),
            // A record belongs to one tenant.
            Operation::Probe(Probe::Record) => (Place::Tenant(tenant), format!("{name} of {tenant}")),
            Operation::Probe(_) => (Place::Tenant(tenant), name.to_string()),
        };
        Self { operation, place, name, only: None }
    }

    /// The same again; `only`: just these items. `None`: nothing would be left of it.
    #[must_use]
    pub fn again(&self, only: Option<BTreeSet<String>>) -> Option<Self> {
        match self.operation {
            Operation::OperationRunsRetention
            | Operation::BulkAction
            | Operation::EntraGroupSync
            | Operation::DirectoryRoleDefinitionsSync
            | Operation::AuditEventsSync
            | Operation::PolicyCaptureSnapshot
            | Operation::BackupSetCapture
            | Operation::BackupScheduleRun
            | Operation::BackupScheduleRetention
            | Operation::BackupSchedulePurge
            | Operation::BackupSetVerify
            | Operation::BackupSetExport
            | Operation::BackupSetImport
            | Operation::BackupSetMirror
            | Operation::RestorePreview
            | Operation::RestoreExecute
            | Operation::BaselineCompare
            | Operation::BaselineCompareMany
            | Operation::BaselineFollow
            | Operation::AlertsDeliver
            | Operation::ReportGenerate
            | Operation::DriftGenerateFindings
            | Operation::RestoreRehearse
            | Operation::RestoreDrill
            | Operation::RestoreRollout
            | Operation::RestoreRolloutPreview
            | Operation::SnapshotGc
            | Operation::TenantDelete
            | Operation::ProviderConnectionCheck => Some(self.clone()),
            Operation::InventorySync => {
                let kept = self.name.split(',').filter(|key| only.as_ref().is_none_or(|only| only.contains(*key)));
                let name = kept.collect::<Vec<_>>().join(",");
                (!name.is_empty()).then(|| Self { name, ..self.clone() })
            }
            Operation::Probe(_) => Some(Self { only, ..self.clone() }),
        }
    }
}

/// What is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Paused {
    /// A tenant.
    Tenant(usize),
    /// A type in a workspace.
    Kind(usize, Operation),
}

/// Which of so many runs or attempts a number means: 0 the newest, 1 the one before, round and round.
#[must_use]
pub const fn newest(number: usize, many: usize) -> Option<usize> {
    if many == 0 { None } else { Some(many - 1 - number % many) }
}

/// Something that a person, a worker, a sweeper or time does. Runs and attempts are counted from the newest, see [`newest`].
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "each variant says what its fields mean")]
pub enum Command {
    /// A person starts something, perhaps under a key.
    Start { wish: Wish, trigger: Trigger, key: Option<usize> },
    /// A person repeats a run, or its failed items.
    Retry { run: usize, failed: bool, key: Option<usize> },
    /// A worker (0 or 1) claims up to `max`; `few`: it knows only [`FEW`].
    Claim { worker: usize, max: u32, few: bool },
    /// The worker of an attempt says that it lives; `other`: the other worker says so.
    Beat { attempt: usize, other: bool },
    /// An attempt reports figures; `wrong`: such that contradict each other.
    Report { attempt: usize, done: i64, wrong: bool },
    /// An attempt records an item together with figures.
    Record { attempt: usize, item: usize, status: ItemStatus, done: i64 },
    /// An attempt ends, and with it the run.
    Finish { attempt: usize, outcome: Outcome, done: i64 },
    /// Two attempts end in one transaction.
    FinishTogether { attempts: [usize; 2], outcomes: [Outcome; 2] },
    /// An attempt gives its run back, for so many seconds; `counts`: as an attempt.
    HandBack { attempt: usize, counts: bool, after: u64 },
    /// A person cancels.
    Cancel(usize),
    /// A person ends what does not stop.
    Force(usize),
    /// A person pauses (`true`) or resumes.
    Pause(Paused, bool),
    /// A person sets the limits of a workspace and for how many days it keeps runs.
    Limit { workspace: usize, tenant: u32, all: u32, days: u32 },
    /// The operator switches the connection of tenant 0 on or off.
    Connect(bool),
    /// A person makes the schedule (of tenant 0, every ten minutes), or edits it.
    Schedule { wish: Wish, catch_up: CatchUp, bound: u32 },
    /// A person switches the schedule on or off.
    Switch(bool),
    /// A dispatcher fires what is due.
    Dispatch,
    /// A person starts at once what the schedule starts, perhaps under a key.
    RunNow(Option<usize>),
    /// A sweep.
    Rescue,
    /// The one process of a file starts.
    ReleaseAll,
    /// An attempt removes up to `limit` old runs of its workspace.
    Prune { attempt: usize, limit: u32 },
    /// So many seconds pass.
    Wait(u64),
}
