//! Which types were read completely, and which of those readings was compared.

use model::coverage::TypeState;
use model::ids::RunId;
use model::time::Moment;
use uuid::Uuid;

use super::Findings;
use crate::access::RunScope;
use crate::bind::DbTime;
use crate::db::{Reader, Result};
use crate::sql::sql;

/// The newest complete reading of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewestReading {
    /// When it began.
    pub from: Moment,
    /// When it ended: what was observed until then belongs to it.
    pub until: Moment,
    /// The run that read it, while it is recorded.
    pub run: Option<RunId>,
}

/// A type of a tenant, as far as it was read and compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftReading {
    /// Its key.
    pub resource_type: String,
    /// How it stood when it was last tried.
    pub state: TypeState,
    /// Its newest complete reading; `None`: there never was one.
    pub newest: Option<NewestReading>,
    /// The reading that was compared last: when it ended, and its run.
    pub compared: Option<(Moment, Option<RunId>)>,
    /// Where none was: the reading before the newest.
    pub previous: Option<(Moment, RunId)>,
}

impl DriftReading {
    /// Whether the newest complete reading was compared already.
    #[must_use]
    pub fn is_compared(&self) -> bool {
        let (Some(newest), Some((until, run))) = (self.newest, self.compared) else { return false };
        // Where both runs are known they tell; a clock may give two readings one moment.
        until >= newest.until && run.zip(newest.run).is_none_or(|(a, b)| a == b)
    }

    /// Whether there is a newer reading than the one before.
    #[must_use]
    pub fn can_be_compared(&self) -> bool {
        self.newest.is_some() && !self.is_compared() && (self.compared.is_some() || self.previous.is_some())
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    resource_type: String,
    state: Option<String>,
    complete_from: Option<DbTime>,
    complete_at: Option<DbTime>,
    run: Option<Uuid>,
    ended_at: Option<DbTime>,
    compared_at: Option<DbTime>,
    compared_run: Option<Uuid>,
}

impl Row {
    fn newest(&self) -> Option<NewestReading> {
        let (from, at) = (self.complete_from.as_ref()?, self.complete_at.as_ref()?);
        // What disappeared is written while the reading ends, a little after the list is known to be complete.
        let until = self.ended_at.as_ref().map_or(at.0, |ended| ended.0.max(at.0));
        Some(NewestReading { from: from.0, until, run: self.run.map(RunId::from_uuid) })
    }
}

impl Findings<'_> {
    /// The types of the run's tenant that were ever tried, by key.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn readings(&self, run: &RunScope) -> Result<Vec<DriftReading>> {
        const READ: &str = "select c.resource_type, c.state, c.complete_from, c.complete_at, c.complete_operation_run_id as run,
            r.ended_at, d.compared_at, d.operation_run_id as compared_run
          from inventory_coverage c
          left join inventory_readings r on r.operation_run_id = c.complete_operation_run_id and r.resource_type = c.resource_type
            and r.state = 'complete'
          left join drift_readings d on d.tenant_id = c.tenant_id and d.resource_type = c.resource_type
          where c.tenant_id = $1 order by c.resource_type";
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<Row> = db.all(sql(READ).bind(run.tenant_id())).await?;
        let mut readings = Vec::with_capacity(rows.len());
        for row in rows {
            let newest = row.newest();
            let compared = row.compared_at.as_ref().map(|at| (at.0, row.compared_run.map(RunId::from_uuid)));
            let previous = match (newest, compared) {
                (Some(newest), None) => previous(&mut db, run, &row.resource_type, newest).await?,
                _ => None,
            };
            let state = row.state.as_deref().map_or(TypeState::Unknown, TypeState::from_code);
            readings.push(DriftReading { resource_type: row.resource_type, state, newest, compared, previous });
        }
        db.end().await?;
        Ok(readings)
    }
}

/// The complete reading of the type before its newest one.
async fn previous(
    db: &mut Reader,
    run: &RunScope,
    resource_type: &str,
    newest: NewestReading,
) -> Result<Option<(Moment, RunId)>> {
    const BEFORE: &str = "select ended_at, operation_run_id from inventory_readings
      where tenant_id = $1 and resource_type = $2 and state = 'complete' and ended_at <= $3";
    let before = sql(BEFORE)
        .bind(run.tenant_id())
        .bind(resource_type)
        .bind(newest.until)
        .push_if(" and operation_run_id <> ", newest.run)
        .push(" order by ended_at desc limit 1");
    let row: Option<(DbTime, Uuid)> = db.optional(before).await?;
    Ok(row.map(|(at, run)| (at.0, RunId::from_uuid(run))))
}
