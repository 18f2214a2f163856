//! Whether a type has a collection, one object, or a collection below each object of another type.

use serde::Deserialize;

/// Where the objects of a type are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum Form {
    /// In one collection of the tenant.
    #[default]
    Collection,
    /// There is one, always: reading the path gives the object itself. It can be changed, not created or deleted.
    Singleton,
    /// In a collection below each object of another type; `{parent}` in the paths is that object's id.
    Below {
        /// The key of the other type.
        parent: String,
    },
}
