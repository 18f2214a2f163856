//! Findings of a period: what was found in it, and what was settled.

use model::finding::Finding;
use model::page::{Cursor, Direction, Page};
use model::report::Period;

use super::Findings;
use super::list::read_key;
use super::row::{FindingRow, SELECT};
use crate::access::TenantScope;
use crate::db::Result;
use crate::sql::sql;

impl Findings<'_> {
    /// How many findings of a tenant were found, or found again, in a period, and how many of those that are resolved or closed came to
    /// be so in it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn in_period(&self, scope: &TenantScope, period: Period) -> Result<(i64, i64)> {
        const FOUND: &str = "select count(*) from findings where tenant_id = $1 and opened_at >= $2 and opened_at < $3";
        const SETTLED: &str = "select count(*) from findings where tenant_id = $1 and state in ('resolved', 'closed')
          and state_at >= $2 and state_at < $3";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let of = |text| sql(text).bind(scope.tenant_id()).bind(period.from).bind(period.until);
        let (found,): (i64,) = db.one(of(FOUND)).await?;
        let (settled,): (i64,) = db.one(of(SETTLED)).await?;
        db.end().await?;
        Ok((found, settled))
    }

    /// A page of the findings of a tenant that came to be resolved or closed in a period, the latest first. It goes forward only.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn settled(
        &self,
        scope: &TenantScope,
        period: Period,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<Finding>> {
        let at = cursor.filter(|cursor| cursor.direction == Direction::Forward).and_then(read_key);
        let mut statement = sql(SELECT)
            .push_bind(" where f.tenant_id = ", scope.tenant_id())
            .push(" and f.state in ('resolved', 'closed')")
            .push_bind(" and f.state_at >= ", period.from)
            .push_bind(" and f.state_at < ", period.until);
        if let Some((at, id)) = at {
            statement = statement.push_bind(" and (f.state_at, f.id) < (", at).push_bind(", ", id).push(")");
        }
        let statement = statement.push_bind(" order by f.state_at desc, f.id desc limit ", rows + 1);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<FindingRow> = db.all(statement).await?;
        db.end().await?;
        let key = |row: &FindingRow| format!("{} {}", row.state_at.0.micros(), row.id);
        Ok(crate::runs::page(found, rows, at.is_some(), false, key).map(Finding::from))
    }
}
