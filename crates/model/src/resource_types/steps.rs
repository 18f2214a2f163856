//! Requests beyond the list that complete an object, its assignments, and its lists without order.

use serde::Deserialize;

use super::FieldPath;
use super::list::encode;

/// One request that completes an object.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub enum HydrationStep {
    /// One GET of the item; its answer takes the place of the list item. An expanded collection that comes with
    /// `<property>@odata.nextLink` goes on there.
    Get {
        /// `$expand`.
        #[serde(default)]
        expand: Vec<String>,
        /// `$select`, where the service leaves out what is not asked for by name; every property that is wanted.
        #[serde(default)]
        select: Vec<String>,
    },
    /// A paged collection below the item, put into a property.
    Children {
        /// The last segment of the collection's path, e.g. `definitionValues`.
        path: String,
        /// The property that takes the items.
        into: String,
        /// `$expand`.
        #[serde(default)]
        expand: Vec<String>,
        /// `$top`.
        top: Option<u32>,
    },
    /// One GET of a property below the item, put into that property: a picture that the item itself holds as null. Nothing there
    /// (404, or 204 without a body) leaves null.
    Part {
        /// The last segment of the path, which is the property's name.
        property: String,
    },
    /// Described, not executed: a collection below the item that is read only when something asks for it.
    OnDemand {
        /// The last segment of the collection's path.
        path: String,
    },
    /// Described, not executed: plain text of encrypted OMA-URI settings, one call for each, with its own permission.
    OmaPlainText {
        /// The function below the item.
        function: String,
        /// The application permission that it needs.
        permission: String,
    },
    /// Described, not executed: a navigation property that only one concrete type has.
    TypedExpand {
        /// The concrete type, as in `@odata.type`.
        odata_type: String,
        /// `$expand`, with the type's cast.
        expand: String,
    },
}

impl HydrationStep {
    /// Whether a reader executes the step.
    #[must_use]
    pub const fn executed(&self) -> bool {
        matches!(self, Self::Get { .. } | Self::Children { .. } | Self::Part { .. })
    }

    /// The step's path and query below the version, for the item at `item_path`; `None` for steps that are not executed.
    #[must_use]
    pub fn request(&self, item_path: &str) -> Option<String> {
        const NOTHING: &[String] = &[];
        let (path, select, expand, top) = match self {
            Self::Get { expand, select } => (item_path.to_owned(), select.as_slice(), expand.as_slice(), None),
            Self::Children { path, expand, top, .. } => (format!("{item_path}/{path}"), NOTHING, expand.as_slice(), *top),
            Self::Part { property } => (format!("{item_path}/{property}"), NOTHING, NOTHING, None),
            Self::OnDemand { .. } | Self::OmaPlainText { .. } | Self::TypedExpand { .. } => return None,
        };
        let mut query = Vec::new();
        if !select.is_empty() {
            query.push(format!("$select={}", encode(&select.join(","))));
        }
        if !expand.is_empty() {
            query.push(format!("$expand={}", encode(&expand.join(","))));
        }
        if let Some(top) = top {
            query.push(format!("$top={top}"));
        }
        Some(if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) })
    }
}

/// How assignments are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentMode {
    /// One POST replaces every assignment.
    ReplaceAll,
    /// Each is added by POST and removed by DELETE.
    Single,
}

/// Assignments of a type.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignments {
    /// The last segment of their collection below the item.
    pub path: String,
    /// How they are written.
    pub mode: AssignmentMode,
    /// The action that replaces all; absent when they are written one by one.
    pub action: Option<String>,
    /// The property of the action's body; absent when they are written one by one.
    pub body: Option<String>,
}

/// A list whose order means nothing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unordered {
    /// The list.
    pub path: FieldPath,
    /// What tells one element from another, from the element on; empty: the whole element.
    #[serde(default)]
    pub identity: Vec<FieldPath>,
}
