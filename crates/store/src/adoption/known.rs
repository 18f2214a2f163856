//! What was placed so far: where the rows of the older database went, by their older ids.

use std::collections::{BTreeSet, HashMap, HashSet};

use model::canonical::Parts;
use model::schedule::Zone;
use model::time::Moment;
use uuid::Uuid;

use super::old::Old;

/// A tenant and its workspace, here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) workspace: Uuid,
    pub(super) tenant: Uuid,
}

/// An adopted run.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownRun {
    pub(super) id: Uuid,
    pub(super) tenant: Option<Uuid>,
}

/// A row of an older run table.
#[derive(Debug, Clone)]
pub(super) struct Legacy {
    /// The tenant, here.
    pub(super) tenant: Option<Uuid>,
    /// The operation run that it names, by its older id.
    pub(super) run: Option<String>,
}

/// A schedule.
#[derive(Debug, Clone)]
pub(super) struct KnownSchedule {
    pub(super) id: Uuid,
    pub(super) tenant: Uuid,
    pub(super) zone: Zone,
}

/// An item of the inventory.
#[derive(Debug, Clone)]
pub(super) struct KnownItem {
    pub(super) id: Uuid,
    pub(super) place: Place,
    pub(super) resource_type: String,
    pub(super) name: String,
    /// Whether a run read it here: what it is now is known better than the earlier installation knew.
    pub(super) observed: bool,
    /// The number of its latest version, and what that one held.
    pub(super) version: i64,
    pub(super) latest: Option<Latest>,
}

/// What the latest version of an item held.
#[derive(Debug, Clone)]
pub(super) struct Latest {
    pub(super) id: Uuid,
    pub(super) semantic: String,
    pub(super) parts: Parts,
}

/// What was placed so far.
#[derive(Debug)]
pub(super) struct Known {
    /// The name of the source, which adopted runs carry.
    pub(super) source: String,
    /// When the adoption began, by the clock that decides.
    pub(super) now: Moment,
    /// Who is here, by address.
    pub(super) by_email: HashMap<String, Uuid>,
    /// Microsoft's ids of the tenants that are here.
    pub(super) entra: HashSet<Uuid>,
    pub(super) workspaces: HashMap<String, Uuid>,
    /// Names of adopted workspaces, and those that have an owner.
    pub(super) names: HashMap<Uuid, String>,
    pub(super) owned: HashSet<Uuid>,
    pub(super) members: HashSet<(Uuid, Uuid)>,
    pub(super) users: HashMap<String, (Uuid, String)>,
    pub(super) tenants: HashMap<String, Place>,
    pub(super) tenant_names: HashMap<Uuid, String>,
    /// Tenants that have a connection.
    pub(super) connected: HashSet<Uuid>,
    pub(super) credentials_to_enter: BTreeSet<String>,
    pub(super) runs: HashMap<String, KnownRun>,
    /// The older inventory runs, which findings and items may name in place of a run.
    pub(super) syncs: HashMap<String, Legacy>,
    /// For which schedule and moment a run was, by the older run's id.
    pub(super) fired: HashMap<String, (String, Moment)>,
    /// Runs whose restore never began, by the older run's id.
    pub(super) unstarted: HashSet<String>,
    pub(super) schedules: HashMap<String, KnownSchedule>,
    /// Which occurrences are on record: by schedule and moment, and by schedule and local time.
    pub(super) occurrences: HashSet<(Uuid, i64)>,
    pub(super) local: HashSet<(Uuid, String)>,
    pub(super) unknown_types: HashMap<String, u64>,
    /// Items by what Microsoft knows them by: tenant, type, id.
    pub(super) objects: HashMap<(Uuid, String, String), Uuid>,
    pub(super) items: HashMap<Uuid, KnownItem>,
    /// Items by the older policy.
    pub(super) policies: HashMap<String, Uuid>,
    /// Item and version by the older version.
    pub(super) versions: HashMap<String, (Uuid, Uuid)>,
    pub(super) sets: HashMap<String, (Uuid, Place)>,
    /// What the sets hold: item by set.
    pub(super) in_sets: HashSet<(Uuid, Uuid)>,
    /// What they are known to miss.
    pub(super) missing_in_sets: HashSet<(Uuid, String, String)>,
    /// Role definitions by tenant and Microsoft's id.
    pub(super) roles: HashSet<(Uuid, String)>,
}

impl Known {
    /// Nothing.
    pub(super) fn new(now: Moment) -> Self {
        Self {
            source: Default::default(),
            now,
            by_email: Default::default(),
            entra: Default::default(),
            workspaces: Default::default(),
            names: Default::default(),
            owned: Default::default(),
            members: Default::default(),
            users: Default::default(),
            tenants: Default::default(),
            tenant_names: Default::default(),
            connected: Default::default(),
            credentials_to_enter: Default::default(),
            runs: Default::default(),
            syncs: Default::default(),
            fired: Default::default(),
            unstarted: Default::default(),
            schedules: Default::default(),
            occurrences: Default::default(),
            local: Default::default(),
            unknown_types: Default::default(),
            objects: Default::default(),
            items: Default::default(),
            policies: Default::default(),
            versions: Default::default(),
            sets: Default::default(),
            in_sets: Default::default(),
            missing_in_sets: Default::default(),
            roles: Default::default(),
        }
    }

    /// Where a row's tenant is.
    pub(super) fn place(&self, old: &Old) -> Result<Place, &'static str> {
        let id = old.id("tenant_id").ok_or("no tenant")?;
        self.tenants.get(&id).copied().ok_or("its tenant is not here")
    }
}
