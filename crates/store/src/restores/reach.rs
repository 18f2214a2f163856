//! Whom a frozen plan reaches: counted by the preview while it holds each object, kept as figures.

use std::collections::BTreeMap;

use model::directory::object_id;
use model::ids::RestoreId;

use super::Restores;
use super::freeze::PlannedWork;
use crate::access::{RunScope, TenantScope};
use crate::db::{Result, Tx};
use crate::sql::sql;

/// Rows per statement; see `blobs`.
const CHUNK: usize = 100;
const DEVICES: &str = "all_devices";
const USERS: &str = "all_users";
const NOBODY: &str = "nobody";
const GROUP: &str = "group";

/// A group that a plan reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachedGroup {
    /// Microsoft's id of it.
    pub id: String,
    /// What it is called; `None` when the cache does not know it.
    pub name: Option<String>,
    /// How many members the cache counts.
    pub members: Option<i64>,
    /// How many of the written objects are assigned to it.
    pub objects: i64,
}

/// Whom the objects reach that a plan writes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanReach {
    /// How many are assigned to all devices.
    pub all_devices: i64,
    /// How many are assigned to all users.
    pub all_users: i64,
    /// The groups that they are assigned to, those of most objects first.
    pub groups: Vec<ReachedGroup>,
    /// How many are assigned to nobody.
    pub nobody: i64,
}

/// Keeps whom the plan reaches, in place of what an earlier one did.
pub(super) async fn keep(tx: &mut Tx, run: &RunScope, id: RestoreId, work: &[PlannedWork]) -> Result<()> {
    let mut figures = BTreeMap::from([((NOBODY, String::new()), 0_i64)]);
    let written = work.iter().filter(|item| item.action.writes());
    for reach in written.filter_map(|item| item.reach.as_ref()) {
        let anybody = reach.all_devices || reach.all_users || !reach.groups.is_empty() || reach.others > 0;
        for (kind, reaches) in [(DEVICES, reach.all_devices), (USERS, reach.all_users), (NOBODY, !anybody)] {
            *figures.entry((kind, String::new())).or_default() += i64::from(reaches);
        }
        for group in &reach.groups {
            *figures.entry((GROUP, group.clone())).or_default() += 1;
        }
    }
    tx.exec(sql("delete from restore_reach where restore_id = $1").bind(id)).await?;
    let rows: Vec<(&(&str, String), &i64)> = figures.iter().collect();
    for chunk in rows.chunks(CHUNK) {
        let mut insert = sql("insert into restore_reach (restore_id, kind, group_id, workspace_id, tenant_id, objects) values ");
        for (i, ((kind, group), objects)) in chunk.iter().enumerate() {
            insert = insert
                .push_bind(if i == 0 { "(" } else { ", (" }, id)
                .push_bind(", ", *kind)
                .push_bind(", ", group.as_str())
                .push_bind(", ", run.workspace_id())
                .push_bind(", ", run.tenant_id())
                .push_bind(", ", **objects)
                .push(")");
        }
        tx.exec(insert).await?;
    }
    Ok(())
}

impl Restores<'_> {
    /// Whom the objects reach that the plan writes, with the names and counts of the directory cache. `None`: no plan was frozen.
    ///
    /// # Errors
    /// As [`Restores::find`].
    pub async fn reach(&self, scope: &TenantScope, id: RestoreId) -> Result<Option<PlanReach>> {
        const READ: &str = "select kind, group_id, objects from restore_reach where restore_id = $1";
        let restore = self.find(scope, id).await?;
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<(String, String, i64)> = db.all(sql(READ).bind(id)).await?;
        db.end().await?;
        if restore.plan_hash.is_none() || rows.is_empty() {
            return Ok(None);
        }
        let (mut found, mut groups) = (PlanReach::default(), BTreeMap::new());
        for (kind, group, objects) in rows {
            match kind.as_str() {
                DEVICES => found.all_devices = objects,
                USERS => found.all_users = objects,
                NOBODY => found.nobody = objects,
                _ => _ = groups.insert(group, objects),
            }
        }
        found.groups = self.named_groups(scope, groups).await?;
        Ok(Some(found))
    }

    /// Groups with what the cache knows of them, those of most objects first.
    async fn named_groups(&self, scope: &TenantScope, groups: BTreeMap<String, i64>) -> Result<Vec<ReachedGroup>> {
        const KNOWN: &str =
            "select object_id, name, member_count from directory_groups where deleted_at is null and tenant_id = ";
        let ids: Vec<String> = groups.keys().map(|id| object_id(id)).collect();
        let mut known: BTreeMap<String, (String, Option<i64>)> = BTreeMap::new();
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        for chunk in ids.chunks(100) {
            let of = sql("").push_bind(KNOWN, scope.tenant_id()).push_in(" and object_id in ", chunk.iter().map(String::as_str));
            let rows: Vec<(String, String, Option<i64>)> = db.all(of).await?;
            known.extend(rows.into_iter().map(|(id, name, members)| (id, (name, members))));
        }
        db.end().await?;
        let group = |(id, objects): (String, i64)| {
            let (name, members) =
                known.get(&object_id(&id)).cloned().map_or((None, None), |(name, members)| (Some(name), members));
            ReachedGroup { id, name, members, objects }
        };
        let mut all: Vec<ReachedGroup> = groups.into_iter().map(group).collect();
        all.sort_by(|a, b| b.objects.cmp(&a.objects).then_with(|| a.id.cmp(&b.id)));
        Ok(all)
    }
}
