//! The rows of the older run tables: not copied, told one by one.

use model::time::Moment;

use super::known::{Known, Legacy};
use super::old::Old;
use super::report::LegacyTable;
use super::shape::{self, Shape};

/// A row of an older run table, without its free texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegacyRow {
    table: &'static str,
    id: String,
    tenant: String,
    user: String,
    status: String,
    schedule: String,
    scheduled_for: Option<Moment>,
    set: String,
    started_at: Option<Moment>,
    finished_at: Option<Moment>,
    run: String,
    adopted: String,
}

impl LegacyRow {
    /// What the columns of a file of such rows are called.
    pub const HEADER: [&'static str; 12] = [
        "table",
        "id",
        "tenant_id",
        "user_id",
        "status",
        "backup_schedule_id",
        "scheduled_for",
        "backup_set_id",
        "started_at",
        "finished_at",
        "operation_run_id",
        "adopted_run",
    ];

    /// Its values, in the order of [`LegacyRow::HEADER`]: older ids, but for the last.
    #[must_use]
    pub fn values(&self) -> [String; 12] {
        let time = |at: Option<Moment>| at.map_or_else(String::new, Moment::to_fixed_text);
        [
            self.table.to_owned(),
            self.id.clone(),
            self.tenant.clone(),
            self.user.clone(),
            self.status.clone(),
            self.schedule.clone(),
            time(self.scheduled_for),
            self.set.clone(),
            time(self.started_at),
            time(self.finished_at),
            self.run.clone(),
            self.adopted.clone(),
        ]
    }

    /// Says which run here is the one that it names.
    pub(super) fn resolve(&mut self, known: &Known) {
        self.adopted = known.runs.get(&self.run).map_or_else(String::new, |run| run.id.to_string());
    }
}

/// A word of the older application's own: letters, digits and the like; anything else could be a free text.
fn word(text: Option<&str>) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.filter(|text| text.len() <= 40 && text.chars().all(plain)).unwrap_or_default().to_owned()
}

/// Counts a row and remembers what it leads to.
pub(super) fn row(shape: &'static Shape, old: &Old, known: &mut Known, counted: &mut LegacyTable) -> LegacyRow {
    let id = old.id("id").unwrap_or_default();
    let run = old.id("operation_run_id");
    counted.read += 1;
    *if run.is_some() { &mut counted.with_run } else { &mut counted.without_run } += 1;
    if shape.table == shape::INVENTORY_SYNC_RUNS.table {
        let tenant = old.id("tenant_id").and_then(|tenant| known.tenants.get(&tenant)).map(|place| place.tenant);
        known.syncs.insert(id.clone(), Legacy { tenant, run: run.clone() });
    }
    if let (Some(run), Some(schedule), Some(at)) = (&run, old.id("backup_schedule_id"), old.time("scheduled_for")) {
        known.fired.insert(run.clone(), (schedule, at));
    }
    LegacyRow {
        table: shape.table,
        id,
        tenant: old.id("tenant_id").unwrap_or_default(),
        user: old.id("user_id").or_else(|| old.id("initiator_user_id")).unwrap_or_default(),
        status: word(old.text("status")),
        schedule: old.id("backup_schedule_id").unwrap_or_default(),
        scheduled_for: old.time("scheduled_for"),
        set: old.id("backup_set_id").unwrap_or_default(),
        started_at: old.time("started_at"),
        finished_at: old.time("finished_at"),
        run: run.unwrap_or_default(),
        adopted: String::new(),
    }
}
