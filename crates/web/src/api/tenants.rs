//! Tenants.

pub(crate) mod change;

use axum::extract::State;
use axum::response::Response;
use model::access::{Capability, Role};
use model::ids::{EntraTenantId, TenantId, WorkspaceId};
use model::tenant::{Environment, TenantStatus};

use super::answer::{ok, page};
use super::coded::Coded;
use super::query::{self, Query};
use super::{answers, queries};
use crate::auth::{InTenant, Member};
use crate::error::Error;
use crate::state::WebState;

answers! {
    /// A Microsoft Entra tenant.
    Tenant {
        /// Its id here.
        id: TenantId,
        /// Its workspace.
        workspace_id: WorkspaceId,
        /// Its name.
        name: String,
        /// Its initial domain.
        domain: String,
        /// Microsoft's id of it.
        entra_tenant_id: EntraTenantId,
        /// What depends on it.
        environment: Coded<Environment>,
        /// Where it is in its life.
        status: Coded<TenantStatus>,
        /// The effective role of the token's holder in it.
        role: Coded<Role>,
    }

    /// How a tenant is reached. The secret is never shown.
    Connection {
        /// The application's id.
        client_id: String,
        /// The cloud.
        cloud: String,
        /// Whether it may be used.
        enabled: bool,
    }

    /// A tenant with what is known of it.
    TenantDetail {
        /// The tenant.
        tenant: Tenant,
        /// What the token may do in it.
        capabilities: Vec<Coded<Capability>>,
        /// How it is reached; `null` without a connection.
        connection: Option<Connection>,
    }
}

queries! {
    /// Which tenants.
    TenantQuery {
        /// Only those whose name or domain has this text.
        q: Option<String> = {"maxLength": 200, "minLength": 1},
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }
}

impl From<model::tenant::Tenant> for Tenant {
    fn from(tenant: model::tenant::Tenant) -> Self {
        Self {
            id: tenant.id,
            workspace_id: tenant.workspace_id,
            name: tenant.name,
            domain: tenant.domain,
            entra_tenant_id: tenant.entra_tenant_id,
            environment: Coded(tenant.environment),
            status: Coded(tenant.status),
            role: Coded(tenant.role),
        }
    }
}

/// `GET /api/v1/tenants?q=&limit=&cursor=`
pub(crate) async fn list(member: Member, State(web): State<WebState>, query: Query<TenantQuery>) -> Result<Response, Error> {
    let TenantQuery { q, limit, cursor } = &query.wanted;
    let (text, rows, cursor) = (query::search(q.as_deref())?, query::rows(*limit)?, query::cursor(cursor.as_deref())?);
    let found = web.store().workspaces().find_tenants(&member.scope, text.as_deref(), cursor.as_ref(), rows).await?;
    page(&query, found.map(Tenant::from))
}

/// `GET /api/v1/tenants/{tenant}`
pub(crate) async fn show(guard: InTenant, State(web): State<WebState>) -> Result<Response, Error> {
    let can = guard.scope.can();
    let connection = web.store().tenants().overview(&guard.scope).await?.connection;
    let allowed = Capability::ALL.iter().copied().filter(|capability| capability.plane() == model::access::Plane::Tenant);
    ok(&TenantDetail {
        tenant: guard.scope.tenant().clone().into(),
        capabilities: allowed.filter(|capability| can.allows(*capability)).map(Coded).collect(),
        connection: connection.map(|connection| Connection {
            client_id: connection.client_id,
            cloud: connection.cloud.code().to_owned(),
            enabled: connection.enabled,
        }),
    })
}
