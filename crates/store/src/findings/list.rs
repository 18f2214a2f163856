//! Reading findings.

use model::finding::{Finding, FindingFilter};
use model::ids::FindingId;
use model::page::{Cursor, Direction, Page};
use model::time::Moment;
use uuid::Uuid;

use super::Findings;
use super::row::{FindingRow, SELECT};
use crate::access::TenantScope;
use crate::db::Result;
use crate::error::StoreError;
use crate::row::contains;
use crate::sql::{Sql, sql};

/// The conditions of a filter on the findings `f`.
pub(super) fn conditions(mut statement: Sql, filter: &FindingFilter) -> Sql {
    let FindingFilter { states, severities, kinds, types, text, item, assignee, overdue, baseline, apart } = filter;
    if !states.is_empty() {
        statement = statement.push_in(" and f.state in ", states.iter().map(|state| state.code()));
    }
    if !severities.is_empty() {
        statement = statement.push_in(" and f.severity in ", severities.iter().map(|severity| severity.code()));
    }
    if !kinds.is_empty() {
        statement = statement.push_in(" and f.kind in ", kinds.iter().map(|kind| kind.code()));
    }
    if !types.is_empty() {
        statement = statement.push_in(" and f.resource_type in ", types.iter().map(String::as_str));
    }
    if let Some(text) = text.as_deref().filter(|text| !text.is_empty()) {
        statement = statement.push_bind(" and f.name_key like ", contains(text)).push(" escape '\\'");
    }
    statement = statement
        .push_if(" and f.item_id = ", *item)
        .push_if(" and f.assignee_user_id = ", *assignee)
        .push_if(" and f.baseline_id = ", *baseline);
    if *overdue {
        statement = statement.push(" and f.state in ('new', 'triaged', 'in_progress') and f.due_at < $now");
    }
    if *apart {
        statement = statement.push(" and (f.fold is null or f.state <> 'new')");
    }
    statement
}

/// When it was last opened, as microseconds, then its id.
fn key(row: &FindingRow) -> String {
    format!("{} {}", row.opened_at.0.micros(), row.id)
}

pub(super) fn read_key(cursor: &Cursor) -> Option<(Moment, Uuid)> {
    let (at, id) = cursor.key.split_once(' ')?;
    // Nothing was found before 1970, and a cursor that says so would be a time that PostgreSQL does not know.
    Some((Moment::from_micros(at.parse::<i64>().ok()?.max(0)), id.parse().ok()?))
}

impl Findings<'_> {
    /// A page of a tenant's findings, those that were found last first.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn list(
        &self,
        scope: &TenantScope,
        filter: &FindingFilter,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<Finding>> {
        let at = cursor.and_then(|cursor| Some((cursor.direction, read_key(cursor)?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let mut statement = conditions(sql(SELECT).push_bind(" where f.tenant_id = ", scope.tenant_id()), filter);
        if let Some((_, (at, id))) = at {
            statement = statement
                .push_bind(if back { " and (f.opened_at, f.id) > (" } else { " and (f.opened_at, f.id) < (" }, at)
                .push_bind(", ", id)
                .push(")");
        }
        let order = if back { " order by f.opened_at, f.id limit " } else { " order by f.opened_at desc, f.id desc limit " };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<FindingRow> = db.all(statement.push_bind(order, rows + 1)).await?;
        db.end().await?;
        Ok(crate::runs::page(found, rows, at.is_some(), back, key).map(Finding::from))
    }

    /// A finding of a tenant.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant has no such finding.
    pub async fn find(&self, scope: &TenantScope, id: FindingId) -> Result<Finding> {
        let find = sql(SELECT).push_bind(" where f.tenant_id = ", scope.tenant_id()).push_bind(" and f.id = ", id.uuid());
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<FindingRow> = db.optional(find).await?;
        db.end().await?;
        row.map(Finding::from).ok_or(StoreError::NotVisible)
    }
}
