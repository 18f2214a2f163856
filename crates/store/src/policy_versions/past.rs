//! The tenant as it was at an instant: of each object the latest version that had been observed by then.

use model::ids::InventoryItemId;
use model::page::{Cursor, Direction, Page};
use model::resource_types::Platform;
use model::time::Moment;
use model::version::{Around, PastFilter, PastItem};
use uuid::Uuid;

use super::PolicyVersions;
use crate::access::TenantScope;
use crate::bind::DbTime;
use crate::db::Result;
use crate::row::contains;
use crate::sql::{Sql, sql};

/// The version of an item at an instant, which is bound after it; the index `policy_versions_item_time` has its number in its first entry.
/// Whatever tells of the past goes by this, so that a list and a comparison cannot disagree.
pub(crate) const AS_IT_WAS: &str = " from inventory_items i join policy_versions v on v.item_id = i.id and v.number =
  (select w.number from policy_versions w where w.item_id = i.id and w.captured_at <= ";
/// The end of [`AS_IT_WAS`].
pub(crate) const THE_LATEST: &str = " order by w.captured_at desc, w.number desc limit 1)";

fn conditions(columns: &'static str, scope: &TenantScope, at: Moment, filter: &PastFilter) -> Sql {
    let mut statement = sql(columns)
        .push_bind(AS_IT_WAS, at)
        .push(THE_LATEST)
        .push_bind(" where i.tenant_id = ", scope.tenant_id())
        .push(" and v.change <> 'disappeared'");
    if !filter.types.is_empty() {
        statement = statement.push_in(" and i.resource_type in ", filter.types.iter().map(String::as_str));
    }
    match filter.text.as_deref().filter(|text| !text.is_empty()) {
        Some(text) => statement.push_bind(" and i.name_key like ", contains(text)).push(" escape '\\'"),
        None => statement,
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name_key: String,
    resource_type: String,
    platform: String,
    name: String,
    number: i64,
    captured_at: DbTime,
    latest_version: i64,
    absent: bool,
}

/// Id (36 characters), then the name's key.
fn key(row: &Row) -> String {
    format!("{}{}", row.id, row.name_key)
}

fn read_key(cursor: &Cursor) -> Option<(InventoryItemId, &str)> {
    let (id, name) = cursor.key.split_at_checked(36)?;
    Some((id.parse().ok()?, name))
}

impl PolicyVersions<'_> {
    /// A page of the objects that the tenant had at an instant, as far as was observed by then, in the order of their names of today.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn at(
        &self,
        scope: &TenantScope,
        at: Moment,
        filter: &PastFilter,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<PastItem>> {
        const COLUMNS: &str = "select i.id, i.name_key, i.resource_type, i.platform, v.name, v.number, v.captured_at,
          i.latest_version, i.absent";
        let from = cursor.and_then(|cursor| Some((cursor.direction, read_key(cursor)?)));
        let back = matches!(from, Some((Direction::Backward, _)));
        let mut statement = conditions(COLUMNS, scope, at, filter);
        if let Some((_, (id, name))) = from {
            statement = statement
                .push_bind(if back { " and (i.name_key, i.id) < (" } else { " and (i.name_key, i.id) > (" }, name)
                .push_bind(", ", id)
                .push(")");
        }
        let order = if back { " order by i.name_key desc, i.id desc" } else { " order by i.name_key, i.id" };
        let statement = statement.push(order).push_bind(" limit ", rows + 1);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<Row> = db.all(statement).await?;
        db.end().await?;
        Ok(crate::runs::page(found, rows, from.is_some(), back, key).map(PastItem::from))
    }

    /// How many objects of each type (key) the tenant had at an instant, as far as was observed by then.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn counts_at(&self, scope: &TenantScope, at: Moment) -> Result<Vec<(String, i64)>> {
        let count = conditions("select i.resource_type, count(*)", scope, at, &PastFilter::default())
            .push(" group by i.resource_type order by i.resource_type");
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<(String, i64)> = db.all(count).await?;
        db.end().await?;
        Ok(rows)
    }

    /// The number of the version in which an object was at an instant; `None` before it was first observed. One that says that it had
    /// disappeared counts.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn number_at(&self, scope: &TenantScope, item: InventoryItemId, at: Moment) -> Result<Option<i64>> {
        const NUMBER: &str = "select number from policy_versions where tenant_id = $1 and item_id = $2 and captured_at <= $3
          order by captured_at desc, number desc limit 1";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<(i64,)> = db.optional(sql(NUMBER).bind(scope.tenant_id()).bind(item).bind(at)).await?;
        db.end().await?;
        Ok(row.map(|(number,)| number))
    }

    /// The moments of changes around an instant.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn around(&self, scope: &TenantScope, at: Moment) -> Result<Around> {
        // Each is the first entry of a range of the index by time.
        const AROUND: &str = "select (select min(captured_at) from policy_versions where tenant_id = $1),
          (select max(captured_at) from policy_versions where tenant_id = $1 and captured_at < $2),
          (select min(captured_at) from policy_versions where tenant_id = $1 and captured_at > $2),
          (select max(captured_at) from policy_versions where tenant_id = $1)";
        type Row = (Option<DbTime>, Option<DbTime>, Option<DbTime>, Option<DbTime>);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let (first, previous, next, last): Row = db.one(sql(AROUND).bind(scope.tenant_id()).bind(at)).await?;
        db.end().await?;
        let moment = |at: Option<DbTime>| at.map(|at| at.0);
        Ok(Around { first: moment(first), previous: moment(previous), next: moment(next), last: moment(last) })
    }

    /// The ends of what runs observed of changes between two instants, the oldest first; the latest 200 of them.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn observed_within(&self, scope: &TenantScope, from: Moment, until: Moment) -> Result<Vec<Moment>> {
        const ENDS: &str = "select max(captured_at) from policy_versions where tenant_id = $1 and captured_at >= $2
          and captured_at <= $3 group by operation_run_id order by 1 desc limit 200";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<(DbTime,)> = db.all(sql(ENDS).bind(scope.tenant_id()).bind(from).bind(until)).await?;
        db.end().await?;
        Ok(rows.into_iter().rev().map(|(at,)| at.0).collect())
    }

    /// How the database reads a page of the objects at an instant.
    ///
    /// # Errors
    /// When the database refuses.
    #[cfg(feature = "testing")]
    pub async fn explain_at(&self, scope: &TenantScope, at: Moment, rows: u32) -> Result<String> {
        let postgres = self.0.db().is_postgres();
        let plan = if postgres { "explain (costs off) select i.id" } else { "explain query plan select i.id" };
        let plan =
            conditions(plan, scope, at, &PastFilter::default()).push(" order by i.name_key, i.id").push_bind(" limit ", rows);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let lines: Vec<String> = if postgres {
            db.all::<(String,)>(plan).await?.into_iter().map(|(line,)| line).collect()
        } else {
            db.all::<(i64, i64, i64, String)>(plan).await?.into_iter().map(|(.., line)| line).collect()
        };
        db.end().await?;
        Ok(lines.join("\n"))
    }
}

impl From<Row> for PastItem {
    fn from(row: Row) -> Self {
        Self {
            item_id: InventoryItemId::from_uuid(row.id),
            resource_type: row.resource_type,
            platform: Platform::from_code(&row.platform),
            name: row.name,
            number: row.number,
            captured_at: row.captured_at.0,
            latest: row.latest_version,
            gone: row.absent,
        }
    }
}
