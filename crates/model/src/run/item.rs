//! The items of a run: what is done and recorded, so that a later attempt skips it.

use crate::codes::codes;
use crate::failure::Code;

codes! {
    /// What became of an item.
    ItemStatus {
        /// It worked.
        Succeeded = "succeeded",
        /// It did not.
        Failed = "failed",
        /// It was left out for a reason.
        Skipped = "skipped",
    }
}

/// An item to be recorded: once per run and key; what is recorded stays.
#[derive(Debug, Clone, PartialEq)]
pub struct NewItem {
    /// Which item: a resource type's key, or an id; at most 200 characters.
    pub key: String,
    /// What became of it.
    pub status: ItemStatus,
    /// Why, where it did not work or was left out.
    pub code: Option<Code>,
    /// Figures and ids that belong to it; never a payload.
    pub data: serde_json::Value,
}

impl NewItem {
    /// An item that worked.
    #[must_use]
    pub fn succeeded(key: impl Into<String>) -> Self {
        Self { key: key.into(), status: ItemStatus::Succeeded, code: None, data: serde_json::json!({}) }
    }

    /// An item that did not.
    #[must_use]
    pub fn failed(key: impl Into<String>, code: Code) -> Self {
        Self { status: ItemStatus::Failed, code: Some(code), ..Self::succeeded(key) }
    }

    /// An item that was left out.
    #[must_use]
    pub fn skipped(key: impl Into<String>, code: Code) -> Self {
        Self { status: ItemStatus::Skipped, code: Some(code), ..Self::succeeded(key) }
    }
}

/// A recorded item.
#[derive(Debug, Clone, PartialEq)]
pub struct RunItem {
    /// Which item.
    pub key: String,
    /// What became of it.
    pub status: ItemStatus,
    /// Why: a code of [`Code`].
    pub code: Option<String>,
    /// Figures and ids that belong to it.
    pub data: serde_json::Value,
    /// In which attempt it was recorded.
    pub attempt: u32,
}
