//! The words of findings.

use super::{Against, FindingKind, FindingState, HistoryEvent, Move, Resolution, Severity};
use crate::label::{Badge, Icon, Labelled, Tone};

const fn badge(tone: Tone, icon: Icon, word: &'static str) -> Badge {
    Badge { tone, icon, word }
}

impl Labelled for FindingState {
    fn badge(&self) -> Badge {
        match self {
            Self::New => badge(Tone::Warning, Icon::Clock, "New"),
            Self::Triaged => badge(Tone::Info, Icon::Half, "Triaged"),
            Self::InProgress => badge(Tone::Info, Icon::Spinner, "In progress"),
            Self::Resolved => badge(Tone::Success, Icon::Check, "Resolved"),
            Self::Closed => badge(Tone::Neutral, Icon::Archive, "Closed"),
            Self::RiskAccepted => badge(Tone::Neutral, Icon::Ban, "Risk accepted"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown state"),
        }
    }
}

impl Labelled for Severity {
    fn badge(&self) -> Badge {
        match self {
            Self::Low => badge(Tone::Neutral, Icon::Minus, "Low"),
            Self::Medium => badge(Tone::Info, Icon::Half, "Medium"),
            Self::High => badge(Tone::Warning, Icon::Half, "High"),
            Self::Critical => badge(Tone::Danger, Icon::Cross, "Critical"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown severity"),
        }
    }
}

impl Labelled for FindingKind {
    fn badge(&self) -> Badge {
        match self {
            Self::Added => badge(Tone::Info, Icon::Pencil, "Added"),
            Self::Removed => badge(Tone::Danger, Icon::Minus, "Removed"),
            Self::Changed => badge(Tone::Neutral, Icon::Pencil, "Changed"),
            Self::AssignmentChanged => badge(Tone::Neutral, Icon::Half, "Assignment changed"),
            Self::ScopeTagChanged => badge(Tone::Neutral, Icon::Half, "Scope tag changed"),
            Self::ReferenceDangling => badge(Tone::Warning, Icon::Question, "Leads nowhere"),
            Self::Unused => badge(Tone::Neutral, Icon::Minus, "Unused"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown kind"),
        }
    }
}

impl Against {
    /// Words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Previous => "Previous inventory",
            Self::Baseline => "Baseline",
            Self::References => "What its objects refer to",
            Self::Unknown => "Unknown",
        }
    }
}

impl Resolution {
    /// Words for people, after "Resolved".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Back => "as it was before",
            Self::Gone => "the object is gone",
            Self::Person => "said by a person; the next inventory tells",
            Self::Accepted => "the baseline says so by now",
            Self::Released => "no baseline asks for it any more",
            Self::Mended => "the reference, or the use, was put right",
            Self::Service => "it is the service's doing",
            Self::Unknown => "in a way that this version does not know",
        }
    }
}

impl Move {
    /// What the button says.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Triage => "Triage",
            Self::Begin => "Begin work",
            Self::Resolve => "Mark as resolved",
            Self::Close => "Close",
            Self::Accept => "Accept the risk",
        }
    }

    /// What it does, in a sentence.
    #[must_use]
    pub const fn help(self) -> &'static str {
        match self {
            Self::Triage => "It was looked at, and something is to be done about it.",
            Self::Begin => "Somebody is working on it.",
            Self::Resolve => "It was put right. The next inventory tells: what still deviates is opened again.",
            Self::Close => "It is right as it is now, and later changes are held against that.",
            Self::Accept => "It deviates and may, until a day. Another change, or that day, opens it again.",
        }
    }
}

impl HistoryEvent {
    /// Words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Found => "Found",
            Self::SeenFurther => "Changed further",
            Self::Recurred => "Found again",
            Self::StillThere => "Still there, so opened again",
            Self::AcceptanceEnded => "The acceptance ended, so opened again",
            Self::CameBack => "Back as it was before",
            Self::ObjectGone => "The object is gone",
            Self::Moved => "Moved",
            Self::Noted => "Note",
            Self::Assigned => "Assigned",
            Self::Accepted => "Taken into the baseline",
            Self::Released => "No longer asked for",
            Self::Mended => "Put right",
            Self::Rated => "Rated anew",
            Self::Classified => "Said to be the service's doing",
            Self::Unknown => "Something that this version does not know",
        }
    }
}
