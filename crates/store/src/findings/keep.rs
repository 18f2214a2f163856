//! Keeping what a check found, and that it was compared, in one transaction.

use std::collections::BTreeMap;

use model::drift::Verdict;
use model::finding::{FindingState, HistoryEvent, Severity};
use model::ids::{FindingId, RunId};
use uuid::Uuid;

use super::history::{Line, tell};
use super::ratings::ratings_in;
use super::readings::NewestReading;
use super::write::{New, Side, Subject, carry_out, insert};
use super::{BY_RUN, CHUNK, ChangedObject, Findings};
use crate::access::RunScope;
use crate::db::{Result, Tx};
use crate::runs::fenced;
use crate::sql::sql;

/// What a check says of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The object.
    pub object: ChangedObject,
    /// What becomes of its findings.
    pub verdicts: Vec<Verdict>,
}

/// What keeping did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    /// Findings that were found, or found again, of each of [`Severity::ALL`].
    pub found: [i64; 4],
    /// That deviate further.
    pub updated: i64,
    /// That were resolved.
    pub resolved: i64,
}

impl Kept {
    pub(super) fn count(&mut self, severity: Severity) {
        if let Some(at) = Severity::ALL.iter().position(|one| *one == severity) {
            self.found[at] += 1;
        }
    }

    /// Adds what another portion did.
    pub fn add(&mut self, other: &Self) {
        self.found.iter_mut().zip(other.found).for_each(|(sum, more)| *sum += more);
        self.updated += other.updated;
        self.resolved += other.resolved;
    }
}

impl Findings<'_> {
    /// Keeps what a check says of objects of a type, and that they were compared. What another check has compared meanwhile is left as
    /// it is. `baseline` is the run of the reading before.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`](crate::StoreError::LeaseLost) when the attempt no longer holds its lease; nothing is written then.
    pub async fn keep(
        &self,
        run: &RunScope,
        resource_type: &str,
        (baseline, newest): (Option<RunId>, NewestReading),
        judged: &[Judged],
    ) -> Result<Kept> {
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let judged = take(&mut tx, run, resource_type, judged).await?;
        let ratings = ratings_in(&mut tx, run.workspace_id()).await?;
        let side = Side { resource_type, baseline_run: baseline, current_run: newest.run, ratings: &ratings };
        let mut kept = Kept::default();
        let mut new = Vec::new();
        let mut lines = Vec::new();
        for judged in judged {
            for verdict in &judged.verdicts {
                let object = &judged.object;
                match verdict {
                    Verdict::Open { kind, property, base, evidence } => {
                        let severity = ratings.ratings.severity(resource_type, *kind, property);
                        kept.count(severity);
                        let id = FindingId::generate();
                        let subject = subject(object);
                        new.push(New { id, subject, baseline: None, kind: *kind, property, base: *base, evidence, severity });
                        lines.push(Line::of(id, HistoryEvent::Found, FindingState::New));
                    }
                    other => {
                        let base = if let Verdict::Reopen { base, .. } = other { *base } else { None };
                        lines.extend(carry_out(&mut tx, other, base, (&subject(object), side), &mut kept).await?);
                    }
                }
            }
        }
        let made = insert(&mut tx, run, side, &new).await?;
        lines.retain(|line| line.event != HistoryEvent::Found || made.contains(&line.finding.uuid()));
        tell(&mut tx, run.grant(), Some(run.run_id()), &lines).await?;
        tx.commit_unaudited(BY_RUN).await?;
        Ok(kept)
    }
}

/// Moves the positions of objects on; those of which the position is what it was.
async fn take<'a>(tx: &mut Tx, run: &RunScope, resource_type: &str, judged: &'a [Judged]) -> Result<Vec<&'a Judged>> {
    // A write that changes nothing waits for a check beside this one, on both databases.
    const HOLD: &str = "update drift_readings set compared_at = compared_at where tenant_id = $1 and resource_type = $2";
    tx.exec(sql(HOLD).bind(run.tenant_id()).bind(resource_type)).await?;
    let mut taken = Vec::with_capacity(judged.len());
    for chunk in judged.chunks(CHUNK) {
        let items = chunk.iter().map(|judged| judged.object.item);
        let positions = sql("select item_id, number from drift_positions").push_in(" where item_id in ", items);
        let positions: BTreeMap<Uuid, i64> = tx.all::<(Uuid, i64)>(positions).await?.into_iter().collect();
        let mine: Vec<&Judged> =
            chunk.iter().filter(|judged| positions.get(&judged.object.item.uuid()).copied() == judged.object.position).collect();
        if mine.is_empty() {
            continue;
        }
        let mut write = sql("insert into drift_positions (item_id, workspace_id, tenant_id, number) values ");
        for (i, judged) in mine.iter().enumerate() {
            write = write
                .push_bind(if i == 0 { "(" } else { ", (" }, judged.object.item)
                .push_bind(", ", run.workspace_id())
                .push_bind(", ", run.tenant_id())
                .push_bind(", ", judged.object.number)
                .push(")");
        }
        tx.exec(write.push(" on conflict (item_id) do update set number = excluded.number")).await?;
        taken.extend(mine);
    }
    Ok(taken)
}

fn subject(object: &ChangedObject) -> Subject<'_> {
    let number = (!object.gone).then_some(object.number);
    Subject { item: Some(object.item), object_id: &object.object_id, name: &object.name, number }
}
