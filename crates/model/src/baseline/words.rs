//! The words of baselines.

use super::{ItemState, MatchedBy, TypeComparison, VersionSource, VersionState};
use crate::label::{Badge, Icon, Labelled, Tone};

const fn badge(tone: Tone, icon: Icon, word: &'static str) -> Badge {
    Badge { tone, icon, word }
}

impl Labelled for VersionState {
    fn badge(&self) -> Badge {
        match self {
            Self::Draft => badge(Tone::Warning, Icon::Pencil, "Draft"),
            Self::Ready => badge(Tone::Neutral, Icon::Check, "Ready"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown state"),
        }
    }
}

impl Labelled for ItemState {
    fn badge(&self) -> Badge {
        match self {
            Self::Aligned => badge(Tone::Success, Icon::Check, "Aligned"),
            Self::Differs => badge(Tone::Warning, Icon::Pencil, "Differs"),
            Self::Missing => badge(Tone::Danger, Icon::Minus, "Missing"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown state"),
        }
    }
}

impl Labelled for TypeComparison {
    fn badge(&self) -> Badge {
        match self {
            Self::Compared => badge(Tone::Neutral, Icon::Check, "Compared"),
            Self::Unread => badge(Tone::Warning, Icon::Half, "Not fully read"),
            Self::Unsupported => badge(Tone::Neutral, Icon::Ban, "No longer supported"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown state"),
        }
    }
}

impl VersionSource {
    /// Words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Tenant => "Captured from a tenant",
            Self::BackupSet => "Captured from a backup set",
            Self::Version => "Edited",
            Self::Finding => "Accepted from a finding",
            Self::Unknown => "Unknown",
        }
    }
}

impl MatchedBy {
    /// Words for people, after "Matched".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Person => "by a person",
            Self::Id => "by id",
            Self::Fingerprint => "by content",
            Self::Name => "by name",
            Self::Nothing => "with nothing",
            Self::Unknown => "in a way that this version does not know",
        }
    }
}
