//! Where a finding stands, and who may move it where.

use std::time::Duration;

use crate::codes::codes;

/// For how long a risk can be accepted at most: a year and a day.
pub const MAX_ACCEPTED: Duration = Duration::from_secs(366 * 86_400);

codes! {
    /// Where a finding stands.
    FindingState {
        /// Nobody has looked at it.
        New = "new",
        /// Somebody has, and it is to be worked on.
        Triaged = "triaged",
        /// Somebody is working on it.
        InProgress = "in_progress",
        /// The deviation is gone, or somebody says that it is.
        Resolved = "resolved",
        /// What deviates is right as it is: it is what later changes are held against.
        Closed = "closed",
        /// It deviates, and that is accepted until a day.
        RiskAccepted = "risk_accepted",
    }
}

codes! {
    /// How a finding was resolved.
    Resolution {
        /// What it was held against holds again.
        Back = "back",
        /// The object is gone; whether it still deviates is looked at when it comes back.
        Gone = "gone",
        /// Somebody says so; the next inventory tells.
        Person = "person",
        /// What deviated was taken into the baseline.
        Accepted = "accepted",
        /// The baseline does not ask for it any more, or the tenant is no longer held against it.
        Released = "released",
        /// The reference leads somewhere again or is gone, or somebody uses what nobody used.
        Mended = "mended",
        /// Somebody said that it is the service's doing.
        Service = "service",
    }
}

impl FindingState {
    /// Whether somebody has still to do something about it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::New | Self::Triaged | Self::InProgress)
    }

    /// Whether it deviates, as far as is known, and is still looked at.
    #[must_use]
    pub const fn deviates(self) -> bool {
        self.is_open() || matches!(self, Self::RiskAccepted)
    }

    /// Whether a person may move it there.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        match next {
            Self::New | Self::Unknown => false,
            Self::Triaged => !matches!(self, Self::Triaged | Self::Unknown),
            Self::InProgress => matches!(self, Self::New | Self::Triaged),
            Self::Resolved | Self::Closed | Self::RiskAccepted => {
                self.deviates() && !matches!((self, next), (Self::RiskAccepted, Self::RiskAccepted))
            }
        }
    }
}

/// What a person does with a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Move {
    /// They looked at it; also opens again what was resolved, closed or accepted.
    Triage,
    /// They begin to work on it.
    Begin,
    /// They say that the deviation is gone.
    Resolve,
    /// They say that it is right as it is.
    Close,
    /// They accept it until a day.
    Accept,
}

impl Move {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Triage, Self::Begin, Self::Resolve, Self::Close, Self::Accept];

    /// Its code, for forms and the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Triage => "triage",
            Self::Begin => "begin",
            Self::Resolve => "resolve",
            Self::Close => "close",
            Self::Accept => "accept",
        }
    }

    /// The move of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// Where it leads.
    #[must_use]
    pub const fn to(self) -> FindingState {
        match self {
            Self::Triage => FindingState::Triaged,
            Self::Begin => FindingState::InProgress,
            Self::Resolve => FindingState::Resolved,
            Self::Close => FindingState::Closed,
            Self::Accept => FindingState::RiskAccepted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_move_findings_along_the_workflow_and_nowhere_else() {
        use FindingState::{Closed, InProgress, New, Resolved, RiskAccepted, Triaged, Unknown};
        let may = |from: FindingState| -> Vec<FindingState> {
            FindingState::ALL.iter().copied().filter(|to| from.may_become(*to)).collect()
        };
        assert_eq!(may(New), [Triaged, InProgress, Resolved, Closed, RiskAccepted]);
        assert_eq!(may(Triaged), [InProgress, Resolved, Closed, RiskAccepted]);
        assert_eq!(may(InProgress), [Triaged, Resolved, Closed, RiskAccepted]);
        assert_eq!(may(RiskAccepted), [Triaged, Resolved, Closed]);
        assert_eq!((may(Resolved), may(Closed), may(Unknown)), (vec![Triaged], vec![Triaged], vec![]));
        for one in Move::ALL {
            assert_eq!(Move::from_code(one.code()), Some(one));
        }
        assert_eq!(Move::from_code("delete"), None);
    }
}
