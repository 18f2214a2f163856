//! Keeping how objects stand to a baseline, and what deviates, in one transaction.

use std::collections::BTreeMap;

use model::baseline::{HeldFinding, ItemState, MatchedBy};
use model::drift::{Evidence, Verdict};
use model::finding::{FindingKind, FindingState, HistoryEvent, Resolution};
use model::ids::{BaselineId, FindingId, InventoryItemId};
use serde_json::json;
use uuid::Uuid;

use super::history::{Line, tell};
use super::keep::Kept;
use super::ratings::ratings_in;
use super::readings::NewestReading;
use super::write::{New, Side, Subject, carry_out, insert};
use super::{BY_RUN, CHUNK, Findings};
use crate::access::RunScope;
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::row::DbJson;
use crate::runs::fenced;
use crate::sql::sql;

/// Which object is meant by an item, and what came of comparing the two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptMatch {
    /// How the object was found.
    pub how: MatchedBy,
    /// How it stands.
    pub state: ItemState,
    /// In what it differs.
    pub properties: Vec<(FindingKind, String)>,
    /// What was wanted ([`BaselineItem::wanted`](model::baseline::BaselineItem::wanted)).
    pub wanted: String,
}

/// What a comparison says of one item, of an object that the baseline does not have, or of many together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineJudged {
    /// The id in the key of the item, or Microsoft's id of an object that the baseline does not have; empty: many together.
    pub key: String,
    /// The object, where there is one or was.
    pub item: Option<InventoryItemId>,
    /// Microsoft's id of it.
    pub object_id: String,
    /// What it is called.
    pub name: String,
    /// The version that was compared; `None`: the tenant does not have it.
    pub number: Option<i64>,
    /// The object's own version that is as the baseline says, where it has one.
    pub base: Option<i64>,
    /// What becomes of findings.
    pub verdicts: Vec<Verdict>,
    /// How it stands; `None` for what is no item, and where nothing changed.
    pub kept: Option<KeptMatch>,
}

/// What a part of a comparison is about.
#[derive(Debug, Clone, Copy)]
pub struct BaselinePart<'a> {
    /// The baseline.
    pub baseline: BaselineId,
    /// Key of the type.
    pub resource_type: &'a str,
    /// The reading that was compared.
    pub newest: NewestReading,
}

#[derive(sqlx::FromRow)]
pub(super) struct HeldRow {
    id: Uuid,
    baseline_object_id: Option<String>,
    pub(super) resource_type: String,
    pub(super) object_id: String,
    pub(super) item_id: Option<Uuid>,
    pub(super) name: String,
    kind: String,
    property: String,
    state: String,
    state_at: DbTime,
    resolution: Option<String>,
    evidence: DbJson,
    pub(super) revision: i64,
}

/// Findings as they stand.
pub(super) const HELD: &str =
    "select id, baseline_object_id, resource_type, object_id, item_id, name, kind, property, state, state_at,
    resolution, evidence, revision from findings";

impl From<HeldRow> for HeldFinding {
    fn from(row: HeldRow) -> Self {
        Self {
            id: FindingId::from_uuid(row.id),
            kind: FindingKind::from_code(&row.kind),
            property: row.property,
            state: FindingState::from_code(&row.state),
            state_at: row.state_at.0,
            resolution: row.resolution.as_deref().map(Resolution::from_code),
            evidence: serde_json::from_value::<Evidence>(row.evidence.0).unwrap_or_default(),
        }
    }
}

impl Findings<'_> {
    /// The findings that are held against a baseline, by type and by the id of the item.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn held_against(
        &self,
        run: &RunScope,
        baseline: BaselineId,
    ) -> Result<BTreeMap<String, BTreeMap<String, Vec<HeldFinding>>>> {
        let find = sql(HELD)
            .push_bind(" where tenant_id = ", run.tenant_id())
            .push_bind(" and baseline_id = ", baseline)
            .push(" order by id");
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<HeldRow> = db.all(find).await?;
        db.end().await?;
        let mut held: BTreeMap<String, BTreeMap<String, Vec<HeldFinding>>> = BTreeMap::new();
        for mut row in rows {
            let (key, object) = (row.resource_type.clone(), row.baseline_object_id.take().unwrap_or_default());
            held.entry(key).or_default().entry(object).or_default().push(row.into());
        }
        Ok(held)
    }

    /// Keeps what a comparison says. `None`: a newer comparison has begun, which looks at everything again; nothing is written then.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`](crate::StoreError::LeaseLost) when the attempt no longer holds its lease.
    pub async fn keep_against(&self, run: &RunScope, part: BaselinePart<'_>, judged: &[BaselineJudged]) -> Result<Option<Kept>> {
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        if !mine(&mut tx, run, part.baseline).await? {
            return Ok(None);
        }
        let ratings = ratings_in(&mut tx, run.workspace_id()).await?;
        let side =
            Side { resource_type: part.resource_type, baseline_run: None, current_run: part.newest.run, ratings: &ratings };
        let (mut kept, mut new, mut lines) = (Kept::default(), Vec::new(), Vec::new());
        for one in judged {
            let subject = || Subject { item: one.item, object_id: &one.object_id, name: &one.name, number: one.number };
            for verdict in &one.verdicts {
                match verdict {
                    Verdict::Open { kind, property, evidence, .. } => {
                        let severity = ratings.ratings.severity(part.resource_type, *kind, property);
                        let (id, baseline) = (FindingId::generate(), Some((part.baseline, one.key.as_str())));
                        new.push(New {
                            id,
                            subject: subject(),
                            baseline,
                            kind: *kind,
                            property,
                            base: one.base,
                            evidence,
                            severity,
                        });
                        lines.push(Line::of(id, HistoryEvent::Found, FindingState::New));
                    }
                    other => {
                        // What was not looked at again has the base that it had.
                        let base = match other {
                            Verdict::Reopen { id, .. } if one.kept.is_none() => base_of(&mut tx, *id).await?,
                            _ => one.base,
                        };
                        lines.extend(carry_out(&mut tx, other, base, (&subject(), side), &mut kept).await?);
                    }
                }
            }
        }
        let made = insert(&mut tx, run, side, &new).await?;
        new.iter().filter(|new| made.contains(&new.id.uuid())).for_each(|new| kept.count(new.severity));
        lines.retain(|line| line.event != HistoryEvent::Found || made.contains(&line.finding.uuid()));
        rebase(&mut tx, run, part, judged).await?;
        matches(&mut tx, run, part, judged).await?;
        tell(&mut tx, run.grant(), Some(run.run_id()), &lines).await?;
        tx.commit_unaudited(BY_RUN).await?;
        Ok(Some(kept))
    }
}

/// Holds the assignment, and says whether this run is the one that compares it.
pub(crate) async fn mine(tx: &mut Tx, run: &RunScope, baseline: BaselineId) -> Result<bool> {
    // A write that changes nothing waits for a comparison beside this one, on both databases.
    const HOLD: &str =
        "update baseline_assignments set comparing = comparing where tenant_id = $1 and baseline_id = $2 and comparing = $3";
    Ok(tx.exec(sql(HOLD).bind(run.tenant_id()).bind(baseline).bind(run.run_id())).await? > 0)
}

/// The version that a finding is held against.
async fn base_of(tx: &mut Tx, id: FindingId) -> Result<Option<i64>> {
    let row: Option<(Option<i64>,)> = tx.optional(sql("select base_version from findings where id = $1").bind(id.uuid())).await?;
    Ok(row.and_then(|(base,)| base))
}

/// What the baseline wants may be another content than before, and what is meant by it another object: then what would be restored is
/// another version.
async fn rebase(tx: &mut Tx, run: &RunScope, part: BaselinePart<'_>, judged: &[BaselineJudged]) -> Result<()> {
    const REBASE: &str = "update findings set base_version = $5, object_id = $6, item_id = $7,
      current_version = $8 where tenant_id = $1 and baseline_id = $2 and resource_type = $3
      and baseline_object_id = $4 and kind in ('changed', 'assignment_changed', 'scope_tag_changed')";
    let looked_at = |one: &&BaselineJudged| one.kept.as_ref().is_some_and(|kept| kept.state == ItemState::Differs);
    for one in judged.iter().filter(looked_at) {
        let rebase = sql(REBASE)
            .bind(run.tenant_id())
            .bind(part.baseline)
            .bind(part.resource_type)
            .bind(one.key.as_str())
            .bind(one.base)
            .bind(one.object_id.as_str())
            .bind(one.item)
            .bind(one.number);
        tx.exec(rebase).await?;
    }
    Ok(())
}

async fn matches(tx: &mut Tx, run: &RunScope, part: BaselinePart<'_>, judged: &[BaselineJudged]) -> Result<()> {
    let kept: Vec<_> = judged.iter().filter_map(|one| Some((one, one.kept.as_ref()?))).collect();
    for chunk in kept.chunks(CHUNK) {
        let mut write =
            sql("insert into baseline_matches (tenant_id, baseline_id, resource_type, object_id, workspace_id, item_id, how,
          state, properties, wanted, version) values ");
        for (i, (one, kept)) in chunk.iter().enumerate() {
            let properties: Vec<_> = kept.properties.iter().map(|(kind, name)| json!([kind.code(), name])).collect();
            write = write
                .push_bind(if i == 0 { "(" } else { ", (" }, run.tenant_id())
                .push_bind(", ", part.baseline)
                .push_bind(", ", part.resource_type)
                .push_bind(", ", one.key.as_str())
                .push_bind(", ", run.workspace_id())
                .push_bind(", ", one.item)
                .push_bind(", ", kept.how.code())
                .push_bind(", ", kept.state.code())
                .push_bind(", ", json!(properties))
                .push_bind(", ", kept.wanted.as_str())
                .push_bind(", ", one.number)
                .push(")");
        }
        let write = write.push(
            " on conflict (tenant_id, baseline_id, resource_type, object_id) do update set item_id = excluded.item_id, how = excluded.how,
              state = excluded.state, properties = excluded.properties, wanted = excluded.wanted, version = excluded.version",
        );
        tx.exec(write).await?;
    }
    Ok(())
}
