//! What people do with findings: one at a time, or many.

use model::access::{Capable, can};
use model::audit::{Action, AuditEntry};
use model::finding::{FindingFilter, FindingState, HistoryEvent, MAX_ACCEPTED, Move, Reason, Wish};
use model::ids::FindingId;
use model::time::Moment;
use uuid::Uuid;

use super::Findings;
use super::history::{Line, tell};
use super::list::conditions;
use crate::access::{Grant, Permit};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::{Sql, sql};

/// Findings that are acted on together, at most.
pub const MOST_AT_ONCE: u32 = 10_000;

/// Which findings.
pub(super) enum Target<'a> {
    /// One, as somebody saw it.
    One(FindingId, i64),
    /// Those named.
    Some(&'a [FindingId]),
    /// All that fit.
    All(&'a FindingFilter),
}

impl Findings<'_> {
    /// Moves a finding that somebody saw in that revision along its workflow.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant has no such finding; [`StoreError::Conflict`] when it was changed meanwhile, or cannot
    /// be moved there from where it stands. To accept a risk takes [`Findings::accept`].
    pub async fn move_one(
        &self,
        permit: &Permit<can::FindingsTriage>,
        id: FindingId,
        revision: i64,
        to: Move,
        note: Option<&Reason>,
    ) -> Result<()> {
        let wish = moved(to, note)?;
        self.act(permit, &Target::One(id, revision), &wish).await.map(drop)
    }

    /// Moves many findings; those that cannot be moved there from where they stand stay. How many were moved.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] for what takes [`Findings::accept_some`].
    pub async fn move_some(
        &self,
        permit: &Permit<can::FindingsTriage>,
        ids: &[FindingId],
        to: Move,
        note: Option<&Reason>,
    ) -> Result<i64> {
        self.act(permit, &Target::Some(ids), &moved(to, note)?).await
    }

    /// As [`Findings::move_some`], all that fit a filter, at most [`MOST_AT_ONCE`].
    ///
    /// # Errors
    /// As there.
    pub async fn move_all(
        &self,
        permit: &Permit<can::FindingsTriage>,
        filter: &FindingFilter,
        to: Move,
        note: Option<&Reason>,
    ) -> Result<i64> {
        self.act(permit, &Target::All(filter), &moved(to, note)?).await
    }

    /// Accepts the risk of a finding until a day, a year away at most, for a reason.
    ///
    /// # Errors
    /// As [`Findings::move_one`]; [`StoreError::Conflict`] for a day that is past or too far away.
    pub async fn accept(
        &self,
        permit: &Permit<can::FindingsAcceptRisk>,
        id: FindingId,
        revision: i64,
        (until, reason): (Moment, &Reason),
    ) -> Result<()> {
        let wish = Wish::Accept(until, reason.clone());
        self.act(permit, &Target::One(id, revision), &wish).await.map(drop)
    }

    /// The same of many.
    ///
    /// # Errors
    /// As [`Findings::accept`].
    pub async fn accept_some(
        &self,
        permit: &Permit<can::FindingsAcceptRisk>,
        ids: &[FindingId],
        (until, reason): (Moment, &Reason),
    ) -> Result<i64> {
        self.act(permit, &Target::Some(ids), &Wish::Accept(until, reason.clone())).await
    }

    /// The same of all that fit a filter, at most [`MOST_AT_ONCE`].
    ///
    /// # Errors
    /// As [`Findings::accept`].
    pub async fn accept_all(
        &self,
        permit: &Permit<can::FindingsAcceptRisk>,
        filter: &FindingFilter,
        (until, reason): (Moment, &Reason),
    ) -> Result<i64> {
        self.act(permit, &Target::All(filter), &Wish::Accept(until, reason.clone())).await
    }

    /// Writes a note on a finding.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant has no such finding.
    pub async fn note(&self, permit: &Permit<can::FindingsTriage>, id: FindingId, note: &Reason) -> Result<()> {
        const FIND: &str = "update findings set revision = revision + 1 where tenant_id = $1 and id = $2 returning state";
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        let row: Option<(String,)> = tx.optional(sql(FIND).bind(grant.tenant_id()).bind(id.uuid())).await?;
        let (state,) = row.ok_or(StoreError::NotVisible)?;
        let state = FindingState::from_code(&state);
        let line = Line { note: Some(note.as_str()), ..Line::of(id, HistoryEvent::Noted, state) };
        tell(&mut tx, grant, None, &[line]).await?;
        // The trail says that there is a note, not what it says.
        tx.commit(grant.actor(), AuditEntry::done(Action::FindingNote).on("finding", id.uuid())).await
    }

    async fn act<C: Capable>(&self, permit: &Permit<C>, target: &Target<'_>, wish: &Wish) -> Result<i64> {
        let grant = permit.grant();
        let to = self.possible(wish).await?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        let moved: Vec<(Uuid,)> = tx.all(statement(grant, target, wish, to)).await?;
        if let (Target::One(id, revision), []) = (target, moved.as_slice()) {
            return Err(refused(&mut tx, grant, *id, *revision).await?);
        }
        // Nothing was done: there is nothing to tell of it.
        if moved.is_empty() {
            return Ok(0);
        }
        let note = wish.words();
        let line = |id: &(Uuid,)| Line { note, ..Line::of(FindingId::from_uuid(id.0), HistoryEvent::Moved, to) };
        let lines: Vec<Line<'_>> = moved.iter().map(line).collect();
        tell(&mut tx, grant, None, &lines).await?;
        let count = i64::try_from(moved.len()).unwrap_or(i64::MAX);
        let action = if to == FindingState::RiskAccepted { Action::FindingAccept } else { Action::FindingMove };
        let mut entry = AuditEntry::done(action).with("state", to).with("findings", count);
        if let Target::One(id, _) = target {
            entry = entry.on("finding", id.uuid());
        }
        tx.commit(grant.actor(), entry).await?;
        Ok(count)
    }

    /// Where it leads, when it can be asked for.
    pub(super) async fn possible(&self, wish: &Wish) -> Result<FindingState> {
        match wish {
            Wish::Move(to, _) => Ok(to.to()),
            Wish::Accept(until, _) => {
                let now = self.0.now().await?;
                if *until <= now || *until > now.plus(MAX_ACCEPTED) {
                    return Err(StoreError::Conflict("a risk is accepted until a day that is to come, a year away at most"));
                }
                Ok(FindingState::RiskAccepted)
            }
        }
    }
}

/// A move that is no acceptance: that takes another permit, a reason and a day.
pub(super) fn moved(to: Move, note: Option<&Reason>) -> Result<Wish> {
    if to == Move::Accept {
        return Err(StoreError::Conflict("to accept a risk takes a reason and a day"));
    }
    Ok(Wish::Move(to, note.cloned()))
}

/// Moves the findings `f` of which the conditions follow.
pub(super) fn setting(wish: &Wish, to: FindingState) -> Sql {
    const MOVE: &str =
        "update findings set revision = revision + 1, state_at = $now, state = $1, resolution = $2, accepted_until = $3,
        accepted_reason = $4 where id in (select f.id from findings f";
    let (until, reason) = match wish {
        Wish::Accept(until, reason) => (Some(*until), Some(reason.as_str())),
        Wish::Move(..) => (None, None),
    };
    let resolution = (to == FindingState::Resolved).then_some("person");
    sql(MOVE).bind(to.code()).bind(resolution).bind(until).bind(reason)
}

fn statement(grant: &Grant, target: &Target<'_>, wish: &Wish, to: FindingState) -> Sql {
    let from = FindingState::ALL.iter().filter(|from| from.may_become(to)).map(|from| from.code());
    let some = setting(wish, to).push_bind(" where f.tenant_id = ", grant.tenant_id()).push_in(" and f.state in ", from);
    chosen(some, target).push(") returning id")
}

/// Those that are meant of the findings `f`, the latest first and not more than [`MOST_AT_ONCE`].
pub(super) fn chosen(some: Sql, target: &Target<'_>) -> Sql {
    let some = match target {
        Target::One(id, revision) => some.push_bind(" and f.id = ", id.uuid()).push_bind(" and f.revision = ", *revision),
        Target::Some(ids) => some.push_in(" and f.id in ", ids.iter().map(|id| id.uuid())),
        Target::All(filter) => conditions(some, filter),
    };
    some.push_bind(" order by f.opened_at desc, f.id desc limit ", MOST_AT_ONCE)
}

/// Why one could not be moved.
async fn refused(tx: &mut Tx, grant: &Grant, id: FindingId, revision: i64) -> Result<StoreError> {
    const READ: &str = "select revision from findings where tenant_id = $1 and id = $2";
    let row: Option<(i64,)> = tx.optional(sql(READ).bind(grant.tenant_id()).bind(id.uuid())).await?;
    Ok(match row {
        None => StoreError::NotVisible,
        Some((now,)) if now != revision => StoreError::Conflict("the finding was changed meanwhile; look at it again"),
        Some(_) => StoreError::Conflict("the finding cannot be moved there from where it stands"),
    })
}
