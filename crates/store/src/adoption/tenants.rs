//! Tenants.

use model::audit::{Action, AuditEntry};
use model::ids::{TenantId, WorkspaceId};
use model::tenant::{Environment, TenantStatus};
use model::time::Moment;
use uuid::Uuid;

use super::kind::{Kind, Plan, Planned};
use super::known::{Known, Place};
use super::old::Old;
use super::report::Table;
use super::shape::{self, Shape};
use crate::audit::{self, Actor};
use crate::db::{Result, Tx};
use crate::row::name_key;
use crate::sealed::Keyring;
use crate::sql::sql;

/// The longest name, in characters.
const MAX_NAME: usize = 200;

/// Tenants.
pub(super) struct Tenants;

/// A tenant to be bound to its workspace.
pub(super) struct Row {
    place: Place,
    name: String,
    domain: String,
    entra: Uuid,
    environment: Environment,
    status: TenantStatus,
    created_at: Option<Moment>,
}

fn name(old: &Old) -> String {
    old.text("name").or_else(|| old.text("domain")).unwrap_or("Adopted tenant").chars().take(MAX_NAME).collect()
}

/// What depends on it; where that is not told, real people.
fn environment(old: &Old) -> Environment {
    match old.text("environment").map(str::to_lowercase).as_deref() {
        Some("staging" | "stage" | "test") => Environment::Staging,
        Some("development" | "dev") => Environment::Development,
        _ => Environment::Production,
    }
}

/// Where it is in its life. One of which that is not known begins anew.
fn status(old: &Old) -> TenantStatus {
    if old.time("archived_at").or_else(|| old.time("deleted_at")).is_some() {
        return TenantStatus::Archived;
    }
    match TenantStatus::from_code(old.text("status").unwrap_or_default()) {
        TenantStatus::Unknown => TenantStatus::Draft,
        status => status,
    }
}

impl Kind for Tenants {
    const SHAPE: &'static Shape = &shape::TENANTS;
    const HERE: Option<&'static str> = Some("tenants");
    type Row = Row;

    fn plan(old: &Old, id: Uuid, known: &mut Known, _: &mut Table) -> Planned<Row> {
        let workspace = old.id("workspace_id").ok_or("no workspace")?;
        let workspace = *known.workspaces.get(&workspace).ok_or("its workspace is not here")?;
        let entra = old.uuid("tenant_id").ok_or("no id of Microsoft's")?;
        if !known.entra.insert(entra) {
            return Err("Microsoft's id is that of a tenant that is here already");
        }
        let domain = old.text("domain").unwrap_or_default().chars().take(MAX_NAME).collect();
        Ok(Plan::New(Row {
            place: Place { workspace, tenant: id },
            name: name(old),
            domain,
            entra,
            environment: environment(old),
            status: status(old),
            created_at: old.time("created_at"),
        }))
    }

    fn learn(old: &Old, old_id: &str, id: Uuid, known: &mut Known) {
        let workspace = old.id("workspace_id").and_then(|workspace| known.workspaces.get(&workspace).copied());
        if let Some(workspace) = workspace {
            known.tenants.insert(old_id.to_owned(), Place { workspace, tenant: id });
            known.tenant_names.insert(id, name(old));
        }
    }

    async fn write(tx: &mut Tx, _: &Keyring, rows: &[Row]) -> Result<()> {
        const ADD: &str =
            "insert into tenants (id, workspace_id, name, name_key, domain, entra_tenant_id, environment, status, created_at)
          values ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($9, $now))";
        for row in rows {
            let add = sql(ADD)
                .bind(row.place.tenant)
                .bind(row.place.workspace)
                .bind(row.name.as_str())
                .bind(name_key(&row.name))
                .bind(row.domain.as_str())
                .bind(row.entra)
                .bind(row.environment.code())
                .bind(row.status.code())
                .bind(row.created_at);
            tx.exec(add).await?;
            let tenant = TenantId::from_uuid(row.place.tenant);
            let actor = Actor::operator(Some(WorkspaceId::from_uuid(row.place.workspace)), Some(tenant));
            audit::insert(tx, &actor, AuditEntry::done(Action::TenantAdopt).on("tenant", tenant.uuid())).await?;
        }
        Ok(())
    }
}
