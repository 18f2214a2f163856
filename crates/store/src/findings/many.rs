//! Notes on many findings, and who works on them.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::finding::{FindingFilter, FindingState, HistoryEvent, Reason};
use model::ids::{FindingId, UserId};
use uuid::Uuid;

use super::Findings;
use super::act::{Target, chosen};
use super::assign::reaches;
use super::history::{Line, tell};
use crate::access::{Grant, Permit};
use crate::db::{Result, Tx};
use crate::sql::{Sql, sql};

impl Findings<'_> {
    /// Writes a note on findings; on how many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn note_some(&self, permit: &Permit<can::FindingsTriage>, ids: &[FindingId], note: &Reason) -> Result<i64> {
        self.note_on(permit, &Target::Some(ids), note).await
    }

    /// The same on all that fit a filter, at most [`MOST_AT_ONCE`](super::MOST_AT_ONCE).
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn note_all(&self, permit: &Permit<can::FindingsTriage>, filter: &FindingFilter, note: &Reason) -> Result<i64> {
        self.note_on(permit, &Target::All(filter), note).await
    }

    /// Says who works on findings, or that nobody does; of how many somebody else did. Whoever answers for one goes on doing so; where
    /// nobody does, who works on it does.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`](crate::StoreError::NotVisible) when nobody of that id is entitled to the tenant.
    pub async fn assign_some(&self, permit: &Permit<can::FindingsTriage>, ids: &[FindingId], who: Option<UserId>) -> Result<i64> {
        self.assign_on(permit, &Target::Some(ids), who).await
    }

    /// The same of all that fit a filter, at most [`MOST_AT_ONCE`](super::MOST_AT_ONCE).
    ///
    /// # Errors
    /// As [`Findings::assign_some`].
    pub async fn assign_all(
        &self,
        permit: &Permit<can::FindingsTriage>,
        filter: &FindingFilter,
        who: Option<UserId>,
    ) -> Result<i64> {
        self.assign_on(permit, &Target::All(filter), who).await
    }

    async fn note_on(&self, permit: &Permit<can::FindingsTriage>, target: &Target<'_>, note: &Reason) -> Result<i64> {
        let grant = permit.grant();
        let set = sql("update findings set revision = revision + 1 where id in (select f.id from findings f");
        let set = set.push_bind(" where f.tenant_id = ", grant.tenant_id());
        let tx = self.0.db().write(grant.reach()).await?;
        done(tx, grant, chosen(set, target), (HistoryEvent::Noted, Action::FindingNote), Some(note)).await
    }

    async fn assign_on(&self, permit: &Permit<can::FindingsTriage>, target: &Target<'_>, who: Option<UserId>) -> Result<i64> {
        const SET: &str = "update findings set assignee_user_id = $1, owner_user_id = coalesce(owner_user_id, $1),
            revision = revision + 1
          where id in (select f.id from findings f where f.assignee_user_id is distinct from $1";
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        if let Some(person) = who {
            reaches(&mut tx, grant, person).await?;
        }
        let set = sql(SET).bind(who).push_bind(" and f.tenant_id = ", grant.tenant_id());
        done(tx, grant, chosen(set, target), (HistoryEvent::Assigned, Action::FindingAssign), None).await
    }
}

/// Writes, with a line of history each and one entry of the trail; of how many.
async fn done(
    mut tx: Tx,
    grant: &Grant,
    write: Sql,
    (event, action): (HistoryEvent, Action),
    note: Option<&Reason>,
) -> Result<i64> {
    let rows: Vec<(Uuid, String)> = tx.all(write.push(") returning id, state")).await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let line = |(id, state): &(Uuid, String)| Line {
        note: note.map(Reason::as_str),
        ..Line::of(FindingId::from_uuid(*id), event, FindingState::from_code(state))
    };
    let lines: Vec<Line<'_>> = rows.iter().map(line).collect();
    tell(&mut tx, grant, None, &lines).await?;
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    tx.commit(grant.actor(), AuditEntry::done(action).with("findings", count)).await?;
    Ok(count)
}
