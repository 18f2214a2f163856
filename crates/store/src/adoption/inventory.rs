//! The inventory: what is known of each policy. Its content comes with its versions; until then, or the next sync, it has none.

use std::collections::BTreeMap;

use model::canonical::{Canonical, canonical};
use model::ids::WorkspaceId;
use model::json::Json;
use model::resource_types::Platform;
use model::time::Moment;
use uuid::Uuid;

use super::kind::{Kind, Plan, Planned};
use super::known::{Known, KnownItem};
use super::old::Old;
use super::report::Table;
use super::shape::{self, Shape};
use super::{references, types, values};
use crate::blobs;
use crate::db::{Result, Tx};
use crate::row::name_key;
use crate::sealed::Keyring;
use crate::sql::Sql;

/// Items of the inventory.
pub(super) struct Items;

/// Policies: the same things as items of the inventory, known by versions.
pub(super) struct Policies;

/// An item to be added.
pub(super) struct Row {
    item: KnownItem,
    object_id: String,
    platform: Platform,
    content: Canonical,
    seen_at: Option<Moment>,
    created_at: Option<Moment>,
    run: Option<Uuid>,
}

/// The longest name, in characters.
const MAX_NAME: usize = 300;

fn plan(old: &Old, id: Uuid, known: &mut Known) -> std::result::Result<Plan<Row>, &'static str> {
    let place = known.place(old)?;
    let kind = types::find(old.text("policy_type").ok_or("no type")?).ok_or("a type that is not known")?;
    let object_id = old.text("external_id").ok_or("no id of Microsoft's")?.to_owned();
    let key = (place.tenant, kind.key.clone(), object_id.clone());
    if let Some(same) = known.objects.get(&key) {
        return Ok(Plan::Same(*same));
    }
    let name: String = old.text("display_name").unwrap_or_default().chars().take(MAX_NAME).collect();
    let item = KnownItem { id, place, resource_type: kind.key.clone(), name, observed: false, version: 0, latest: None };
    known.objects.insert(key, id);
    known.items.insert(id, item.clone());
    Ok(Plan::New(Row {
        item,
        object_id,
        platform: Platform::from_code(&old.text("platform").unwrap_or_default().to_lowercase()),
        content: canonical(kind, Json::Object(Vec::new())),
        seen_at: old.time("last_seen_at").or_else(|| old.time("last_synced_at")).map(|at| at.min(known.now)),
        created_at: old.time("created_at").map(|at| at.min(known.now)),
        run: None,
    }))
}

async fn write(tx: &mut Tx, rows: &[Row]) -> Result<()> {
    const HEAD: &str = "insert into inventory_items (id, workspace_id, tenant_id, resource_type, object_id, name, name_key, platform,
      content_hash, semantic_hash, first_seen_at, last_seen_at, changed_at, last_seen_operation_run_id, links_form, latest_version, absent)
      values ";
    let mut contents: BTreeMap<Uuid, Vec<blobs::Packed>> = BTreeMap::new();
    for row in rows {
        contents.entry(row.item.place.workspace).or_default().push(blobs::pack(&row.content)?);
    }
    for (workspace, contents) in contents {
        blobs::put(tx, WorkspaceId::from_uuid(workspace), contents).await?;
    }
    let form = model::links::form();
    let row = |statement: Sql, row: &Row| {
        let (first, last) = (row.created_at.or(row.seen_at), row.seen_at.or(row.created_at));
        statement
            .push_bind("", row.item.id)
            .push_bind(", ", row.item.place.workspace)
            .push_bind(", ", row.item.place.tenant)
            .push_bind(", ", row.item.resource_type.as_str())
            .push_bind(", ", row.object_id.as_str())
            .push_bind(", ", row.item.name.as_str())
            .push_bind(", ", name_key(&row.item.name))
            .push_bind(", ", row.platform.code())
            .push_bind(", ", row.content.hash.as_str())
            .push_bind(", ", row.content.semantic.as_str())
            .push_bind(", coalesce(", first)
            .push_bind(", $now), coalesce(", last)
            .push_bind(", $now), coalesce(", first)
            .push_bind(", $now), ", row.run)
            .push_bind(", ", form)
            .push_bind(", 0, ", false)
    };
    values::insert(tx, HEAD, rows, row, "").await
}

impl Kind for Items {
    const SHAPE: &'static Shape = &shape::INVENTORY_ITEMS;
    const HERE: Option<&'static str> = None;
    type Row = Row;

    fn plan(old: &Old, id: Uuid, known: &mut Known, table: &mut Table) -> Planned<Row> {
        let mut planned = plan(old, id, known)?;
        if let Plan::New(row) = &mut planned {
            let (own, legacy) = ("last_seen_operation_run_id", Some("last_seen_run_id"));
            row.run = references::run(old, own, legacy, row.item.place.tenant, known, table);
        }
        Ok(planned)
    }

    fn learn(_: &Old, _: &str, _: Uuid, _: &mut Known) {}

    async fn write(tx: &mut Tx, _: &Keyring, rows: &[Row]) -> Result<()> {
        write(tx, rows).await
    }
}

impl Kind for Policies {
    const SHAPE: &'static Shape = &shape::POLICIES;
    const HERE: Option<&'static str> = Some("inventory_items");
    type Row = Row;

    fn plan(old: &Old, id: Uuid, known: &mut Known, _: &mut Table) -> Planned<Row> {
        plan(old, id, known)
    }

    fn learn(_: &Old, old_id: &str, id: Uuid, known: &mut Known) {
        known.policies.insert(old_id.to_owned(), id);
    }

    async fn write(tx: &mut Tx, _: &Keyring, rows: &[Row]) -> Result<()> {
        write(tx, rows).await
    }
}
