//! Backup sets and what they hold. A set that was adopted says that it is not whole: nobody here saw it being captured.

use std::collections::BTreeMap;

use model::backup::{BackupStatus, Selection};
use model::failure::Code;
use model::time::Moment;
use uuid::Uuid;

use super::kind::{Kind, Plan, Planned};
use super::known::{Known, Place};
use super::old::Old;
use super::report::Table;
use super::shape::{self, Shape};
use super::{types, values};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sealed::Keyring;
use crate::sql::{Sql, sql};

/// Backup sets.
pub(super) struct Sets;

/// What they hold.
pub(super) struct Items;

/// A set to be added.
pub(super) struct Row {
    id: Uuid,
    place: Place,
    name: String,
    started_at: Moment,
    completed_at: Moment,
}

/// What a set holds: a version, or the note that it is missing.
pub(super) enum Held {
    Version { set: Uuid, place: Place, item: Uuid, version: Uuid },
    Missing { set: Uuid, place: Place, resource_type: String, object_id: String },
}

/// The longest name, in characters.
const MAX_NAME: usize = 200;

impl Kind for Sets {
    const SHAPE: &'static Shape = &shape::BACKUP_SETS;
    const HERE: Option<&'static str> = Some("backup_sets");
    type Row = Row;

    fn plan(old: &Old, id: Uuid, known: &mut Known, _: &mut Table) -> Planned<Row> {
        let place = known.place(old)?;
        if old.time("deleted_at").is_some() {
            return Err("it was removed");
        }
        if !matches!(old.text("status"), Some("completed" | "complete" | "partial")) {
            return Err("it was never completed");
        }
        let started_at = old.time("created_at").unwrap_or(known.now).min(known.now);
        let completed_at = old.time("completed_at").unwrap_or(started_at).clamp(started_at, known.now);
        let name = old.text("name").unwrap_or("Adopted backup").chars().take(MAX_NAME).collect();
        Ok(Plan::New(Row { id, place, name, started_at, completed_at }))
    }

    fn learn(old: &Old, old_id: &str, id: Uuid, known: &mut Known) {
        if let Ok(place) = known.place(old) {
            known.sets.insert(old_id.to_owned(), (id, place));
        }
    }

    async fn write(tx: &mut Tx, _: &Keyring, rows: &[Row]) -> Result<()> {
        const HEAD: &str =
            "insert into backup_sets (id, workspace_id, tenant_id, name, status, selection, holds, created_by_name, started_at,
          completed_at, items, bytes, missing, left_out, pinned) values ";
        let selection = serde_json::to_value(Selection::All).map_err(|_| StoreError::Corrupt("a selection"))?;
        let row = |statement: Sql, row: &Row| {
            statement
                .push_bind("", row.id)
                .push_bind(", ", row.place.workspace)
                .push_bind(", ", row.place.tenant)
                .push_bind(", ", row.name.as_str())
                .push_bind(", ", BackupStatus::Partial.code())
                .push_bind(", ", selection.clone())
                .push(", 'What an earlier installation held', 'An earlier installation'")
                .push_bind(", ", row.started_at)
                .push_bind(", ", row.completed_at)
                .push_bind(", 0, 0, 0, 0, ", false)
        };
        values::insert(tx, HEAD, rows, row, "").await
    }
}

impl Kind for Items {
    const SHAPE: &'static Shape = &shape::BACKUP_ITEMS;
    const HERE: Option<&'static str> = None;
    type Row = Held;

    fn plan(old: &Old, _: Uuid, known: &mut Known, table: &mut Table) -> Planned<Held> {
        let set = old.id("backup_set_id").ok_or("no backup set")?;
        let (set, place) = *known.sets.get(&set).ok_or("its backup set is not here")?;
        let version = old.id("policy_version_id").and_then(|version| known.versions.get(&version)).copied();
        let ours = version.filter(|(item, _)| known.items.get(item).is_some_and(|item| item.place == place));
        if let Some((item, version)) = ours {
            if !known.in_sets.insert((set, item)) {
                return Err("the backup set has its policy already");
            }
            return Ok(Plan::New(Held::Version { set, place, item, version }));
        }
        let kind = types::find(old.text("policy_type").ok_or("no type")?).ok_or("a type that is not known")?;
        let object_id = old.text("policy_identifier").ok_or("no id of Microsoft's")?.to_owned();
        if !known.missing_in_sets.insert((set, kind.key.clone(), object_id.clone())) {
            return Err("the backup set misses it already");
        }
        table.note("its version is not here: the backup set says that it is missing");
        Ok(Plan::New(Held::Missing { set, place, resource_type: kind.key.clone(), object_id }))
    }

    fn learn(_: &Old, _: &str, _: Uuid, _: &mut Known) {}

    async fn write(tx: &mut Tx, _: &Keyring, rows: &[Held]) -> Result<()> {
        const VERSIONS: &str = "insert into backup_set_items (set_id, item_id, version_id, workspace_id, tenant_id) values ";
        const MISSING: &str =
            "insert into backup_set_missing (set_id, resource_type, object_id, workspace_id, tenant_id, name, code) values ";
        const COUNT: &str = "update backup_sets set items = items + $2, missing = missing + $3 where id = $1";
        let mut counts: BTreeMap<Uuid, (i64, i64)> = BTreeMap::new();
        let (mut held, mut gone) = (Vec::new(), Vec::new());
        for row in rows {
            match row {
                Held::Version { set, .. } => {
                    counts.entry(*set).or_default().0 += 1;
                    held.push(row);
                }
                Held::Missing { set, .. } => {
                    counts.entry(*set).or_default().1 += 1;
                    gone.push(row);
                }
            }
        }
        let row = |statement: Sql, row: &&Held| match row {
            Held::Version { set, place, item, version } => statement
                .push_bind("", *set)
                .push_bind(", ", *item)
                .push_bind(", ", *version)
                .push_bind(", ", place.workspace)
                .push_bind(", ", place.tenant),
            Held::Missing { set, place, resource_type, object_id } => statement
                .push_bind("", *set)
                .push_bind(", ", resource_type.as_str())
                .push_bind(", ", object_id.as_str())
                .push_bind(", ", place.workspace)
                .push_bind(", ", place.tenant)
                .push_bind(", '', ", Code::BackupIncomplete.code()),
        };
        values::insert(tx, VERSIONS, &held, row, "").await?;
        values::insert(tx, MISSING, &gone, row, "").await?;
        for (set, (items, missing)) in counts {
            tx.exec(sql(COUNT).bind(set).bind(items).bind(missing)).await?;
        }
        Ok(())
    }
}
