//! What somebody typed to confirm that they mean it.

use model::run::StartKey;

use crate::auth::Payload;
use crate::error::Error;
use crate::fields::Fields;
use crate::ui::start_key::start_key;

/// A name, in the field `typed`, without the blanks around it.
#[derive(Debug)]
pub(crate) struct Typed(pub(crate) String);

impl Payload for Typed {
    fn read(fields: &Fields) -> Self {
        Self(fields.one("typed").unwrap_or_default().trim().to_owned())
    }
}

/// The same, with the key of the form, where a run is started by it.
#[derive(Debug)]
pub(crate) struct TypedStart {
    pub(crate) typed: String,
    pub(crate) key: Result<Option<StartKey>, Error>,
}

impl Payload for TypedStart {
    fn read(fields: &Fields) -> Self {
        Self { typed: Typed::read(fields).0, key: start_key(fields) }
    }
}
