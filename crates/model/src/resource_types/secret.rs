//! Where an object may hold secrets.

use serde::Deserialize;

use super::FieldPath;

/// A place that must not be shown, logged or stored unsealed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case", deny_unknown_fields)]
pub enum Secret {
    /// The values at a path.
    Path {
        /// The path.
        path: FieldPath,
        /// What is there, and in which state Graph returns it.
        why: String,
    },
    /// A property of every value of a concrete type, at any depth.
    OdataType {
        /// The concrete type, as in `@odata.type`.
        odata_type: String,
        /// The property.
        property: String,
        /// What is there, and in which state Graph returns it.
        why: String,
    },
}
