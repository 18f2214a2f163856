//! What is said of a setting.

use std::ops::RangeInclusive;

use crate::directory::DirectoryKind;
use crate::run::Outcome;

/// Where something can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For a workspace and, unless they choose otherwise, its tenants and members.
    Workspace,
    /// For one tenant.
    Tenant,
    /// By a person for themselves.
    Person,
}

impl Level {
    /// Where to look for what holds there, first what was chosen there itself.
    #[must_use]
    pub const fn path(self) -> &'static [Self] {
        match self {
            Self::Workspace => &[Self::Workspace],
            Self::Tenant => &[Self::Tenant, Self::Workspace],
            Self::Person => &[Self::Person, Self::Workspace],
        }
    }
}

/// What kind of value it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A whole number.
    Number {
        /// What it may be.
        bounds: RangeInclusive<u32>,
        /// What it is unless chosen.
        default: u32,
        /// What it counts, as a plural noun.
        unit: &'static str,
    },
    /// A time zone; UTC unless chosen.
    Zone,
    /// One of some: code and words; the first unless chosen.
    Choice(&'static [(&'static str, &'static str)]),
    /// Ends of runs, also none.
    Outcomes {
        /// Which unless chosen.
        default: &'static [Outcome],
    },
    /// The id of an object of the tenant's directory; none unless chosen.
    Object(DirectoryKind),
    /// The name of a folder below one that the server's configuration names; none unless chosen.
    Folder,
}

/// What is to be said of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// The stored code.
    pub code: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// What it does, in a sentence.
    pub help: &'static str,
    /// Where it can be chosen.
    pub levels: &'static [Level],
    /// What can be chosen.
    pub kind: Kind,
}
