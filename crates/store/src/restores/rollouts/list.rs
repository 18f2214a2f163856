//! Reading rollouts.

use model::access::can;
use model::ids::RolloutId;
use model::page::{Cursor, Direction, Page};
use model::rollout::{Line, hash};
use model::time::Moment;
use uuid::Uuid;

use super::row::{RolloutRow, RolloutTarget, SELECT, TARGETS, TargetRow};
use super::{Rollout, Rollouts, of_every_tenant};
use crate::access::{Grant, Permit, RunScope};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;

fn key(row: &RolloutRow) -> String {
    format!("{} {}", row.created_at.0.micros(), row.id)
}

fn read_key(cursor: &Cursor) -> Option<(Moment, Uuid)> {
    let (at, id) = cursor.key.split_once(' ')?;
    // Nothing was made before 1970, and a cursor that says so would be a time that PostgreSQL does not know.
    Some((Moment::from_micros(at.parse::<i64>().ok()?.max(0)), id.parse().ok()?))
}

/// The rollout as it stands in a transaction that holds it.
pub(super) async fn read(tx: &mut Tx, grant: &Grant, id: RolloutId) -> Result<Rollout> {
    let find = sql(SELECT).push_bind(" where o.workspace_id = ", grant.workspace_id()).push_bind(" and o.id = ", id);
    let row: Option<RolloutRow> = tx.optional(find).await?;
    row.ok_or(StoreError::NotVisible)?.try_into()
}

/// Its tenants, by ring, as they stand in a transaction.
pub(super) async fn read_targets(tx: &mut Tx, grant: &Grant, id: RolloutId) -> Result<Vec<RolloutTarget>> {
    let rows: Vec<TargetRow> = tx.all(sql(TARGETS).bind(id).bind(grant.workspace_id())).await?;
    rows.into_iter().map(RolloutTarget::try_from).collect()
}

/// What a confirmation would freeze.
pub(super) fn lines(targets: &[RolloutTarget]) -> Vec<Line> {
    targets.iter().filter(|target| target.is_previewed()).filter_map(|target| target.line.clone()).collect()
}

impl Rollouts<'_> {
    /// A page of the workspace's rollouts, newest first.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for whoever is not entitled to every tenant. A cursor that is not one of this list starts at the
    /// beginning.
    pub async fn list(&self, permit: &Permit<can::RestoreExecute>, cursor: Option<&Cursor>, rows: u32) -> Result<Page<Rollout>> {
        let grant = permit.grant();
        of_every_tenant(grant)?;
        let at = cursor.and_then(|cursor| Some((cursor.direction, read_key(cursor)?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let mut statement = sql(SELECT).push_bind(" where o.workspace_id = ", grant.workspace_id());
        if let Some((_, (at, id))) = at {
            statement = statement
                .push_bind(if back { " and (o.created_at, o.id) > (" } else { " and (o.created_at, o.id) < (" }, at)
                .push_bind(", ", id)
                .push(")");
        }
        let order = if back { " order by o.created_at, o.id limit " } else { " order by o.created_at desc, o.id desc limit " };
        let mut db = self.0.db().read(grant.reach()).await?;
        let found: Vec<RolloutRow> = db.all(statement.push_bind(order, rows + 1)).await?;
        db.end().await?;
        let page = crate::runs::page(found, rows, at.is_some(), back, key);
        let rows = page.rows.into_iter().map(Rollout::try_from).collect::<Result<Vec<_>>>()?;
        Ok(Page { rows, next: page.next, previous: page.previous })
    }

    /// A rollout of the workspace.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when there is none, and for whoever is not entitled to every tenant.
    pub async fn find(&self, permit: &Permit<can::RestoreExecute>, id: RolloutId) -> Result<Rollout> {
        let grant = permit.grant();
        of_every_tenant(grant)?;
        self.one(grant, id).await
    }

    /// Its tenants, by ring.
    ///
    /// # Errors
    /// As [`Rollouts::find`].
    pub async fn targets(&self, permit: &Permit<can::RestoreExecute>, id: RolloutId) -> Result<Vec<RolloutTarget>> {
        self.find(permit, id).await?;
        self.all_targets(permit.grant(), id).await
    }

    /// The rollout of a run, with its tenants by ring.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when it is gone.
    pub async fn for_run(&self, run: &RunScope, id: RolloutId) -> Result<(Rollout, Vec<RolloutTarget>)> {
        Ok((self.one(run.grant(), id).await?, self.all_targets(run.grant(), id).await?))
    }

    /// What names the plans that a confirmation would freeze now; `None` when none is previewed.
    #[must_use]
    pub fn plan(&self, targets: &[RolloutTarget]) -> Option<String> {
        let lines = lines(targets);
        (!lines.is_empty()).then(|| hash(&lines))
    }

    pub(super) async fn one(&self, grant: &Grant, id: RolloutId) -> Result<Rollout> {
        let find = sql(SELECT).push_bind(" where o.workspace_id = ", grant.workspace_id()).push_bind(" and o.id = ", id);
        let mut db = self.0.db().read(grant.reach()).await?;
        let row: Option<RolloutRow> = db.optional(find).await?;
        db.end().await?;
        row.ok_or(StoreError::NotVisible)?.try_into()
    }

    pub(super) async fn all_targets(&self, grant: &Grant, id: RolloutId) -> Result<Vec<RolloutTarget>> {
        let mut db = self.0.db().read(grant.reach()).await?;
        let rows: Vec<TargetRow> = db.all(sql(TARGETS).bind(id).bind(grant.workspace_id())).await?;
        db.end().await?;
        rows.into_iter().map(RolloutTarget::try_from).collect()
    }
}
