//! Provider connections, without their credentials: those are encrypted with a key of the earlier installation. A connection comes over
//! switched off and expired, so that nothing uses it before somebody enters the credential again.

use model::connection::{Cloud, CredentialKind};
use model::time::Moment;
use uuid::Uuid;

use super::kind::{Kind, Plan, Planned};
use super::known::{Known, Place};
use super::old::Old;
use super::report::Table;
use super::shape::{self, Shape};
use super::values;
use crate::db::{Result, Tx};
use crate::sealed::Keyring;
use crate::sql::Sql;

/// Provider connections.
pub(super) struct Connections;

/// A connection to be added.
pub(super) struct Row {
    place: Place,
    client_id: String,
    cloud: Cloud,
    created_at: Moment,
}

fn cloud(old: &Old) -> std::result::Result<Cloud, &'static str> {
    match old.text("cloud").unwrap_or("global") {
        "commercial" | "public" | "worldwide" => Ok(Cloud::Global),
        code => match Cloud::from_code(code) {
            Cloud::Unknown | Cloud::Custom => Err("a cloud that is not known"),
            cloud => Ok(cloud),
        },
    }
}

impl Kind for Connections {
    const SHAPE: &'static Shape = &shape::PROVIDER_CONNECTIONS;
    const HERE: Option<&'static str> = None;
    type Row = Row;

    fn plan(old: &Old, _: Uuid, known: &mut Known, _: &mut Table) -> Planned<Row> {
        let place = known.place(old)?;
        if old.flag("is_default") == Some(false) {
            return Err("not the tenant's default connection");
        }
        let client_id: String = old.text("client_id").ok_or("no application id")?.chars().take(100).collect();
        let cloud = cloud(old)?;
        if !known.connected.insert(place.tenant) {
            return Err("its tenant has a connection");
        }
        let tenant = known.tenant_names.get(&place.tenant).map_or("", String::as_str);
        known.credentials_to_enter.insert(format!("{tenant}: {client_id}"));
        let created_at = old.time("created_at").unwrap_or(known.now).min(known.now);
        Ok(Plan::New(Row { place, client_id, cloud, created_at }))
    }

    fn learn(_: &Old, _: &str, _: Uuid, _: &mut Known) {}

    async fn write(tx: &mut Tx, keyring: &Keyring, rows: &[Row]) -> Result<()> {
        const HEAD: &str =
            "insert into provider_connections (id, workspace_id, tenant_id, cloud, client_id, sealed_secret, credential_kind,
          credential_expires_at, note, enabled, disabled_reason, revision, created_at, updated_at) values ";
        // The row's id is authenticated with the credential; it is the tenant's, as everywhere.
        let sealed = rows.iter().map(|row| keyring.seal(row.place.tenant, "")).collect::<Result<Vec<_>>>()?;
        let rows: Vec<(&Row, Vec<u8>)> = rows.iter().zip(sealed).collect();
        let row = |statement: Sql, (row, sealed): &(&Row, Vec<u8>)| {
            statement
                .push_bind("", row.place.tenant)
                .push_bind(", ", row.place.workspace)
                .push_bind(", ", row.place.tenant)
                .push_bind(", ", row.cloud.code())
                .push_bind(", ", row.client_id.as_str())
                .push_bind(", ", sealed.clone())
                .push_bind(", ", CredentialKind::ClientSecret.code())
                .push_bind(", ", row.created_at)
                .push_bind(", 'Adopted from an earlier installation', ", false)
                .push(", 'The credential of the earlier installation has to be entered again', 1")
                .push_bind(", ", row.created_at)
                .push(", $now")
        };
        values::insert(tx, HEAD, &rows, row, "").await
    }
}
