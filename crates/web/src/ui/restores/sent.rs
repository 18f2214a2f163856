//! What every form of a restore sends: the revision on which it was made.

use axum::extract::RawPathParams;
use axum::response::Response;
use model::ids::RestoreId;
use pages::{Toast, href};
use store::Restore;

use super::shown::found;
use crate::auth::{InTenant, Payload};
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::flash::to_flash;

/// The fields, with the revision taken out of them.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(super) fields: Fields,
    revision: Option<i64>,
}

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        Self { fields: fields.clone(), revision: fields.one("revision").and_then(|text| text.parse().ok()) }
    }
}

impl Sent {
    /// The revision that the sender saw.
    ///
    /// # Errors
    /// [`Error::BadRequest`] without one: what is edited blindly may be what somebody else just decided.
    pub(super) fn revision(&self) -> Result<i64, Error> {
        self.revision.ok_or(Error::BadRequest("The form cannot be understood."))
    }

    pub(super) fn act(&self) -> &str {
        self.fields.one("act").unwrap_or_default()
    }
}

/// The address of a step of the restore.
pub(super) fn to(guard: &InTenant, id: RestoreId, what: &str) -> String {
    href::of_restore(guard.scope.tenant_id(), id, what)
}

/// Leads on with a word of what happened, if there is one.
pub(super) async fn onward(
    web: &WebState,
    guard: &InTenant,
    toast: impl Into<Option<Toast>>,
    to: &str,
) -> Result<Response, Error> {
    if let Some(toast) = toast.into() {
        web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
    }
    Ok(see_other(to))
}

/// Leads on from what was done; where it was refused, `again` shows the restore as it is by now, and why.
pub(super) async fn ended<F: Future<Output = Result<Response, Error>>>(
    web: &WebState,
    guard: &InTenant,
    params: &RawPathParams,
    done: Result<(impl Into<Option<Toast>>, String), impl Into<Error>>,
    again: impl FnOnce(Restore, String) -> F,
) -> Result<Response, Error> {
    match done.map_err(Into::into) {
        Err(Error::Conflict(words)) => again(found(web, guard, params).await?, sentence(words)).await,
        done => {
            let (toast, to) = done?;
            onward(web, guard, toast, &to).await
        }
    }
}
