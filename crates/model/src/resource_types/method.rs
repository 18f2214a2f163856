//! How objects are written.

use serde::{Deserialize, Serialize};

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, or calls an action.
    Post,
    /// Changes the given properties.
    Patch,
    /// Replaces the whole object.
    Put,
    /// Removes.
    Delete,
}

impl Method {
    /// The method's name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// Where a fact of a contract is known from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Microsoft's published metadata or permission data.
    #[default]
    Metadata,
    /// Other tools that do it, or the admin portal; not in the metadata.
    Peers,
}

/// How an object is created.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// The method.
    pub method: Method,
    /// The path below the version; names in braces are filled from the object.
    pub path: String,
    /// What must be known besides.
    pub note: Option<String>,
}

/// How an object is changed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The method, on the item's path.
    pub method: Method,
    /// Where that method is known from.
    #[serde(default)]
    pub known_from: Source,
    /// What must be known besides, e.g. an action for parts that the method does not take.
    pub note: Option<String>,
}
