//! Where events come from, and how far each source was read.

use std::time::Duration;

use super::Reading;
use crate::codes::codes;
use crate::coverage::TypeState;
use crate::ids::RunId;
use crate::resource_types::ResourceType;
use crate::time::Moment;

/// Events are read again from so long before the end of what was read: they arrive late. Our choice; Microsoft states no bound.
pub const OVERLAP: Duration = Duration::from_secs(6 * 3600);
/// An event that has not arrived after so long is taken for one that there is not. Our choice; Microsoft states no bound.
pub const LATE: Duration = Duration::from_secs(3600);
/// How often the logs of a tenant are read that are watched. Our choice: a change is a finding within minutes, and a tenant takes some
/// three hundred requests a day for each log.
pub const WATCHED_EVERY: Duration = Duration::from_secs(300);
/// A log that could not be read is left alone for so long by who watches it.
pub const WATCH_RESTS: Duration = Duration::from_secs(3600);

/// How much of a log is read again that was read until then. Once in an hour what may have arrived late is; else what a log that was just
/// read may still bring ([`LATE`]).
#[must_use]
pub fn overlap(until: Moment, now: Moment) -> Duration {
    const HOUR: i64 = 3_600_000_000;
    let hour = |at: Moment| at.micros().div_euclid(HOUR);
    if hour(until) == hour(now) { LATE } else { OVERLAP }
}

/// How far back the first reading of a source goes. Entra keeps its audit log for 30 days (Microsoft, "How long does Microsoft Entra ID
/// store reporting data?"; with the free edition 7).
pub const FIRST_READ: Duration = Duration::from_secs(30 * 86_400);
/// How long events are kept here.
pub const KEPT: Duration = Duration::from_secs(400 * 86_400);

codes! {
    /// An audit log of a tenant.
    EventSource {
        /// Intune's: `/deviceManagement/auditEvents`.
        Intune = "intune",
        /// That of the directory: `/auditLogs/directoryAudits`.
        Directory = "directory",
    }
}

impl EventSource {
    /// Its path below `/v1.0`.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Directory => "/auditLogs/directoryAudits",
            Self::Intune | Self::Unknown => "/deviceManagement/auditEvents",
        }
    }

    /// The log that tells of changes to objects of that type.
    #[must_use]
    pub fn of(kind: &ResourceType) -> Self {
        let intune = ["/deviceManagement/", "/deviceAppManagement/"].iter().any(|root| kind.collection.starts_with(root));
        if intune { Self::Intune } else { Self::Directory }
    }

    /// For how long Microsoft keeps it at least: Entra 7 days (see [`FIRST_READ`]). Of Intune's log Microsoft's reference states no
    /// bound; as long as the first reading goes back is our choice.
    #[must_use]
    pub const fn kept_there(self) -> Duration {
        match self {
            Self::Intune => FIRST_READ,
            Self::Directory | Self::Unknown => Duration::from_secs(7 * 86_400),
        }
    }

    /// Words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Intune => "Intune audit events",
            Self::Directory => "Directory audit log",
            Self::Unknown => "Unknown source",
        }
    }

    /// The application permissions that open it, the one to ask for first (Microsoft Graph reference, "List auditEvents" and "List
    /// directoryAudits").
    #[must_use]
    pub const fn permissions(self) -> &'static [&'static str] {
        match self {
            Self::Intune => &["DeviceManagementApps.Read.All", "DeviceManagementApps.ReadWrite.All"],
            Self::Directory => &["AuditLog.Read.All"],
            Self::Unknown => &[],
        }
    }
}

/// How far a source was read in a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceState {
    /// Which.
    pub source: EventSource,
    /// How the latest attempt ended; `None` before the first.
    pub state: Option<TypeState>,
    /// Why it failed, if it did: a failure code.
    pub failure_code: Option<String>,
    /// When that was.
    pub attempted_at: Option<Moment>,
    /// From when on every event is known: what was before was not read, or is no longer kept.
    pub complete_from: Option<Moment>,
    /// Every event up to then that had arrived was read.
    pub complete_until: Option<Moment>,
    /// The run that last read it to its end, while that is recorded.
    pub run: Option<RunId>,
}

impl SourceState {
    /// A source that was never read.
    #[must_use]
    pub const fn unread(source: EventSource) -> Self {
        Self { source, state: None, failure_code: None, attempted_at: None, complete_from: None, complete_until: None, run: None }
    }

    /// What is known of it: its silence means something up to [`LATE`] before the end of what was read.
    #[must_use]
    pub fn reading(&self) -> Reading {
        Reading { from: self.complete_from, until: self.complete_until.map(|until| until.minus(LATE)) }
    }
}
