//! Adding, changing and removing connections, and replacing their credential.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::Response;
use model::connection::{Connection, Signature, client_id};
use store::{ConnectionEdit, NewConnection};

use super::shapes::{
    ConnectionBody, ConnectionDetail, CredentialBody, NewConnectionBody, RemoveConnectionBody, SwitchConnectionBody, error,
};
use super::{found, standing, tag_of};
use crate::api::answer::{nothing, set};
use crate::api::body::Body;
use crate::api::headers::IfMatch;
use crate::api::query::invalid;
use crate::auth::deeds::{CreateConnection, EditConnection, RemoveConnection, RotateConnection, SwitchConnection};
use crate::auth::{Authorized, InTenant};
use crate::credential::end_of;
use crate::error::Error;
use crate::state::WebState;

/// The longest reason why a connection is off, in characters.
const LONGEST_REASON: usize = 500;

/// `POST /api/v1/tenants/{tenant}/connection`
pub(crate) async fn create(
    Authorized { tenant, permit }: Authorized<CreateConnection>,
    State(web): State<WebState>,
    Body(wish): Body<NewConnectionBody>,
) -> Result<Response, Error> {
    let now = web.store().now().await?;
    let new = NewConnection {
        cloud: wish.cloud.0,
        client_id: id_of(&wish.client_id)?,
        credential: wish.credential.read(now).await?,
        signature: wish.signature.map_or(Signature::Ps256, |signature| signature.0),
        note: note(wish.note.unwrap_or_default())?,
    };
    web.store().connections().create(&permit, &new).await?;
    let mut response = standing(&web, &tenant, StatusCode::CREATED).await?;
    set(&mut response, header::LOCATION, &format!("/api/v1/tenants/{}/connection", tenant.scope.tenant_id()));
    Ok(response)
}

/// `PUT /api/v1/tenants/{tenant}/connection`
pub(crate) async fn edit(
    Authorized { tenant, permit }: Authorized<EditConnection>,
    State(web): State<WebState>,
    version: IfMatch,
    Body(wish): Body<ConnectionBody>,
) -> Result<Response, Error> {
    let connection = meant(&web, &tenant, &version).await?;
    let day = wish.expires_on.0.as_deref().unwrap_or_default();
    let secret_expires_at = end_of(&connection, day, web.store().now().await?).map_err(error)?;
    let edit = ConnectionEdit {
        cloud: wish.cloud.0,
        client_id: id_of(&wish.client_id)?,
        signature: wish.signature.0,
        note: note(wish.note)?,
        secret_expires_at,
    };
    web.store().connections().edit(&permit, connection.revision, &edit).await?;
    standing(&web, &tenant, StatusCode::OK).await
}

/// `POST /api/v1/tenants/{tenant}/connection/rotate`
pub(crate) async fn rotate(
    Authorized { tenant, permit }: Authorized<RotateConnection>,
    State(web): State<WebState>,
    version: IfMatch,
    Body(wish): Body<CredentialBody>,
) -> Result<Response, Error> {
    let revision = meant(&web, &tenant, &version).await?.revision;
    let credential = wish.read(web.store().now().await?).await?;
    web.store().connections().rotate(&permit, revision, &credential).await?;
    standing(&web, &tenant, StatusCode::OK).await
}

/// `POST /api/v1/tenants/{tenant}/connection/switch`
pub(crate) async fn switch(
    Authorized { tenant, permit }: Authorized<SwitchConnection>,
    State(web): State<WebState>,
    Body(wish): Body<SwitchConnectionBody>,
) -> Result<Response, Error> {
    let reason = wish.reason.unwrap_or_default();
    if reason.chars().count() > LONGEST_REASON {
        return Err(invalid("`reason` has at most 500 characters"));
    }
    web.store().connections().switch(&permit, wish.enabled, &reason).await?;
    standing(&web, &tenant, StatusCode::OK).await
}

/// `POST /api/v1/tenants/{tenant}/connection/remove`: who removes it says the tenant's name.
pub(crate) async fn remove(
    Authorized { tenant, permit }: Authorized<RemoveConnection>,
    State(web): State<WebState>,
    Body(wish): Body<RemoveConnectionBody>,
) -> Result<Response, Error> {
    if wish.confirm.trim() != tenant.scope.tenant().name.trim() {
        return Err(invalid("`confirm` is the name of the tenant"));
    }
    web.store().connections().delete(&permit).await?;
    Ok(nothing())
}

/// The connection that is changed, when the version that stands is the one that is meant.
async fn meant(web: &WebState, tenant: &InTenant, version: &IfMatch) -> Result<Connection, Error> {
    let connection = found(web, tenant).await?;
    version.must_be(&tag_of(&ConnectionDetail::from(connection.clone()))?)?;
    Ok(connection)
}

fn id_of(text: &str) -> Result<String, Error> {
    client_id(text).map_err(|problem| invalid(&format!("`client_id`: {problem}")))
}

fn note(text: String) -> Result<String, Error> {
    if text.chars().count() > 500 { Err(invalid("`note` has up to 500 characters")) } else { Ok(text) }
}
