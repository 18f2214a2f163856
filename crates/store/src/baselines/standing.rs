//! How tenants stand to a baseline, for people.

use model::baseline::{ItemKey, ItemState, MatchedBy, Totals, TypeAlignment, TypeComparison};
use model::ids::{BaselineId, InventoryItemId, TenantId};
use model::page::{Cursor, Direction, Page};
use uuid::Uuid;

use super::Baselines;
use crate::access::{TenantScope, WorkspaceScope};
use crate::db::Result;
use crate::row::DbJson;
use crate::sql::{Sql, sql};

/// How a tenant stands to a baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantAlignment {
    /// The tenant.
    pub tenant: TenantId,
    /// Each type, by key.
    pub types: Vec<TypeAlignment>,
}

impl TenantAlignment {
    /// Of the types that could be compared.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut sum = Totals::default();
        self.types.iter().filter(|type_| type_.state == TypeComparison::Compared).for_each(|type_| sum.add(&type_.totals));
        sum
    }
}

/// An item that a tenant does not have as the baseline says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The item.
    pub key: ItemKey,
    /// What it is called in the baseline.
    pub name: String,
    /// How it stands.
    pub state: ItemState,
    /// The object that is meant by it, where there is one, and what that is called.
    pub object: Option<(InventoryItemId, String)>,
    /// How that was found.
    pub how: MatchedBy,
    /// In what it differs.
    pub properties: Vec<String>,
}

#[derive(sqlx::FromRow)]
struct AlignmentRow {
    tenant_id: Uuid,
    resource_type: String,
    state: String,
    aligned: i64,
    differs: i64,
    missing: i64,
    extra: i64,
}

#[derive(sqlx::FromRow)]
struct GapRow {
    resource_type: String,
    object_id: String,
    name: String,
    state: String,
    item_id: Option<Uuid>,
    item_name: Option<String>,
    how: String,
    properties: DbJson,
}

impl From<GapRow> for Gap {
    fn from(row: GapRow) -> Self {
        let properties: Vec<(String, String)> = serde_json::from_value(row.properties.0).unwrap_or_default();
        Self {
            key: ItemKey { resource_type: row.resource_type, object_id: row.object_id },
            name: row.name,
            state: ItemState::from_code(&row.state),
            object: row.item_id.map(InventoryItemId::from_uuid).zip(row.item_name),
            how: MatchedBy::from_code(&row.how),
            properties: properties.into_iter().map(|(_, name)| name).filter(|name| !name.is_empty()).collect(),
        }
    }
}

const ALIGNMENT: &str =
    "select l.tenant_id, l.resource_type, l.state, l.aligned, l.differs, l.missing, l.extra from baseline_alignment l
  where l.baseline_id = $1";

fn by_tenant(rows: Vec<AlignmentRow>) -> Vec<TenantAlignment> {
    let mut all: Vec<TenantAlignment> = Vec::new();
    for row in rows {
        let tenant = TenantId::from_uuid(row.tenant_id);
        let totals = Totals { aligned: row.aligned, differs: row.differs, missing: row.missing, extra: row.extra };
        let type_ = TypeAlignment { resource_type: row.resource_type, state: TypeComparison::from_code(&row.state), totals };
        match all.last_mut().filter(|last| last.tenant == tenant) {
            Some(last) => last.types.push(type_),
            None => all.push(TenantAlignment { tenant, types: vec![type_] }),
        }
    }
    all
}

fn gap_key(row: &GapRow) -> String {
    format!("{}\u{1f}{}", row.resource_type, row.object_id)
}

impl Baselines<'_> {
    /// How each tenant stands to a baseline, of those that the viewer may see and that were compared.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn alignment(&self, scope: &WorkspaceScope, id: BaselineId) -> Result<Vec<TenantAlignment>> {
        let mut find = sql(ALIGNMENT).bind(id).push_bind(" and l.workspace_id = ", scope.workspace_id());
        if let Some(tenants) = scope.entitled() {
            find = find.push_in(" and l.tenant_id in ", tenants);
        }
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<AlignmentRow> = db.all(find.push(" order by l.tenant_id, l.resource_type")).await?;
        db.end().await?;
        Ok(by_tenant(rows))
    }

    /// How a tenant stands to a baseline; no types where it was not compared.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn alignment_of(&self, scope: &TenantScope, id: BaselineId) -> Result<TenantAlignment> {
        let find = sql(ALIGNMENT).bind(id).push_bind(" and l.tenant_id = ", scope.tenant_id()).push(" order by l.resource_type");
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<AlignmentRow> = db.all(find).await?;
        db.end().await?;
        Ok(by_tenant(rows).pop().unwrap_or(TenantAlignment { tenant: scope.tenant_id(), types: Vec::new() }))
    }

    /// What an item is called in the version that a tenant was compared with last; `None`: that has no such item, or nothing was compared.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn gap(&self, scope: &TenantScope, id: BaselineId, key: &ItemKey) -> Result<Option<String>> {
        const FIND: &str = "select i.name from baseline_assignments a
          join baseline_items i on i.baseline_id = a.baseline_id and i.number = a.compared_number
          where a.tenant_id = $1 and a.baseline_id = $2 and i.resource_type = $3 and i.object_id = $4";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let find = sql(FIND).bind(scope.tenant_id()).bind(id).bind(key.resource_type.as_str()).bind(key.object_id.as_str());
        let row: Option<(String,)> = db.optional(find).await?;
        db.end().await?;
        Ok(row.map(|(name,)| name))
    }

    /// A page of what a tenant does not have as the baseline says (`state`: only those), by type and id of the item.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn gaps(
        &self,
        scope: &TenantScope,
        id: BaselineId,
        state: Option<ItemState>,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<Gap>> {
        const GAPS: &str = "select m.resource_type, m.object_id, i.name, m.state, m.item_id, o.name as item_name, m.how, m.properties
          from baseline_matches m join baseline_assignments a on a.tenant_id = m.tenant_id and a.baseline_id = m.baseline_id
          join baseline_items i on i.baseline_id = m.baseline_id and i.number = a.compared_number and i.resource_type = m.resource_type
            and i.object_id = m.object_id
          left join inventory_items o on o.id = m.item_id
          where m.tenant_id = $1 and m.baseline_id = $2";
        let from = cursor.and_then(|cursor| Some((cursor.direction, cursor.key.split_once('\u{1f}')?)));
        let back = matches!(from, Some((Direction::Backward, _)));
        let mut find: Sql = sql(GAPS).bind(scope.tenant_id()).bind(id);
        find = match state {
            Some(state) => find.push_bind(" and m.state = ", state.code()),
            None => find.push(" and m.state in ('differs', 'missing')"),
        };
        if let Some((_, (kind, object))) = from {
            let than = if back { " and (m.resource_type, m.object_id) < (" } else { " and (m.resource_type, m.object_id) > (" };
            find = find.push_bind(than, kind).push_bind(", ", object).push(")");
        }
        let order = if back {
            " order by m.resource_type desc, m.object_id desc limit "
        } else {
            " order by m.resource_type, m.object_id limit "
        };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<GapRow> = db.all(find.push_bind(order, rows + 1)).await?;
        db.end().await?;
        Ok(crate::runs::page(found, rows, from.is_some(), back, gap_key).map(Gap::from))
    }
}
