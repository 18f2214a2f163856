//! The items of a restore.

use model::ids::RestoreId;
use model::page::{Cursor, Direction, Page};
use model::restore::{Action, Outcome};

use super::Restores;
use super::row::{ITEMS, ItemRow, OutcomeCounts, RestoreItem};
use crate::access::TenantScope;
use crate::db::Result;
use crate::error::StoreError;
use crate::row::contains;
use crate::sql::{Sql, sql};

/// Which items are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ItemFilter {
    /// Only of that type, by key.
    pub resource_type: Option<String>,
    /// Only with that action.
    pub action: Option<Action>,
    /// Only with that outcome.
    pub outcome: Option<Outcome>,
    /// Only those whose name has this.
    pub text: Option<String>,
}

impl ItemFilter {
    fn narrow(&self, statement: Sql) -> Sql {
        let statement = statement
            .push_if(" and i.resource_type = ", self.resource_type.as_deref())
            .push_if(" and i.action = ", self.action.map(Action::code))
            .push_if(" and i.outcome = ", self.outcome.map(Outcome::code));
        match self.text.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => statement.push_bind(" and lower(i.name) like ", contains(text)).push(" escape '\\'"),
            None => statement,
        }
    }
}

impl Restores<'_> {
    /// A page of a restore's items, by number.
    ///
    /// # Errors
    /// As [`Restores::find`]. A cursor that is not one of this list starts at the beginning.
    pub async fn items(
        &self,
        scope: &TenantScope,
        id: RestoreId,
        filter: &ItemFilter,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<RestoreItem>> {
        self.find(scope, id).await?;
        let at = cursor.and_then(|cursor| Some((cursor.direction, cursor.key.parse::<i64>().ok()?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let mut statement = filter.narrow(sql(ITEMS).push_bind(" where i.restore_id = ", id));
        if let Some((_, number)) = at {
            statement = statement.push_bind(if back { " and i.number < " } else { " and i.number > " }, number);
        }
        let order = if back { " order by i.number desc limit " } else { " order by i.number limit " };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<ItemRow> = db.all(statement.push_bind(order, rows + 1)).await?;
        db.end().await?;
        let page = crate::runs::page(found, rows, at.is_some(), back, |row| row.number.to_string());
        let rows = page.rows.into_iter().map(RestoreItem::try_from).collect::<Result<Vec<_>>>()?;
        Ok(Page { rows, next: page.next, previous: page.previous })
    }

    /// An item of a restore.
    ///
    /// # Errors
    /// As [`Restores::find`]; [`StoreError::NotVisible`] when there is no item of that number.
    pub async fn item(&self, scope: &TenantScope, id: RestoreId, number: u32) -> Result<RestoreItem> {
        self.find(scope, id).await?;
        let find = sql(ITEMS).push_bind(" where i.restore_id = ", id).push_bind(" and i.number = ", number);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<ItemRow> = db.optional(find).await?;
        db.end().await?;
        RestoreItem::try_from(row.ok_or(StoreError::NotVisible)?)
    }

    /// How many items have which action, and how many came out how.
    ///
    /// # Errors
    /// As [`Restores::find`].
    pub async fn counts(&self, scope: &TenantScope, id: RestoreId) -> Result<(Vec<(Action, i64)>, OutcomeCounts)> {
        const ACTIONS: &str = "select action, count(*) from restore_items where restore_id = $1 and action is not null group by action order by action";
        const OUTCOMES: &str = "select outcome, count(*) from restore_items where restore_id = $1 group by outcome";
        self.find(scope, id).await?;
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let actions: Vec<(String, i64)> = db.all(sql(ACTIONS).bind(id)).await?;
        let outcomes: Vec<(Option<String>, i64)> = db.all(sql(OUTCOMES).bind(id)).await?;
        db.end().await?;
        let actions = actions.into_iter().map(|(code, count)| (Action::from_code(&code), count)).collect();
        Ok((actions, OutcomeCounts::of(&outcomes)))
    }
}

impl OutcomeCounts {
    pub(super) fn of(rows: &[(Option<String>, i64)]) -> Self {
        let mut counts = Self::default();
        for (code, count) in rows {
            let slot = match code.as_deref().map(Outcome::from_code) {
                None => &mut counts.open,
                Some(Outcome::Verified) => &mut counts.verified,
                Some(Outcome::Differs) => &mut counts.differs,
                Some(Outcome::Refused) => &mut counts.refused,
                Some(Outcome::Skipped) => &mut counts.skipped,
                Some(Outcome::Waiting) => &mut counts.waiting,
                Some(Outcome::Uncertain) => &mut counts.uncertain,
                Some(Outcome::Failed | Outcome::Unknown) => &mut counts.failed,
            };
            *slot += count;
        }
        counts
    }

    /// Items that are not as they were wanted, whatever the reason, but for those that were left alone.
    #[must_use]
    pub const fn unsettled(&self) -> i64 {
        self.differs + self.refused + self.failed + self.waiting + self.uncertain + self.open
    }
}
