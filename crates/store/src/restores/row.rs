//! A restore's row, and that of an item.

use model::ids::{PolicyVersionId, RestoreId, RolloutId, RunId, TenantId, UserId};
use model::restore::{Action, Check, Hindrance, Outcome, Part, PlannedItem, Purpose, RestoreState, Source};
use model::time::Moment;
use uuid::Uuid;

use crate::bind::DbTime;
use crate::error::StoreError;
use crate::row::DbJson;

/// A restore.
#[derive(Debug, Clone, PartialEq)]
pub struct Restore {
    /// Its id.
    pub id: RestoreId,
    /// The tenant that is written.
    pub tenant_id: TenantId,
    /// What that is called: typed to confirm the execution.
    pub tenant_name: String,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Where it stands. Of one that is queued or running while its run is over: what came of it.
    pub state: RestoreState,
    /// Grows with every change of what is chosen or decided; whoever changes something names the one that they saw.
    pub revision: i64,
    /// Where the wanted state comes from.
    pub source: Source,
    /// The same in words, as it was called when the restore was made.
    pub source_words: String,
    /// The tenant that the wanted state is from; `None` when that was removed since.
    pub source_tenant: Option<TenantId>,
    /// The restore that it retries or undoes.
    pub parent: Option<RestoreId>,
    /// The rollout that it is part of: while that is open, it is carried out by it alone.
    pub rollout: Option<RolloutId>,
    /// Whether what is in the tenant and not wanted is removed, of the types in `prune_types`.
    pub prune: bool,
    /// Keys of the types of which everything was chosen, so that what is not among it is known not to be wanted. Sorted.
    pub prune_types: Vec<String>,
    /// What the checks found; `None` until they are made for what is chosen now.
    pub checks: Option<Vec<Check>>,
    /// How many objects are chosen.
    pub items: i64,
    /// The hash of the frozen plan; `None` without one.
    pub plan_hash: Option<String>,
    /// When the plan was frozen.
    pub previewed_at: Option<Moment>,
    /// The latest run that previewed it.
    pub preview_run: Option<RunId>,
    /// The latest run that rehearsed it.
    pub rehearsal_run: Option<RunId>,
    /// The latest run that executed it.
    pub run: Option<RunId>,
    /// How often an execution was started.
    pub executions: i64,
    /// Who confirmed the execution.
    pub confirmed_by_name: Option<String>,
    /// When.
    pub confirmed_at: Option<Moment>,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// What they were called.
    pub created_by_name: String,
    /// When.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
    /// When its execution ended.
    pub completed_at: Option<Moment>,
}

/// How many items of a restore came out how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutcomeCounts {
    /// Read back as wanted.
    pub verified: i64,
    /// Read back otherwise.
    pub differs: i64,
    /// Refused by Microsoft.
    pub refused: i64,
    /// Left alone.
    pub skipped: i64,
    /// Not written or not read back.
    pub failed: i64,
    /// Waiting for an approval.
    pub waiting: i64,
    /// Nobody knows.
    pub uncertain: i64,
    /// Not come to.
    pub open: i64,
}

/// An item of a restore.
#[derive(Debug, Clone, PartialEq)]
pub struct RestoreItem {
    /// Its number, from 1.
    pub number: u32,
    /// Key of its resource type.
    pub resource_type: String,
    /// Microsoft's id of it where the wanted state is from.
    pub source_id: String,
    /// What it is called.
    pub name: String,
    /// How much of it is put back.
    pub part: Part,
    /// Hash of the stored wanted content; `None` for one that is to be removed.
    pub wanted: Option<String>,
    /// The version that the wanted content is from, where it is one.
    pub version: Option<PolicyVersionId>,
    /// The object of the tenant that a person said it is.
    pub said_target: Option<String>,
    /// Objects of the tenant that it may be, by id and name: found by the preview, and nothing without a person's word.
    pub suggested: Vec<(String, String)>,
    /// What is going to be done, by the preview.
    pub action: Option<Action>,
    /// The object of the tenant that is written.
    pub target_id: Option<String>,
    /// Semantic hash of that as the preview read it.
    pub before_semantic: Option<String>,
    /// Hash of its stored content then.
    pub before: Option<String>,
    /// Why nothing is written.
    pub hindrance: Option<Hindrance>,
    /// Numbers of the items that have to be done before.
    pub needs: Vec<u32>,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// The failure's code, where it did not come out as wanted.
    pub code: Option<String>,
    /// The object that was written; of one that was made, its id.
    pub result_id: Option<String>,
    /// Hash of its stored content as it was read back.
    pub after: Option<String>,
    /// Properties that Microsoft refused as read-only and that were left out therefore.
    pub stripped: Vec<String>,
    /// When it was done.
    pub finished_at: Option<Moment>,
}

impl RestoreItem {
    /// What the plan says of it; before a preview it is skipped.
    #[must_use]
    pub fn planned(&self) -> PlannedItem {
        PlannedItem {
            number: self.number,
            resource_type: self.resource_type.clone(),
            source_id: self.source_id.clone(),
            name: self.name.clone(),
            part: self.part.clone(),
            action: self.action.unwrap_or(Action::Skip),
            target_id: self.target_id.clone(),
            wanted: self.wanted.clone(),
            before: self.before_semantic.clone(),
            hindrance: self.hindrance,
            needs: self.needs.clone(),
        }
    }
}

/// A state as it is now: of a restore whose run is over before it said so, what came of it.
macro_rules! state_now {
    () => {
        "case
      when s.state = 'queued' and (r.status is null or r.status = 'completed') then
        case when r.status is null or r.outcome = 'cancelled' then 'cancelled' else 'previewed' end
      when s.state = 'running' and (r.status is null or r.status = 'completed') then
        case when r.outcome = 'cancelled' then 'cancelled'
          when exists (select 1 from restore_items x where x.restore_id = s.id and x.outcome = 'verified') then 'partial'
          else 'failed' end
      else s.state end"
    };
}
pub(super) use state_now;

pub(super) const SELECT: &str = concat!(
    "select s.id, s.tenant_id, t.name as tenant_name, s.name, s.purpose, ",
    state_now!(),
    " as state, s.revision, s.source, s.source_words, s.source_tenant_id, s.parent_restore_id, s.rollout_id, s.prune, s.prune_types,
    s.checks, s.items, s.plan_hash, s.previewed_at, s.preview_operation_run_id, s.rehearsal_operation_run_id, s.operation_run_id, s.executions, s.confirmed_by_name,
    s.confirmed_at, s.created_by, s.created_by_name, s.created_at, s.updated_at, s.completed_at
  from restores s join tenants t on t.id = s.tenant_id left join operation_runs r on r.id = s.operation_run_id"
);

#[derive(sqlx::FromRow)]
pub(super) struct RestoreRow {
    pub(super) id: Uuid,
    tenant_id: Uuid,
    tenant_name: String,
    name: String,
    purpose: String,
    state: String,
    revision: i64,
    source: DbJson,
    source_words: String,
    source_tenant_id: Option<Uuid>,
    parent_restore_id: Option<Uuid>,
    rollout_id: Option<Uuid>,
    prune: bool,
    prune_types: DbJson,
    checks: Option<DbJson>,
    items: i64,
    plan_hash: Option<String>,
    previewed_at: Option<DbTime>,
    preview_operation_run_id: Option<Uuid>,
    rehearsal_operation_run_id: Option<Uuid>,
    operation_run_id: Option<Uuid>,
    executions: i64,
    confirmed_by_name: Option<String>,
    confirmed_at: Option<DbTime>,
    created_by: Option<Uuid>,
    created_by_name: String,
    pub(super) created_at: DbTime,
    updated_at: DbTime,
    completed_at: Option<DbTime>,
}

impl TryFrom<RestoreRow> for Restore {
    type Error = StoreError;

    fn try_from(row: RestoreRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: RestoreId::from_uuid(row.id),
            tenant_id: TenantId::from_uuid(row.tenant_id),
            tenant_name: row.tenant_name,
            name: row.name,
            purpose: Purpose::from_code(&row.purpose),
            state: RestoreState::from_code(&row.state),
            revision: row.revision,
            source: serde_json::from_value(row.source.0).map_err(|_| StoreError::Corrupt("a restore's source"))?,
            source_words: row.source_words,
            source_tenant: row.source_tenant_id.map(TenantId::from_uuid),
            parent: row.parent_restore_id.map(RestoreId::from_uuid),
            rollout: row.rollout_id.map(RolloutId::from_uuid),
            prune: row.prune,
            prune_types: texts(row.prune_types.0),
            checks: row.checks.map(|checks| serde_json::from_value(checks.0).unwrap_or_default()),
            items: row.items,
            plan_hash: row.plan_hash,
            previewed_at: row.previewed_at.map(|at| at.0),
            preview_run: row.preview_operation_run_id.map(RunId::from_uuid),
            rehearsal_run: row.rehearsal_operation_run_id.map(RunId::from_uuid),
            run: row.operation_run_id.map(RunId::from_uuid),
            executions: row.executions,
            confirmed_by_name: row.confirmed_by_name,
            confirmed_at: row.confirmed_at.map(|at| at.0),
            created_by: row.created_by.map(UserId::from_uuid),
            created_by_name: row.created_by_name,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            completed_at: row.completed_at.map(|at| at.0),
        })
    }
}

pub(super) fn texts(value: serde_json::Value) -> Vec<String> {
    serde_json::from_value(value).unwrap_or_default()
}

pub(super) const ITEMS: &str = "select i.number, i.resource_type, i.source_id, i.name, i.part, i.wanted_hash, i.version_id,
    i.said_target, i.suggested, i.action, i.target_id, i.before_semantic, i.before_hash, i.hindrance, i.needs, i.outcome, i.code,
    i.result_id, i.after_hash, i.stripped, i.finished_at
  from restore_items i";

#[derive(sqlx::FromRow)]
pub(super) struct ItemRow {
    pub(super) number: i64,
    resource_type: String,
    source_id: String,
    name: String,
    part: DbJson,
    wanted_hash: Option<String>,
    version_id: Option<Uuid>,
    said_target: Option<String>,
    suggested: DbJson,
    action: Option<String>,
    target_id: Option<String>,
    before_semantic: Option<String>,
    before_hash: Option<String>,
    hindrance: Option<String>,
    needs: DbJson,
    outcome: Option<String>,
    code: Option<String>,
    result_id: Option<String>,
    after_hash: Option<String>,
    stripped: DbJson,
    finished_at: Option<DbTime>,
}

impl TryFrom<ItemRow> for RestoreItem {
    type Error = StoreError;

    fn try_from(row: ItemRow) -> Result<Self, StoreError> {
        let bad = || StoreError::Corrupt("an item of a restore");
        Ok(Self {
            number: u32::try_from(row.number).map_err(|_| bad())?,
            resource_type: row.resource_type,
            source_id: row.source_id,
            name: row.name,
            part: serde_json::from_value(row.part.0).map_err(|_| bad())?,
            wanted: row.wanted_hash,
            version: row.version_id.map(PolicyVersionId::from_uuid),
            said_target: row.said_target,
            suggested: serde_json::from_value(row.suggested.0).unwrap_or_default(),
            action: row.action.as_deref().map(Action::from_code),
            target_id: row.target_id,
            before_semantic: row.before_semantic,
            before: row.before_hash,
            hindrance: row.hindrance.as_deref().map(Hindrance::from_code),
            needs: serde_json::from_value(row.needs.0).map_err(|_| bad())?,
            outcome: row.outcome.as_deref().map(Outcome::from_code),
            code: row.code,
            result_id: row.result_id,
            after: row.after_hash,
            stripped: texts(row.stripped.0),
            finished_at: row.finished_at.map(|at| at.0),
        })
    }
}
