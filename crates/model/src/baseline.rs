//! Baselines: versions of objects that are declared to be right, and how tenants stand to them.
//!
//! A tenant is compared by hashes first ([`paired`] says which object is meant by which item); what differs inside two states is for
//! [`crate::drift::deviations`], and what becomes of findings is said by [`judge`].

mod fold;
mod judge;
mod paired;
mod record;
mod words;

pub use fold::{Fold, Folded, MOST_ALIKE};
pub use judge::{Deviates, HeldFinding, judge};
pub use paired::{Pair, Remembered, paired};
pub use record::{
    AssignedGroup, Assignment, Baseline, BaselineItem, BaselineVersion, InvalidIgnored, ItemKey, MOST_IGNORED, MOST_ITEMS,
    Totals, TypeAlignment, ignored,
};

use crate::codes::codes;

codes! {
    /// Where a version of a baseline stands.
    VersionState {
        /// It can be changed, and nothing is held against it.
        Draft = "draft",
        /// It was activated, and never changes again.
        Ready = "ready",
    }
}

codes! {
    /// Where a version came from.
    VersionSource {
        /// The newest complete inventory of a tenant.
        Tenant = "tenant",
        /// A backup set.
        BackupSet = "backup_set",
        /// The version before it.
        Version = "version",
        /// A finding that was accepted.
        Finding = "finding",
    }
}

codes! {
    /// How it is known which object of a tenant is meant by an item.
    MatchedBy {
        /// A person said so.
        Person = "person",
        /// It has the id.
        Id = "id",
        /// It has the same content.
        Fingerprint = "fingerprint",
        /// It has the name.
        Name = "name",
        /// There is none.
        Nothing = "nothing",
    }
}

codes! {
    /// How an object stands to its item.
    ItemState {
        /// It is as the baseline says.
        Aligned = "aligned",
        /// It differs in something that matters.
        Differs = "differs",
        /// The tenant does not have it.
        Missing = "missing",
    }
}

codes! {
    /// Whether a type could be compared.
    TypeComparison {
        /// It was.
        Compared = "compared",
        /// The tenant's newest reading of it is not complete.
        Unread = "unread",
        /// This version does not know the type any more.
        Unsupported = "unsupported",
    }
}
