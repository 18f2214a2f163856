//! The changes of a tenant, newest first, and how many there were on each day.

use std::time::Duration;

use model::ids::PolicyVersionId;
use model::page::{Cursor, Direction, Page};
use model::time::Moment;
use model::version::{ChangeDay, ChangeKind, PolicyVersion, TenantVersion, VersionFilter};

use super::{PolicyVersions, VersionRow, columns, joined};
use crate::access::TenantScope;
use crate::bind::DbTime;
use crate::db::Result;
use crate::fold::folded;
use crate::sql::{Sql, sql};
use crate::tenant_events::AskedOf;

const DAY: Duration = Duration::from_secs(86_400);
/// Days that one question counts.
const MOST_DAYS: usize = 372;
/// Rows of an index that are read for a page.
const READ: u32 = 5_000;
/// Versions of which it is asked who they are by, for a page of those by one actor; so many together.
const ASKED: u32 = 1_000;
const TOGETHER: usize = 100;

/// A page of changes.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionList {
    /// The page.
    pub page: Page<TenantVersion>,
    /// Where to go on, when the search stopped before the page was full because it had read as much as is read for a page.
    pub further: Option<Cursor>,
}

/// A place in the list.
type Place = (Moment, PolicyVersionId);

/// The way through the changes, from the newest on or back from a place.
struct Walk<'a> {
    scope: &'a TenantScope,
    filter: &'a VersionFilter,
    from: Option<Place>,
    back: bool,
}

impl Walk<'_> {
    /// Whether what is read is more than what is shown.
    fn sifts(&self) -> bool {
        let VersionFilter { types, kind, actor, since: _, until: _, pinned } = self.filter;
        !types.is_empty() || kind.is_some() || actor.is_some() || *pinned
    }

    /// The versions in their order, sifted by nothing but time; those that are pinned by their marks, which are few.
    fn rows(&self, start: Sql, limit: u32) -> Sql {
        let mut rows = if self.filter.pinned {
            start.push_bind(
                "select p.id, p.captured_at from policy_version_marks k cross join policy_versions p
                  where p.id = k.version_id and k.pinned and k.tenant_id = ",
                self.scope.tenant_id(),
            )
        } else {
            start.push_bind("select p.id, p.captured_at from policy_versions p where p.tenant_id = ", self.scope.tenant_id())
        };
        rows = rows.push_if(" and p.captured_at >= ", self.filter.since).push_if(" and p.captured_at < ", self.filter.until);
        if let Some((moment, id)) = self.from {
            rows = rows
                .push_bind(if self.back { " and (p.captured_at, p.id) > (" } else { " and (p.captured_at, p.id) < (" }, moment)
                .push_bind(", ", id)
                .push(")");
        }
        let order = if self.back { " order by p.captured_at, p.id" } else { " order by p.captured_at desc, p.id desc" };
        rows.push(order).push_bind(" limit ", limit)
    }

    /// Those of the first `read` that fit, but for who they are by; at most `limit`.
    fn page(&self, select: &'static str, read: u32, limit: u32) -> Sql {
        const JOINED: &str =
            concat!(") w cross join ", joined!(), " join inventory_items i on i.id = v.item_id where v.id = w.id");
        let mut page = self.rows(sql(select), read).push(JOINED);
        if !self.filter.types.is_empty() {
            page = page.push_in(" and i.resource_type in ", self.filter.types.iter().map(String::as_str));
        }
        page = match self.filter.kind {
            None => page,
            Some(ChangeKind::Settings) => page.push(" and v.changed_body"),
            Some(ChangeKind::Assignments) => page.push(" and v.changed_assignments"),
            Some(ChangeKind::ScopeTags) => page.push(" and v.changed_scope_tags"),
            Some(kind) => page.push_bind(" and v.change = ", kind.code()),
        };
        let order = if self.back { " order by w.captured_at, w.id" } else { " order by w.captured_at desc, w.id desc" };
        page.push(order).push_bind(" limit ", limit)
    }
}

const PAGE: &str = concat!("select ", columns!(), ", i.resource_type, i.object_id, i.latest_version from (");
#[cfg(feature = "testing")]
const EXPLAIN_POSTGRES: &str = concat!("explain (costs off) select ", columns!(), ", i.object_id from (");
#[cfg(feature = "testing")]
const EXPLAIN_SQLITE: &str = concat!("explain query plan select ", columns!(), ", i.object_id from (");

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    version: VersionRow,
    resource_type: String,
    object_id: String,
    latest_version: i64,
}

impl From<Row> for TenantVersion {
    fn from(row: Row) -> Self {
        Self {
            version: PolicyVersion::from(row.version),
            resource_type: row.resource_type,
            object_id: row.object_id,
            latest: row.latest_version,
        }
    }
}

/// Id (36 characters), then the moment in microseconds.
fn key(place: Place) -> String {
    format!("{}{}", place.1, place.0.micros())
}

fn read_key(cursor: &Cursor) -> Option<Place> {
    let (id, at) = cursor.key.split_at_checked(36)?;
    Some((Moment::from_micros(at.parse().ok()?), id.parse().ok()?))
}

const fn place(row: &TenantVersion) -> Place {
    (row.version.captured_at, row.version.id)
}

impl PolicyVersions<'_> {
    /// A page of the tenant's changes, newest first. Reads at most 5,000 rows of an index for it, however many there are.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn of_tenant(
        &self,
        scope: &TenantScope,
        filter: &VersionFilter,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<VersionList> {
        self.of_tenant_reading(scope, filter, cursor, rows, READ).await
    }

    /// The same with another bound than 5,000.
    ///
    /// # Errors
    /// As [`PolicyVersions::of_tenant`].
    pub async fn of_tenant_reading(
        &self,
        scope: &TenantScope,
        filter: &VersionFilter,
        cursor: Option<&Cursor>,
        rows: u32,
        read: u32,
    ) -> Result<VersionList> {
        let from = cursor.and_then(|cursor| Some((cursor.direction, read_key(cursor)?)));
        let back = matches!(from, Some((Direction::Backward, _)));
        let walk = Walk { scope, filter, from: from.map(|(_, place)| place), back };
        let most = if filter.actor.is_some() { ASKED.min(read) } else { rows + 1 };
        let page = walk.page(PAGE, if walk.sifts() { read } else { rows + 1 }, most);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<Row> = db.all(page).await?;
        db.end().await?;
        let mut found: Vec<TenantVersion> = found.into_iter().map(TenantVersion::from).collect();
        // So many were asked about that the rest was not looked at.
        let last_asked = found.last().filter(|_| filter.actor.is_some() && found.len() >= most as usize).map(place);
        if let Some(actor) = &filter.actor {
            found = self.by(scope, found, actor, rows as usize + 1).await?;
        }
        let mut end = None;
        if walk.sifts() && found.len() <= rows as usize {
            end = match last_asked {
                Some(place) => Some(place),
                None => self.end(&walk, read).await?,
            };
        }
        let direction = if back { Direction::Backward } else { Direction::Forward };
        let further = end.map(|end| Cursor { direction, key: key(end) });
        Ok(VersionList { page: crate::runs::page(found, rows, from.is_some(), back, |row| key(place(row))), further })
    }

    /// The last of as many rows as are read for a page; `None`: there are fewer.
    async fn end(&self, walk: &Walk<'_>, read: u32) -> Result<Option<Place>> {
        let last = walk.rows(sql(""), 1).push_bind(" offset ", read.max(1) - 1);
        let mut db = self.0.db().read(walk.scope.grant().reach()).await?;
        let row: Option<(uuid::Uuid, DbTime)> = db.optional(last).await?;
        db.end().await?;
        Ok(row.map(|(id, at)| (at.0, PolicyVersionId::from_uuid(id))))
    }

    /// The first so many that are by an actor, or were made with an application, as the versions' own pages tell it.
    async fn by(
        &self,
        scope: &TenantScope,
        versions: Vec<TenantVersion>,
        actor: &str,
        most: usize,
    ) -> Result<Vec<TenantVersion>> {
        let wanted = folded(actor);
        let mut found = Vec::new();
        let mut left = versions.into_iter().peekable();
        while left.peek().is_some() && found.len() < most {
            let some: Vec<TenantVersion> = left.by_ref().take(TOGETHER).collect();
            let asked: Vec<AskedOf> =
                some.iter().map(|row| AskedOf::version(&row.resource_type, &row.object_id, &row.version)).collect();
            let by = self.0.tenant_events().attribute(scope, &asked).await?;
            let fits = |by: &model::attribution::Attribution| by.names(|name| folded(name) == wanted);
            found.extend(some.into_iter().zip(by).filter(|(_, by)| fits(by)).map(|(row, _)| row));
        }
        found.truncate(most);
        Ok(found)
    }

    /// How the database reads a page.
    ///
    /// # Errors
    /// When the database refuses.
    #[cfg(feature = "testing")]
    pub async fn explain_of_tenant(
        &self,
        scope: &TenantScope,
        filter: &VersionFilter,
        cursor: Option<&Cursor>,
    ) -> Result<String> {
        let postgres = self.0.db().is_postgres();
        let walk = Walk { scope, filter, from: cursor.and_then(read_key), back: false };
        let read = if walk.sifts() { READ } else { 51 };
        let plan = walk.page(if postgres { EXPLAIN_POSTGRES } else { EXPLAIN_SQLITE }, read, 51);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let lines: Vec<String> = if postgres {
            db.all::<(String,)>(plan).await?.into_iter().map(|(line,)| line).collect()
        } else {
            db.all::<(i64, i64, i64, String)>(plan).await?.into_iter().map(|(.., line)| line).collect()
        };
        db.end().await?;
        Ok(lines.join("\n"))
    }

    /// How many changes were observed on each of these days (at most 372), which begin one day after the other at `from`. What the
    /// first sync of a type found is no change.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn changes_by_day(&self, scope: &TenantScope, from: Moment, days: usize) -> Result<Vec<ChangeDay>> {
        let begin: Vec<Moment> = std::iter::successors(Some(from), |day| Some(day.plus(DAY))).take(days.min(MOST_DAYS)).collect();
        let Some(last) = begin.last() else { return Ok(Vec::new()) };
        // Each day is a range of the index by time.
        let mut count = sql("with days (began, ended) as (values ");
        for (i, day) in begin.iter().enumerate() {
            count = count.push_bind(if i == 0 { "(" } else { ", (" }, *day).push_bind(", ", day.plus(DAY)).push(")");
        }
        let count = count
            .push_bind(
                ") select d.began, (select count(*) from policy_versions v where v.captured_at >= d.began and v.captured_at < d.ended
                  and (v.change <> 'first_seen' or v.observed_before is not null) and v.tenant_id = ",
                scope.tenant_id(),
            )
            .push_bind(") from days d where d.began <= ", *last);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let mut rows: Vec<(DbTime, i64)> = db.all(count).await?;
        db.end().await?;
        rows.sort_by_key(|(from, _)| from.0);
        Ok(rows.into_iter().map(|(from, changes)| ChangeDay { from: from.0, changes }).collect())
    }
}
