//! Making tenants, and the steps of their life.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::Response;
use model::ids::{EntraTenantId, TenantId};
use model::run::{StartBy, Trigger};
use model::tenant::{Environment, TenantMove, TenantStatus};
use store::TenantEdit;
use store::access::Confirmed;

use super::Tenant;
use crate::api::answer::{json, ok, set, started};
use crate::api::archive::PutAwayBody;
use crate::api::bodies;
use crate::api::body::Body;
use crate::api::coded::{Choice, Codes};
use crate::api::headers::IdempotencyKey;
use crate::api::query::invalid;
use crate::auth::deeds::{AdvanceTenant, ArchiveTenant, CreateTenant, DeleteTenant, EditTenant};
use crate::auth::{Authorized, Manages, ManagesTenant, SignedIn};
use crate::error::Error;
use crate::state::WebState;

/// A step forward, by the status that follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Forward(TenantMove);

impl Codes for Forward {
    fn all() -> Vec<Self> {
        TenantMove::ALL.into_iter().filter(|step| step.from().forward() == Some(*step)).map(Self).collect()
    }

    fn code(self) -> &'static str {
        TenantStatus::code(self.0.to())
    }
}

bodies! {
    /// A tenant that is to be bound to the workspace.
    NewTenantBody {
        /// Its name.
        name: String = {"minLength": 1, "maxLength": 100},
        /// Its initial domain, e.g. `contoso.onmicrosoft.com`.
        domain: String = {"minLength": 3, "maxLength": 253},
        /// Microsoft's id of it.
        entra_tenant_id: EntraTenantId,
        /// What depends on it.
        environment: Choice<Environment>,
    }

    /// What may be changed of a tenant.
    TenantBody {
        /// Its name.
        name: String = {"minLength": 1, "maxLength": 100},
        /// Its initial domain, e.g. `contoso.onmicrosoft.com`.
        domain: String = {"minLength": 3, "maxLength": 253},
        /// What depends on it.
        environment: Choice<Environment>,
    }

    /// Who removes a tenant says its name.
    DeleteTenantBody {
        /// The name of the tenant.
        confirm: String = {"maxLength": 200},
    }

    /// A step forward.
    StepBody {
        /// The status that follows.
        to: Choice<Forward>,
    }
}

fn read(name: &str, domain: &str, environment: Environment) -> Result<TenantEdit, Error> {
    let name = model::name::name(name).map_err(|problem| invalid(&format!("`name`: {problem}")))?;
    let domain = model::name::domain(domain).map_err(|problem| invalid(&format!("`domain`: {problem}")))?;
    Ok(TenantEdit { name, domain, environment })
}

/// The tenant as it stands now.
async fn now(web: &WebState, signed: &SignedIn, id: TenantId) -> Result<Tenant, Error> {
    Ok(web.store().access().tenant(&signed.who, id).await?.tenant().clone().into())
}

/// `POST /api/v1/tenants`: a draft.
pub(crate) async fn create(
    Manages { member, permit }: Manages<CreateTenant>,
    State(web): State<WebState>,
    Body(wish): Body<NewTenantBody>,
) -> Result<Response, Error> {
    let new = read(&wish.name, &wish.domain, wish.environment.0)?;
    let id = web.store().tenants().draft(&permit, wish.entra_tenant_id, &new).await?;
    let mut response = json(StatusCode::CREATED, &now(&web, &member.signed, id).await?)?;
    set(&mut response, header::LOCATION, &format!("/api/v1/tenants/{id}"));
    Ok(response)
}

/// `PUT /api/v1/tenants/{tenant}`
pub(crate) async fn edit(
    Authorized { tenant, permit }: Authorized<EditTenant>,
    State(web): State<WebState>,
    Body(wish): Body<TenantBody>,
) -> Result<Response, Error> {
    web.store().tenants().edit(&permit, &read(&wish.name, &wish.domain, wish.environment.0)?, None).await?;
    ok(&now(&web, &tenant.signed, tenant.scope.tenant_id()).await?)
}

/// `POST /api/v1/tenants/{tenant}/advance`
pub(crate) async fn advance(
    Authorized { tenant, permit }: Authorized<AdvanceTenant>,
    State(web): State<WebState>,
    Body(wish): Body<StepBody>,
) -> Result<Response, Error> {
    web.store().tenants().advance(&permit, wish.to.0.0).await?;
    ok(&now(&web, &tenant.signed, tenant.scope.tenant_id()).await?)
}

/// `POST /api/v1/tenants/{tenant}/delete`: starts the run that removes an archived one; who removes it says its name.
pub(crate) async fn delete(
    ManagesTenant { tenant, permit }: ManagesTenant<DeleteTenant>,
    State(web): State<WebState>,
    IdempotencyKey(key): IdempotencyKey,
    Body(wish): Body<DeleteTenantBody>,
) -> Result<Response, Error> {
    let confirmed = Confirmed::typed(permit, tenant.scope.tenant(), &wish.confirm)
        .map_err(|_| invalid("`confirm` is the name of the tenant"))?;
    let by = StartBy::from(Trigger::Api).with_key(key);
    started(&web.store().tenants().delete(&confirmed, by).await?)
}

/// `POST /api/v1/tenants/{tenant}/archive`
pub(crate) async fn archive(
    Authorized { tenant, permit }: Authorized<ArchiveTenant>,
    State(web): State<WebState>,
    Body(wish): Body<PutAwayBody>,
) -> Result<Response, Error> {
    let away = wish.away(&tenant.scope.tenant().name)?;
    web.store().tenants().archive(&permit, away).await?;
    ok(&now(&web, &tenant.signed, tenant.scope.tenant_id()).await?)
}
