//! Columns of more than one table.

use model::ids::TenantId;
use sqlx::types::Json;
use uuid::Uuid;

pub(crate) type DbJson = Json<serde_json::Value>;

pub(crate) fn tenant(id: Option<Uuid>) -> Option<TenantId> {
    id.map(TenantId::from_uuid)
}
