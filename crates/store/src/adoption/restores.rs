//! Restores: the record that there was one. What it was to write and did write stays with the earlier installation; one that was
//! previewed has to be previewed again.

use model::ids::BackupSetId;
use model::restore::{Purpose, RestoreState, Source};
use model::time::Moment;
use uuid::Uuid;

use super::kind::{Kind, Plan, Planned};
use super::known::{Known, Place};
use super::old::Old;
use super::report::Table;
use super::shape::{self, Shape};
use super::{references, values};
use crate::db::{Result, Tx};
use crate::sealed::Keyring;
use crate::sql::Sql;

/// Restores.
pub(super) struct Restores;

/// A restore to be added.
pub(super) struct Row {
    id: Uuid,
    place: Place,
    name: String,
    state: RestoreState,
    set: Uuid,
    run: Option<Uuid>,
    by: Option<(Uuid, String)>,
    created_at: Moment,
    completed_at: Option<Moment>,
}

/// Whether anything of it was begun.
fn began(old: &Old) -> bool {
    let waits = ["draft", "scoped", "checked", "previewed", "pending", "queued"];
    old.time("started_at").is_some() || !old.text("status").is_some_and(|status| waits.contains(&status))
}

/// Remembers the runs whose restores never began.
pub(super) fn unstarted(rows: &[Old], known: &mut Known) {
    known.unstarted.extend(rows.iter().filter(|old| !began(old)).filter_map(|old| old.id("operation_run_id")));
}

/// Where it stands now. One that waited goes back to its preview, which does not hold any more; one that was being written failed, as its
/// run did.
fn state(old: &Old) -> std::result::Result<RestoreState, &'static str> {
    match old.text("status").unwrap_or_default() {
        "draft" | "scoped" | "checked" => Ok(RestoreState::Draft),
        "previewed" | "pending" | "queued" if !began(old) => Ok(RestoreState::Previewed),
        "previewed" | "pending" | "queued" | "running" | "failed" => Ok(RestoreState::Failed),
        "completed" | "success" => Ok(RestoreState::Completed),
        "partial" | "completed_with_errors" => Ok(RestoreState::Partial),
        "cancelled" | "aborted" => Ok(RestoreState::Cancelled),
        _ => Err("a status that is not known"),
    }
}

impl Kind for Restores {
    const SHAPE: &'static Shape = &shape::RESTORE_RUNS;
    const HERE: Option<&'static str> = None;
    type Row = Row;

    fn plan(old: &Old, id: Uuid, known: &mut Known, table: &mut Table) -> Planned<Row> {
        let place = known.place(old)?;
        if old.flag("is_dry_run") == Some(true) {
            return Err("it was a dry run");
        }
        if old.time("deleted_at").is_some() {
            return Err("it was removed");
        }
        let state = state(old)?;
        let set = old.id("backup_set_id").ok_or("no backup set")?;
        let (set, of) = *known.sets.get(&set).ok_or("its backup set is not here")?;
        if of != place {
            return Err("its backup set is of another tenant");
        }
        let by = old.text("requested_by").and_then(|email| known.by_email.get(&email.to_lowercase()));
        let by = by.and_then(|id| known.users.values().find(|(user, _)| user == id).cloned());
        let created_at = old.time("created_at").unwrap_or(known.now).min(known.now);
        let ended = state.is_over().then(|| old.time("completed_at").unwrap_or(known.now).clamp(created_at, known.now));
        Ok(Plan::New(Row {
            id,
            place,
            name: format!("Adopted restore {}", old.id("id").unwrap_or_default()),
            state,
            set,
            run: references::run(old, "operation_run_id", None, place.tenant, known, table),
            by,
            created_at,
            completed_at: ended,
        }))
    }

    fn learn(_: &Old, _: &str, _: Uuid, _: &mut Known) {}

    async fn write(tx: &mut Tx, _: &Keyring, rows: &[Row]) -> Result<()> {
        // Without the hash of a plan nothing can be confirmed.
        const HEAD: &str = "insert into restores (id, workspace_id, tenant_id, name, purpose, state, revision, source, source_words, set_id,
          prune, prune_types, items, previewed_at, executions, operation_run_id, created_by, created_by_name, created_at, updated_at,
          completed_at) values ";
        let row = |statement: Sql, row: &Row| {
            let source = serde_json::json!(Source::BackupSet { set: BackupSetId::from_uuid(row.set) });
            let previewed = (row.state == RestoreState::Previewed).then_some(row.created_at);
            statement
                .push_bind("", row.id)
                .push_bind(", ", row.place.workspace)
                .push_bind(", ", row.place.tenant)
                .push_bind(", ", row.name.as_str())
                .push_bind(", ", Purpose::Restore.code())
                .push_bind(", ", row.state.code())
                .push_bind(", 1, ", source)
                .push(", 'a backup of an earlier installation'")
                .push_bind(", ", row.set)
                .push_bind(", ", false)
                .push_bind(", ", serde_json::json!([]))
                .push_bind(", 0, ", previewed)
                .push_bind(", ", i64::from(row.run.is_some()))
                .push_bind(", ", row.run)
                .push_bind(", ", row.by.as_ref().map(|(id, _)| *id))
                .push_bind(", ", row.by.as_ref().map_or("Somebody of an earlier installation", |(_, name)| name.as_str()))
                .push_bind(", ", row.created_at)
                .push_bind(", $now, ", row.completed_at)
        };
        values::insert(tx, HEAD, rows, row, "").await
    }
}
