//! A second person: asked to approve a plan, and what they say.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::restore::{Decision, MAX_REASON};
use store::access::Confirmed;

use super::shapes::RestoreApproval;
use super::wishes::{AskRestoreApprovalBody, DecideRestoreApprovalBody};
use crate::api::answer::ok;
use crate::api::body::Body;
use crate::api::query::invalid;
use crate::auth::deeds::{AskRestoreApproval, DecideRestoreApproval};
use crate::auth::extract::path_id;
use crate::auth::{Authorized, InTenant};
use crate::error::Error;
use crate::state::WebState;

/// `POST /api/v1/tenants/{tenant}/restores/{restore}/approval`
pub(crate) async fn ask(
    Authorized { tenant, permit }: Authorized<AskRestoreApproval>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<AskRestoreApprovalBody>,
) -> Result<Response, Error> {
    let restore = web.store().restores().find(&tenant.scope, path_id(&params, "restore")?).await?;
    let confirmed =
        Confirmed::typed(permit, &restore, &wish.confirm).map_err(|_| invalid("`confirm` is the name of the tenant"))?;
    web.store().restores().ask_approval(&confirmed, wish.revision.0.into(), &wish.plan).await?;
    standing(&web, &tenant, &restore).await
}

/// `POST /api/v1/tenants/{tenant}/restores/{restore}/decision`
pub(crate) async fn decide(
    Authorized { tenant, permit }: Authorized<DecideRestoreApproval>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<DecideRestoreApprovalBody>,
) -> Result<Response, Error> {
    let restores = web.store().restores();
    let restore = restores.find(&tenant.scope, path_id(&params, "restore")?).await?;
    if wish.reason.trim().is_empty() || wish.reason.chars().count() > MAX_REASON {
        return Err(invalid("`reason` has 1 to 500 characters, and not only blanks"));
    }
    let decision = if wish.approve { Decision::Approved } else { Decision::Declined };
    restores.decide_approval(&permit, restore.id, wish.revision.0.into(), &wish.plan, decision, &wish.reason).await?;
    standing(&web, &tenant, &restore).await
}

async fn standing(web: &WebState, tenant: &InTenant, restore: &store::Restore) -> Result<Response, Error> {
    let approval = web.store().restores().approval(&tenant.scope, restore.id).await?;
    // Somebody may have changed the restore in between.
    ok(&RestoreApproval::from(approval.ok_or(Error::Conflict("the plan is another one by now; look at it again"))?))
}
