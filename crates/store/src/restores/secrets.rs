//! Secrets that a person entered for an item: sealed, opened for the run that writes them, gone when the restore is over.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::ids::{RestoreId, ThingId};
use model::time::Moment;
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use super::Restores;
use super::state::hold;
use crate::access::{Permit, RunScope, TenantScope};
use crate::bind::{DbTime, storable};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;

/// That a secret was entered, and nothing of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnteredSecret {
    /// Of which item.
    pub number: u32,
    /// Where in the object it belongs: a JSON Pointer.
    pub place: String,
    /// When it was entered.
    pub entered_at: Moment,
}

/// A secret in clear, for the attempt of a run. `Debug` shows nothing of it.
#[derive(Debug)]
pub struct OpenEntry {
    /// Where in the object it belongs: a JSON Pointer.
    pub place: String,
    /// It.
    pub value: SecretString,
}

/// The longest secret, in bytes.
const MOST: usize = 100_000;

/// They were needed for one execution.
pub(super) async fn forget(tx: &mut Tx, id: RestoreId) -> Result<()> {
    tx.exec(sql("delete from restore_secrets where restore_id = $1").bind(id)).await?;
    Ok(())
}

impl Restores<'_> {
    /// Keeps a secret of an item, sealed, in place of one that was entered before; an empty one takes it away. What it says changes
    /// nothing of what was decided, so that the checks and the plan hold: a preview tells whether one is missing.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when there is no such restore or item; [`StoreError::Conflict`] when it was executed or given up, or the
    /// secret is too long.
    pub async fn enter_secret(
        &self,
        permit: &Permit<can::RestoreExecute>,
        id: RestoreId,
        number: u32,
        place: &str,
        value: &SecretString,
    ) -> Result<()> {
        const KEEP: &str =
            "insert into restore_secrets (id, restore_id, number, workspace_id, tenant_id, place, sealed_value, entered_by,
            entered_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $now)";
        let grant = permit.grant();
        if value.expose_secret().len() > MOST {
            return Err(StoreError::Conflict("the secret is too long"));
        }
        let mut tx = self.0.db().write(grant.reach()).await?;
        let held = hold(&mut tx, grant, id).await?;
        if !held.state.is_editable() {
            return Err(StoreError::Conflict("the restore was executed or given up; it can no longer be changed"));
        }
        let item = sql("select count(*) from restore_items where restore_id = $1 and number = $2").bind(id).bind(number);
        let (there,): (i64,) = tx.one(item).await?;
        if there == 0 {
            return Err(StoreError::NotVisible);
        }
        let place = storable(place.to_owned());
        let old = sql("delete from restore_secrets where restore_id = $1 and number = $2 and place = $3");
        tx.exec(old.bind(id).bind(number).bind(place.as_str())).await?;
        if !value.expose_secret().is_empty() {
            // The row's id is authenticated with what it seals, so that each value gets one of its own.
            let row = ThingId::generate().uuid();
            let keep = sql(KEEP)
                .bind(row)
                .bind(id)
                .bind(number)
                .bind(grant.workspace_id())
                .bind(grant.tenant_id())
                .bind(place)
                .bind(self.0.keyring().seal(row, value.expose_secret())?)
                .bind(grant.user().map(|user| user.id));
            tx.exec(keep).await?;
        }
        tx.commit(grant.actor(), AuditEntry::done(Action::RestoreSecret).on("restore", id.uuid())).await
    }

    /// Which secrets were entered.
    ///
    /// # Errors
    /// As [`Restores::find`].
    pub async fn entered_secrets(&self, scope: &TenantScope, id: RestoreId) -> Result<Vec<EnteredSecret>> {
        const ENTERED: &str =
            "select number, place, entered_at from restore_secrets where restore_id = $1 order by number, place";
        self.find(scope, id).await?;
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<(i64, String, DbTime)> = db.all(sql(ENTERED).bind(id)).await?;
        db.end().await?;
        let entered = |(number, place, at): (i64, String, DbTime)| EnteredSecret {
            number: u32::try_from(number).unwrap_or(0),
            place,
            entered_at: at.0,
        };
        Ok(rows.into_iter().map(entered).collect())
    }

    /// The secrets of an item, for the attempt that holds the lease; to one that lost it there are none.
    ///
    /// # Errors
    /// When the database refuses, or no configured key opens one.
    pub async fn secrets_for_run(&self, run: &RunScope, id: RestoreId, number: u32) -> Result<Vec<OpenEntry>> {
        const FOR_RUN: &str = "select c.id, c.place, c.sealed_value from restore_secrets c
          where c.tenant_id = $1 and c.restore_id = $2 and c.number = $3
          and exists (select 1 from operation_runs r where r.id = $4 and r.lease_token = $5 and r.status = 'running')
          order by c.place";
        let find = sql(FOR_RUN).bind(run.tenant_id()).bind(id).bind(number).bind(run.run_id()).bind(run.token());
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<(Uuid, String, Vec<u8>)> = db.all(find).await?;
        db.end().await?;
        let open = |(row, place, sealed): (Uuid, String, Vec<u8>)| -> Result<OpenEntry> {
            Ok(OpenEntry { place, value: self.0.keyring().open(row, &sealed)? })
        };
        rows.into_iter().map(open).collect()
    }

    /// Numbers of the items for which secrets were entered, for the attempt of a run.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn items_with_secrets(&self, run: &RunScope, id: RestoreId) -> Result<Vec<u32>> {
        const NUMBERS: &str =
            "select distinct number from restore_secrets where restore_id = $1 and tenant_id = $2 order by number";
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<(i64,)> = db.all(sql(NUMBERS).bind(id).bind(run.tenant_id())).await?;
        db.end().await?;
        Ok(rows.into_iter().filter_map(|(number,)| u32::try_from(number).ok()).collect())
    }
}
