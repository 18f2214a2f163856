//! The one way by which a value of a content leaves the store.

use model::ids::PolicyVersionId;
use model::resource_types::Masked;
use secrecy::SecretString;
use uuid::Uuid;

use super::ContentSecrets;
use crate::access::RunScope;
use crate::db::Result;
use crate::sql::sql;

/// A value in clear, for the attempt of a run. `Debug` shows nothing of it.
#[derive(Debug)]
pub struct OpenSecret {
    /// Where it belongs.
    pub masked: Masked,
    /// It.
    pub value: SecretString,
}

impl ContentSecrets<'_> {
    /// The values of a version of the run's tenant, for the attempt that holds the lease; to one that lost it there are none. Whoever
    /// writes them anywhere writes them encrypted.
    ///
    /// # Errors
    /// When the database refuses, or no configured key opens one.
    pub async fn for_run(&self, run: &RunScope, version: PolicyVersionId) -> Result<Vec<OpenSecret>> {
        const FOR_RUN: &str = "select c.id, c.handle, c.place, c.sealed_value from content_secrets c
          where c.tenant_id = $1 and c.version_id = $2
          and exists (select 1 from operation_runs r where r.id = $3 and r.lease_token = $4 and r.status = 'running')
          order by c.handle";
        let find = sql(FOR_RUN).bind(run.tenant_id()).bind(version).bind(run.run_id()).bind(run.token());
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<(Uuid, String, String, Vec<u8>)> = db.all(find).await?;
        db.end().await?;
        let open = |(id, handle, place, sealed): (Uuid, String, String, Vec<u8>)| -> Result<OpenSecret> {
            Ok(OpenSecret { masked: Masked { handle, place }, value: self.0.keyring().open(id, &sealed)? })
        };
        rows.into_iter().map(open).collect()
    }
}
