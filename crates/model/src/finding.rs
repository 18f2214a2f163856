//! Findings: deviations of a tenant from what it is held against, and what people do about them.
//!
//! A deviation is one finding however often it is seen: its [`fingerprint`] names what it is held against, the object, the kind and the
//! property, and nothing that changes from one run to the next.

mod incident;
mod rating;
mod record;
mod references;
mod severity;
mod state;
mod words;

pub use incident::{Cause, Incident, IncidentDecided, IncidentFinding, NoCause};
pub use rating::{Decides, Fits, LONGEST_PROPERTY, MAX_DUE_DAYS, MAX_RATING_RULES, NoRule, Ratings};
pub use record::{
    Finding, FindingBaseline, FindingFilter, FindingTotals, HistoryEvent, HistoryLine, LONGEST_REASON, NoReason, Reason, Wish,
};
pub use references::{reference_evidence, reference_property};
pub use severity::{Built, Severity, severity};
pub use state::{FindingState, MAX_ACCEPTED, Move, Resolution};

use crate::codes::codes;

codes! {
    /// What a tenant is held against.
    Against {
        /// Its own state before, as the inventory had it.
        Previous = "previous",
        /// What a baseline says.
        Baseline = "baseline",
        /// What its own objects refer to: that it is there, and that what is made to be used is used.
        References = "references",
    }
}

codes! {
    /// What kind of deviation it is.
    FindingKind {
        /// The object is there and was not.
        Added = "added",
        /// The object was there and is not.
        Removed = "removed",
        /// A property differs.
        Changed = "changed",
        /// It is assigned to others.
        AssignmentChanged = "assignment_changed",
        /// It has other scope tags.
        ScopeTagChanged = "scope_tag_changed",
        /// It refers to something that does not exist.
        ReferenceDangling = "reference_dangling",
        /// Nobody uses it: a policy that is assigned to nobody, a filter or scope tag that nothing carries.
        Unused = "unused",
    }
}

impl FindingKind {
    /// Whether it is about the object as a whole.
    #[must_use]
    pub const fn is_presence(self) -> bool {
        matches!(self, Self::Added | Self::Removed)
    }

    /// Whether it is about what objects refer to, and not about what changed.
    #[must_use]
    pub const fn is_of_references(self) -> bool {
        matches!(self, Self::ReferenceDangling | Self::Unused)
    }
}

/// What tells a finding from all others of its tenant, 64 hexadecimal digits.
#[must_use]
pub fn fingerprint(against: Against, resource_type: &str, object_id: &str, kind: FindingKind, property: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in ["1", against.code(), resource_type, object_id, kind.code(), property] {
        // Each part says how long it is, so that no two lists of parts run together to one text.
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_tells_everything_apart_that_makes_another_finding() {
        let print = |kind, object: &str, property: &str| fingerprint(Against::Previous, "scope_tag", object, kind, property);
        let one = print(FindingKind::Changed, "a", "bc");
        assert_eq!(one, print(FindingKind::Changed, "a", "bc"));
        assert_eq!(one.len(), 64);
        for other in [
            print(FindingKind::Changed, "ab", "c"),
            print(FindingKind::Changed, "a", "b"),
            print(FindingKind::AssignmentChanged, "a", "bc"),
            fingerprint(Against::Previous, "assignment_filter", "a", FindingKind::Changed, "bc"),
        ] {
            assert_ne!(one, other);
        }
    }
}
