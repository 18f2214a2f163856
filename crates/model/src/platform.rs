//! The installation as its operators see it: names of workspaces and counts, and nothing that belongs to a tenant.

use std::time::Duration;

use crate::ids::{BreakGlassId, OperatorId, WorkspaceId};
use crate::time::Moment;

/// An operator of the installation: an account of its own, no user of any workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// Their id.
    pub id: OperatorId,
    /// What they sign in with, lower case.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// Since when.
    pub created_at: Moment,
    /// When they last signed in.
    pub last_sign_in_at: Option<Moment>,
    /// Until when their one-time link is good; `None`: there is none.
    pub link_until: Option<Moment>,
    /// Whether they have chosen a password.
    pub has_password: bool,
    /// When they were disabled.
    pub disabled_at: Option<Moment>,
}

impl Operator {
    /// How long a one-time link is good.
    pub const LINK: Duration = Duration::from_secs(24 * 3600);

    /// Whether they can sign in.
    #[must_use]
    pub const fn can_sign_in(&self) -> bool {
        self.disabled_at.is_none() && self.has_password
    }
}

/// Why somebody opens a workspace that is not theirs: 10 to 500 characters, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// How many characters it has at least.
    pub const SHORTEST: usize = 10;
    /// How many it has at most.
    pub const LONGEST: usize = 500;

    /// The reason, without white space around it; `None` when it is too short or too long.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        (Self::SHORTEST..=Self::LONGEST).contains(&text.chars().count()).then(|| Self(text.to_owned()))
    }

    /// Its words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// For how long a workspace is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Minutes(u16);

impl Minutes {
    /// What can be chosen.
    pub const ALL: [Self; 3] = [Self(15), Self(30), Self(60)];

    /// One of [`Minutes::ALL`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let minutes: u16 = text.parse().ok()?;
        Self::ALL.into_iter().find(|choice| choice.0 == minutes)
    }

    /// How many.
    #[must_use]
    pub const fn count(self) -> u16 {
        self.0
    }

    /// As a length of time.
    #[must_use]
    pub const fn duration(self) -> Duration {
        Duration::from_secs(self.0 as u64 * 60)
    }
}

/// An operator's look into a workspace: read-only, for a while, with a reason, known to the workspace's owners.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakGlass {
    /// Its id.
    pub id: BreakGlassId,
    /// Whose it is.
    pub operator_id: OperatorId,
    /// The workspace that is open.
    pub workspace_id: WorkspaceId,
    /// What that workspace is called.
    pub workspace_name: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub entered_at: Moment,
    /// Until when.
    pub expires_at: Moment,
}

/// What tells an owner that an operator opened the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakGlassNotice {
    /// Of which it tells.
    pub id: BreakGlassId,
    /// The workspace that was opened.
    pub workspace_id: WorkspaceId,
    /// What the operator is called.
    pub operator_name: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub entered_at: Moment,
    /// Until when it is, or was, open.
    pub until: Moment,
    /// Whether it was closed.
    pub over: bool,
    /// Whether the owner has read it.
    pub read: bool,
}

/// A workspace as operators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceFigures {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
    /// Since when.
    pub created_at: Moment,
    /// Members.
    pub members: i64,
    /// Owners among them.
    pub owners: i64,
    /// Tenants.
    pub tenants: i64,
    /// Runs that are queued or running.
    pub active_runs: i64,
    /// When a list of policies was last read to its end.
    pub last_sync_at: Option<Moment>,
    /// What its policies take up, compressed, in bytes.
    pub stored_bytes: i64,
}

/// How the installation is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Which database, with its version.
    pub database: String,
    /// What the database takes up, in bytes.
    pub database_bytes: i64,
    /// What of it could be given back, in bytes; `None` where the database does not say (PostgreSQL).
    pub free_bytes: Option<i64>,
    /// Newest migration that was applied.
    pub schema_applied: i64,
    /// Newest migration that this binary has.
    pub schema_known: i64,
    /// Runs that wait.
    pub queued: i64,
    /// Runs that a worker holds.
    pub running: i64,
    /// Since when the oldest of those that wait does.
    pub oldest_queued: Option<Moment>,
    /// Runs that were taken back from a lost worker within a day.
    pub rescued: i64,
    /// Failed runs of the last day by the code of their failure, most first.
    pub failed: Vec<(String, i64)>,
    /// Schedules that are due and were not fired yet.
    pub late: i64,
    /// Since when the first of them is due.
    pub late_since: Option<Moment>,
    /// Workers that were heard of lately.
    pub workers: i64,
}

/// A row of the platform's own trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailEntry {
    /// Its id, as text: the key of the row.
    pub id: String,
    /// When.
    pub at: Moment,
    /// Which operator; `None`: somebody at the machine's command line, or the system.
    pub by: Option<String>,
    /// Whether the system did it.
    pub by_system: bool,
    /// The code of what was done.
    pub action: String,
    /// The code of what came of it.
    pub outcome: String,
    /// The workspace that it concerns.
    pub workspace: Option<String>,
    /// The reason that was given, for break-glass.
    pub reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_has_ten_to_five_hundred_characters() {
        assert_eq!(Reason::parse("  too short  "), None);
        assert_eq!(Reason::parse("   ten chars    "), None);
        assert_eq!(Reason::parse(" ten chars! ").unwrap().as_str(), "ten chars!");
        assert!(Reason::parse(&"ü".repeat(500)).is_some());
        assert!(Reason::parse(&"ü".repeat(501)).is_none());
    }

    #[test]
    fn only_the_offered_durations_can_be_chosen() {
        assert_eq!(Minutes::parse("30").unwrap().duration(), Duration::from_secs(1800));
        for bad in ["", "0", "20", "61", "-15", "1e3", "99999999"] {
            assert_eq!(Minutes::parse(bad), None, "{bad}");
        }
    }
}
