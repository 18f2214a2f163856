//! One write to Graph.

use crate::codes::codes;
use crate::json::Json;
use crate::resource_types::{ApiVersion, Method};

codes! {
    /// What a write does, so that it is known what to do when its answer is lost.
    Effect {
        /// Makes the object. Repeated, it makes another one: never repeated unless it is certain that nothing was made.
        Create = "create",
        /// Sets properties of the object. Repeated, it sets them again.
        Change = "change",
        /// Replaces a whole list below the object, such as its assignments. Repeated, it replaces it again.
        Replace = "replace",
        /// Adds an element to a list below the object. Repeated, it may add another one: the list is read before.
        Add = "add",
        /// Removes the object, or an element of a list below it. Repeated, it finds nothing to remove.
        Remove = "remove",
    }
}

/// One write to Graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it does.
    pub effect: Effect,
    /// The method.
    pub method: Method,
    /// The version that is called.
    pub api_version: ApiVersion,
    /// The path without ids, for logs and for the journal.
    pub template: String,
    /// The path below the version, with ids percent-encoded. `{new}` stands for the id that the create gives.
    pub path: String,
    /// The body; `None` for a removal.
    pub body: Option<Json>,
}
