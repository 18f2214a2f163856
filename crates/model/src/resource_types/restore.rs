//! How far a type may be written back.

use serde::{Deserialize, Serialize};

/// What a restore may do with objects of the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestoreMode {
    /// May be executed.
    Enabled,
    /// The difference is shown, never executed.
    PreviewOnly,
    /// Only the settings, without binary content or credentials.
    MetadataOnly,
    /// Read-only.
    None,
}

impl RestoreMode {
    /// The stored code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::PreviewOnly => "preview_only",
            Self::MetadataOnly => "metadata_only",
            Self::None => "none",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Enabled => "Restore enabled",
            Self::PreviewOnly => "Preview only",
            Self::MetadataOnly => "Metadata only",
            Self::None => "No restore",
        }
    }
}

/// How much harm a wrong restore of the type can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// Little.
    Low,
    /// Devices can lose settings.
    Medium,
    /// People can be locked out, or devices wiped or unprotected.
    High,
}

impl Risk {
    /// The stored code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
        }
    }
}

/// The restore rules of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// What may be done.
    pub mode: RestoreMode,
    /// The harm that is possible.
    pub risk: Risk,
}
