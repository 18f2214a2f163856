//! What a connection check found: a list of checks, each with what came of it. Codes, permission names and figures only; nothing of
//! an answer, a token or a credential.

mod changes;
mod check;
mod key;

pub use changes::Changes;
pub use check::{Check, CheckStatus, Reason};
pub use key::{CheckGroup, CheckKey};

use serde::{Deserialize, Serialize};

use crate::codes::codes;
use crate::ids::{ConnectionId, RunId, TenantId};
use crate::time::Moment;

codes! {
    /// Where it is known from which permissions were granted.
    GrantSource {
        /// The directory: as they are now.
        Directory = "directory",
        /// The roles in the application's own token: as they were when it was issued, up to an hour ago.
        Token = "token",
    }
}

/// The result of one check of a connection, as stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Every check, in the order in which it was made.
    pub checks: Vec<Check>,
    /// The application permissions that were granted, sorted; `None` when that could not be found out.
    #[serde(default)]
    pub granted: Option<Vec<String>>,
    /// Where that is known from, as the code of a [`GrantSource`].
    #[serde(default)]
    pub granted_from: Option<String>,
}

/// A report with where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// The tenant.
    pub tenant_id: TenantId,
    /// The connection that was checked.
    pub connection_id: ConnectionId,
    /// Which state of it: its revision then.
    pub revision: i64,
    /// The run that made the report; `None` when it is no longer recorded.
    pub run_id: Option<RunId>,
    /// When it was made.
    pub made_at: Moment,
    /// What was found.
    pub report: Report,
}

impl Report {
    /// How many checks ended so.
    #[must_use]
    pub fn count(&self, status: CheckStatus) -> usize {
        self.checks.iter().filter(|check| check.status == status).count()
    }

    /// The worst that came of a check: fail, else warn, else pass; skip when nothing was checked at all.
    #[must_use]
    pub fn worst(&self) -> CheckStatus {
        let order = [CheckStatus::Fail, CheckStatus::Warn, CheckStatus::Pass];
        order.into_iter().find(|status| self.count(*status) > 0).unwrap_or(CheckStatus::Skip)
    }

    /// The check of that key.
    #[must_use]
    pub fn find(&self, key: &CheckKey) -> Option<&Check> {
        self.checks.iter().find(|check| check.key == *key)
    }

    /// Whether the tenant was reached: signed in, and not to another one. Whatever else failed concerns a part of it.
    #[must_use]
    pub fn reaches_the_tenant(&self) -> bool {
        let status = |key| self.find(&CheckKey::of(key)).map(|check| check.status);
        status(CheckKey::SIGN_IN) == Some(CheckStatus::Pass) && status(CheckKey::TENANT) != Some(CheckStatus::Fail)
    }

    /// Permissions that were missing anywhere, each once, sorted.
    #[must_use]
    pub fn missing(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.checks.iter().flat_map(|check| check.missing.iter().map(String::as_str)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}
