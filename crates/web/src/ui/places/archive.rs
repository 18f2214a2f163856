//! Whether something is put away or taken out again; who puts it away types its name.

use pages::FieldProblem;

use crate::auth::Payload;
use crate::error::Error;
use crate::fields::Fields;

/// What the form sends: `away` (yes or no) and `typed`.
#[derive(Debug)]
pub(crate) struct Choice {
    away: Option<bool>,
    typed: String,
}

impl Payload for Choice {
    fn read(fields: &Fields) -> Self {
        let away = match fields.one("away") {
            Some("yes") => Some(true),
            Some("no") => Some(false),
            _ => None,
        };
        Self { away, typed: fields.one("typed").unwrap_or_default().to_owned() }
    }
}

impl Choice {
    /// Whether it is put away.
    ///
    /// # Errors
    /// [`Error::BadRequest`] when the form does not say.
    pub(super) fn away(&self) -> Result<bool, Error> {
        self.away.ok_or(Error::BadRequest("The form cannot be understood."))
    }

    /// What is wrong with what was typed to confirm.
    pub(super) fn problem(&self, name: &str) -> Option<FieldProblem> {
        let confirmed = self.away != Some(true) || self.typed.trim() == name.trim();
        (!confirmed).then(|| FieldProblem::new("typed", "That is not its name."))
    }
}
