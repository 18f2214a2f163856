//! Who has which role in a workspace or a tenant. A role that is not known gives none.

use model::access::Role;
use model::time::Moment;
use uuid::Uuid;

use super::kind::{Kind, Plan, Planned};
use super::known::Known;
use super::old::Old;
use super::report::Table;
use super::shape::{self, Shape};
use super::values;
use crate::db::{Result, Tx};
use crate::sealed::Keyring;

/// Members of workspaces.
pub(super) struct OfWorkspaces;

/// Members of tenants.
pub(super) struct OfTenants;

/// A member to be added: the workspace, the tenant where it is about one, the person.
pub(super) struct Row {
    workspace: Uuid,
    tenant: Option<Uuid>,
    user: Uuid,
    role: Role,
    created_at: Option<Moment>,
}

fn plan(old: &Old, (workspace, tenant): (Uuid, Option<Uuid>), known: &mut Known) -> Planned<Row> {
    let user = old.id("user_id").ok_or("no person")?;
    let user = known.users.get(&user).map(|(id, _)| *id).ok_or("the person is not here")?;
    let role = match Role::from_code(old.text("role").unwrap_or_default()) {
        Role::Unknown => return Err("a role that is not known"),
        role => role,
    };
    if !known.members.insert((tenant.unwrap_or(workspace), user)) {
        return Err("has a role there already");
    }
    Ok(Plan::New(Row { workspace, tenant, user, role, created_at: old.time("created_at") }))
}

impl Kind for OfWorkspaces {
    const SHAPE: &'static Shape = &shape::WORKSPACE_MEMBERSHIPS;
    const HERE: Option<&'static str> = None;
    type Row = Row;

    fn plan(old: &Old, _: Uuid, known: &mut Known, _: &mut Table) -> Planned<Row> {
        let workspace =
            old.id("workspace_id").and_then(|id| known.workspaces.get(&id)).copied().ok_or("its workspace is not here")?;
        let planned = plan(old, (workspace, None), known)?;
        if matches!(&planned, Plan::New(row) if row.role == Role::Owner) {
            known.owned.insert(workspace);
        }
        Ok(planned)
    }

    fn learn(_: &Old, _: &str, _: Uuid, _: &mut Known) {}

    async fn write(tx: &mut Tx, _: &Keyring, rows: &[Row]) -> Result<()> {
        const HEAD: &str = "insert into workspace_members (workspace_id, user_id, role, created_at) values ";
        let row = |statement: crate::sql::Sql, row: &Row| {
            statement
                .push_bind("", row.workspace)
                .push_bind(", ", row.user)
                .push_bind(", ", row.role.code())
                .push_bind(", coalesce(", row.created_at)
                .push(", $now)")
        };
        values::insert(tx, HEAD, rows, row, " on conflict do nothing").await
    }
}

impl Kind for OfTenants {
    const SHAPE: &'static Shape = &shape::TENANT_MEMBERSHIPS;
    const HERE: Option<&'static str> = None;
    type Row = Row;

    fn plan(old: &Old, _: Uuid, known: &mut Known, table: &mut Table) -> Planned<Row> {
        let place = known.place(old)?;
        let planned = plan(old, (place.workspace, Some(place.tenant)), known)?;
        // Such a role opens nothing before the person is a member of the workspace.
        if matches!(&planned, Plan::New(row) if !known.members.contains(&(place.workspace, row.user))) {
            table.note("a role in a tenant of somebody who is no member of its workspace");
        }
        Ok(planned)
    }

    fn learn(_: &Old, _: &str, _: Uuid, _: &mut Known) {}

    async fn write(tx: &mut Tx, _: &Keyring, rows: &[Row]) -> Result<()> {
        const HEAD: &str = "insert into tenant_members (tenant_id, workspace_id, user_id, role, created_at) values ";
        let row = |statement: crate::sql::Sql, row: &Row| {
            statement
                .push_bind("", row.tenant)
                .push_bind(", ", row.workspace)
                .push_bind(", ", row.user)
                .push_bind(", ", row.role.code())
                .push_bind(", coalesce(", row.created_at)
                .push(", $now)")
        };
        values::insert(tx, HEAD, rows, row, " on conflict do nothing").await
    }
}
