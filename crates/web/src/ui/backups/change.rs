//! Verifying a backup set, and pinning it.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::backup::BackupSet;
use model::ids::BackupSetId;
use model::label::Tone;
use model::operations::backup_set_verify::Arguments;
use pages::{Toast, href};
use store::StoreError;

use super::show::found;
use crate::auth::deeds::{PinBackup, UnpinBackup, VerifyBackup};
use crate::auth::form::Empty;
use crate::auth::{Authorized, Form, InTenant};
use crate::error::Error;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::click::Click;
use crate::ui::flash::to_flash;

/// `POST /admin/t/{tenant}/backups/{backup}/verify`
pub(crate) async fn verify(
    Authorized { tenant: guard, permit }: Authorized<VerifyBackup>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Click>,
) -> Result<Response, Error> {
    let found = found(&web, &guard, &params).await?;
    sealed(&found)?;
    let set = found.id;
    let request = Arguments { set }.request(guard.scope.tenant_id());
    let started = web.store().runs().start(&permit, &request, form.into_inner().by()?).await?;
    done(&web, &guard, set, Toast::started(&started)).await
}

/// `POST /admin/t/{tenant}/backups/{backup}/pin`
pub(crate) async fn pin(
    Authorized { tenant: guard, permit }: Authorized<PinBackup>,
    State(web): State<WebState>,
    params: RawPathParams,
    _: Form<Empty>,
) -> Result<Response, Error> {
    let set = found(&web, &guard, &params).await?.id;
    web.store().backups().pin(&permit, set).await?;
    let toast = Toast::plain("Pinned", "No rule removes it, and nobody, until it is unpinned.", Tone::Success);
    done(&web, &guard, set, toast).await
}

/// `POST /admin/t/{tenant}/backups/{backup}/unpin`
pub(crate) async fn unpin(
    Authorized { tenant: guard, permit }: Authorized<UnpinBackup>,
    State(web): State<WebState>,
    params: RawPathParams,
    _: Form<Empty>,
) -> Result<Response, Error> {
    let set = found(&web, &guard, &params).await?.id;
    web.store().backups().unpin(&permit, set).await?;
    done(&web, &guard, set, Toast::plain("Unpinned", "The rules of its schedule hold again.", Tone::Info)).await
}

/// Refuses a set that holds nothing yet, or never will.
///
/// # Errors
/// [`StoreError::Conflict`].
pub(crate) fn sealed(set: &BackupSet) -> Result<(), StoreError> {
    if set.completed_at.is_none() {
        return Err(StoreError::Conflict("the backup set is not sealed: there is nothing to verify"));
    }
    Ok(())
}

async fn done(web: &WebState, guard: &InTenant, set: BackupSetId, toast: Toast) -> Result<Response, Error> {
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
    Ok(see_other(&href::backup(guard.scope.tenant_id(), set)))
}
