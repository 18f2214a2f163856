//! One newtype per id, so that a tenant's id can never be passed where a run's is asked for.
//!
//! All are UUIDv7: they sort by creation, so a list can be paged by id alone.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text was not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id")]
pub struct InvalidId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, later than every id that this process made before.
            #[allow(clippy::disallowed_methods, reason = "the one place that makes ids")]
            #[must_use]
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }

            /// Wraps a stored value.
            #[must_use]
            pub const fn from_uuid(value: Uuid) -> Self {
                Self(value)
            }

            /// The plain value, for storage.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::parse_str(text).map(Self).map_err(|_| InvalidId)
            }
        }
    )+};
}

ids! {
    /// Where alerts go.
    AlertDestinationId,
    /// What alerts are wanted.
    AlertRuleId,
    /// An event on its way to a destination.
    AlertDeliveryId,
    /// What is sent at one moment for one rule.
    AlertMessageId,
    /// A schedule.
    ScheduleId,
    /// A workspace: a company or a managed service provider.
    WorkspaceId,
    /// One Microsoft Entra tenant as TenantAtlas knows it (not Microsoft's own tenant id, see [`EntraTenantId`]).
    TenantId,
    /// A person who can sign in.
    UserId,
    /// A session of a signed-in person.
    SessionId,
    /// An operation run: the public handle of every long-running action.
    RunId,
    /// An event in a run's timeline.
    RunEventId,
    /// The credentials by which a tenant is reached.
    ConnectionId,
    /// The last observed state of one policy.
    InventoryItemId,
    /// A version of a policy.
    PolicyVersionId,
    /// An event of a tenant's own audit log, as it is kept here.
    TenantEventId,
    /// A backup set.
    BackupSetId,
    /// A notice to one person.
    NoticeId,
    /// A file with a backup set.
    BackupFileId,
    /// A restore.
    RestoreId,
    /// A finding.
    FindingId,
    /// A baseline.
    BaselineId,
    /// A rehearsal of a restore.
    RehearsalId,
    /// A restore drill.
    DrillId,
    /// A rollout: one source restored to many tenants.
    RolloutId,
    /// A finished report.
    ReportId,
    /// A group of tenants.
    TenantGroupId,
    /// An audit entry.
    AuditId,
    /// The id of whatever an audit entry speaks of: a person, a tenant, a run.
    ThingId,
    /// An operator of the installation.
    OperatorId,
    /// A session of an operator of the installation.
    OperatorSessionId,
    /// An operator's time-boxed look into a workspace.
    BreakGlassId,
    /// Microsoft's id of a tenant (the `tid` of its tokens).
    EntraTenantId,
    /// An invitation to a workspace.
    InvitationId,
    /// An API token (its public handle, not the secret).
    ApiTokenId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_creation_and_survive_text() {
        let a = RunId::generate();
        let b = RunId::generate();
        assert!(a < b);
        assert_eq!(a.to_string().parse(), Ok(a));
        assert_eq!("nope".parse::<RunId>(), Err(InvalidId));
    }
}
