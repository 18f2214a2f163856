//! The end of a capture: a set gets what it holds, its certificate and its status in one transaction, or nothing of it.

use std::collections::{BTreeMap, BTreeSet};

use model::backup::{BackupStatus, Selection};
use model::coverage::TypeState;
use model::failure::Code;
use model::ids::{BackupSetId, InventoryItemId, TenantId, WorkspaceId};
use model::run::ItemStatus;
use uuid::Uuid;

use super::{Backups, damage};
use crate::access::RunScope;
use crate::bind::storable;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::row::DbJson;
use crate::runs::fenced;
use crate::sql::{Sql, sql};

/// Rows per statement; see `blobs`.
const CHUNK: usize = 40;

/// A set that is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sealed {
    /// It.
    pub id: BackupSetId,
    /// How far it is to be trusted.
    pub status: BackupStatus,
    /// Objects in it.
    pub items: i64,
    /// Objects that it was to hold and does not, as far as they are named.
    pub missing: i64,
    /// Objects that are known, were to be in it and are not, named or not.
    pub left_out: i64,
}

/// What the run recorded.
struct Course {
    set: Uuid,
    workspace: WorkspaceId,
    tenant: TenantId,
    /// Where objects were chosen one by one: they, and what comes with them.
    chosen: Option<Chosen>,
    /// How each type's reading ended, by key.
    readings: BTreeMap<String, (TypeState, Option<String>)>,
    /// Whether the reading of a type failed.
    failed: bool,
    /// Objects that could not be read, by type: Microsoft's id and why.
    unread: BTreeMap<String, Vec<(String, String)>>,
    /// Types of which more objects could not be read than are named: nothing tells which of the others were.
    lost: BTreeSet<String>,
}

/// Objects that were chosen one by one.
struct Chosen {
    /// By type and Microsoft's id.
    items: BTreeMap<(String, String), Uuid>,
    /// Types of which everything is held with them.
    foundations: BTreeSet<String>,
}

impl Backups<'_> {
    /// Puts into the set of the attempt's run what the run saw: of types whose list was read to the end every object that is there,
    /// of others those that this run read; never one whose details could not be read, of which an older version is known at best, and never one of which what is stored is
    /// known to be damaged.
    /// A set that an earlier attempt sealed stays as it is.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease; [`StoreError::NotVisible`] when the set is gone.
    pub async fn seal(&self, run: &RunScope) -> Result<Sealed> {
        const HELD: &str = "select cast(count(*) as bigint), cast(coalesce(sum(b.plain_size), 0) as bigint)
            from backup_set_items s join policy_versions v on v.id = s.version_id
            join blobs b on b.workspace_id = v.workspace_id and b.hash = v.content_hash where s.set_id = $1";
        const MISSING: &str = "select count(*) from backup_set_missing where set_id = $1";
        const LEFT: &str = "select cast(coalesce(sum(left_out), 0) as bigint) from backup_set_types where set_id = $1";
        const SEAL: &str = "update backup_sets set status = $2, completed_at = $now, items = $3, bytes = $4, missing = $5,
            left_out = $6 where id = $1";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let course = match course(&mut tx, run).await? {
            Ok(course) => course,
            Err(sealed) => return Ok(sealed),
        };
        hold(&mut tx, run, &course).await?;
        leave_out(&mut tx, &course).await?;
        if let Some(chosen) = &course.chosen {
            not_there(&mut tx, &course, chosen).await?;
        }
        leave_out_damaged(&mut tx, &course).await?;
        certify(&mut tx, run, &course).await?;
        let (items, bytes): (i64, i64) = tx.one(sql(HELD).bind(course.set)).await?;
        let (missing,): (i64,) = tx.one(sql(MISSING).bind(course.set)).await?;
        let (left_out,): (i64,) = tx.one(sql(LEFT).bind(course.set)).await?;
        let any = course.readings.values().any(|(state, _)| *state == TypeState::Complete);
        let status = match () {
            () if items == 0 && !any => BackupStatus::Failed,
            () if course.failed || missing > 0 => BackupStatus::Partial,
            () => BackupStatus::Complete,
        };
        let seal = sql(SEAL).bind(course.set).bind(status.code()).bind(items).bind(bytes).bind(missing).bind(left_out);
        tx.exec(seal).await?;
        tx.commit_unaudited("a set that a run captured; the run is the record").await?;
        Ok(Sealed { id: BackupSetId::from_uuid(course.set), status, items, missing, left_out })
    }
}

/// What the run recorded, or the set as an earlier attempt sealed it.
async fn course(tx: &mut Tx, run: &RunScope) -> Result<std::result::Result<Course, Sealed>> {
    const SET: &str = "select id, status, selection, items, missing, left_out from backup_sets where operation_run_id = $1";
    const READ: &str = "select resource_type, state, failure_code from inventory_readings where operation_run_id = $1";
    const ITEMS: &str = "select item_key, status, data from operation_run_items where run_id = $1";
    let row: Option<(Uuid, String, DbJson, i64, i64, i64)> = tx.optional(sql(SET).bind(run.run_id())).await?;
    let (set, status, selection, items, missing, left_out) = row.ok_or(StoreError::NotVisible)?;
    let status = BackupStatus::from_code(&status);
    if status != BackupStatus::Capturing {
        return Ok(Err(Sealed { id: BackupSetId::from_uuid(set), status, items, missing, left_out }));
    }
    let tenant = run.tenant_id().ok_or(StoreError::Corrupt("a backup without a tenant"))?;
    let selection = Selection::stored(&selection.0).ok_or(StoreError::Corrupt("a backup's selection"))?;
    let readings: Vec<(String, String, Option<String>)> = tx.all(sql(READ).bind(run.run_id())).await?;
    let recorded: Vec<(String, String, DbJson)> = tx.all(sql(ITEMS).bind(run.run_id())).await?;
    let lost: BTreeSet<String> =
        recorded.iter().filter(|(_, _, data)| data.0.get("unread_many").is_some()).map(|(key, ..)| key.clone()).collect();
    let failed = recorded.iter().any(|(_, status, _)| ItemStatus::from_code(status) == ItemStatus::Failed);
    let state = |(key, state, code): (String, String, Option<String>)| (key, (TypeState::from_code(&state), code));
    let chosen = match &selection {
        Selection::Items { items } => Some(chosen(tx, tenant, &selection, items).await?),
        _ => None,
    };
    Ok(Ok(Course {
        set,
        workspace: run.workspace_id(),
        tenant,
        chosen,
        readings: readings.into_iter().map(state).collect(),
        failed: failed || !lost.is_empty(),
        unread: recorded.into_iter().map(|(key, _, data)| (key, unread(&data.0))).collect(),
        lost,
    }))
}

async fn chosen(tx: &mut Tx, tenant: TenantId, selection: &Selection, items: &BTreeSet<InventoryItemId>) -> Result<Chosen> {
    let ids: Vec<InventoryItemId> = items.iter().copied().collect();
    let mut found: BTreeMap<(String, String), Uuid> = BTreeMap::new();
    for chunk in ids.chunks(CHUNK) {
        let find = sql("select resource_type, object_id, id from inventory_items where tenant_id = $1").bind(tenant);
        let rows: Vec<(String, String, Uuid)> = tx.all(find.push_in(" and id in ", chunk.iter().copied())).await?;
        found.extend(rows.into_iter().map(|(key, object, id)| ((key, object), id)));
    }
    let types = found.keys().map(|(key, _)| key.clone()).collect();
    Ok(Chosen { foundations: selection.foundations(&types), items: found })
}

/// What a run's item says of objects that could not be read: `{"unread": [["id", "code"], …]}`.
fn unread(data: &serde_json::Value) -> Vec<(String, String)> {
    serde_json::from_value(data.get("unread").cloned().unwrap_or_default()).unwrap_or_default()
}

const HOLD: &str = "insert into backup_set_items (set_id, item_id, version_id, workspace_id, tenant_id)
  select s.id, i.id, v.id, i.workspace_id, i.tenant_id
  from backup_sets s join inventory_items i on i.tenant_id = s.tenant_id
  join policy_versions v on v.item_id = i.id and v.number = i.latest_version
  where s.id = $1 and not i.absent and v.content_hash is not null";

impl Course {
    /// The keys among `types` (all: `None`) that were read to the end, or of which some was.
    fn keys(&self, whole: bool, types: Option<&BTreeSet<String>>) -> Vec<&str> {
        let fits = |state: TypeState| (state == TypeState::Complete) == whole;
        let wanted = |key: &String| types.is_none_or(|types| types.contains(key)) && !self.lost.contains(key);
        let keys = self.readings.iter().filter(|(key, (state, _))| fits(*state) && wanted(key));
        keys.map(|(key, _)| key.as_str()).collect()
    }

    /// The two statements that put objects of these types into the set.
    fn holds(&self, run: &RunScope, types: Option<&BTreeSet<String>>) -> [Sql; 2] {
        let of = |whole| sql(HOLD).bind(self.set).push_in(" and i.resource_type in ", self.keys(whole, types));
        // Where the list broke off, what it had until then was read.
        [of(true), of(false).push_bind(" and i.last_seen_operation_run_id = ", run.run_id())]
    }
}

async fn hold(tx: &mut Tx, run: &RunScope, course: &Course) -> Result<()> {
    let Some(chosen) = &course.chosen else {
        for statement in course.holds(run, None) {
            tx.exec(statement).await?;
        }
        return Ok(());
    };
    for statement in course.holds(run, Some(&chosen.foundations)) {
        tx.exec(statement).await?;
    }
    let items: Vec<Uuid> = chosen.items.values().copied().collect();
    for chunk in items.chunks(CHUNK) {
        for statement in course.holds(run, None) {
            let these = statement.push_in(" and i.id in ", chunk.iter().copied()).push(" on conflict do nothing");
            tx.exec(these).await?;
        }
    }
    Ok(())
}

/// Takes out what could not be read, and names it.
async fn leave_out(tx: &mut Tx, course: &Course) -> Result<()> {
    for (key, objects) in &course.unread {
        let wanted = |object: &String| match &course.chosen {
            Some(chosen) => {
                chosen.foundations.contains(key) || chosen.items.contains_key(&(key.clone(), storable(object.clone())))
            }
            None => true,
        };
        let objects: Vec<&(String, String)> = objects.iter().filter(|(object, _)| wanted(object)).collect();
        for chunk in objects.chunks(CHUNK) {
            let out = sql("delete from backup_set_items where set_id = $1 and item_id in (select id from inventory_items
              where tenant_id = $2 and resource_type = $3")
            .bind(course.set)
            .bind(course.tenant)
            .bind(key.as_str())
            .push_in(" and object_id in ", chunk.iter().map(|(object, _)| object.as_str()))
            .push(")");
            tx.exec(out).await?;
            let named: Vec<(&str, &str, &str)> =
                chunk.iter().map(|(object, code)| (key.as_str(), object.as_str(), code.as_str())).collect();
            name(tx, course, &named).await?;
        }
    }
    Ok(())
}

/// Takes out what is stored damaged and was not read again, and names it.
async fn leave_out_damaged(tx: &mut Tx, course: &Course) -> Result<()> {
    let damaged = damage::take_out(tx, course.set, course.tenant).await?;
    let damaged: Vec<(&str, &str, &str)> =
        damaged.iter().map(|(key, object, code)| (key.as_str(), object.as_str(), *code)).collect();
    for chunk in damaged.chunks(CHUNK) {
        name(tx, course, chunk).await?;
    }
    Ok(())
}

/// Names chosen objects that are not in the set and for which no reason is known yet.
async fn not_there(tx: &mut Tx, course: &Course, chosen: &Chosen) -> Result<()> {
    let held: Vec<(Uuid,)> = tx.all(sql("select item_id from backup_set_items where set_id = $1").bind(course.set)).await?;
    let held: BTreeSet<Uuid> = held.into_iter().map(|(id,)| id).collect();
    let why = |key: &str| match course.readings.get(key) {
        // The list was read to its end, and it was not in it.
        Some((TypeState::Complete, _)) => Code::GraphNotFound.code(),
        Some((_, Some(code))) => code.as_str(),
        _ => Code::ObjectUnreadable.code(),
    };
    let gone = chosen.items.iter().filter(|(_, id)| !held.contains(*id));
    let gone: Vec<(&str, &str, &str)> = gone.map(|((key, object), _)| (key.as_str(), object.as_str(), why(key))).collect();
    for chunk in gone.chunks(CHUNK) {
        name(tx, course, chunk).await?;
    }
    Ok(())
}

/// Names objects as missing: type, Microsoft's id, and why.
async fn name(tx: &mut Tx, course: &Course, objects: &[(&str, &str, &str)]) -> Result<()> {
    let mut insert =
        sql("insert into backup_set_missing (set_id, resource_type, object_id, workspace_id, tenant_id, name, code) values ");
    for (i, (key, object, code)) in objects.iter().enumerate() {
        insert = insert
            .push_bind(if i == 0 { "(" } else { ", (" }, course.set)
            .push_bind(", ", *key)
            .push_bind(", ", *object)
            .push_bind(", ", course.workspace)
            .push_bind(", ", course.tenant)
            .push_bind(", coalesce((select i.name from inventory_items i where i.tenant_id = ", course.tenant)
            .push_bind(" and i.resource_type = ", *key)
            .push_bind(" and i.object_id = ", *object)
            .push_bind("), ''), ", *code)
            .push(")");
    }
    tx.exec(insert.push(" on conflict do nothing")).await?;
    Ok(())
}

async fn certify(tx: &mut Tx, run: &RunScope, course: &Course) -> Result<()> {
    const CERTIFY: &str =
        "insert into backup_set_types (set_id, resource_type, workspace_id, tenant_id, state, failure_code, pages,
          objects, details, every_detail, wanted_whole, items, bytes, left_out, ended_at)
        select $1, r.resource_type, r.workspace_id, r.tenant_id, r.state, r.failure_code, r.pages, r.objects, r.details,
          r.every_detail, $3, coalesce(h.items, 0), coalesce(h.bytes, 0), 0, r.ended_at
        from inventory_readings r left join (
          select i.resource_type, count(*) as items, cast(sum(b.plain_size) as bigint) as bytes
          from backup_set_items s join inventory_items i on i.id = s.item_id join policy_versions v on v.id = s.version_id
          join blobs b on b.workspace_id = v.workspace_id and b.hash = v.content_hash
          where s.set_id = $1 group by i.resource_type) h on h.resource_type = r.resource_type
        where r.operation_run_id = $2";
    const WHOLE: &str = "update backup_set_types set wanted_whole = $2 where set_id = $1";
    const KNOWN: &str = "update backup_set_types set left_out = (select count(*) from inventory_items i
          where i.tenant_id = backup_set_types.tenant_id and i.resource_type = backup_set_types.resource_type and not i.absent
            and not exists (select 1 from backup_set_items s where s.set_id = $1 and s.item_id = i.id))
        where set_id = $1";
    const NAMED: &str = "update backup_set_types set left_out = (select count(*) from backup_set_missing m
          where m.set_id = $1 and m.resource_type = backup_set_types.resource_type)
        where set_id = $1 and left_out < (select count(*) from backup_set_missing m
          where m.set_id = $1 and m.resource_type = backup_set_types.resource_type)";
    tx.exec(sql(CERTIFY).bind(course.set).bind(run.run_id()).bind(course.chosen.is_none())).await?;
    if let Some(chosen) = &course.chosen {
        let foundations = chosen.foundations.iter().map(String::as_str);
        tx.exec(sql(WHOLE).bind(course.set).bind(true).push_in(" and resource_type in ", foundations)).await?;
    }
    let known = sql(KNOWN).bind(course.set);
    let known = match &course.chosen {
        Some(chosen) => known.push_in(" and resource_type in ", chosen.foundations.iter().map(String::as_str)),
        None => known,
    };
    tx.exec(known).await?;
    tx.exec(sql(NAMED).bind(course.set)).await?;
    Ok(())
}
