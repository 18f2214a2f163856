//! How an object of a shared collection is recognised.

use serde::Deserialize;

use super::FieldPath;
use crate::json::Json;

/// The rule by which a type claims objects of its collection.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum Recognition {
    /// The collection holds nothing else.
    Collection,
    /// The concrete type is one of the type's `odata_types`.
    OdataType,
    /// A text property has a value that is listed, or that begins with one of the beginnings.
    Property {
        /// The property.
        path: FieldPath,
        /// Whole values.
        #[serde(default)]
        values: Vec<String>,
        /// Beginnings of values.
        #[serde(default)]
        beginnings: Vec<String>,
    },
    /// Whatever no other type of the collection claims, also objects of a kind that is not known here.
    Rest,
}

impl Recognition {
    /// Whether the rule itself claims the object; [`Recognition::Rest`] never does, it takes what is left.
    pub(super) fn claims(&self, odata_types: &[String], object: &Json) -> bool {
        match self {
            Self::Collection => true,
            Self::OdataType => {
                let concrete = object.get("@odata.type").and_then(Json::as_str);
                concrete.is_some_and(|name| odata_types.iter().any(|known| known == name))
            }
            Self::Property { path, values, beginnings } => path.first(object).and_then(Json::as_str).is_some_and(|text| {
                values.iter().any(|value| value == text)
                    || beginnings.iter().any(|beginning| text.starts_with(beginning.as_str()))
            }),
            Self::Rest => false,
        }
    }
}
