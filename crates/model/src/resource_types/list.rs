//! How a collection is listed.

use serde::Deserialize;

use super::FieldPath;
use crate::json::Json;

/// The list request of a collection and what its answer leaves out. Types that share a collection have equal lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListContract {
    /// `$expand`: navigation properties that come with every item, with their own options in parentheses.
    #[serde(default)]
    pub expand: Vec<String>,
    /// `$select`; empty asks for what the service gives by default.
    #[serde(default)]
    pub select: Vec<String>,
    /// `$filter`.
    pub filter: Option<String>,
    /// The service refuses the list without a filter.
    #[serde(default)]
    pub filter_required: bool,
    /// Where the filter hides objects by their state: an object is listed when one of these holds. Empty: the filter hides nothing that
    /// belongs to the type.
    #[serde(default)]
    pub shown_where: Vec<ShownWhere>,
    /// `$top`, items per page; absent leaves the service's own page size.
    pub top: Option<u32>,
    /// Properties that an item of the list lacks although the object has them.
    #[serde(default)]
    pub omits: Vec<String>,
    /// Properties that are null in the list although the object has a value.
    #[serde(default)]
    pub nulls: Vec<String>,
    /// Properties of a list item that change when the object's content changes, so that an item whose values are the
    /// same need not be read again. Empty: nothing in the list tells.
    #[serde(default)]
    pub changed_by: Vec<FieldPath>,
    /// What nothing in the list tells, the tenant's audit log does: a change of the object leaves an event there.
    #[serde(default)]
    pub audited: bool,
}

/// A state of an object in which its list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownWhere {
    /// The property.
    pub path: FieldPath,
    /// Its value, as JSON writes it without quotes (`true`, `lineOfBusiness`); `None`: null or absent.
    pub value: Option<String>,
}

impl ShownWhere {
    fn holds(&self, object: &Json) -> bool {
        match (self.path.first(object), &self.value) {
            (None | Some(Json::Null), wanted) => wanted.is_none(),
            (Some(_), None) => false,
            (Some(Json::String(text)), Some(wanted)) => text == wanted,
            (Some(value), Some(wanted)) => value.to_text() == *wanted,
        }
    }
}

impl ListContract {
    /// Whether the list shows an object in that state.
    #[must_use]
    pub fn shows(&self, object: &Json) -> bool {
        self.shown_where.is_empty() || self.shown_where.iter().any(|state| state.holds(object))
    }

    /// The query of the first page, without `?`; empty when there is none. Values are percent-encoded.
    #[must_use]
    pub fn query(&self) -> String {
        let mut parts = Vec::new();
        if let Some(filter) = &self.filter {
            parts.push(format!("$filter={}", encode(filter)));
        }
        if !self.select.is_empty() {
            parts.push(format!("$select={}", encode(&self.select.join(","))));
        }
        if !self.expand.is_empty() {
            parts.push(format!("$expand={}", encode(&self.expand.join(","))));
        }
        if let Some(top) = self.top {
            parts.push(format!("$top={top}"));
        }
        parts.join("&")
    }
}

/// Percent-encodes a value of a query or a segment of a path. OData's own signs stay readable, as Graph itself writes them.
#[must_use]
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'$' | b',' | b'(' | b')' | b'=' | b'\'' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
