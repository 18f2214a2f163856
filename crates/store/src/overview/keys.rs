//! Which tenants are on a page of the overview.

use model::ids::TenantId;
use model::overview::{OverviewFilter, OverviewSort};
use model::page::{Cursor, Direction, Page};
use model::tenant::TenantStatus;
use model::time::Moment;
use uuid::Uuid;

use super::facts::{self, FINDINGS, HEALTH, READINESS};
use crate::access::WorkspaceScope;
use crate::bind::DbTime;
use crate::db::{Reader, Result};
use crate::inventory::synced_at;
use crate::row::{contains, name_key};
use crate::sql::{Sql, sql};

/// The value by which a tenant is sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Text(String),
    Number(i64),
    Time(Moment),
}

impl Value {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Time(at) => at.micros().to_string(),
        }
    }

    /// What [`Value::text`] wrote.
    fn read(by: OverviewSort, text: &str) -> Option<Self> {
        Some(match by {
            OverviewSort::Name | OverviewSort::Unknown => Self::Text(text.to_owned()),
            // A cursor that says another time than one that was written would be one that PostgreSQL does not know.
            OverviewSort::Sync | OverviewSort::Backup | OverviewSort::Expiry => {
                Self::Time(Moment::from_micros(text.parse::<i64>().ok()?.clamp(0, never().micros())))
            }
            OverviewSort::Readiness | OverviewSort::Findings | OverviewSort::Connection | OverviewSort::Runs => {
                Self::Number(text.parse().ok()?)
            }
        })
    }
}

/// The end of a credential of which nobody said it: the last day of the year 9999.
fn never() -> Moment {
    Moment::from_micros(253_402_214_400_000_000)
}

/// A tenant on the page, with the value by which it is sorted.
pub(super) struct KeyRow {
    pub(super) id: TenantId,
    value: Value,
}

/// The tenants of a page, in its order.
pub(super) async fn page(
    db: &mut Reader,
    scope: &WorkspaceScope,
    filter: &OverviewFilter,
    cursor: Option<&Cursor>,
    rows: u32,
    now: Moment,
) -> Result<Page<KeyRow>> {
    let by = filter.sort.filter(|sort| *sort != OverviewSort::Unknown).unwrap_or(OverviewSort::Name);
    let at = cursor.and_then(|cursor| {
        let mut parts = cursor.key.splitn(3, ' ');
        let (code, id, text) = (parts.next()?, parts.next()?, parts.next()?);
        let id: TenantId = id.parse().ok().filter(|_| code == by.code())?;
        Some((cursor.direction, id, Value::read(by, text)?))
    });
    let back = matches!(at, Some((Direction::Backward, ..)));
    // More findings and more runs are worse; of all others the least comes first.
    let most_first = matches!(by, OverviewSort::Findings | OverviewSort::Runs);
    let descending = most_first != (back != filter.reversed);
    let inner = value(sql("select s.id, s.value from (select t.id, "), by, now)
        .push(" as value")
        .push(facts::FROM)
        .push_bind(" where t.workspace_id = ", scope.workspace_id())
        .push_bind(" and t.status <> ", TenantStatus::Archived.code());
    let mut statement = narrowed(inner, scope, filter, now).push(") s");
    let from_cursor = at.is_some();
    if let Some((_, id, value)) = at {
        let compare = if descending { " where (s.value, s.id) < (" } else { " where (s.value, s.id) > (" };
        statement = match value {
            Value::Text(text) => statement.push_bind(compare, text),
            Value::Number(number) => statement.push_bind(compare, number),
            Value::Time(at) => statement.push_bind(compare, at),
        };
        statement = statement.push_bind(", ", id).push(")");
    }
    let order = if descending { " order by s.value desc, s.id desc limit " } else { " order by s.value, s.id limit " };
    let found = read(db, statement.push_bind(order, rows + 1), by).await?;
    let key = |row: &KeyRow| format!("{} {} {}", by.code(), row.id, row.value.text());
    Ok(crate::runs::page(found, rows, from_cursor, back, key))
}

/// Adds the value by which a tenant is sorted; it is never null.
fn value(statement: Sql, by: OverviewSort, now: Moment) -> Sql {
    let long_ago = Moment::from_micros(0);
    match by {
        OverviewSort::Name | OverviewSort::Unknown => statement.push("t.name_key"),
        OverviewSort::Sync => synced_at(statement.push("coalesce(")).push_bind(", ", long_ago).push(")"),
        OverviewSort::Backup => facts::backed_up_at(statement.push("coalesce(")).push_bind(", ", long_ago).push(")"),
        OverviewSort::Readiness => statement.push("cast(coalesce(").push(READINESS).push(", -1) as bigint)"),
        OverviewSort::Findings => statement.push(FINDINGS),
        OverviewSort::Connection => statement.push(HEALTH),
        OverviewSort::Expiry => statement.push_bind("coalesce(c.credential_expires_at, ", never()).push(")"),
        OverviewSort::Runs => facts::bad_runs(statement, now),
    }
}

/// Adds the conditions of a filter, and that the person is entitled to the tenants.
fn narrowed(mut statement: Sql, scope: &WorkspaceScope, filter: &OverviewFilter, now: Moment) -> Sql {
    let OverviewFilter { text, tag, group, environment, trouble, sort: _, reversed: _ } = filter;
    if let Some(entitled) = scope.entitled() {
        statement = statement.push_in(" and t.id in ", entitled);
    }
    if let Some(text) = text.as_deref().filter(|text| !text.is_empty()) {
        let like = contains(text);
        statement = statement
            .push_bind(" and (t.name_key like ", like.clone())
            .push_bind(" escape '\\' or lower(t.domain) like ", like)
            .push(" escape '\\')");
    }
    if let Some(tag) = tag.as_deref().filter(|tag| !tag.is_empty()) {
        statement = statement
            .push_bind(" and t.id in (select g.tenant_id from tenant_tags g where g.workspace_id = ", scope.workspace_id())
            .push_bind(" and g.tag_key = ", name_key(tag))
            .push(")");
    }
    if let Some(group) = *group {
        statement = statement
            .push_bind(" and t.id in (select m.tenant_id from tenant_group_members m where m.group_id = ", group)
            .push(")");
    }
    if let Some(environment) = *environment {
        statement = statement.push_bind(" and t.environment = ", environment.code());
    }
    match *trouble {
        Some(trouble) => facts::in_trouble(statement, trouble, now),
        None => statement,
    }
}

async fn read(db: &mut Reader, statement: Sql, by: OverviewSort) -> Result<Vec<KeyRow>> {
    let row = |id, value| KeyRow { id: TenantId::from_uuid(id), value };
    Ok(match by {
        OverviewSort::Name | OverviewSort::Unknown => {
            db.all::<(Uuid, String)>(statement).await?.into_iter().map(|(id, text)| row(id, Value::Text(text))).collect()
        }
        OverviewSort::Sync | OverviewSort::Backup | OverviewSort::Expiry => {
            db.all::<(Uuid, DbTime)>(statement).await?.into_iter().map(|(id, at)| row(id, Value::Time(at.0))).collect()
        }
        OverviewSort::Readiness | OverviewSort::Findings | OverviewSort::Connection | OverviewSort::Runs => {
            db.all::<(Uuid, i64)>(statement).await?.into_iter().map(|(id, n)| row(id, Value::Number(n))).collect()
        }
    })
}
