//! Keeping what a check found, and that it was compared, in one transaction.

use std::collections::BTreeMap;

use model::drift::{Evidence, Verdict};
use model::finding::{Against, FindingKind, FindingState, HistoryEvent, Resolution, Severity, due_after, fingerprint, severity};
use model::ids::{FindingId, RunId};
use serde_json::json;
use uuid::Uuid;

use super::history::{Line, tell};
use super::readings::NewestReading;
use super::{BY_RUN, CHUNK, ChangedObject, Findings};
use crate::access::RunScope;
use crate::db::{Result, Tx};
use crate::row::name_key;
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
    fn count(&mut self, severity: Severity) {
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

/// A finding that there was not.
struct New<'a> {
    id: FindingId,
    object: &'a ChangedObject,
    kind: FindingKind,
    property: &'a str,
    base: Option<i64>,
    evidence: &'a Evidence,
    severity: Severity,
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
        let mut kept = Kept::default();
        let mut new = Vec::new();
        let mut lines = Vec::new();
        for judged in judged {
            for verdict in &judged.verdicts {
                let object = &judged.object;
                match verdict {
                    Verdict::Open { kind, property, base, evidence } => {
                        let severity = severity(resource_type, *kind, property);
                        kept.count(severity);
                        let id = FindingId::generate();
                        new.push(New { id, object, kind: *kind, property, base: *base, evidence, severity });
                        lines.push(Line::of(id, HistoryEvent::Found, FindingState::New));
                    }
                    Verdict::Reopen { id, base, evidence, why } => {
                        if let Some(severity) = reopen(&mut tx, (*id, *base, evidence), object, (baseline, newest)).await? {
                            kept.count(severity);
                            lines.push(Line::of(*id, *why, FindingState::New));
                        }
                    }
                    Verdict::Update { id, evidence } => {
                        if let Some(state) = update(&mut tx, *id, evidence, object, newest).await? {
                            kept.updated += 1;
                            lines.push(Line::of(*id, HistoryEvent::SeenFurther, state));
                        }
                    }
                    Verdict::Resolve { id, how } => {
                        kept.resolved += i64::from(resolve(&mut tx, *id, *how, object).await?);
                        let event = if *how == Resolution::Gone { HistoryEvent::ObjectGone } else { HistoryEvent::CameBack };
                        lines.push(Line::of(*id, event, FindingState::Resolved));
                    }
                }
            }
        }
        insert(&mut tx, run, resource_type, (baseline, newest), &new).await?;
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

async fn insert(
    tx: &mut Tx,
    run: &RunScope,
    resource_type: &str,
    (baseline, newest): (Option<RunId>, NewestReading),
    new: &[New<'_>],
) -> Result<()> {
    for chunk in new.chunks(CHUNK) {
        let mut insert =
            sql("insert into findings (id, workspace_id, tenant_id, against, fingerprint, resource_type, object_id, item_id,
          name, name_key, kind, property, severity, state, base_version, current_version, evidence, baseline_operation_run_id,
          current_operation_run_id, due_at, occurrences, first_seen_at, last_seen_at, opened_at, state_at, revision) values ");
        for (i, new) in chunk.iter().enumerate() {
            let object = new.object;
            let print = fingerprint(Against::Previous, resource_type, &object.object_id, new.kind, new.property);
            insert = insert
                .push_bind(if i == 0 { "(" } else { ", (" }, new.id.uuid())
                .push_bind(", ", run.workspace_id())
                .push_bind(", ", run.tenant_id())
                .push_bind(", ", Against::Previous.code())
                .push_bind(", ", print)
                .push_bind(", ", resource_type)
                .push_bind(", ", object.object_id.as_str())
                .push_bind(", ", object.item)
                .push_bind(", ", object.name.as_str())
                .push_bind(", ", name_key(&object.name))
                .push_bind(", ", new.kind.code())
                .push_bind(", ", new.property)
                .push_bind(", ", new.severity.code())
                .push_bind(", ", FindingState::New.code())
                .push_bind(", ", new.base)
                .push_bind(", ", (!object.gone).then_some(object.number))
                .push_bind(", ", json!(new.evidence))
                .push_bind(", (select r.id from operation_runs r where r.id = ", baseline)
                .push_bind("), (select r.id from operation_runs r where r.id = ", newest.run)
                .push_after("), ", due_after(new.severity))
                .push(", 1, $now, $now, $now, $now, 1)");
        }
        tx.exec(insert).await?;
    }
    Ok(())
}

/// Opens one again; how much it matters, where it is still there.
async fn reopen(
    tx: &mut Tx,
    (id, base, evidence): (FindingId, Option<i64>, &Evidence),
    object: &ChangedObject,
    (baseline, newest): (Option<RunId>, NewestReading),
) -> Result<Option<Severity>> {
    const REOPEN: &str = "update findings set state = 'new', resolution = null, base_version = $2, current_version = $3,
        evidence = $4, baseline_operation_run_id = (select r.id from operation_runs r where r.id = $5),
        current_operation_run_id = (select r.id from operation_runs r where r.id = $6), accepted_until = null, accepted_reason = null,
        occurrences = occurrences + 1, last_seen_at = $now, opened_at = $now, state_at = $now, revision = revision + 1, name = $7,
        name_key = $8
      where id = $1 returning severity";
    let reopen = sql(REOPEN)
        .bind(id.uuid())
        .bind(base)
        .bind((!object.gone).then_some(object.number))
        .bind(json!(evidence))
        .bind(baseline)
        .bind(newest.run)
        .bind(object.name.as_str())
        .bind(name_key(&object.name));
    let row: Option<(String,)> = tx.optional(reopen).await?;
    let Some((code,)) = row else { return Ok(None) };
    let severity = Severity::from_code(&code);
    due(tx, id, severity).await?;
    Ok(Some(severity))
}

/// Says until when something is to be done about one that was opened again.
pub(super) async fn due(tx: &mut Tx, id: FindingId, severity: Severity) -> Result<()> {
    let due = sql("update findings set due_at = $after(2) where id = $1").bind(id.uuid()).bind(due_after(severity));
    tx.exec(due).await?;
    Ok(())
}

async fn update(
    tx: &mut Tx,
    id: FindingId,
    evidence: &Evidence,
    object: &ChangedObject,
    newest: NewestReading,
) -> Result<Option<FindingState>> {
    const UPDATE: &str = "update findings set current_version = $2, evidence = $3,
        current_operation_run_id = (select r.id from operation_runs r where r.id = $4), last_seen_at = $now, revision = revision + 1,
        name = $5, name_key = $6
      where id = $1 returning state";
    let update = sql(UPDATE)
        .bind(id.uuid())
        .bind(object.number)
        .bind(json!(evidence))
        .bind(newest.run)
        .bind(object.name.as_str())
        .bind(name_key(&object.name));
    let row: Option<(String,)> = tx.optional(update).await?;
    Ok(row.map(|(state,)| FindingState::from_code(&state)))
}

async fn resolve(tx: &mut Tx, id: FindingId, how: Resolution, object: &ChangedObject) -> Result<bool> {
    const RESOLVE: &str = "update findings set state = 'resolved', resolution = $2, current_version = $3, accepted_until = null,
        accepted_reason = null, last_seen_at = $now, state_at = $now, revision = revision + 1
      where id = $1 returning id";
    let resolve = sql(RESOLVE).bind(id.uuid()).bind(how.code()).bind((!object.gone).then_some(object.number));
    Ok(tx.optional::<(Uuid,)>(resolve).await?.is_some())
}
