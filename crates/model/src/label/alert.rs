//! The badges of alerts.

use super::{Badge, Icon, Labelled, Tone, badge};
use crate::alert::DeliveryState;

impl Labelled for DeliveryState {
    fn badge(&self) -> Badge {
        match self {
            Self::Waiting => badge(Tone::Neutral, Icon::Clock, "Waiting"),
            Self::Queued => badge(Tone::Warning, Icon::Clock, "Queued"),
            Self::Sent => badge(Tone::Success, Icon::Check, "Sent"),
            Self::Failed => badge(Tone::Danger, Icon::Cross, "Failed"),
            Self::Suppressed => badge(Tone::Neutral, Icon::Minus, "Not sent"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown state"),
        }
    }
}
