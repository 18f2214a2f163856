//! The idempotency key of a form that starts something.

use model::run::StartKey;

use crate::error::Error;
use crate::fields::Fields;

/// The field `key`; `None` when the form has none.
///
/// # Errors
/// [`Error::BadRequest`] for one that is none of ours.
pub(crate) fn start_key(fields: &Fields) -> Result<Option<StartKey>, Error> {
    let key = fields.one("key").map(StartKey::parse).transpose();
    key.map_err(|_| Error::BadRequest("The form cannot be understood."))
}
