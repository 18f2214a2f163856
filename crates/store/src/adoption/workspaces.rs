//! Workspaces.

use model::audit::{Action, AuditEntry};
use model::ids::WorkspaceId;
use model::time::Moment;
use uuid::Uuid;

use super::kind::{Kind, Plan, Planned};
use super::known::Known;
use super::old::Old;
use super::report::Table;
use super::shape::{self, Shape};
use crate::audit::{self, Actor};
use crate::db::{Result, Tx};
use crate::sealed::Keyring;
use crate::sql::sql;

/// The longest name, in characters.
const MAX_NAME: usize = 100;

/// Workspaces.
pub(super) struct Workspaces;

/// A workspace to be made.
pub(super) struct Row {
    id: Uuid,
    name: String,
    archived_at: Option<Moment>,
    created_at: Option<Moment>,
}

fn name(old: &Old) -> String {
    old.text("name").map_or_else(|| "Adopted workspace".to_owned(), |name| name.chars().take(MAX_NAME).collect())
}

impl Kind for Workspaces {
    const SHAPE: &'static Shape = &shape::WORKSPACES;
    const HERE: Option<&'static str> = Some("workspaces");
    type Row = Row;

    fn plan(old: &Old, id: Uuid, _: &mut Known, _: &mut Table) -> Planned<Row> {
        Ok(Plan::New(Row { id, name: name(old), archived_at: old.time("archived_at"), created_at: old.time("created_at") }))
    }

    fn learn(old: &Old, old_id: &str, id: Uuid, known: &mut Known) {
        known.workspaces.insert(old_id.to_owned(), id);
        known.names.insert(id, name(old));
    }

    async fn write(tx: &mut Tx, _: &Keyring, rows: &[Row]) -> Result<()> {
        const ADD: &str = "insert into workspaces (id, name, archived_at, created_at) values ($1, $2, $3, coalesce($4, $now))";
        for row in rows {
            let add = sql(ADD).bind(row.id).bind(row.name.as_str()).bind(row.archived_at).bind(row.created_at);
            tx.exec(add).await?;
            let actor = Actor::operator(Some(WorkspaceId::from_uuid(row.id)), None);
            audit::insert(tx, &actor, AuditEntry::done(Action::WorkspaceAdopt).on("workspace", row.id)).await?;
        }
        Ok(())
    }
}
