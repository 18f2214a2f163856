//! Notes and pins, capturing one object, reading the audit logs.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::InventoryItemId;
use model::operations::audit_events_sync;
use model::operations::policy_capture_snapshot::Arguments;
use model::run::{StartBy, Trigger};
use model::version::NewMark;

use super::detail;
use super::shapes::WriteMark;
use crate::api::answer;
use crate::api::body::Body;
use crate::api::headers::{IdempotencyKey, IfMatch};
use crate::api::query::invalid;
use crate::auth::Authorized;
use crate::auth::deeds::{CapturePolicy, MarkVersion, StartAuditEventsSync};
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::state::WebState;

/// `PUT /api/v1/tenants/{tenant}/inventory/{item}/versions/{version}/mark`
pub(crate) async fn mark(
    Authorized { tenant, permit }: Authorized<MarkVersion>,
    State(web): State<WebState>,
    params: RawPathParams,
    version: IfMatch,
    Body(wish): Body<WriteMark>,
) -> Result<Response, Error> {
    let item: InventoryItemId = path_id(&params, "item")?;
    let number: i64 = path_id(&params, "version")?;
    let mark = NewMark::new(&wish.note, wish.pinned).map_err(|_| invalid("`note` has at most 2,000 characters"))?;
    let (revision, body) = detail(&web, &tenant.scope, item, number).await?;
    version.must_be(&answer::tag(&body))?;
    web.store().policy_versions().mark(&permit, item, number, revision, &mark).await?;
    Ok(answer::nothing())
}

/// `POST /api/v1/tenants/{tenant}/inventory/{item}/capture`
pub(crate) async fn capture(
    Authorized { tenant, permit }: Authorized<CapturePolicy>,
    State(web): State<WebState>,
    params: RawPathParams,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<Response, Error> {
    let item: InventoryItemId = path_id(&params, "item")?;
    // An item that the tenant does not have is none here either.
    web.store().inventory().find(&tenant.scope, item).await?;
    let by = StartBy::from(Trigger::Api).with_key(key);
    answer::started(&web.store().runs().start(&permit, &Arguments { item }.request(tenant.scope.tenant_id()), by).await?)
}

/// `POST /api/v1/tenants/{tenant}/audit-events/sync`
pub(crate) async fn read_events(
    Authorized { tenant, permit }: Authorized<StartAuditEventsSync>,
    State(web): State<WebState>,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<Response, Error> {
    let by = StartBy::from(Trigger::Api).with_key(key);
    let request = audit_events_sync::request(tenant.scope.tenant_id());
    answer::started(&web.store().runs().start(&permit, &request, by).await?)
}
