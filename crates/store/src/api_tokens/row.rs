//! A token's row.

use model::access::Capabilities;
use model::api_token::ApiToken;
use model::ids::{ApiTokenId, TenantId, UserId, WorkspaceId};
use sqlx::types::Json;
use uuid::Uuid;

use crate::bind::DbTime;

/// The columns that [`TokenRow`] reads, from `api_tokens t` and `users u`.
macro_rules! columns {
    () => {
        "t.id, t.workspace_id, t.user_id, u.name as holder, t.name, t.capabilities, t.tenants, t.created_at, t.expires_at,
    t.last_used_at, t.revoked_at"
    };
}
pub(super) use columns;

#[derive(sqlx::FromRow)]
pub(super) struct TokenRow {
    id: Uuid,
    workspace_id: Uuid,
    user_id: Uuid,
    holder: String,
    name: String,
    capabilities: Json<Vec<String>>,
    tenants: Json<Option<Vec<Uuid>>>,
    created_at: DbTime,
    expires_at: DbTime,
    last_used_at: Option<DbTime>,
    revoked_at: Option<DbTime>,
}

impl From<TokenRow> for ApiToken {
    fn from(row: TokenRow) -> Self {
        Self {
            id: ApiTokenId::from_uuid(row.id),
            workspace_id: WorkspaceId::from_uuid(row.workspace_id),
            user_id: UserId::from_uuid(row.user_id),
            holder: row.holder,
            name: row.name,
            capabilities: Capabilities::from_codes(row.capabilities.0.iter().map(String::as_str)),
            tenants: row.tenants.0.map(|tenants| tenants.into_iter().map(TenantId::from_uuid).collect()),
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
            last_used_at: row.last_used_at.map(|at| at.0),
            revoked_at: row.revoked_at.map(|at| at.0),
        }
    }
}
