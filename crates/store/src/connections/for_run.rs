//! The one way by which a credential leaves the store.

use model::connection::{Connection, CredentialKind};
use model::failure::{Code, Failure};
use uuid::Uuid;

use super::row::columns;
use super::{Connections, OpenCredential, row};
use crate::access::RunScope;
use crate::db::Result;
use crate::sql::sql;

const FOR_RUN: &str = concat!(
    "select ",
    columns!(),
    " from provider_connections c join tenants t on t.id = c.tenant_id where c.tenant_id = $1
    and exists (select 1 from operation_runs r where r.id = $2 and r.lease_token = $3 and r.status = 'running')"
);

const SEALED: &str = "select c.id, c.sealed_secret, c.credential_kind from provider_connections c where c.tenant_id = $1";

type Sealed = (Uuid, Vec<u8>, String);

impl Connections<'_> {
    /// The connection of the run's tenant and its credential in clear, for the attempt that holds the lease; to one that lost it, there
    /// is none.
    ///
    /// # Errors
    /// A [`Failure`] that says that the connection is missing or disabled, or that the credential cannot be opened.
    pub async fn for_run(&self, run: &RunScope) -> std::result::Result<(Connection, OpenCredential), Failure> {
        let tenant = run.tenant_id().ok_or(Failure::new(Code::RunContextMissing))?;
        let found = self.found(run, tenant).await.map_err(|error| Failure::from(&error))?;
        let (connection, sealed) = found.ok_or(Failure::new(Code::ConnectionMissing))?;
        if !connection.enabled {
            return Err(Failure::new(Code::ConnectionDisabled));
        }
        let credential = self.opened(&connection, &sealed).map_err(|error| {
            tracing::error!(run = %run.run_id(), %error, "the connection's credential cannot be opened");
            Failure::new(Code::CredentialsInvalid)
        })?;
        Ok((connection, credential))
    }

    fn opened(&self, connection: &Connection, (row, sealed, kind): &Sealed) -> Result<OpenCredential> {
        let plain = self.0.keyring().open(*row, sealed)?;
        OpenCredential::read(CredentialKind::from_code(kind), plain, connection.credential_expires_at)
    }

    async fn found(&self, run: &RunScope, tenant: model::ids::TenantId) -> Result<Option<(Connection, Sealed)>> {
        // One reader is one moment: both statements see the same row.
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let row: Option<row::Row> = db.optional(sql(FOR_RUN).bind(tenant).bind(run.run_id()).bind(run.token())).await?;
        let found = match row {
            Some(row) => db.optional(sql(SEALED).bind(tenant)).await?.map(|sealed: Sealed| (row.into(), sealed)),
            None => None,
        };
        db.end().await?;
        Ok(found)
    }
}
