//! How every connection of the installation is: for the operator's check.

use model::overview::ConnectionHealth;
use model::tenant::TenantStatus;

use super::Overview;
use super::facts::{FROM, HEALTH};
use crate::access::Operator;
use crate::db::Result;
use crate::reach::Reach;
use crate::sql::sql;

/// The health with that place among all.
pub(crate) fn health(place: i64) -> ConnectionHealth {
    usize::try_from(place).ok().and_then(|place| ConnectionHealth::ALL.get(place).copied()).unwrap_or(ConnectionHealth::Unknown)
}

impl Overview<'_> {
    /// How the connection of each active tenant is, by the latest check of it: the tenant's name and the health, worst first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn connections(&self, _: &Operator) -> Result<Vec<(String, ConnectionHealth)>> {
        let all = sql("select t.name, ")
            .push(HEALTH)
            .push(" as health")
            .push(FROM)
            .push_bind(" where t.status = ", TenantStatus::Active.code())
            .push(" order by health, t.name_key, t.id");
        let mut db = self.0.db().read(&Reach::system()).await?;
        let rows: Vec<(String, i64)> = db.all(all).await?;
        db.end().await?;
        Ok(rows.into_iter().map(|(name, place)| (name, health(place))).collect())
    }
}
