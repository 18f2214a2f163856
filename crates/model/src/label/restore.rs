//! The badges of restores.

use super::{Badge, Icon, Labelled, Tone, badge};
use crate::restore::{Action, Outcome, Purpose, RestoreState};
use crate::rollout::{RolloutState, Standing};

impl Labelled for RestoreState {
    fn badge(&self) -> Badge {
        let word = self.label();
        match self {
            Self::Draft => badge(Tone::Neutral, Icon::Pencil, word),
            Self::Scoped | Self::Checked => badge(Tone::Neutral, Icon::Half, word),
            Self::Previewed => badge(Tone::Neutral, Icon::Check, word),
            Self::Queued => badge(Tone::Warning, Icon::Clock, word),
            Self::Running => badge(Tone::Info, Icon::Spinner, word),
            Self::Completed => badge(Tone::Success, Icon::Check, word),
            Self::Partial => badge(Tone::Warning, Icon::Half, word),
            Self::Failed => badge(Tone::Danger, Icon::Cross, word),
            Self::Cancelled => badge(Tone::Neutral, Icon::Minus, word),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown state"),
        }
    }
}

impl Labelled for Purpose {
    fn badge(&self) -> Badge {
        let word = match self {
            Self::Restore => "Restore",
            Self::Retry => "Retry",
            Self::Undo => "Undo",
            Self::Unknown => "Unknown purpose",
        };
        badge(Tone::Neutral, Icon::Half, word)
    }
}

impl Labelled for Action {
    fn badge(&self) -> Badge {
        match self {
            Self::Create => badge(Tone::Info, Icon::Pencil, "Create"),
            Self::Recreate => badge(Tone::Info, Icon::Pencil, "Create anew"),
            Self::Update => badge(Tone::Info, Icon::Pencil, "Change"),
            Self::Unchanged => badge(Tone::Neutral, Icon::Check, "Nothing to do"),
            Self::Delete => badge(Tone::Danger, Icon::Cross, "Remove"),
            Self::Skip => badge(Tone::Warning, Icon::Ban, "Left out"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown action"),
        }
    }
}

impl Labelled for Outcome {
    fn badge(&self) -> Badge {
        match self {
            Self::Verified => badge(Tone::Success, Icon::Check, "Verified"),
            Self::Differs => badge(Tone::Warning, Icon::Half, "Differs"),
            Self::Refused => badge(Tone::Danger, Icon::Ban, "Refused"),
            Self::Skipped => badge(Tone::Neutral, Icon::Minus, "Skipped"),
            Self::Failed => badge(Tone::Danger, Icon::Cross, "Failed"),
            Self::Waiting => badge(Tone::Warning, Icon::Clock, "Waiting for approval"),
            Self::Uncertain => badge(Tone::Warning, Icon::Question, "Not certain"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown outcome"),
        }
    }
}

impl Labelled for RolloutState {
    fn badge(&self) -> Badge {
        match self {
            Self::Draft => badge(Tone::Neutral, Icon::Pencil, "Draft"),
            Self::Running => badge(Tone::Info, Icon::Spinner, "Running"),
            Self::Stopped => badge(Tone::Warning, Icon::Half, "Stopped"),
            Self::Completed => badge(Tone::Success, Icon::Check, "Completed"),
            Self::Ended => badge(Tone::Neutral, Icon::Minus, "Ended"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown state"),
        }
    }
}

impl Labelled for Standing {
    fn badge(&self) -> Badge {
        match self {
            Self::Open => badge(Tone::Neutral, Icon::Pencil, "Not confirmed"),
            Self::Ready => badge(Tone::Neutral, Icon::Clock, "Waits for its ring"),
            Self::Active => badge(Tone::Info, Icon::Spinner, "At work"),
            Self::Good => badge(Tone::Success, Icon::Check, "As planned"),
            Self::Bad => badge(Tone::Danger, Icon::Cross, "Not as planned"),
            Self::LeftOut => badge(Tone::Neutral, Icon::Minus, "Left out"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown"),
        }
    }
}
