//! What a comparison reads and writes, but for findings.

use std::collections::{BTreeMap, BTreeSet};

use model::baseline::{BaselineItem, ItemKey, ItemState, MatchedBy, Remembered, TypeAlignment, TypeComparison};
use model::finding::{FindingKind, FindingState, HistoryEvent};
use model::ids::{BaselineId, FindingId, InventoryItemId, RunId};
use model::json::Json;
use uuid::Uuid;

use super::row::{ITEM, ItemRow};
use super::{BY_RUN, Baselines};
use crate::access::RunScope;
use crate::blobs;
use crate::db::Result;
use crate::error::StoreError;
use crate::findings::{Line, mine, tell_in};
use crate::row::DbJson;
use crate::runs::fenced;
use crate::sql::{Sql, sql};

/// Rows per statement.
const CHUNK: usize = 40;

/// A baseline that a tenant is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToCompare {
    /// Its id.
    pub baseline: BaselineId,
    /// What it is called.
    pub name: String,
    /// The version.
    pub number: i64,
    /// Whether objects of its types that it does not have are findings.
    pub extras: bool,
}

/// What an earlier comparison kept of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownMatch {
    /// Which object it was, where there was one.
    pub object: Option<Remembered>,
    /// How it stood.
    pub state: ItemState,
    /// In what it differed.
    pub properties: Vec<(FindingKind, String)>,
    /// What was wanted.
    pub wanted: String,
    /// The version of the object that was compared.
    pub version: Option<i64>,
}

/// The two states of an object that differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// As the baseline says; `None`: it cannot be read.
    pub wanted: Option<Json>,
    /// As it is; `None`: it cannot be read.
    pub now: Option<Json>,
    /// The latest version of the object that is exactly as the baseline says.
    pub base: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct MatchRow {
    resource_type: String,
    object_id: String,
    item_id: Option<Uuid>,
    how: String,
    state: String,
    properties: DbJson,
    wanted: String,
    version: Option<i64>,
}

impl From<MatchRow> for KnownMatch {
    fn from(row: MatchRow) -> Self {
        let properties: Vec<(String, String)> = serde_json::from_value(row.properties.0).unwrap_or_default();
        let how = MatchedBy::from_code(&row.how);
        Self {
            object: row.item_id.map(|item| Remembered { item: InventoryItemId::from_uuid(item), how }),
            state: ItemState::from_code(&row.state),
            properties: properties.into_iter().map(|(kind, name)| (FindingKind::from_code(&kind), name)).collect(),
            wanted: row.wanted,
            version: row.version,
        }
    }
}

impl Baselines<'_> {
    /// The baselines that the run's tenant is held against, with the version that counts, by id. Those without an active version are not
    /// among them.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn to_compare(&self, run: &RunScope) -> Result<Vec<ToCompare>> {
        type Row = (Uuid, String, i64, bool);
        const FIND: &str =
            "select b.id, b.name, v.number, v.extras from baseline_assignments a join baselines b on b.id = a.baseline_id
          join baseline_versions v on v.baseline_id = b.id and v.number = coalesce(a.pinned_number, b.active_number)
          where a.tenant_id = $1 and b.archived_at is null and v.state = 'ready' order by b.id";
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<Row> = db.all(sql(FIND).bind(run.tenant_id())).await?;
        db.end().await?;
        let of = |(id, name, number, extras): Row| ToCompare { baseline: BaselineId::from_uuid(id), name, number, extras };
        Ok(rows.into_iter().map(of).collect())
    }

    /// Begins a comparison: one that is under way beside it keeps nothing from now on. `false`: the tenant is no longer assigned.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn begin(&self, run: &RunScope, baseline: BaselineId) -> Result<bool> {
        const BEGIN: &str = "update baseline_assignments set comparing = $3 where tenant_id = $1 and baseline_id = $2";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let begun = tx.exec(sql(BEGIN).bind(run.tenant_id()).bind(baseline).bind(run.run_id())).await?;
        tx.commit_unaudited(BY_RUN).await?;
        Ok(begun > 0)
    }

    /// The objects of a version, without their contents.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn wanted(&self, run: &RunScope, compared: &ToCompare) -> Result<Vec<BaselineItem>> {
        let find = sql(ITEM)
            .push_bind(" where i.workspace_id = ", run.workspace_id())
            .push_bind(" and i.baseline_id = ", compared.baseline)
            .push_bind(" and i.number = ", compared.number)
            .push(" order by i.resource_type, i.object_id");
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<ItemRow> = db.all(find).await?;
        db.end().await?;
        Ok(rows.into_iter().map(BaselineItem::from).collect())
    }

    /// What is known of the items of a baseline in the run's tenant.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn remembered(&self, run: &RunScope, baseline: BaselineId) -> Result<BTreeMap<ItemKey, KnownMatch>> {
        const FIND: &str =
            "select resource_type, object_id, item_id, how, state, properties, wanted, version from baseline_matches
          where tenant_id = $1 and baseline_id = $2";
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<MatchRow> = db.all(sql(FIND).bind(run.tenant_id()).bind(baseline)).await?;
        db.end().await?;
        let of = |row: MatchRow| {
            let key = ItemKey { resource_type: row.resource_type.clone(), object_id: row.object_id.clone() };
            (key, KnownMatch::from(row))
        };
        Ok(rows.into_iter().map(of).collect())
    }

    /// The contents of objects of the run's tenant in a version, and of what is wanted of each, in the same order.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sides(&self, run: &RunScope, asked: &[(InventoryItemId, i64, &str)]) -> Result<Vec<Sides>> {
        type Version = (Uuid, i64, Option<String>);
        const VERSIONS: &str = "select item_id, number, content_hash from policy_versions where tenant_id = $1";
        let mut all = Vec::with_capacity(asked.len());
        for chunk in asked.chunks(CHUNK) {
            let mut db = self.0.db().read(run.grant().reach()).await?;
            let versions = sql(VERSIONS).bind(run.tenant_id()).push_in(" and item_id in ", chunk.iter().map(|(item, ..)| *item));
            let rows: Vec<Version> = db.all(versions).await?;
            let now: BTreeMap<(Uuid, i64), &str> =
                rows.iter().filter_map(|(item, number, hash)| Some(((*item, *number), hash.as_deref()?))).collect();
            let base = |item: InventoryItemId, wanted: &str| {
                let same = rows.iter().filter(|(of, _, hash)| *of == item.uuid() && hash.as_deref() == Some(wanted));
                same.map(|(_, number, _)| *number).max()
            };
            let hashes: BTreeSet<String> = chunk
                .iter()
                .flat_map(|(item, number, wanted)| [now.get(&(item.uuid(), *number)).copied(), Some(*wanted)])
                .flatten()
                .map(str::to_owned)
                .collect();
            let contents = blobs::stored(&mut db, run.workspace_id(), &hashes.into_iter().collect::<Vec<_>>()).await?;
            db.end().await?;
            let stored = contents.fetch(self.0, run.grant().reach()).await?;
            all.extend(chunk.iter().map(|(item, number, wanted)| Sides {
                wanted: stored.json(wanted),
                now: now.get(&(item.uuid(), *number)).and_then(|hash| stored.json(hash)),
                base: base(*item, wanted),
            }));
        }
        Ok(all)
    }

    /// Keeps how types stand, and that what deviates was seen by the run that read them, in one transaction. Of a type that was not
    /// compared the figures stay. `false`: a newer comparison has begun.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn compared_types(
        &self,
        run: &RunScope,
        baseline: BaselineId,
        types: &[(TypeAlignment, Option<RunId>)],
    ) -> Result<bool> {
        const SEEN: &str = "update findings set last_seen_at = $now,
            current_operation_run_id = (select r.id from operation_runs r where r.id = $3)
          where tenant_id = $1 and baseline_id = $2 and state in ('new', 'triaged', 'in_progress', 'risk_accepted')";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        if !mine(&mut tx, run, baseline).await? {
            return Ok(false);
        }
        let is_compared = |(type_, _): &&(TypeAlignment, Option<RunId>)| type_.state == TypeComparison::Compared;
        let mut seen: BTreeMap<Option<RunId>, Vec<&str>> = BTreeMap::new();
        for (type_, by) in types.iter().filter(is_compared) {
            seen.entry(*by).or_default().push(&type_.resource_type);
        }
        for (by, keys) in seen {
            let seen = sql(SEEN).bind(run.tenant_id()).bind(baseline).bind(by).push_in(" and resource_type in ", keys);
            tx.exec(seen).await?;
        }
        let (compared, others): (Vec<_>, Vec<_>) = types.iter().partition(is_compared);
        for (types, figures) in [(compared, true), (others, false)] {
            for chunk in types.chunks(CHUNK) {
                tx.exec(stand(run, baseline, chunk, figures)).await?;
            }
        }
        tx.commit_unaudited(BY_RUN).await?;
        Ok(true)
    }

    /// Ends a comparison: what the version does not ask for is no finding any more, and nothing is known of it. How many findings ended
    /// by it; `None`: a newer comparison has begun.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn compared(&self, run: &RunScope, compared: &ToCompare) -> Result<Option<i64>> {
        const ALIGNMENT: &str = "delete from baseline_alignment where tenant_id = $1 and baseline_id = $2 and not exists
          (select 1 from baseline_items i where i.baseline_id = $2 and i.number = $3 and i.resource_type = baseline_alignment.resource_type)";
        // Two sets and what is in one of them alone: with `not exists` PostgreSQL without statistics compares each with each.
        const MATCHES: &str =
            "delete from baseline_matches where tenant_id = $1 and baseline_id = $2 and (resource_type, object_id) in
          (select resource_type, object_id from baseline_matches where tenant_id = $1 and baseline_id = $2
            except select resource_type, object_id from baseline_items where baseline_id = $2 and number = $3)";
        const RELEASE: &str = "update findings set state = 'resolved', resolution = 'released', accepted_until = null, accepted_reason = null,
            state_at = $now, revision = revision + 1
          where tenant_id = $1 and baseline_id = $2 and state in ('new', 'triaged', 'in_progress', 'risk_accepted')
            and not exists (select 1 from baseline_items i where i.baseline_id = $2 and i.number = $3
              and i.resource_type = findings.resource_type
              and (findings.kind = 'added' or findings.baseline_object_id = '' or i.object_id = findings.baseline_object_id)) returning id";
        const DONE: &str = "update baseline_assignments set compared_number = $3, compared_at = $now, operation_run_id = $4
          where tenant_id = $1 and baseline_id = $2";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        if !mine(&mut tx, run, compared.baseline).await? {
            return Ok(None);
        }
        let of = |text| sql(text).bind(run.tenant_id()).bind(compared.baseline).bind(compared.number);
        tx.exec(of(ALIGNMENT)).await?;
        tx.exec(of(MATCHES)).await?;
        let released: Vec<(Uuid,)> = tx.all(of(RELEASE)).await?;
        let line = |(id,): &(Uuid,)| Line::of(FindingId::from_uuid(*id), HistoryEvent::Released, FindingState::Resolved);
        let lines: Vec<Line<'_>> = released.iter().map(line).collect();
        tell_in(&mut tx, run.grant(), run.tenant_id(), Some(run.run_id()), &lines).await?;
        tx.exec(of(DONE).bind(run.run_id())).await?;
        tx.commit_unaudited(BY_RUN).await?;
        Ok(Some(i64::try_from(released.len()).unwrap_or(i64::MAX)))
    }

    /// The tenants of a baseline that the run's workspace holds against it, with the version that counts: what a comparison of many
    /// starts one by one.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the workspace has no such baseline.
    pub async fn tenants_to_compare(&self, run: &RunScope, baseline: BaselineId) -> Result<Vec<(model::ids::TenantId, i64)>> {
        const BASELINE: &str = "select 1 from baselines where workspace_id = $1 and id = $2";
        const TENANTS: &str = "select a.tenant_id, coalesce(a.pinned_number, b.active_number) from baseline_assignments a
          join baselines b on b.id = a.baseline_id
          where a.workspace_id = $1 and a.baseline_id = $2 and coalesce(a.pinned_number, b.active_number) is not null order by a.tenant_id";
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let found: Option<(i32,)> = db.optional(sql(BASELINE).bind(run.workspace_id()).bind(baseline)).await?;
        found.ok_or(StoreError::NotVisible)?;
        let rows: Vec<(Uuid, i64)> = db.all(sql(TENANTS).bind(run.workspace_id()).bind(baseline)).await?;
        db.end().await?;
        Ok(rows.into_iter().map(|(tenant, number)| (model::ids::TenantId::from_uuid(tenant), number)).collect())
    }
}

/// Writes how types stand; with their figures, or without.
fn stand(run: &RunScope, baseline: BaselineId, types: &[&(TypeAlignment, Option<RunId>)], figures: bool) -> Sql {
    let mut write = sql(
        "insert into baseline_alignment (tenant_id, baseline_id, resource_type, workspace_id, state, aligned, differs, missing, extra,
          compared_at) values ",
    );
    for (i, (type_, _)) in types.iter().enumerate() {
        write = write
            .push_bind(if i == 0 { "(" } else { ", (" }, run.tenant_id())
            .push_bind(", ", baseline)
            .push_bind(", ", type_.resource_type.as_str())
            .push_bind(", ", run.workspace_id())
            .push_bind(", ", type_.state.code())
            .push_bind(", ", type_.totals.aligned)
            .push_bind(", ", type_.totals.differs)
            .push_bind(", ", type_.totals.missing)
            .push_bind(", ", type_.totals.extra)
            .push(", $now)");
    }
    write = write.push(" on conflict (tenant_id, baseline_id, resource_type) do update set state = excluded.state");
    if !figures {
        return write;
    }
    write.push(
        ", aligned = excluded.aligned, differs = excluded.differs, missing = excluded.missing, extra = excluded.extra,
            compared_at = excluded.compared_at",
    )
}
