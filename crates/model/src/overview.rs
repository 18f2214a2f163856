//! All tenants of a workspace at a glance: how each stands, by what it is marked and grouped, and what may be asked of them.

use std::time::Duration;

use crate::codes::codes;
use crate::ids::{BackupSetId, DrillId, TenantGroupId};
use crate::name::{InvalidName, name};
use crate::tenant::{Environment, Tenant};
use crate::time::Moment;

/// Tags of a tenant, at most.
pub const MOST_TAGS: usize = 20;
/// The longest tag, in characters.
pub const LONGEST_TAG: usize = 50;
/// Groups of tenants in a workspace, at most.
pub const MOST_GROUPS: i64 = 200;
/// An inventory that was not read to its end for longer is in trouble.
pub const SYNC_WITHIN: Duration = Duration::from_secs(3 * 86_400);
/// A tenant without a whole backup for longer is in trouble.
pub const BACKUP_WITHIN: Duration = Duration::from_secs(7 * 86_400);
/// A tenant of which less came back in a drill, in percent, is in trouble.
pub const READY_FROM: i64 = 90;
/// For so long a run that ended badly counts as trouble.
pub const RUNS_WITHIN: Duration = Duration::from_secs(7 * 86_400);
/// A credential that ends sooner is in trouble.
pub const EXPIRING_WITHIN: Duration = Duration::from_secs(30 * 86_400);

codes! {
    /// How a tenant's connection is, by what is stored about it; the worst first.
    ConnectionHealth {
        /// Its credential has ended.
        Expired = "expired",
        /// The latest check of it failed.
        Failing = "failing",
        /// There is none.
        Missing = "missing",
        /// It is switched off.
        Disabled = "disabled",
        /// It was not checked since it was changed last.
        Unchecked = "unchecked",
        /// The latest check warned.
        Warning = "warning",
        /// The latest check found nothing wrong.
        Healthy = "healthy",
    }
}

codes! {
    /// What a tenant may be in trouble with.
    Trouble {
        /// Its inventory was never read to its end, or not for three days.
        Sync = "sync",
        /// It has no whole backup, or none of the last seven days.
        Backup = "backup",
        /// It was never drilled, or less than 90 % came back.
        Readiness = "readiness",
        /// A critical or high finding is open.
        Findings = "findings",
        /// Nothing can be read through its connection, as far as is known.
        Connection = "connection",
        /// Its credential ends within 30 days, or has ended.
        Expiring = "expiring",
        /// A run failed, partly succeeded or was blocked in the last seven days.
        Runs = "runs",
    }
}

codes! {
    /// By what tenants are sorted; the worst first where there is one.
    OverviewSort {
        /// Name.
        Name = "name",
        /// Last whole inventory; never first, then the oldest.
        Sync = "sync",
        /// Last whole backup; never first, then the oldest.
        Backup = "backup",
        /// How much came back in the latest drill; never first, then the least.
        Readiness = "readiness",
        /// Open findings: the most of the highest severity first.
        Findings = "findings",
        /// How its connection is; the worst first.
        Connection = "connection",
        /// When its credential ends; the soonest first, not known last.
        Expiry = "expiry",
        /// Runs that ended badly; the most first.
        Runs = "runs",
    }
}

/// Which tenants, in which order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OverviewFilter {
    /// Only those whose name or domain has this text.
    pub text: Option<String>,
    /// Only those with this tag, case aside.
    pub tag: Option<String>,
    /// Only those of this group.
    pub group: Option<TenantGroupId>,
    /// Only those on which this depends.
    pub environment: Option<Environment>,
    /// Only those in this trouble.
    pub trouble: Option<Trouble>,
    /// By what; `None`: by name.
    pub sort: Option<OverviewSort>,
    /// The other way round.
    pub reversed: bool,
}

/// A tenant and how it stands. What is not known is `None`, and never a zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantStanding {
    /// The tenant.
    pub tenant: Tenant,
    /// Its tags, by name.
    pub tags: Vec<String>,
    /// Its groups, by name.
    pub groups: Vec<(TenantGroupId, String)>,
    /// Since when all of its inventory is known; `None`: it was never read to its end.
    pub synced_at: Option<Moment>,
    /// How many items the latest complete list of each type had; `None`: no type was ever read to its end.
    pub items: Option<i64>,
    /// Items that the latest complete list of their type did not have.
    pub missing: i64,
    /// The latest backup of everything that is complete: the set, and when it was sealed.
    pub backup: Option<(BackupSetId, Moment)>,
    /// The latest drill: which one, how much came back in percent, and when.
    pub readiness: Option<(DrillId, i64, Moment)>,
    /// Open findings of each of [`Severity::ALL`](crate::finding::Severity::ALL); `None`: drift was never checked, or the viewer may not
    /// see findings.
    pub findings: Option<[i64; 4]>,
    /// How its connection is.
    pub connection: ConnectionHealth,
    /// When its credential ends, where that is known.
    pub expires_at: Option<Moment>,
    /// Runs of the last seven days that failed, partly succeeded or were blocked.
    pub runs: i64,
}

impl TenantStanding {
    /// With what the tenant is in trouble, by the same rules by which [`OverviewFilter::trouble`] finds it.
    #[must_use]
    pub fn troubles(&self, now: Moment) -> Vec<Trouble> {
        let old = |at: Option<Moment>, within| at.is_none_or(|at| at < now.minus(within));
        let is = |trouble: &Trouble| match trouble {
            Trouble::Sync => old(self.synced_at, SYNC_WITHIN),
            Trouble::Backup => old(self.backup.map(|(_, at)| at), BACKUP_WITHIN),
            Trouble::Readiness => self.readiness.is_none_or(|(_, score, _)| score < READY_FROM),
            Trouble::Findings => self.findings.is_some_and(|[.., high, critical]| high + critical > 0),
            Trouble::Connection => matches!(
                self.connection,
                ConnectionHealth::Expired | ConnectionHealth::Failing | ConnectionHealth::Missing | ConnectionHealth::Disabled
            ),
            Trouble::Expiring => self.expires_at.is_some_and(|ends| ends < now.plus(EXPIRING_WITHIN)),
            Trouble::Runs => self.runs > 0,
            Trouble::Unknown => false,
        };
        Trouble::ALL.iter().copied().filter(is).collect()
    }
}

/// A group of tenants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantGroup {
    /// Its id.
    pub id: TenantGroupId,
    /// Its name, one of a kind in the workspace, case aside.
    pub name: String,
    /// How many tenants are in it, of those that the viewer is entitled to.
    pub tenants: i64,
}

/// A tag that can be kept: one line of at most 50 characters without a comma.
///
/// # Errors
/// [`InvalidName`] for any other.
pub fn tag(text: &str) -> Result<String, InvalidName> {
    let tag = name(text)?;
    if tag.chars().count() > LONGEST_TAG || tag.contains(',') { Err(InvalidName) } else { Ok(tag) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_a_short_line_without_a_comma() {
        assert_eq!(tag(" Gold "), Ok("Gold".to_owned()));
        for bad in ["", "a,b", "a\nb", &"x".repeat(51)] {
            assert_eq!(tag(bad), Err(InvalidName), "{bad:?}");
        }
    }
}
