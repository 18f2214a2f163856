//! Incidents: the same cause in many tenants of a workspace.

use std::fmt;
use std::str::FromStr;

use super::{Finding, FindingKind};
use crate::ids::TenantId;
use crate::time::Moment;

/// What names an incident: what was done, as 64 hexadecimal digits ([`crate::drift::Evidence::cause`]).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause(String);

impl Cause {
    /// Its digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text names no cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("64 hexadecimal digits name a cause")]
pub struct NoCause;

impl FromStr for Cause {
    type Err = NoCause;

    fn from_str(text: &str) -> Result<Self, NoCause> {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 64 && text.bytes().all(digit) { Ok(Self(text.to_owned())) } else { Err(NoCause) }
    }
}

/// The same cause in many tenants: as many as the viewer is entitled to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// What names it.
    pub cause: Cause,
    /// Key of the type.
    pub resource_type: String,
    /// What kind of deviation it is.
    pub kind: FindingKind,
    /// The property; empty where it is about objects as a whole.
    pub property: String,
    /// In how many tenants there is a finding of it that is open.
    pub tenants: i64,
    /// How many findings of it are open.
    pub open: i64,
    /// When the latest finding of it was opened that made it known.
    pub latest_at: Moment,
}

/// A finding of an incident, with its tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentFinding {
    /// The tenant.
    pub tenant: TenantId,
    /// What the tenant is called.
    pub tenant_name: String,
    /// The finding.
    pub finding: Finding,
}

/// What came of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IncidentDecided {
    /// Findings that it reached.
    pub findings: i64,
    /// Of so many tenants.
    pub tenants: i64,
    /// Findings that it would have reached in tenants where the person may not.
    pub refused: i64,
    /// Findings beyond those that are decided at once.
    pub left: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_64_digits() {
        let digits = "0123456789abcdef".repeat(4);
        assert_eq!(digits.parse::<Cause>().unwrap().to_string(), digits);
        for wrong in [&digits[1..], &digits.to_uppercase(), "x", ""] {
            assert_eq!(wrong.parse::<Cause>(), Err(NoCause), "{wrong}");
        }
    }
}
