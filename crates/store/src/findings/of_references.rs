//! Findings of references that lead nowhere, and of objects that nobody uses.

use std::collections::BTreeMap;

use model::baseline::HeldFinding;
use model::drift::Verdict;
use model::finding::{FindingState, HistoryEvent};
use model::ids::{FindingId, InventoryItemId};
use uuid::Uuid;

use super::against_baseline::{HELD, HeldRow};
use super::history::{Line, tell};
use super::keep::Kept;
use super::ratings::ratings_in;
use super::write::{New, Side, Subject, carry_out, insert};
use super::{BY_RUN, CHUNK, Findings};
use crate::access::RunScope;
use crate::db::Result;
use crate::runs::fenced;
use crate::sql::sql;

/// What such a finding is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceSubject {
    /// Key of the type of the object that refers, or that nobody uses; where many are told together, of what they refer to.
    pub resource_type: String,
    /// Microsoft's id of the object; empty: many together.
    pub object_id: String,
    /// The object.
    pub item: Option<InventoryItemId>,
    /// What it is called.
    pub name: String,
}

/// Such a finding, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldReference {
    /// What it is about.
    pub subject: ReferenceSubject,
    /// How it stands.
    pub finding: HeldFinding,
    /// In which revision.
    pub revision: i64,
}

/// What becomes of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceJudged {
    /// What it is about.
    pub subject: ReferenceSubject,
    /// What becomes of it.
    pub verdict: Verdict,
    /// The revision that was judged; what was changed meanwhile is judged by the next check.
    pub revision: Option<i64>,
}

impl Findings<'_> {
    /// The findings of references of the tenant.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn held_references(&self, run: &RunScope) -> Result<Vec<HeldReference>> {
        let find = sql(HELD).push_bind(" where tenant_id = ", run.tenant_id()).push(" and against = 'references' order by id");
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<HeldRow> = db.all(find).await?;
        db.end().await?;
        let held = |row: HeldRow| HeldReference {
            subject: ReferenceSubject {
                resource_type: row.resource_type.clone(),
                object_id: row.object_id.clone(),
                item: row.item_id.map(InventoryItemId::from_uuid),
                name: row.name.clone(),
            },
            revision: row.revision,
            finding: row.into(),
        };
        Ok(rows.into_iter().map(held).collect())
    }

    /// Keeps what a check says of references, and that it saw some findings as they are.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`](crate::StoreError::LeaseLost) when the attempt no longer holds its lease; nothing is written then.
    pub async fn keep_references(&self, run: &RunScope, judged: &[ReferenceJudged], seen: &[FindingId]) -> Result<Kept> {
        // A write that changes nothing waits for whoever changes them at this moment, on both databases.
        const HOLD: &str = "update findings set revision = revision where tenant_id = $1";
        const SEEN: &str = "update findings set last_seen_at = $now, current_operation_run_id = $2 where tenant_id = $1";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let mut now: BTreeMap<Uuid, i64> = BTreeMap::new();
        let ids: Vec<Uuid> = judged.iter().filter_map(|one| Some(id_of(&one.verdict)?.uuid())).collect();
        for chunk in ids.chunks(CHUNK) {
            let hold = sql(HOLD).bind(run.tenant_id()).push_in(" and id in ", chunk.iter().copied());
            now.extend(tx.all::<(Uuid, i64)>(hold.push(" returning id, revision")).await?);
        }
        let ratings = ratings_in(&mut tx, run.workspace_id()).await?;
        let (mut kept, mut lines) = (Kept::default(), Vec::new());
        for one in judged {
            let resource_type = one.subject.resource_type.as_str();
            let side = Side { resource_type, baseline_run: None, current_run: Some(run.run_id()), ratings: &ratings };
            match &one.verdict {
                Verdict::Open { kind, property, evidence, .. } => {
                    let (id, severity) = (FindingId::generate(), ratings.ratings.severity(resource_type, *kind, property));
                    let subject = subject(&one.subject);
                    let new = New { id, subject, baseline: None, kind: *kind, property, base: None, evidence, severity };
                    // Each has a type of its own; that there are few is what folding is for.
                    if !insert(&mut tx, run, side, &[new]).await?.is_empty() {
                        kept.count(severity);
                        lines.push(Line::of(id, HistoryEvent::Found, FindingState::New));
                    }
                }
                other => {
                    if id_of(other).and_then(|id| now.get(&id.uuid()).copied()) == one.revision {
                        lines.extend(carry_out(&mut tx, other, None, (&subject(&one.subject), side), &mut kept).await?);
                    }
                }
            }
        }
        for chunk in seen.chunks(CHUNK) {
            let ids = chunk.iter().map(|id| id.uuid());
            tx.exec(sql(SEEN).bind(run.tenant_id()).bind(run.run_id()).push_in(" and id in ", ids)).await?;
        }
        tell(&mut tx, run.grant(), Some(run.run_id()), &lines).await?;
        tx.commit_unaudited(BY_RUN).await?;
        Ok(kept)
    }
}

const fn id_of(verdict: &Verdict) -> Option<FindingId> {
    match verdict {
        Verdict::Open { .. } => None,
        Verdict::Reopen { id, .. } | Verdict::Update { id, .. } | Verdict::Resolve { id, .. } => Some(*id),
    }
}

fn subject(of: &ReferenceSubject) -> Subject<'_> {
    Subject { item: of.item, object_id: &of.object_id, name: &of.name, number: None }
}
