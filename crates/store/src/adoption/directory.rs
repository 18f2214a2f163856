//! The directory cache. Role definitions are taken over; groups are read anew by the first sync, which cannot miss one.

use model::time::Moment;
use uuid::Uuid;

use super::kind::{Kind, Plan, Planned};
use super::known::{Known, Place};
use super::old::Old;
use super::report::Table;
use super::shape::{self, Shape};
use super::values;
use crate::db::{Result, Tx};
use crate::row::name_key;
use crate::sealed::Keyring;
use crate::sql::Sql;

/// Groups.
pub(super) struct Groups;

/// Role definitions.
pub(super) struct Roles;

/// A role definition to be added.
pub(super) struct Row {
    place: Place,
    object_id: String,
    name: String,
    built_in: bool,
    seen_at: Moment,
}

impl Kind for Groups {
    const SHAPE: &'static Shape = &shape::ENTRA_GROUPS;
    const HERE: Option<&'static str> = None;
    type Row = std::convert::Infallible;

    fn plan(_: &Old, _: Uuid, _: &mut Known, _: &mut Table) -> Planned<Self::Row> {
        Err("the first sync of groups reads it")
    }

    fn learn(_: &Old, _: &str, _: Uuid, _: &mut Known) {}

    async fn write(_: &mut Tx, _: &Keyring, _: &[Self::Row]) -> Result<()> {
        Ok(())
    }
}

impl Kind for Roles {
    const SHAPE: &'static Shape = &shape::ENTRA_ROLE_DEFINITIONS;
    const HERE: Option<&'static str> = None;
    type Row = Row;

    fn plan(old: &Old, _: Uuid, known: &mut Known, _: &mut Table) -> Planned<Row> {
        let place = known.place(old)?;
        let object_id = old.text("entra_id").ok_or("no id of Microsoft's")?.to_owned();
        if !known.roles.insert((place.tenant, object_id.clone())) {
            return Err("it is here already");
        }
        Ok(Plan::New(Row {
            place,
            object_id,
            name: old.text("display_name").unwrap_or_default().chars().take(300).collect(),
            built_in: old.flag("is_built_in").unwrap_or(false),
            seen_at: old.time("last_seen_at").or_else(|| old.time("created_at")).unwrap_or(known.now).min(known.now),
        }))
    }

    fn learn(_: &Old, _: &str, _: Uuid, _: &mut Known) {}

    async fn write(tx: &mut Tx, _: &Keyring, rows: &[Row]) -> Result<()> {
        const HEAD: &str = "insert into directory_role_definitions (tenant_id, object_id, workspace_id, template_id, name, name_key, description,
          built_in, enabled, seen_at) values ";
        let row = |statement: Sql, row: &Row| {
            statement
                .push_bind("", row.place.tenant)
                .push_bind(", ", row.object_id.as_str())
                .push_bind(", ", row.place.workspace)
                .push_bind(", ", row.object_id.as_str())
                .push_bind(", ", row.name.as_str())
                .push_bind(", ", name_key(&row.name))
                .push_bind(", '', ", row.built_in)
                .push_bind(", ", true)
                .push_bind(", ", row.seen_at)
        };
        values::insert(tx, HEAD, rows, row, "").await
    }
}
