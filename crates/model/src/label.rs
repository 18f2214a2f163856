//! Words and colours: every stored enum has a badge here, and nowhere else.

mod alert;
mod restore;

use crate::access::Role;
use crate::backup::{BackupStatus, ItemProblem};
use crate::connection_check::CheckStatus;
use crate::coverage::TypeState;
use crate::inventory::Presence;
use crate::overview::ConnectionHealth;
use crate::run::{ItemStatus, Outcome, Run, Status};
use crate::tenant::{Environment, TenantStatus};

/// What a colour says. Never the only sign: a badge has an icon and a word as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Says nothing.
    Neutral,
    /// In motion.
    Info,
    /// Good.
    Success,
    /// Look at it.
    Warning,
    /// Bad.
    Danger,
}

/// The picture on a badge; `pages` draws it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Icon {
    /// Waiting.
    Clock,
    /// In motion.
    Spinner,
    /// Done.
    Check,
    /// Partly.
    Half,
    /// Went wrong.
    Cross,
    /// Held back.
    Ban,
    /// Left out.
    Minus,
    /// Not known.
    Question,
    /// Put away.
    Archive,
    /// Being written.
    Pencil,
}

/// A small coloured word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Badge {
    /// Its colour.
    pub tone: Tone,
    /// Its picture.
    pub icon: Icon,
    /// Its word.
    pub word: &'static str,
}

const fn badge(tone: Tone, icon: Icon, word: &'static str) -> Badge {
    Badge { tone, icon, word }
}

/// Something that is shown as a badge.
pub trait Labelled {
    /// Its badge.
    fn badge(&self) -> Badge;
}

impl Labelled for Status {
    fn badge(&self) -> Badge {
        match self {
            Self::Queued => badge(Tone::Warning, Icon::Clock, "Queued"),
            Self::Running => badge(Tone::Info, Icon::Spinner, "Running"),
            Self::Completed => badge(Tone::Neutral, Icon::Check, "Completed"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown status"),
        }
    }
}

impl Labelled for Outcome {
    fn badge(&self) -> Badge {
        match self {
            Self::Pending => badge(Tone::Neutral, Icon::Clock, "Pending"),
            Self::Succeeded => badge(Tone::Success, Icon::Check, "Succeeded"),
            Self::PartiallySucceeded => badge(Tone::Warning, Icon::Half, "Partially succeeded"),
            Self::Failed => badge(Tone::Danger, Icon::Cross, "Failed"),
            Self::Blocked => badge(Tone::Warning, Icon::Ban, "Blocked"),
            Self::Cancelled => badge(Tone::Neutral, Icon::Minus, "Cancelled"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown outcome"),
        }
    }
}

impl Labelled for Run {
    /// One badge for a run: its outcome once completed, else its status.
    fn badge(&self) -> Badge {
        if self.status == Status::Completed { self.outcome.badge() } else { self.status.badge() }
    }
}

impl Labelled for ItemStatus {
    fn badge(&self) -> Badge {
        match self {
            Self::Succeeded => badge(Tone::Success, Icon::Check, "Done"),
            Self::Failed => badge(Tone::Danger, Icon::Cross, "Failed"),
            Self::Skipped => badge(Tone::Neutral, Icon::Minus, "Skipped"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown result"),
        }
    }
}

impl Labelled for TypeState {
    fn badge(&self) -> Badge {
        match self {
            Self::Complete => badge(Tone::Success, Icon::Check, "Read completely"),
            Self::Forbidden => badge(Tone::Warning, Icon::Ban, "Permission missing"),
            Self::NotLicensed => badge(Tone::Neutral, Icon::Minus, "Not licensed"),
            Self::NotReadableAppOnly => badge(Tone::Neutral, Icon::Ban, "Not readable app-only"),
            Self::Failed => badge(Tone::Danger, Icon::Cross, "Failed"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown state"),
        }
    }
}

impl Labelled for TenantStatus {
    fn badge(&self) -> Badge {
        match self {
            Self::Draft => badge(Tone::Neutral, Icon::Pencil, "Draft"),
            Self::Onboarding => badge(Tone::Info, Icon::Clock, "Onboarding"),
            Self::Active => badge(Tone::Success, Icon::Check, "Active"),
            Self::Archived => badge(Tone::Neutral, Icon::Archive, "Archived"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown status"),
        }
    }
}

impl Labelled for Environment {
    fn badge(&self) -> Badge {
        match self {
            Self::Production => badge(Tone::Danger, Icon::Half, "Production"),
            Self::Staging => badge(Tone::Warning, Icon::Half, "Staging"),
            Self::Development => badge(Tone::Info, Icon::Half, "Development"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown environment"),
        }
    }
}

impl Labelled for Presence {
    fn badge(&self) -> Badge {
        match self {
            Self::Present => badge(Tone::Success, Icon::Check, "Present"),
            Self::Missing => badge(Tone::Warning, Icon::Minus, "Missing"),
            Self::MissingUnsure => badge(Tone::Neutral, Icon::Question, "Perhaps missing"),
        }
    }
}

impl Labelled for CheckStatus {
    fn badge(&self) -> Badge {
        match self {
            Self::Pass => badge(Tone::Success, Icon::Check, "Pass"),
            Self::Fail => badge(Tone::Danger, Icon::Cross, "Fail"),
            Self::Warn => badge(Tone::Warning, Icon::Half, "Warning"),
            Self::Skip => badge(Tone::Neutral, Icon::Minus, "Skipped"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown result"),
        }
    }
}

impl Labelled for ConnectionHealth {
    fn badge(&self) -> Badge {
        match self {
            Self::Expired => badge(Tone::Danger, Icon::Cross, "Expired"),
            Self::Failing => badge(Tone::Danger, Icon::Cross, "Failing"),
            Self::Missing => badge(Tone::Warning, Icon::Minus, "None"),
            Self::Disabled => badge(Tone::Warning, Icon::Ban, "Disabled"),
            Self::Unchecked => badge(Tone::Neutral, Icon::Question, "Not checked"),
            Self::Warning => badge(Tone::Warning, Icon::Half, "Warning"),
            Self::Healthy => badge(Tone::Success, Icon::Check, "Healthy"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown health"),
        }
    }
}

impl Labelled for BackupStatus {
    fn badge(&self) -> Badge {
        match self {
            Self::Capturing => badge(Tone::Info, Icon::Spinner, "Capturing"),
            Self::Complete => badge(Tone::Success, Icon::Check, "Complete"),
            Self::Partial => badge(Tone::Warning, Icon::Half, "Partial"),
            Self::Failed => badge(Tone::Danger, Icon::Cross, "Not usable"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown status"),
        }
    }
}

impl Labelled for ItemProblem {
    fn badge(&self) -> Badge {
        match self {
            Self::Missing => badge(Tone::Danger, Icon::Minus, "Content missing"),
            Self::Unreadable => badge(Tone::Danger, Icon::Cross, "Content unreadable"),
            Self::Altered => badge(Tone::Danger, Icon::Pencil, "Content altered"),
            Self::Unknown => badge(Tone::Neutral, Icon::Question, "Unknown problem"),
        }
    }
}

impl Labelled for Role {
    fn badge(&self) -> Badge {
        let word = match self {
            Self::Owner => "Owner",
            Self::Manager => "Manager",
            Self::Operator => "Operator",
            Self::Readonly => "Read-only",
            Self::Unknown => "Unknown role",
        };
        badge(Tone::Neutral, Icon::Half, word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::DeliveryState;
    use crate::restore::{self, Action, Purpose, RestoreState};

    fn check<T: Labelled + Copy + PartialEq + std::fmt::Debug>(known: &[T], unknown: T) {
        let mut words = std::collections::BTreeSet::new();
        for value in known {
            assert!(words.insert(value.badge().word), "{value:?} shares its word");
        }
        assert_eq!(unknown.badge().tone, Tone::Neutral);
        assert!(unknown.badge().word.starts_with("Unknown"));
    }

    #[test]
    fn every_badge_value_has_a_tone() {
        check(Status::ALL, Status::Unknown);
        check(Outcome::ALL, Outcome::Unknown);
        check(ItemStatus::ALL, ItemStatus::Unknown);
        check(TenantStatus::ALL, TenantStatus::Unknown);
        check(Environment::ALL, Environment::Unknown);
        check(CheckStatus::ALL, CheckStatus::Unknown);
        check(ConnectionHealth::ALL, ConnectionHealth::Unknown);
        check(Role::ALL, Role::Unknown);
        check(BackupStatus::ALL, BackupStatus::Unknown);
        check(ItemProblem::ALL, ItemProblem::Unknown);
        check(DeliveryState::ALL, DeliveryState::Unknown);
        check(RestoreState::ALL, RestoreState::Unknown);
        check(Purpose::ALL, Purpose::Unknown);
        check(Action::ALL, Action::Unknown);
        check(restore::Outcome::ALL, restore::Outcome::Unknown);
    }

    #[test]
    fn only_success_looks_like_success() {
        let green: Vec<_> = Outcome::ALL.iter().filter(|o| o.badge().tone == Tone::Success).collect();
        assert_eq!(green, [&Outcome::Succeeded]);
    }
}
