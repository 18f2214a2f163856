//! The statements that make findings and move them along, whatever they are held against.

use model::drift::{Evidence, Verdict, cause};
use model::finding::{Against, FindingKind, FindingState, HistoryEvent, Resolution, Severity, fingerprint};
use model::ids::{BaselineId, FindingId, InventoryItemId, RunId};
use serde_json::json;
use uuid::Uuid;

use super::CHUNK;
use super::history::Line;
use super::keep::Kept;
use super::ratings::KnownRatings;
use crate::access::RunScope;
use crate::db::{Result, Tx};
use crate::row::name_key;
use crate::sql::sql;

/// What a finding is about, as a check sees it now.
pub(super) struct Subject<'a> {
    pub(super) item: Option<InventoryItemId>,
    pub(super) object_id: &'a str,
    pub(super) name: &'a str,
    /// The version that deviates; `None`: it is not there.
    pub(super) number: Option<i64>,
}

/// What findings of a type are held against, and the runs that observed the two sides.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) resource_type: &'a str,
    pub(super) baseline_run: Option<RunId>,
    pub(super) current_run: Option<RunId>,
    /// How much they matter.
    pub(super) ratings: &'a KnownRatings,
}

/// The baseline and the id of its item.
pub(super) type OfBaseline<'a> = Option<(BaselineId, &'a str)>;

/// A finding that there was not.
pub(super) struct New<'a> {
    pub(super) id: FindingId,
    pub(super) subject: Subject<'a>,
    pub(super) baseline: OfBaseline<'a>,
    pub(super) kind: FindingKind,
    pub(super) property: &'a str,
    pub(super) base: Option<i64>,
    pub(super) evidence: &'a Evidence,
    pub(super) severity: Severity,
}

impl New<'_> {
    fn against(&self) -> Against {
        match self.baseline {
            Some(_) => Against::Baseline,
            None if self.kind.is_of_references() => Against::References,
            None => Against::Previous,
        }
    }

    /// What was done: of an object as a whole by its name, which is the same wherever the same was made or removed.
    fn cause(&self, resource_type: &str) -> Option<String> {
        if !self.kind.is_presence() || self.subject.object_id.is_empty() {
            return self.evidence.cause.clone();
        }
        Some(cause(&[resource_type, self.kind.code(), &name_key(self.subject.name)]))
    }

    fn fingerprint(&self, resource_type: &str) -> String {
        let object = match self.baseline {
            // The item, not the object: one that is made anew deviates as the one before did.
            Some((baseline, object)) => format!("{baseline} {object}"),
            None => self.subject.object_id.to_owned(),
        };
        fingerprint(self.against(), resource_type, &object, self.kind, self.property)
    }
}

/// Makes findings; the ids of those that were not there.
pub(super) async fn insert(tx: &mut Tx, run: &RunScope, side: Side<'_>, new: &[New<'_>]) -> Result<Vec<Uuid>> {
    let mut made = Vec::with_capacity(new.len());
    for chunk in new.chunks(CHUNK) {
        let mut insert =
            sql("insert into findings (id, workspace_id, tenant_id, against, fingerprint, resource_type, object_id, item_id,
          name, name_key, kind, property, severity, state, base_version, current_version, evidence, baseline_id, baseline_object_id,
          baseline_operation_run_id, current_operation_run_id, shape, cause, due_at, rated, occurrences, first_seen_at, last_seen_at, opened_at,
          state_at, revision) values ");
        for (i, new) in chunk.iter().enumerate() {
            let subject = &new.subject;
            insert = insert
                .push_bind(if i == 0 { "(" } else { ", (" }, new.id.uuid())
                .push_bind(", ", run.workspace_id())
                .push_bind(", ", run.tenant_id())
                .push_bind(", ", new.against().code())
                .push_bind(", ", new.fingerprint(side.resource_type))
                .push_bind(", ", side.resource_type)
                .push_bind(", ", subject.object_id)
                .push_bind(", ", subject.item)
                .push_bind(", ", subject.name)
                .push_bind(", ", name_key(subject.name))
                .push_bind(", ", new.kind.code())
                .push_bind(", ", new.property)
                .push_bind(", ", new.severity.code())
                .push_bind(", ", FindingState::New.code())
                .push_bind(", ", new.base)
                .push_bind(", ", subject.number)
                .push_bind(", ", json!(new.evidence))
                .push_bind(", ", new.baseline.map(|(baseline, _)| baseline))
                .push_bind(", ", new.baseline.map(|(_, object)| object))
                .push_bind(", (select r.id from operation_runs r where r.id = ", side.baseline_run)
                .push_bind("), (select r.id from operation_runs r where r.id = ", side.current_run)
                .push_bind("), ", new.evidence.shape.as_deref())
                .push_bind(", ", new.cause(side.resource_type))
                .push_after(", ", side.ratings.ratings.due_after(new.severity))
                .push_bind(", ", side.ratings.revision)
                .push(", 1, $now, $now, $now, $now, 1)");
        }
        let insert = insert.push(" on conflict (tenant_id, fingerprint) do nothing returning id");
        made.extend(tx.all::<(Uuid,)>(insert).await?.into_iter().map(|(id,)| id));
    }
    Ok(made)
}

/// Opens one again; how much it matters, where it is still there.
async fn reopen(
    tx: &mut Tx,
    (id, base, evidence): (FindingId, Option<i64>, &Evidence),
    subject: &Subject<'_>,
    side: Side<'_>,
) -> Result<Option<Severity>> {
    const REOPEN: &str = "update findings set state = 'new', resolution = null, base_version = $2, current_version = $3,
        evidence = $4, baseline_operation_run_id = (select r.id from operation_runs r where r.id = $5),
        current_operation_run_id = (select r.id from operation_runs r where r.id = $6), accepted_until = null, accepted_reason = null,
        occurrences = occurrences + 1, last_seen_at = $now, opened_at = $now, state_at = $now, revision = revision + 1, name = $7,
        name_key = $8, object_id = $9, item_id = $10, cause = coalesce($11, cause),
        shape = case when $11 is null then shape else $12 end, fold = null
      where id = $1 returning kind, property";
    let reopen = sql(REOPEN)
        .bind(id.uuid())
        .bind(base)
        .bind(subject.number)
        .bind(json!(evidence))
        .bind(side.baseline_run)
        .bind(side.current_run)
        .bind(subject.name)
        .bind(name_key(subject.name))
        .bind(subject.object_id)
        .bind(subject.item)
        .bind(evidence.cause.as_deref())
        .bind(evidence.shape.as_deref());
    let row: Option<(String, String)> = tx.optional(reopen).await?;
    let Some((kind, property)) = row else { return Ok(None) };
    let found = (side.resource_type, FindingKind::from_code(&kind), property.as_str());
    Ok(Some(rate(tx, id, found, side.ratings).await?))
}

/// Says how much one matters that was opened again, and until when something is to be done about it.
pub(super) async fn rate(
    tx: &mut Tx,
    id: FindingId,
    (resource_type, kind, property): (&str, FindingKind, &str),
    now: &KnownRatings,
) -> Result<Severity> {
    let severity = now.ratings.severity(resource_type, kind, property);
    let rate = sql("update findings set severity = $2, due_at = $after(3), rated = $4 where id = $1")
        .bind(id.uuid())
        .bind(severity.code())
        .bind(now.ratings.due_after(severity))
        .bind(now.revision);
    tx.exec(rate).await?;
    Ok(severity)
}

/// Carries out what becomes of a finding that there is, if it is still there; what there is to tell of it. `base`: what it is held
/// against when it is opened again.
pub(super) async fn carry_out(
    tx: &mut Tx,
    verdict: &Verdict,
    base: Option<i64>,
    (subject, side): (&Subject<'_>, Side<'_>),
    kept: &mut Kept,
) -> Result<Option<Line<'static>>> {
    Ok(match verdict {
        Verdict::Open { .. } => None,
        Verdict::Reopen { id, evidence, why, .. } => {
            let severity = reopen(tx, (*id, base, evidence), subject, side).await?;
            severity.inspect(|severity| kept.count(*severity)).map(|_| Line::of(*id, *why, FindingState::New))
        }
        Verdict::Update { id, evidence } => {
            let state = update(tx, *id, evidence, subject, side).await?;
            kept.updated += i64::from(state.is_some());
            state.map(|state| Line::of(*id, HistoryEvent::SeenFurther, state))
        }
        Verdict::Resolve { id, how } => {
            let there = resolve(tx, *id, *how, subject.number).await?;
            kept.resolved += i64::from(there);
            there.then(|| Line::of(*id, event(*how), FindingState::Resolved))
        }
    })
}

const fn event(how: Resolution) -> HistoryEvent {
    match how {
        Resolution::Gone => HistoryEvent::ObjectGone,
        Resolution::Released => HistoryEvent::Released,
        Resolution::Mended => HistoryEvent::Mended,
        _ => HistoryEvent::CameBack,
    }
}

/// One deviates further; where it stands.
async fn update(
    tx: &mut Tx,
    id: FindingId,
    evidence: &Evidence,
    subject: &Subject<'_>,
    side: Side<'_>,
) -> Result<Option<FindingState>> {
    const UPDATE: &str = "update findings set current_version = $2, evidence = $3,
        current_operation_run_id = (select r.id from operation_runs r where r.id = $4), last_seen_at = $now, revision = revision + 1,
        name = $5, name_key = $6, object_id = $7, item_id = $8, cause = coalesce($9, cause),
        shape = case when $9 is null then shape else $10 end, fold = null
      where id = $1 returning state";
    let update = sql(UPDATE)
        .bind(id.uuid())
        .bind(subject.number)
        .bind(json!(evidence))
        .bind(side.current_run)
        .bind(subject.name)
        .bind(name_key(subject.name))
        .bind(subject.object_id)
        .bind(subject.item)
        .bind(evidence.cause.as_deref())
        .bind(evidence.shape.as_deref());
    let row: Option<(String,)> = tx.optional(update).await?;
    Ok(row.map(|(state,)| FindingState::from_code(&state)))
}

/// One does not deviate any more; whether it is still there.
async fn resolve(tx: &mut Tx, id: FindingId, how: Resolution, number: Option<i64>) -> Result<bool> {
    const RESOLVE: &str = "update findings set state = 'resolved', resolution = $2, current_version = $3, accepted_until = null,
        accepted_reason = null, last_seen_at = $now, state_at = $now, revision = revision + 1
      where id = $1 returning id";
    let resolve = sql(RESOLVE).bind(id.uuid()).bind(how.code()).bind(number);
    Ok(tx.optional::<(Uuid,)>(resolve).await?.is_some())
}
