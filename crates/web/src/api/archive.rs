//! Whether a workspace or tenant is put away or taken out again; who puts it away says its name.

use super::bodies;
use super::query::invalid;
use crate::error::Error;

bodies! {
    /// Whether it is put away.
    PutAwayBody where {"if": {"properties": {"archived": {"const": true}}}, "then": {
        "properties": {"confirm": {"type": "string"}}, "required": ["confirm"],
    }} {
        /// Whether it is put away.
        archived: bool,
        /// Its name, word for word: asked for when it is put away.
        confirm: Option<String>,
    }
}

impl PutAwayBody {
    /// Whether it is put away, by somebody who knows what that is called.
    ///
    /// # Errors
    /// [`Error::Invalid`] when another name was given, or none.
    pub(crate) fn away(&self, name: &str) -> Result<bool, Error> {
        let said = self.confirm.as_deref().is_some_and(|confirm| confirm.trim() == name.trim());
        if self.archived && !said {
            return Err(invalid("`confirm` is the name of what is put away"));
        }
        Ok(self.archived)
    }
}
