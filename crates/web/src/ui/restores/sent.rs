//! What every form of a restore sends: the revision on which it was made.

use axum::response::Response;
use model::ids::RestoreId;
use pages::{Toast, href};

use crate::auth::{InTenant, Payload};
use crate::error::Error;
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

/// Leads on with a word of what happened.
pub(super) async fn onward(web: &WebState, guard: &InTenant, toast: Toast, to: &str) -> Result<Response, Error> {
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
    Ok(see_other(to))
}
