//! Where incidents are.

use model::finding::Cause;

/// The incidents of the workspace.
pub const INCIDENTS: &str = "/admin/incidents";

/// An incident.
#[must_use]
pub fn incident(cause: &Cause) -> String {
    format!("{INCIDENTS}/{cause}")
}

/// What is decided on an incident: `move` (POST `act`, `words`) and `accept` (POST `until`, `words`).
#[must_use]
pub fn of_incident(cause: &Cause, what: &str) -> String {
    format!("{INCIDENTS}/{cause}/{what}")
}
