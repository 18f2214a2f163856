//! Versions of policies: every state that was ever observed, never changed afterwards.

mod history;
mod mark;

pub use history::{Around, ChangeDay, ChangeKind, PastFilter, PastItem, TenantVersion, VersionFilter, calendar};
pub use mark::{LONGEST_NOTE, Mark, NewMark, NoteTooLong};

use crate::codes::codes;
use crate::ids::{InventoryItemId, PolicyVersionId, RunId};
use crate::time::Moment;

codes! {
    /// Why a version was written.
    Change {
        /// The object was seen for the first time.
        FirstSeen = "first_seen",
        /// Content, assignments or scope tags changed.
        Changed = "changed",
        /// A complete list did not have it any more: a version without content.
        Disappeared = "disappeared",
        /// It was there again after it had disappeared.
        Reappeared = "reappeared",
    }
}

/// Which parts of an object differ from the version before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changed {
    /// All that is neither an assignment nor a scope tag.
    pub body: bool,
    /// The assignments.
    pub assignments: bool,
    /// The scope tags.
    pub scope_tags: bool,
}

/// That a value which Microsoft masks in a version is kept, sealed. The value itself is told to nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSecret {
    /// Where in the object it is, for people.
    pub place: String,
    /// When it was fetched.
    pub fetched_at: Moment,
}

/// A version, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyVersion {
    /// Our id.
    pub id: PolicyVersionId,
    /// The item that it is a state of.
    pub item_id: InventoryItemId,
    /// Its number, from 1 for each item.
    pub number: i64,
    /// When it was observed.
    pub captured_at: Moment,
    /// The run that observed it.
    pub run_id: RunId,
    /// Whether that run is still recorded.
    pub run_recorded: bool,
    /// Why it was written.
    pub change: Change,
    /// What differs from the version before.
    pub changed: Changed,
    /// What the object was called.
    pub name: String,
    /// Hash of the content; `None` for a version that says that the object disappeared.
    pub content_hash: Option<String>,
    /// The latest observation before this one; `None`: there was none, or it is not known.
    pub observed_before: Option<Moment>,
    /// What people wrote on it, if anything.
    pub mark: Option<Mark>,
    /// How often that was changed; 0 when it never was.
    pub mark_revision: i64,
}

impl PolicyVersion {
    /// What happened, in a few words.
    #[must_use]
    pub fn words(&self) -> String {
        match self.change {
            Change::FirstSeen => "First seen".to_owned(),
            Change::Disappeared => "Disappeared".to_owned(),
            Change::Reappeared => "Was there again".to_owned(),
            Change::Unknown => "Unknown change".to_owned(),
            Change::Changed => {
                let Changed { body, assignments, scope_tags } = self.changed;
                let parts = [(body, "settings"), (assignments, "assignments"), (scope_tags, "scope tags")];
                let parts: Vec<&str> = parts.iter().filter(|(changed, _)| *changed).map(|(_, words)| *words).collect();
                match parts.split_last() {
                    None => "Changed".to_owned(),
                    Some((last, [])) => format!("Changed {last}"),
                    Some((last, before)) => format!("Changed {} and {last}", before.join(", ")),
                }
            }
        }
    }
}
