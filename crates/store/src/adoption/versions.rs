//! Versions of policies. One that holds the same as the one before it is that one.

use std::collections::BTreeMap;

use model::canonical::{Canonical, canonical};
use model::ids::WorkspaceId;
use model::json::Json;
use model::resource_types;
use model::time::Moment;
use model::version::{Change, Changed};
use uuid::Uuid;

use super::kind::{Kind, Plan, Planned};
use super::known::{Known, KnownItem, Latest};
use super::old::Old;
use super::report::Table;
use super::shape::{self, Shape};
use super::values;
use crate::blobs;
use crate::db::{Result, Tx};
use crate::sealed::Keyring;
use crate::sql::{Sql, sql};

/// Versions of policies.
pub(super) struct Versions;

/// A version to be added.
pub(super) struct Row {
    id: Uuid,
    item: KnownItem,
    number: i64,
    content: Canonical,
    change: Change,
    changed: Changed,
    captured_at: Moment,
}

/// What it held, as a sync would have stored it.
fn content(old: &Old, kind: &resource_types::ResourceType) -> std::result::Result<Canonical, &'static str> {
    let read = |column: &str| Json::parse(old.text(column)?.as_bytes()).ok();
    let mut object = read("snapshot").filter(|object| object.as_object().is_some()).ok_or("no content")?;
    if let (Some(assignments), Some(list @ Json::Array(_))) = (&kind.assignments, read("assignments"))
        && object.get(&assignments.path).is_none()
    {
        object.set(&assignments.path, list);
    }
    Ok(canonical(kind, object))
}

impl Kind for Versions {
    const SHAPE: &'static Shape = &shape::POLICY_VERSIONS;
    const HERE: Option<&'static str> = Some("policy_versions");
    type Row = Row;

    fn plan(old: &Old, id: Uuid, known: &mut Known, _: &mut Table) -> Planned<Row> {
        let policy = old.id("policy_id").ok_or("no policy")?;
        let item = *known.policies.get(&policy).ok_or("its policy is not here")?;
        let now = known.now;
        let item = known.items.get_mut(&item).ok_or("its policy is not here")?;
        if item.observed {
            return Err("its policy was observed here since");
        }
        let kind = resource_types::find(&item.resource_type).ok_or("a type that is not known")?;
        let content = content(old, kind)?;
        let before = item.latest.take();
        let same = before.as_ref().filter(|before| before.semantic == content.semantic).map(|before| before.id);
        if let Some(same) = same {
            item.latest = before;
            return Ok(Plan::Same(same));
        }
        item.version += 1;
        let changed = before.map_or_else(Changed::default, |before| Changed {
            body: before.parts.body != content.parts.body,
            assignments: before.parts.assignments != content.parts.assignments,
            scope_tags: before.parts.scope_tags != content.parts.scope_tags,
        });
        item.latest = Some(Latest { id, semantic: content.semantic.clone(), parts: content.parts.clone() });
        let change = if item.version == 1 { Change::FirstSeen } else { Change::Changed };
        let captured_at = old.time("captured_at").or_else(|| old.time("created_at")).unwrap_or(now).min(now);
        Ok(Plan::New(Row { id, item: item.clone(), number: item.version, content, change, changed, captured_at }))
    }

    fn learn(old: &Old, old_id: &str, id: Uuid, known: &mut Known) {
        if let Some(item) = old.id("policy_id").and_then(|policy| known.policies.get(&policy)) {
            known.versions.insert(old_id.to_owned(), (*item, id));
        }
    }

    async fn write(tx: &mut Tx, _: &Keyring, rows: &[Row]) -> Result<()> {
        // No run is known that made them: its place is taken by the id that no run has.
        const HEAD: &str =
            "insert into policy_versions (id, workspace_id, tenant_id, item_id, number, captured_at, operation_run_id, change,
          changed_body, changed_assignments, changed_scope_tags, name, content_hash, semantic_hash, body_hash, assignments_hash,
          scope_tags_hash, volatile_fields) values ";
        // The links of the content are made by whoever makes those of items that had none.
        const LATEST: &str = "update inventory_items set content_hash = $2, semantic_hash = $3, latest_version = $4, changed_at = $5, links_form = ''
          where id = $1 and observed_at is null and latest_version < $4";
        let mut contents: BTreeMap<Uuid, Vec<blobs::Packed>> = BTreeMap::new();
        for row in rows {
            contents.entry(row.item.place.workspace).or_default().push(blobs::pack(&row.content)?);
        }
        for (workspace, contents) in contents {
            blobs::put(tx, WorkspaceId::from_uuid(workspace), contents).await?;
        }
        let row = |statement: Sql, row: &Row| {
            statement
                .push_bind("", row.id)
                .push_bind(", ", row.item.place.workspace)
                .push_bind(", ", row.item.place.tenant)
                .push_bind(", ", row.item.id)
                .push_bind(", ", row.number)
                .push_bind(", ", row.captured_at)
                .push_bind(", ", Uuid::nil())
                .push_bind(", ", row.change.code())
                .push_bind(", ", row.changed.body)
                .push_bind(", ", row.changed.assignments)
                .push_bind(", ", row.changed.scope_tags)
                .push_bind(", ", row.item.name.as_str())
                .push_bind(", ", row.content.hash.as_str())
                .push_bind(", ", row.content.semantic.as_str())
                .push_bind(", ", row.content.parts.body.as_str())
                .push_bind(", ", row.content.parts.assignments.as_str())
                .push_bind(", ", row.content.parts.scope_tags.as_str())
                .push_bind(", ", row.content.volatile.as_str())
        };
        values::insert(tx, HEAD, rows, row, "").await?;
        for row in rows {
            let (hash, semantic) = (row.content.hash.as_str(), row.content.semantic.as_str());
            let latest = sql(LATEST).bind(row.item.id).bind(hash).bind(semantic).bind(row.number).bind(row.captured_at);
            tx.exec(latest).await?;
        }
        Ok(())
    }
}
