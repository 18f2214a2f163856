//! Where secrets are that Microsoft does not give out: found by the checks, which look into everything that is chosen.

use std::collections::BTreeMap;

use model::ids::RestoreId;
use model::restore::MissingSecret;
use model::time::Moment;

use super::Restores;
use crate::access::{Grant, TenantScope};
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;

/// Rows per statement; see `blobs`.
const CHUNK: usize = 80;

/// A place where a secret could be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedSecret {
    /// Number of the item.
    pub number: u32,
    /// Key of its resource type.
    pub resource_type: String,
    /// What it is called.
    pub name: String,
    /// The place, and whether nothing is written without it.
    pub secret: MissingSecret,
    /// When somebody entered it.
    pub entered_at: Option<Moment>,
}

/// The secrets of each item, by its number.
pub(super) type Places = BTreeMap<u32, Vec<MissingSecret>>;

/// Keeps where secrets are, in place of what earlier checks found.
pub(super) async fn keep(tx: &mut Tx, grant: &Grant, id: RestoreId, places: &Places) -> Result<()> {
    tx.exec(sql("delete from restore_secret_places where restore_id = $1").bind(id)).await?;
    let rows: Vec<(u32, &MissingSecret)> =
        places.iter().flat_map(|(number, secrets)| secrets.iter().map(|secret| (*number, secret))).collect();
    for chunk in rows.chunks(CHUNK) {
        let mut insert = sql(
            "insert into restore_secret_places (restore_id, number, pointer, workspace_id, tenant_id, place, needed) values ",
        );
        for (i, (number, secret)) in chunk.iter().enumerate() {
            insert = insert
                .push_bind(if i == 0 { "(" } else { ", (" }, id)
                .push_bind(", ", *number)
                .push_bind(", ", secret.pointer.as_str())
                .push_bind(", ", grant.workspace_id())
                .push_bind(", ", grant.tenant_id())
                .push_bind(", ", secret.place.as_str())
                .push_bind(", ", secret.needed)
                .push(")");
        }
        tx.exec(insert.push(" on conflict do nothing")).await?;
    }
    Ok(())
}

impl Restores<'_> {
    /// Places where secrets could be entered, at most `most`: those without which nothing is written first, and of these the ones that
    /// nobody entered yet. None while the checks were not made for what is chosen now.
    ///
    /// # Errors
    /// As [`Restores::find`].
    pub async fn wanted_secrets(&self, scope: &TenantScope, id: RestoreId, most: usize) -> Result<Vec<WantedSecret>> {
        const PLACES: &str = "select p.number, i.resource_type, i.name, p.pointer, p.place, p.needed, c.entered_at
          from restore_secret_places p
          join restore_items i on i.restore_id = p.restore_id and i.number = p.number
          left join restore_secrets c on c.restore_id = p.restore_id and c.number = p.number and c.place = p.pointer
          where p.restore_id = $1
          order by case when p.needed and c.id is null then 0 when p.needed then 1 when c.id is null then 2 else 3 end,
            p.number, p.pointer limit $2";
        type Row = (i64, String, String, String, String, bool, Option<DbTime>);
        if self.find(scope, id).await?.checks.is_none() {
            return Ok(Vec::new());
        }
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<Row> = db.all(sql(PLACES).bind(id).bind(most)).await?;
        db.end().await?;
        let place = |(number, resource_type, name, pointer, place, needed, entered): Row| {
            let number = u32::try_from(number).map_err(|_| StoreError::Corrupt("a place of a secret"))?;
            let secret = MissingSecret { pointer, place, needed };
            Ok(WantedSecret { number, resource_type, name, secret, entered_at: entered.map(|at| at.0) })
        };
        rows.into_iter().map(place).collect()
    }
}
