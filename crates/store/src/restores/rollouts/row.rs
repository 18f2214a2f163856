//! A rollout's row, and that of a tenant of it.

use model::ids::{RestoreId, RolloutId, RunId, TenantId};
use model::restore::{RestoreState, Source};
use model::rollout::{Known, Line, RolloutState, Standing};
use model::time::Moment;
use uuid::Uuid;

use super::super::row::state_now;
use crate::bind::DbTime;
use crate::error::StoreError;
use crate::row::DbJson;

/// A rollout.
#[derive(Debug, Clone, PartialEq)]
pub struct Rollout {
    /// Its id.
    pub id: RolloutId,
    /// What it is called: typed to confirm it.
    pub name: String,
    /// Where it stands. Of one whose run is over before it said so: stopped.
    pub state: RolloutState,
    /// Where the wanted state comes from.
    pub source: Source,
    /// The same in words, as it was called when the rollout was made.
    pub source_words: String,
    /// The tenant that the wanted state is from; `None` when that was removed since.
    pub source_tenant: Option<TenantId>,
    /// How often an execution was started.
    pub executions: i64,
    /// What the latest confirmation froze.
    pub plan_hash: Option<String>,
    /// The latest run that carries it out, or did.
    pub run: Option<RunId>,
    /// The latest run that previewed all of its restores.
    pub preview_run: Option<RunId>,
    /// The ring at which it stopped.
    pub stopped_ring: Option<u32>,
    /// Who confirmed it.
    pub confirmed_by_name: Option<String>,
    /// When.
    pub confirmed_at: Option<Moment>,
    /// Who made it.
    pub created_by_name: String,
    /// When.
    pub created_at: Moment,
    /// When nothing more came of it.
    pub completed_at: Option<Moment>,
}

/// A tenant of a rollout.
#[derive(Debug, Clone, PartialEq)]
pub struct RolloutTarget {
    /// Its number, from 1.
    pub number: u32,
    /// Its ring.
    pub ring: u32,
    /// The tenant; `None` when it was removed since.
    pub tenant: Option<TenantId>,
    /// What it was called when the rollout was made.
    pub tenant_name: String,
    /// Its restore.
    pub restore: Option<RestoreId>,
    /// Where that stands.
    pub state: RestoreState,
    /// How this tenant stands in the rollout.
    pub standing: Standing,
    /// Why its restore could not be started (a failure's code).
    pub code: Option<String>,
    /// How many objects are chosen.
    pub items: i64,
    /// How many of them the plan writes or removes.
    pub writes: i64,
    /// How many the plan removes.
    pub removals: i64,
    /// How many of the written ones are not verified.
    pub unsettled: i64,
    /// References of which nobody decided what they become.
    pub open_mappings: i64,
    /// The latest run of its restore.
    pub run: Option<RunId>,
    /// The plan of its restore, for a confirmation.
    pub(super) line: Option<Line>,
    /// How often its restore was started.
    pub(super) executions: i64,
}

pub(super) const SELECT: &str = "select o.id, o.name,
    case when o.state = 'running' and (r.status is null or r.status = 'completed') then 'stopped' else o.state end as state,
    o.source, o.source_words, o.source_tenant_id, o.executions, o.plan_hash, o.operation_run_id, o.preview_operation_run_id,
    o.stopped_ring, o.confirmed_by_name, o.confirmed_at, o.created_by_name, o.created_at, o.completed_at
  from rollouts o left join operation_runs r on r.id = o.operation_run_id";

#[derive(sqlx::FromRow)]
pub(super) struct RolloutRow {
    pub(super) id: Uuid,
    name: String,
    state: String,
    source: DbJson,
    source_words: String,
    source_tenant_id: Option<Uuid>,
    executions: i64,
    plan_hash: Option<String>,
    operation_run_id: Option<Uuid>,
    preview_operation_run_id: Option<Uuid>,
    stopped_ring: Option<i64>,
    confirmed_by_name: Option<String>,
    confirmed_at: Option<DbTime>,
    created_by_name: String,
    pub(super) created_at: DbTime,
    completed_at: Option<DbTime>,
}

impl TryFrom<RolloutRow> for Rollout {
    type Error = StoreError;

    fn try_from(row: RolloutRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: RolloutId::from_uuid(row.id),
            name: row.name,
            state: RolloutState::from_code(&row.state),
            source: serde_json::from_value(row.source.0).map_err(|_| StoreError::Corrupt("a rollout's source"))?,
            source_words: row.source_words,
            source_tenant: row.source_tenant_id.map(TenantId::from_uuid),
            executions: row.executions,
            plan_hash: row.plan_hash,
            run: row.operation_run_id.map(RunId::from_uuid),
            preview_run: row.preview_operation_run_id.map(RunId::from_uuid),
            stopped_ring: row.stopped_ring.and_then(|ring| u32::try_from(ring).ok()),
            confirmed_by_name: row.confirmed_by_name,
            confirmed_at: row.confirmed_at.map(|at| at.0),
            created_by_name: row.created_by_name,
            created_at: row.created_at.0,
            completed_at: row.completed_at.map(|at| at.0),
        })
    }
}

pub(super) const TARGETS: &str = concat!(
    "select g.number, g.ring, g.tenant_id, coalesce(t.name, g.tenant_name) as tenant_name, g.restore_id, g.plan_hash as confirmed_plan,
    g.revision as confirmed_revision, g.execution, g.left_out, g.code, ",
    state_now!(),
    " as state, s.revision, s.plan_hash, s.previewed_at, coalesce(s.executions, 0) as executions, coalesce(s.items, 0) as items,
    s.operation_run_id,
    (select count(*) from restore_items i where i.restore_id = s.id and i.action in ('create', 'recreate', 'update', 'delete')) as writes,
    (select count(*) from restore_items i where i.restore_id = s.id and i.action = 'delete') as removals,
    (select count(*) from restore_items i where i.restore_id = s.id and i.action in ('create', 'recreate', 'update', 'delete')
      and coalesce(i.outcome, '') <> 'verified') as unsettled,
    (select count(*) from restore_mappings m where m.restore_id = s.id and m.target is null) as open_mappings
  from rollout_targets g left join tenants t on t.id = g.tenant_id left join restores s on s.id = g.restore_id
    left join operation_runs r on r.id = s.operation_run_id where g.rollout_id = $1 and g.workspace_id = $2 order by g.ring, g.number"
);

#[derive(sqlx::FromRow)]
pub(super) struct TargetRow {
    number: i64,
    ring: i64,
    tenant_id: Option<Uuid>,
    tenant_name: String,
    restore_id: Option<Uuid>,
    confirmed_plan: Option<String>,
    confirmed_revision: Option<i64>,
    execution: Option<i64>,
    left_out: bool,
    code: Option<String>,
    state: Option<String>,
    revision: Option<i64>,
    plan_hash: Option<String>,
    previewed_at: Option<DbTime>,
    executions: i64,
    items: i64,
    operation_run_id: Option<Uuid>,
    writes: i64,
    removals: i64,
    unsettled: i64,
    open_mappings: i64,
}

impl TryFrom<TargetRow> for RolloutTarget {
    type Error = StoreError;

    fn try_from(row: TargetRow) -> Result<Self, StoreError> {
        let bad = |_| StoreError::Corrupt("a tenant of a rollout");
        let ring = u32::try_from(row.ring).map_err(bad)?;
        let (tenant, restore) = (row.tenant_id.map(TenantId::from_uuid), row.restore_id.map(RestoreId::from_uuid));
        let state = row.state.as_deref().filter(|_| restore.is_some()).map(RestoreState::from_code);
        let known = Known {
            left_out: row.left_out,
            refused: row.code.is_some(),
            state,
            confirmed: row.confirmed_revision.zip(row.confirmed_plan),
            present: row.revision.zip(row.plan_hash.clone()),
            begun: row.execution.is_some(),
            unsettled: row.unsettled,
        };
        let line = match (tenant, restore, row.revision, row.plan_hash, row.previewed_at) {
            (Some(tenant), Some(restore), Some(revision), Some(plan), Some(previewed_at)) => {
                Some(Line { ring, tenant, restore, revision, plan, previewed_at: previewed_at.0 })
            }
            _ => None,
        };
        Ok(Self {
            number: u32::try_from(row.number).map_err(bad)?,
            ring,
            tenant,
            tenant_name: row.tenant_name,
            restore,
            state: state.unwrap_or(RestoreState::Unknown),
            standing: known.standing(),
            code: row.code,
            items: row.items,
            writes: row.writes,
            removals: row.removals,
            unsettled: row.unsettled,
            open_mappings: row.open_mappings,
            run: row.operation_run_id.map(RunId::from_uuid),
            line,
            executions: row.executions,
        })
    }
}

impl RolloutTarget {
    /// Whether a confirmation would carry its restore out.
    #[must_use]
    pub fn is_previewed(&self) -> bool {
        self.state == RestoreState::Previewed
            && self.line.is_some()
            && !matches!(self.standing, Standing::LeftOut | Standing::Good)
    }

    /// Whether a confirmation would go on without it: it was given up, or was carried out and did not come out as planned.
    #[must_use]
    pub fn is_left_behind(&self) -> bool {
        self.standing == Standing::LeftOut
            || (self.standing == Standing::Bad && (self.state.is_over() || self.restore.is_none()))
            || (self.standing == Standing::Open && self.state.is_over())
    }
}
