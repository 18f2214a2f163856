//! What the list of runs is narrowed to, as it stands in the address.

use model::ids::{TenantId, UserId, WorkspaceId};
use model::operations::Operation;
use model::run::{Outcome, Status, Trigger};
use model::time::Moment;

use crate::href::{BULK, OPERATIONS, OPERATIONS_CSV, Query};
use crate::when;

/// A part of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// All of it.
    #[default]
    All,
    /// Queued and running.
    Active,
    /// Failed, partially succeeded, blocked.
    Attention,
    /// Succeeded.
    Succeeded,
}

impl Tab {
    /// Every part, in the order of the tabs.
    pub const ALL: [Self; 4] = [Self::All, Self::Active, Self::Attention, Self::Succeeded];

    /// The value in the address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Active => "active",
            Self::Attention => "attention",
            Self::Succeeded => "succeeded",
        }
    }

    /// The part of a value; anything unknown is all.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|tab| tab.code() == code).unwrap_or_default()
    }

    /// Its words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Active => "Active",
            Self::Attention => "Needs attention",
            Self::Succeeded => "Succeeded",
        }
    }
}

/// What to list. Parameters of the address: `workspace, tenant, type, status, outcome, trigger, initiator, days, from, to, tab`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Another workspace than the current one.
    pub workspace: Option<WorkspaceId>,
    /// Only this tenant.
    pub tenant: Option<TenantId>,
    /// Only this type.
    pub operation: Option<Operation>,
    /// Only this status.
    pub status: Option<Status>,
    /// Only this outcome.
    pub outcome: Option<Outcome>,
    /// Only what was started so.
    pub trigger: Option<Trigger>,
    /// Only what this person started.
    pub initiator: Option<UserId>,
    /// Created within the last so many days; without meaning when `from` is set.
    pub days: u16,
    /// Created on that day (UTC) or later.
    pub from: Option<Moment>,
    /// Created on that day (UTC) or earlier.
    pub to: Option<Moment>,
    /// Which part.
    pub tab: Tab,
}

impl Filter {
    /// How far back the list goes unless it is told.
    pub const DAYS: u16 = 30;
    /// The periods that are offered, in days.
    pub const PERIODS: [u16; 4] = [1, 7, 30, 90];

    /// The address of the list so narrowed, without a place in it.
    #[must_use]
    pub fn query(&self) -> Query {
        self.of(OPERATIONS)
    }

    /// The address of the same list as a file.
    #[must_use]
    pub fn csv(&self) -> Query {
        self.of(OPERATIONS_CSV)
    }

    /// The address at which something is done to all of it.
    #[must_use]
    pub fn bulk(&self) -> Query {
        self.of(BULK)
    }

    fn of(&self, path: &str) -> Query {
        Query::new(path)
            .with_some("workspace", self.workspace)
            .with_some("tenant", self.tenant)
            .with_some("type", self.operation.map(Operation::code))
            .with_some("status", self.status)
            .with_some("outcome", self.outcome)
            .with_some("trigger", self.trigger)
            .with_some("initiator", self.initiator)
            .with_some("days", (self.days != Self::DAYS).then_some(self.days))
            .with_some("from", self.from.map(when::iso_day))
            .with_some("to", self.to.map(when::iso_day))
            .with_some("tab", (self.tab != Tab::All).then(|| self.tab.code()))
    }

    /// Whether anything but the tab and the default period narrows the list.
    #[must_use]
    pub fn narrows(&self) -> bool {
        *self != Self { tab: self.tab, workspace: self.workspace, ..Self::default() }
    }
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            workspace: None,
            tenant: None,
            operation: None,
            status: None,
            outcome: None,
            trigger: None,
            initiator: None,
            days: Self::DAYS,
            from: None,
            to: None,
            tab: Tab::All,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_leave_no_trace_in_the_address() {
        assert_eq!(String::from(Filter::default().query()), OPERATIONS);
        let filter = Filter { status: Some(Status::Queued), days: 7, tab: Tab::Active, ..Filter::default() };
        assert_eq!(String::from(filter.query()), "/admin/operations?status=queued&days=7&tab=active");
        assert!(filter.narrows() && !Filter { tab: Tab::Active, ..Filter::default() }.narrows());
    }
}
