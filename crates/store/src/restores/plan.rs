//! The frozen plan, as it is hashed.

use std::collections::BTreeMap;

use model::ids::RestoreId;
use model::restore::{Mapping, Plan, Reference, Target};

use super::Restores;
use super::row::{ITEMS, ItemRow, RestoreItem};
use crate::access::TenantScope;
use crate::db::{Reader, Result, Tx};
use crate::error::StoreError;
use crate::row::DbJson;
use crate::sql::{Sql, sql};

/// Whatever reads: a plan is read by pages and by the transaction that freezes it.
pub(super) enum Through<'a> {
    Reader(&'a mut Reader),
    Tx(&'a mut Tx),
}

impl Through<'_> {
    async fn items(&mut self, statement: Sql) -> Result<Vec<ItemRow>> {
        match self {
            Self::Reader(db) => db.all(statement).await,
            Self::Tx(tx) => tx.all(statement).await,
        }
    }

    async fn mappings(&mut self, statement: Sql) -> Result<Vec<(String, String, DbJson)>> {
        match self {
            Self::Reader(db) => db.all(statement).await,
            Self::Tx(tx) => tx.all(statement).await,
        }
    }
}

/// What references become, as far as it was decided.
pub(super) async fn mapping(through: &mut Through<'_>, id: RestoreId) -> Result<Mapping> {
    const DECIDED: &str =
        "select resource_type, source_id, target from restore_mappings where restore_id = $1 and target is not null";
    let rows = through.mappings(sql(DECIDED).bind(id)).await?;
    let mut mapping = BTreeMap::new();
    for (resource_type, id, target) in rows {
        let target: Target = serde_json::from_value(target.0).map_err(|_| StoreError::Corrupt("what a reference becomes"))?;
        mapping.insert(Reference { resource_type, id }, target);
    }
    Ok(Mapping(mapping))
}

/// The plan of a restore that was previewed.
pub(super) async fn plan(through: &mut Through<'_>, id: RestoreId) -> Result<Plan> {
    let items = sql(ITEMS).push_bind(" where i.restore_id = ", id).push(" order by i.number");
    let rows = through.items(items).await?;
    let items = rows.into_iter().map(|row| Ok(RestoreItem::try_from(row)?.planned())).collect::<Result<Vec<_>>>()?;
    Ok(Plan { items, mapping: mapping(through, id).await? })
}

impl Restores<'_> {
    /// The frozen plan; before a preview every item is skipped.
    ///
    /// # Errors
    /// As [`Restores::find`].
    pub async fn plan(&self, scope: &TenantScope, id: RestoreId) -> Result<Plan> {
        self.find(scope, id).await?;
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let plan = plan(&mut Through::Reader(&mut db), id).await?;
        db.end().await?;
        Ok(plan)
    }
}
