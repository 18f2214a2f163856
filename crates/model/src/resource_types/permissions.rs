//! Which application permissions open a type.

use serde::Deserialize;

use super::Source;

/// The permissions for one kind of access: any one of `accepted` is enough.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionSet {
    /// The one to ask for.
    pub recommended: String,
    /// Every one that is enough, `recommended` among them.
    pub accepted: Vec<String>,
}

impl PermissionSet {
    /// Whether one of the granted permissions is enough.
    #[must_use]
    pub fn satisfied_by<'a>(&self, granted: impl IntoIterator<Item = &'a str>) -> bool {
        granted.into_iter().any(|permission| self.accepted.iter().any(|accepted| accepted == permission))
    }
}

/// The permissions of a type.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permissions {
    /// Where they are known from.
    #[serde(default)]
    pub known_from: Source,
    /// To list and read; absent where no application permission opens the type ("not readable app-only").
    pub read: Option<PermissionSet>,
    /// To create, change and delete; absent where no application permission does, or nothing is ever written.
    pub write: Option<PermissionSet>,
}
