//! Holding a restore to change it, and the one place that writes its state.

use model::ids::{RestoreId, TenantId};
use model::restore::{Purpose, RestoreState, Source};
use model::time::Moment;
use uuid::Uuid;

use super::row::state_now;
use crate::access::Grant;
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::row::{self, DbJson};
use crate::sql::sql;

/// A restore whose row is held until the transaction ends.
pub(super) struct Held {
    pub(super) id: RestoreId,
    pub(super) state: RestoreState,
    pub(super) purpose: Purpose,
    pub(super) revision: i64,
    pub(super) source: Source,
    pub(super) source_tenant: Option<TenantId>,
    pub(super) plan_hash: Option<String>,
    pub(super) executions: i64,
    pub(super) previewed_at: Option<Moment>,
}

/// A restore of the grant's tenant, as it stands now.
///
/// # Errors
/// [`StoreError::NotVisible`].
pub(super) async fn hold(tx: &mut Tx, grant: &Grant, id: RestoreId) -> Result<Held> {
    // A write that changes nothing waits for whoever is at it, on both databases.
    const HOLD: &str =
        "update restores set revision = revision where id = $1 and workspace_id = $2 and tenant_id = $3 returning id";
    const READ: &str = concat!(
        "select ",
        state_now!(),
        " as state, s.purpose, s.revision, s.source, s.source_tenant_id, s.plan_hash, s.executions, s.previewed_at
      from restores s left join operation_runs r on r.id = s.operation_run_id where s.id = $1"
    );
    type Row = (String, String, i64, DbJson, Option<Uuid>, Option<String>, i64, Option<DbTime>);
    let held: Option<(Uuid,)> = tx.optional(sql(HOLD).bind(id).bind(grant.workspace_id()).bind(grant.tenant_id())).await?;
    held.ok_or(StoreError::NotVisible)?;
    let (state, purpose, revision, source, source_tenant, plan_hash, executions, previewed_at): Row =
        tx.one(sql(READ).bind(id)).await?;
    Ok(Held {
        id,
        state: RestoreState::from_code(&state),
        purpose: Purpose::from_code(&purpose),
        revision,
        source: serde_json::from_value(source.0).map_err(|_| StoreError::Corrupt("a restore's source"))?,
        source_tenant: row::tenant(source_tenant),
        plan_hash,
        executions,
        previewed_at: previewed_at.map(|at| at.0),
    })
}

impl Held {
    /// Refuses whoever saw another revision than the present one, and whoever is too late.
    pub(super) fn editable(&self, revision: i64) -> Result<()> {
        if !self.state.is_editable() {
            return Err(StoreError::Conflict("the restore was executed or given up; it can no longer be changed"));
        }
        if self.revision != revision {
            return Err(StoreError::Conflict("the restore was changed meanwhile; look at it again"));
        }
        Ok(())
    }

    /// As [`Held::editable`], and what is chosen must be free to choose: a retry and an undo have their objects from another restore.
    pub(super) fn choosable(&self, revision: i64) -> Result<()> {
        self.editable(revision)?;
        match self.purpose {
            Purpose::Restore => Ok(()),
            _ => Err(StoreError::Conflict("the objects of a retry or an undo are those of the other restore")),
        }
    }

    /// Moves it back to a step that still holds: later steps are forgotten, the plan with them.
    pub(super) async fn back_to(&mut self, tx: &mut Tx, step: RestoreState) -> Result<()> {
        const PLAN: &str = "update restore_items set action = null, target_id = null, before_semantic = null, before_hash = null,
            hindrance = null, needs = $2, suggested = $2 where restore_id = $1 and action is not null";
        const UNWANTED: &str = "delete from restore_items where restore_id = $1 and wanted_hash is null";
        const BACK: &str = "update restores set state = $2, revision = revision + 1, checks = null, plan_hash = null,
            previewed_at = null, updated_at = $now,
            items = (select count(*) from restore_items i where i.restore_id = restores.id) where id = $1";
        debug_assert!(step.is_editable(), "an edit goes back to a step that can be edited");
        if self.plan_hash.is_some() {
            // What the preview found to be removed is found anew by the next one. An undo has such objects by itself.
            if self.purpose == Purpose::Restore {
                tx.exec(sql(UNWANTED).bind(self.id)).await?;
            }
            tx.exec(sql(PLAN).bind(self.id).bind(serde_json::json!([]))).await?;
        }
        tx.exec(sql(BACK).bind(self.id).bind(step.code())).await?;
        self.state = step;
        self.revision += 1;
        self.plan_hash = None;
        Ok(())
    }

    /// What references become, or which object an item is, was said anew: what is chosen still holds, the checks and the plan do not.
    pub(super) async fn back_to_scoped(&mut self, tx: &mut Tx) -> Result<()> {
        let step = if self.state == RestoreState::Draft { RestoreState::Draft } else { RestoreState::Scoped };
        self.back_to(tx, step).await
    }

    /// Moves it on, without another revision: nothing that was chosen or decided changes.
    pub(super) async fn become_(&mut self, tx: &mut Tx, next: RestoreState) -> Result<()> {
        // What is shown of a queued restore whose run is over may be another state than what is stored: the move is judged by what is shown.
        if self.state != next && !self.state.may_become(next) {
            return Err(StoreError::Conflict("the restore is not at this step"));
        }
        tx.exec(sql("update restores set state = $2, updated_at = $now where id = $1").bind(self.id).bind(next.code())).await?;
        self.state = next;
        Ok(())
    }
}
