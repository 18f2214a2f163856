//! A row of `provider_connections`.

use model::connection::{Cloud, Connection, CredentialKind, Signature};
use model::ids::{ConnectionId, EntraTenantId, TenantId};
use uuid::Uuid;

use crate::bind::DbTime;

/// What is read of a connection `c` and its tenant `t`, the sealed credential left out.
macro_rules! columns {
    () => {
        "c.id, c.tenant_id, t.entra_tenant_id, c.cloud, c.client_id, c.credential_kind, c.credential_expires_at, c.thumbprint,
          c.signature, c.note, c.enabled, c.disabled_reason, c.revision, c.created_at, c.updated_at, c.rotated_at"
    };
}
pub(super) use columns;

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: Uuid,
    tenant_id: Uuid,
    entra_tenant_id: Uuid,
    cloud: String,
    client_id: String,
    credential_kind: String,
    credential_expires_at: Option<DbTime>,
    thumbprint: Option<String>,
    signature: String,
    note: String,
    enabled: bool,
    disabled_reason: Option<String>,
    revision: i64,
    created_at: DbTime,
    updated_at: DbTime,
    rotated_at: Option<DbTime>,
}

impl From<Row> for Connection {
    fn from(row: Row) -> Self {
        Self {
            id: ConnectionId::from_uuid(row.id),
            tenant_id: TenantId::from_uuid(row.tenant_id),
            entra_tenant_id: EntraTenantId::from_uuid(row.entra_tenant_id),
            cloud: Cloud::from_code(&row.cloud),
            client_id: row.client_id,
            credential_kind: CredentialKind::from_code(&row.credential_kind),
            credential_expires_at: row.credential_expires_at.map(|at| at.0),
            thumbprint: row.thumbprint,
            signature: Signature::from_code(&row.signature),
            note: row.note,
            enabled: row.enabled,
            disabled_reason: row.disabled_reason,
            revision: row.revision,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            rotated_at: row.rotated_at.map(|at| at.0),
        }
    }
}
