//! Looking at a tenant's connection: everything but the credential.

use model::connection::Connection;
use model::time::Moment;

use super::Connections;
use super::row::{Row, columns};
use crate::access::TenantScope;
use crate::bind::DbTime;
use crate::db::Result;
use crate::sql::sql;

impl Connections<'_> {
    /// The connection of the tenant, if it has one, and the present moment by the clock that decides.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn show(&self, scope: &TenantScope) -> Result<(Option<Connection>, Moment)> {
        const SHOW: &str = concat!(
            "select ",
            columns!(),
            " from provider_connections c join tenants t on t.id = c.tenant_id where c.workspace_id = $1 and c.tenant_id = $2"
        );
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<Row> = db.optional(sql(SHOW).bind(scope.workspace_id()).bind(scope.tenant_id())).await?;
        let (now,): (DbTime,) = db.one(sql("select $now")).await?;
        db.end().await?;
        Ok((row.map(Connection::from), now.0))
    }
}
