//! Previewing, executing, repeating and undoing restores.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::restore::RestoreState;
use model::run::{StartBy, Trigger};
use store::access::Confirmed;

use super::change::made;
use super::wishes::{ExecuteRestoreBody, RestoreRevisionBody, UndoRestoreBody};
use crate::api::answer::started;
use crate::api::body::Body;
use crate::api::headers::IdempotencyKey;
use crate::api::query::invalid;
use crate::auth::Authorized;
use crate::auth::deeds::{ExecuteRestore, PreviewRestore, RetryRestore, UndoRestore};
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::state::WebState;
use crate::ui::restores::execute::removals;

/// `POST /api/v1/tenants/{tenant}/restores/{restore}/preview`
pub(crate) async fn preview(
    Authorized { tenant, permit }: Authorized<PreviewRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    IdempotencyKey(key): IdempotencyKey,
    Body(wish): Body<RestoreRevisionBody>,
) -> Result<Response, Error> {
    let restore = web.store().restores().find(&tenant.scope, path_id(&params, "restore")?).await?;
    let by = StartBy::from(Trigger::Api).with_key(key);
    started(&web.store().restores().start_preview(&permit, restore.id, wish.revision.0.into(), by).await?)
}

/// `POST /api/v1/tenants/{tenant}/restores/{restore}/execute`: who executes a plan names it, the tenant, and how much is removed.
pub(crate) async fn execute(
    Authorized { tenant, permit }: Authorized<ExecuteRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    IdempotencyKey(key): IdempotencyKey,
    Body(wish): Body<ExecuteRestoreBody>,
) -> Result<Response, Error> {
    let restore = web.store().restores().find(&tenant.scope, path_id(&params, "restore")?).await?;
    let removed = removals(&web, &tenant, &restore).await?;
    let said = wish.removals.map_or(0, |number| i64::from(number.0));
    if restore.state == RestoreState::Previewed && removed != said {
        return Err(invalid("`removals` is the number of objects that the plan removes"));
    }
    let confirmed =
        Confirmed::typed(permit, &restore, &wish.confirm).map_err(|_| invalid("`confirm` is the name of the tenant"))?;
    let by = StartBy::from(Trigger::Api).with_key(key);
    started(&web.store().restores().execute(&confirmed, wish.revision.0.into(), &wish.plan, by).await?)
}

/// `POST /api/v1/tenants/{tenant}/restores/{restore}/retry`
pub(crate) async fn retry(
    Authorized { tenant, permit }: Authorized<RetryRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let restore = web.store().restores().find(&tenant.scope, path_id(&params, "restore")?).await?;
    let child = web.store().restores().retry(&permit, restore.id).await?;
    made(&web, &tenant.scope, child).await
}

/// `POST /api/v1/tenants/{tenant}/restores/{restore}/undo`
pub(crate) async fn undo(
    Authorized { tenant, permit }: Authorized<UndoRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<UndoRestoreBody>,
) -> Result<Response, Error> {
    let restore = web.store().restores().find(&tenant.scope, path_id(&params, "restore")?).await?;
    let child = web.store().restores().undo(&permit, restore.id, wish.made.unwrap_or(false)).await?;
    made(&web, &tenant.scope, child).await
}
