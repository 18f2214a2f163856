//! Groups of tenants, and tags of one.

use std::collections::BTreeSet;

use axum::extract::{RawPathParams, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use model::ids::{TenantGroupId, TenantId};
use model::overview;
use store::{GroupChange, MOST_IN_GROUP};

use super::answer::{json, nothing, ok, set, whole};
use super::body::Body;
use super::query::invalid;
use super::{answers, bodies};
use crate::auth::deeds::{ChangeTenantGroup, CreateTenantGroup, DeleteTenantGroup, RenameTenantGroup, TagTenant};
use crate::auth::extract::path_id;
use crate::auth::{Authorized, InTenant, Manages, Member};
use crate::error::Error;
use crate::state::WebState;

answers! {
    /// A group of tenants.
    TenantGroupRow {
        /// Its id.
        id: TenantGroupId,
        /// Its name.
        name: String,
        /// How many tenants are in it, of those that the token opens.
        tenants: i64,
    }

    /// The tenants of a group.
    TenantGroupTenants {
        /// Those that the token opens.
        tenants: Vec<TenantId>,
    }

    /// The tags of a tenant.
    TenantTags {
        /// By name.
        tags: Vec<String>,
    }
}

bodies! {
    /// What a group of tenants shall be called.
    TenantGroupBody {
        /// Its name.
        name: String = {"minLength": 1, "maxLength": 100},
    }

    /// Which tenants a group shall have.
    TenantGroupTenantsBody {
        /// Those; all others that the token opens are taken out.
        tenants: Vec<TenantId> = {"maxItems": 5000},
    }

    /// Which tags a tenant shall have.
    TenantTagsBody {
        /// Those, and no others; case aside each is there once.
        tags: Vec<String> = {"maxItems": 20, "items": {"type": "string", "minLength": 1, "maxLength": 50}},
    }
}

impl From<overview::TenantGroup> for TenantGroupRow {
    fn from(group: overview::TenantGroup) -> Self {
        Self { id: group.id, name: group.name, tenants: group.tenants }
    }
}

fn name(text: &str) -> Result<String, Error> {
    model::name::name(text).map_err(|problem| invalid(&format!("`name`: {problem}")))
}

async fn now(web: &WebState, member: &Member, id: TenantGroupId) -> Result<TenantGroupRow, Error> {
    Ok(web.store().tenant_groups().find(&member.scope, id).await?.into())
}

/// `GET /api/v1/tenant-groups`
pub(crate) async fn list(member: Member, State(web): State<WebState>) -> Result<Response, Error> {
    let groups = web.store().tenant_groups().list(&member.scope).await?;
    whole(groups.into_iter().map(TenantGroupRow::from).collect())
}

/// `GET /api/v1/tenant-groups/{group}`
pub(crate) async fn show(member: Member, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    ok(&now(&web, &member, path_id(&params, "group")?).await?)
}

/// `POST /api/v1/tenant-groups`
pub(crate) async fn create(
    Manages { member, permit }: Manages<CreateTenantGroup>,
    State(web): State<WebState>,
    Body(wish): Body<TenantGroupBody>,
) -> Result<Response, Error> {
    let id = web.store().tenant_groups().create(&permit, &name(&wish.name)?).await?;
    let mut response = json(StatusCode::CREATED, &now(&web, &member, id).await?)?;
    set(&mut response, header::LOCATION, &format!("/api/v1/tenant-groups/{id}"));
    Ok(response)
}

/// `PUT /api/v1/tenant-groups/{group}`
pub(crate) async fn rename(
    Manages { member, permit }: Manages<RenameTenantGroup>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<TenantGroupBody>,
) -> Result<Response, Error> {
    let id = path_id(&params, "group")?;
    web.store().tenant_groups().rename(&permit, id, &name(&wish.name)?).await?;
    ok(&now(&web, &member, id).await?)
}

/// `DELETE /api/v1/tenant-groups/{group}`
pub(crate) async fn remove(
    Manages { permit, .. }: Manages<DeleteTenantGroup>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    web.store().tenant_groups().delete(&permit, path_id(&params, "group")?).await?;
    Ok(nothing())
}

/// `GET /api/v1/tenant-groups/{group}/tenants`
pub(crate) async fn tenants(member: Member, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    let id = path_id(&params, "group")?;
    let groups = web.store().tenant_groups();
    groups.find(&member.scope, id).await?;
    ok(&TenantGroupTenants { tenants: groups.members(&member.scope, id).await?.into_iter().collect() })
}

/// `PUT /api/v1/tenant-groups/{group}/tenants`
pub(crate) async fn set_tenants(
    Manages { member, permit }: Manages<ChangeTenantGroup>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<TenantGroupTenantsBody>,
) -> Result<Response, Error> {
    let id = path_id(&params, "group")?;
    if wish.tenants.len() > MOST_IN_GROUP {
        return Err(invalid("`tenants` are 5,000 at most"));
    }
    let wanted: BTreeSet<TenantId> = wish.tenants.into_iter().collect();
    web.store().tenant_groups().change_members(&permit, id, GroupChange::Replace, &wanted).await?;
    ok(&now(&web, &member, id).await?)
}

/// `GET /api/v1/tenants/{tenant}/tags`
pub(crate) async fn tags(guard: InTenant, State(web): State<WebState>) -> Result<Response, Error> {
    ok(&TenantTags { tags: web.store().tenants().tags(&guard.scope).await? })
}

/// `PUT /api/v1/tenants/{tenant}/tags`
pub(crate) async fn set_tags(
    Authorized { tenant: guard, permit }: Authorized<TagTenant>,
    State(web): State<WebState>,
    Body(wish): Body<TenantTagsBody>,
) -> Result<Response, Error> {
    if wish.tags.len() > overview::MOST_TAGS {
        return Err(invalid("`tags` are 20 at most"));
    }
    for tag in &wish.tags {
        overview::tag(tag).map_err(|_| invalid("`tags`: each has 1 to 50 characters in one line, without a comma"))?;
    }
    web.store().tenants().set_tags(&permit, &wish.tags).await?;
    tags(guard, State(web)).await
}
