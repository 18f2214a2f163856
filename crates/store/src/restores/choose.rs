//! Choosing of what a source holds, how much of each object, and which object of the tenant it is.

use std::collections::BTreeSet;

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::ids::{PolicyVersionId, RestoreId, ThingId};
use model::restore::{Part, RestoreState, Source};
use serde_json::json;
use uuid::Uuid;

use super::candidates::{CandidateFilter, held_by, narrowed};
use super::state::{Held, hold};
use super::{MAX_RESTORE_ITEMS, Restores};
use crate::access::{Grant, Permit, TenantScope};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;

/// Rows per statement; see `blobs`.
const CHUNK: usize = 40;

/// What of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Everything that a list shows.
    Matching(CandidateFilter),
    /// These objects, by our ids of them within the source.
    These(BTreeSet<ThingId>),
}

impl Choice {
    /// All of it.
    #[must_use]
    pub fn everything() -> Self {
        Self::Matching(CandidateFilter::default())
    }
}

/// An object that is chosen.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    pub(super) resource_type: String,
    pub(super) source_id: String,
    pub(super) name: String,
    pub(super) wanted: Option<String>,
    pub(super) version: Option<PolicyVersionId>,
    pub(super) part: Part,
    /// The object of the tenant that it is known to be.
    pub(super) said_target: Option<String>,
}

/// Adds objects; one that is there already stays as it is.
pub(super) async fn take(tx: &mut Tx, grant: &Grant, id: RestoreId, taken: &[Taken]) -> Result<()> {
    const COUNT: &str = "select count(*), coalesce(max(number), 0) from restore_items where restore_id = $1";
    let (count, last): (i64, i64) = tx.one(sql(COUNT).bind(id)).await?;
    let more = i64::try_from(taken.len()).unwrap_or(i64::MAX);
    if count.saturating_add(more) > MAX_RESTORE_ITEMS {
        return Err(StoreError::Conflict("that is more than one restore takes; choose fewer objects"));
    }
    keep_contents(tx, grant, id, taken.iter().filter_map(|item| item.wanted.as_deref())).await?;
    for (part, number) in taken.chunks(CHUNK).zip((last + 1..).step_by(CHUNK)) {
        let mut insert =
            sql("insert into restore_items (restore_id, number, workspace_id, tenant_id, resource_type, source_id, name,
          part, wanted_hash, version_id, said_target, suggested, needs, stripped) values ");
        for (i, (item, number)) in part.iter().zip(number..).enumerate() {
            insert = insert
                .push_bind(if i == 0 { "(" } else { ", (" }, id)
                .push_bind(", ", number)
                .push_bind(", ", grant.workspace_id())
                .push_bind(", ", grant.tenant_id())
                .push_bind(", ", item.resource_type.as_str())
                .push_bind(", ", item.source_id.as_str())
                .push_bind(", ", item.name.as_str())
                .push_bind(", ", json!(item.part))
                .push_bind(", ", item.wanted.clone())
                .push_bind(", ", item.version)
                .push_bind(", ", item.said_target.clone())
                .push_bind(", ", json!([]))
                .push_bind(", ", json!([]))
                .push_bind(", ", json!([]))
                .push(")");
        }
        tx.exec(insert.push(" on conflict do nothing")).await?;
    }
    Ok(())
}

/// Contents to which the restore refers from now on, so that nobody collects them.
pub(super) async fn keep_contents(tx: &mut Tx, grant: &Grant, id: RestoreId, hashes: impl Iterator<Item = &str>) -> Result<()> {
    let hashes: Vec<&str> = hashes.collect::<BTreeSet<&str>>().into_iter().collect();
    for chunk in hashes.chunks(CHUNK) {
        let mut insert = sql("insert into restore_contents (restore_id, hash, workspace_id, tenant_id) values ");
        for (i, hash) in chunk.iter().enumerate() {
            insert = insert
                .push_bind(if i == 0 { "(" } else { ", (" }, id)
                .push_bind(", ", *hash)
                .push_bind(", ", grant.workspace_id())
                .push_bind(", ", grant.tenant_id())
                .push(")");
        }
        tx.exec(insert.push(" on conflict do nothing")).await?;
    }
    Ok(())
}

impl Restores<'_> {
    /// The objects that a choice means.
    pub(super) async fn chosen(&self, from: &TenantScope, source: &Source, choice: &Choice) -> Result<Vec<Taken>> {
        const HEAD: &str = "select k.resource_type, k.object_id, k.name, k.content_hash, k.version_id";
        type Row = (String, String, String, String, Option<Uuid>);
        let mut rows: Vec<Row> = Vec::new();
        let mut db = self.0.db().read(from.grant().reach()).await?;
        match choice {
            Choice::Matching(filter) => {
                let all = narrowed(held_by(HEAD, from, source)?, filter).push(" order by k.name_key, k.key limit ");
                rows = db.all(all.push_bind("", MAX_RESTORE_ITEMS + 1)).await?;
            }
            Choice::These(keys) => {
                let keys: Vec<ThingId> = keys.iter().copied().collect();
                for chunk in keys.chunks(100) {
                    let these = held_by(HEAD, from, source)?.push_in(" and k.key in ", chunk.iter().copied());
                    rows.extend(db.all::<Row>(these.push(" order by k.name_key, k.key")).await?);
                }
            }
        }
        db.end().await?;
        let taken = |(resource_type, source_id, name, wanted, version): Row| Taken {
            resource_type,
            source_id,
            name,
            wanted: Some(wanted),
            version: version.map(PolicyVersionId::from_uuid),
            part: Part::Whole,
            said_target: None,
        };
        Ok(rows.into_iter().map(taken).collect())
    }

    /// Adds what a choice means to what is chosen; what is chosen already stays as it is. `revision` is the one that the chooser saw;
    /// the answer is the new one.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when there is no such restore, or `from` is not the tenant of its source; [`StoreError::Conflict`] when
    /// it was changed meanwhile or executed, or the choice is larger than a restore may be.
    pub async fn choose(
        &self,
        permit: &Permit<can::RestoreExecute>,
        from: &TenantScope,
        id: RestoreId,
        revision: i64,
        choice: &Choice,
    ) -> Result<i64> {
        let grant = permit.grant();
        let source = self.source_of(grant, from, id).await?;
        let taken = self.chosen(from, &source, choice).await?;
        let whole = match choice {
            // Nothing but types was asked of the source: it is known what is not wanted of them.
            Choice::Matching(filter) if filter.text.is_none() && filter.platform.is_none() => {
                let of_types = self.whole_types(from, &source).await?;
                of_types.into_iter().filter(|key| filter.types.is_empty() || filter.types.contains(key)).collect()
            }
            _ => Vec::new(),
        };
        let (mut tx, mut held) = self.begin_edit(grant, id, revision).await?;
        held.choosable(revision)?;
        take(&mut tx, grant, id, &taken).await?;
        add_whole(&mut tx, id, &whole).await?;
        held.back_to(&mut tx, RestoreState::Scoped).await?;
        end_edit(tx, grant, held).await
    }

    /// Takes objects out again, by their numbers. Their types are no longer known to be chosen as a whole.
    ///
    /// # Errors
    /// As [`Restores::choose`].
    pub async fn leave_out(
        &self,
        permit: &Permit<can::RestoreExecute>,
        id: RestoreId,
        revision: i64,
        numbers: &BTreeSet<u32>,
    ) -> Result<i64> {
        let numbers: Vec<u32> = numbers.iter().copied().collect();
        let (mut tx, mut held) = self.begin_edit(permit.grant(), id, revision).await?;
        for chunk in numbers.chunks(CHUNK) {
            let gone = sql("delete from restore_items where restore_id = $1").bind(id);
            let gone = gone.push_in(" and number in ", chunk.iter().copied()).push(" returning resource_type");
            let types: Vec<(String,)> = tx.all(gone).await?;
            drop_whole(&mut tx, id, types.into_iter().map(|(key,)| key).collect()).await?;
        }
        let (left,): (i64,) = tx.one(sql("select count(*) from restore_items where restore_id = $1").bind(id)).await?;
        held.back_to(&mut tx, if left == 0 { RestoreState::Draft } else { RestoreState::Scoped }).await?;
        end_edit(tx, permit.grant(), held).await
    }

    /// Says how much is put back of these objects, by their numbers; none given: of all.
    ///
    /// # Errors
    /// As [`Restores::choose`]; [`StoreError::Conflict`] for properties without a name.
    pub async fn set_part(
        &self,
        permit: &Permit<can::RestoreExecute>,
        id: RestoreId,
        revision: i64,
        numbers: &BTreeSet<u32>,
        part: &Part,
    ) -> Result<i64> {
        let part = match part {
            Part::Properties { names } => {
                let names: BTreeSet<&String> = names.iter().filter(|name| !name.is_empty()).collect();
                if names.is_empty() {
                    return Err(StoreError::Conflict("name at least one property"));
                }
                json!(Part::Properties { names: names.into_iter().cloned().collect() })
            }
            other => json!(other),
        };
        let numbers: Vec<u32> = numbers.iter().copied().collect();
        let (mut tx, mut held) = self.begin_edit(permit.grant(), id, revision).await?;
        held.choosable(revision)?;
        let set = || sql("update restore_items set part = $2 where restore_id = $1").bind(id).bind(part.clone());
        if numbers.is_empty() {
            tx.exec(set()).await?;
        }
        for chunk in numbers.chunks(CHUNK) {
            tx.exec(set().push_in(" and number in ", chunk.iter().copied())).await?;
        }
        held.back_to(&mut tx, RestoreState::Scoped).await?;
        end_edit(tx, permit.grant(), held).await
    }

    /// Says which object of the tenant an item is, by Microsoft's id; `None`: nobody says so any more. What the preview suggests counts
    /// only when it was said here.
    ///
    /// # Errors
    /// As [`Restores::choose`]; [`StoreError::NotVisible`] when there is no such item.
    pub async fn say_target(
        &self,
        permit: &Permit<can::RestoreExecute>,
        id: RestoreId,
        revision: i64,
        number: u32,
        target: Option<&str>,
    ) -> Result<i64> {
        const SAY: &str = "update restore_items set said_target = $3 where restore_id = $1 and number = $2";
        let target = target.map(str::to_owned);
        let (mut tx, mut held) = self.begin_edit(permit.grant(), id, revision).await?;
        if tx.exec(sql(SAY).bind(id).bind(number).bind(target.clone())).await? == 0 {
            return Err(StoreError::NotVisible);
        }
        held.back_to_scoped(&mut tx).await?;
        end_edit(tx, permit.grant(), held).await
    }

    /// Says whether what is in the tenant and not wanted is removed, of the types of which everything was chosen.
    ///
    /// # Errors
    /// As [`Restores::choose`].
    pub async fn set_prune(&self, permit: &Permit<can::RestoreExecute>, id: RestoreId, revision: i64, on: bool) -> Result<i64> {
        let (mut tx, mut held) = self.begin_edit(permit.grant(), id, revision).await?;
        held.choosable(revision)?;
        tx.exec(sql("update restores set prune = $2 where id = $1").bind(id).bind(on)).await?;
        held.back_to_scoped(&mut tx).await?;
        end_edit(tx, permit.grant(), held).await
    }

    /// Begins an edit: the restore is held and may be changed by whoever saw that revision.
    pub(super) async fn begin_edit(&self, grant: &Grant, id: RestoreId, revision: i64) -> Result<(Tx, Held)> {
        let mut tx = self.0.db().write(grant.reach()).await?;
        let held = hold(&mut tx, grant, id).await?;
        held.editable(revision)?;
        Ok((tx, held))
    }

    /// The source of a restore, for whoever has the tenant that it is of.
    pub(super) async fn source_of(&self, grant: &Grant, from: &TenantScope, id: RestoreId) -> Result<Source> {
        let mut tx = self.0.db().write(grant.reach()).await?;
        let held = hold(&mut tx, grant, id).await?;
        if held.source_tenant != Some(from.tenant_id()) || from.workspace_id() != grant.workspace_id() {
            return Err(StoreError::NotVisible);
        }
        Ok(held.source)
    }

    /// Types of which a source holds everything that there was: what it does not hold of them was not there.
    async fn whole_types(&self, from: &TenantScope, source: &Source) -> Result<Vec<String>> {
        const OF_SET: &str =
            "select resource_type from backup_set_types where tenant_id = $1 and set_id = $2 and state = 'complete'
          and wanted_whole and left_out = 0";
        const AT: &str = "select resource_type from inventory_coverage where tenant_id = $1 and complete_at <= $2";
        let statement = match source {
            Source::BackupSet { set } => sql(OF_SET).bind(from.tenant_id()).bind(*set),
            Source::Instant { at, .. } => sql(AT).bind(from.tenant_id()).bind(*at),
            Source::Version { .. } | Source::Undo { .. } => return Ok(Vec::new()),
        };
        let mut db = self.0.db().read(from.grant().reach()).await?;
        let rows: Vec<(String,)> = db.all(statement).await?;
        db.end().await?;
        Ok(rows.into_iter().map(|(key,)| key).collect())
    }
}

/// Ends an edit; the new revision.
pub(super) async fn end_edit(tx: Tx, grant: &Grant, held: Held) -> Result<i64> {
    tx.commit(grant.actor(), AuditEntry::done(Action::RestoreEdit).on("restore", held.id.uuid())).await?;
    Ok(held.revision)
}

async fn whole(tx: &mut Tx, id: RestoreId) -> Result<BTreeSet<String>> {
    let (types,): (crate::row::DbJson,) = tx.one(sql("select prune_types from restores where id = $1").bind(id)).await?;
    Ok(super::row::texts(types.0).into_iter().collect())
}

async fn add_whole(tx: &mut Tx, id: RestoreId, types: &[String]) -> Result<()> {
    let mut all = whole(tx, id).await?;
    all.extend(types.iter().cloned());
    tx.exec(sql("update restores set prune_types = $2 where id = $1").bind(id).bind(json!(all))).await?;
    Ok(())
}

pub(super) async fn drop_whole(tx: &mut Tx, id: RestoreId, types: BTreeSet<String>) -> Result<()> {
    let left: BTreeSet<String> = whole(tx, id).await?.difference(&types).cloned().collect();
    tx.exec(sql("update restores set prune_types = $2 where id = $1").bind(id).bind(json!(left))).await?;
    Ok(())
}
