//! A role definition of a tenant's directory.

use super::{NAME, flag, text};
use crate::json::Json;
use crate::time::Moment;

/// The longest description that is kept, in characters.
const DESCRIPTION: usize = 1_000;

/// A role definition of the directory; those of Intune are inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleDefinition {
    /// Microsoft's id, in lower case.
    pub object_id: String,
    /// The id that is the same in every tenant, for built-in ones.
    pub template_id: String,
    /// Its name; empty when it has none.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whether Microsoft made it.
    pub built_in: bool,
    /// Whether it can be assigned.
    pub enabled: bool,
    /// When it was last seen.
    pub seen_at: Moment,
    /// Since when it is gone.
    pub deleted_at: Option<Moment>,
}

impl RoleDefinition {
    /// Reads an object of an answer as seen at `now`; `None` when it has no id.
    #[must_use]
    pub fn read(object: &Json, now: Moment) -> Option<Self> {
        let object_id = super::object_id(object.get("id")?.as_str()?);
        let said = |name: &str, most: usize| text(object, name, most).flatten().unwrap_or_default();
        let template_id = super::object_id(&said("templateId", 64));
        (!object_id.is_empty() && object_id.len() <= 64).then(|| Self {
            template_id,
            name: said("displayName", NAME),
            description: said("description", DESCRIPTION),
            built_in: flag(object, "isBuiltIn").unwrap_or(false),
            enabled: flag(object, "isEnabled").unwrap_or(true),
            seen_at: now,
            deleted_at: None,
            object_id,
        })
    }
}
