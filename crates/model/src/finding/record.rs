//! A finding as it is kept, and what may be asked of findings.

use super::{Against, FindingKind, FindingState, Move, Resolution, Severity};
use crate::codes::codes;
use crate::drift::Evidence;
use crate::ids::{BaselineId, FindingId, InventoryItemId, RunId, UserId};
use crate::time::Moment;

/// The longest reason or note, in characters.
pub const LONGEST_REASON: usize = 2_000;

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its id.
    pub id: FindingId,
    /// What the tenant is held against.
    pub against: Against,
    /// The baseline, where it is held against one.
    pub baseline: Option<FindingBaseline>,
    /// Key of the type of its object.
    pub resource_type: String,
    /// Microsoft's id of its object.
    pub object_id: String,
    /// The inventory item of its object.
    pub item_id: Option<InventoryItemId>,
    /// What the object is called, or was when it was last there.
    pub name: String,
    /// What kind of deviation it is.
    pub kind: FindingKind,
    /// The property that deviates; empty where it is about the object as a whole.
    pub property: String,
    /// How much it matters.
    pub severity: Severity,
    /// Where it stands.
    pub state: FindingState,
    /// How it was resolved, where it was.
    pub resolution: Option<Resolution>,
    /// The version that it is held against; `None`: the object was not there.
    pub base_version: Option<i64>,
    /// The version that deviates; `None`: the object is not there.
    pub current_version: Option<i64>,
    /// A few of the differences.
    pub evidence: Evidence,
    /// Whether it is told together with others: a property that came to many objects, or went from many, and no audit event says who did it.
    pub folded: bool,
    /// The run that observed what it is held against; `None` once it is no longer recorded.
    pub baseline_run: Option<RunId>,
    /// The run that last observed the deviation; `None` once it is no longer recorded.
    pub current_run: Option<RunId>,
    /// Who answers for it: id and name.
    pub owner: Option<(UserId, String)>,
    /// Who works on it: id and name.
    pub assignee: Option<(UserId, String)>,
    /// Until when something is to be done about it.
    pub due_at: Option<Moment>,
    /// Until when the risk is accepted.
    pub accepted_until: Option<Moment>,
    /// Why.
    pub accepted_reason: Option<String>,
    /// How often it was found; 1 when it never came back.
    pub occurrences: i64,
    /// When it was first found.
    pub first_seen_at: Moment,
    /// When a check last saw it.
    pub last_seen_at: Moment,
    /// Since when it stands where it stands.
    pub state_at: Moment,
    /// Grows with every change; whoever changes it names the one that they saw.
    pub revision: i64,
}

impl Finding {
    /// Whether it is due and nobody has done anything about it.
    #[must_use]
    pub fn is_overdue(&self, now: Moment) -> bool {
        self.state.is_open() && self.due_at.is_some_and(|due| due < now)
    }
}

/// The baseline that a finding is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingBaseline {
    /// Its id.
    pub id: BaselineId,
    /// What it is called.
    pub name: String,
    /// The id of the item there; empty where many objects are told together.
    pub object_id: String,
}

/// Which findings to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FindingFilter {
    /// Only in these states; empty: in any.
    pub states: Vec<FindingState>,
    /// Only of these severities; empty: of any.
    pub severities: Vec<Severity>,
    /// Only of these kinds; empty: of any.
    pub kinds: Vec<FindingKind>,
    /// Only of objects of these types (keys); empty: of any.
    pub types: Vec<String>,
    /// Only where the object's name has this text, case aside.
    pub text: Option<String>,
    /// Only of this object.
    pub item: Option<InventoryItemId>,
    /// Only those that this person works on.
    pub assignee: Option<UserId>,
    /// Only open ones that are overdue.
    pub overdue: bool,
    /// Only what is held against this baseline.
    pub baseline: Option<BaselineId>,
    /// Not what is told together on a card ([`Finding::folded`]).
    pub apart: bool,
}

/// How many findings there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FindingTotals {
    /// Open ones of each severity, in the order of [`Severity::ALL`].
    pub open: [i64; 4],
    /// Open ones that are overdue.
    pub overdue: i64,
    /// Those of which the risk is accepted.
    pub accepted: i64,
}

impl FindingTotals {
    /// How many are open.
    #[must_use]
    pub fn open(&self) -> i64 {
        self.open.iter().sum()
    }
}

codes! {
    /// What happened to a finding.
    HistoryEvent {
        /// It was found.
        Found = "found",
        /// What deviates changed further.
        SeenFurther = "seen_further",
        /// It was found again.
        Recurred = "recurred",
        /// Somebody said that it is resolved, and it is not.
        StillThere = "still_there",
        /// The day came until which its risk was accepted.
        AcceptanceEnded = "acceptance_ended",
        /// What it is held against holds again.
        CameBack = "came_back",
        /// The object is gone.
        ObjectGone = "object_gone",
        /// A person moved it.
        Moved = "moved",
        /// A person wrote something.
        Noted = "noted",
        /// A person said who answers for it, or works on it.
        Assigned = "assigned",
        /// A person took what deviates into the baseline.
        Accepted = "accepted",
        /// The baseline does not ask for it any more.
        Released = "released",
        /// What it refers to is there, or it does not refer to it any more; or it is used.
        Mended = "mended",
        /// How much it matters, or until when it is due, was decided anew.
        Rated = "rated",
        /// A person said that it is the service's doing.
        Classified = "classified",
    }
}

impl HistoryEvent {
    /// Whether a check opened the finding, or opened it again.
    #[must_use]
    pub const fn opens(self) -> bool {
        matches!(self, Self::Found | Self::Recurred | Self::StillThere | Self::AcceptanceEnded)
    }
}

/// A line of a finding's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// When.
    pub at: Moment,
    /// What.
    pub event: HistoryEvent,
    /// Who; `None`: the product.
    pub by: Option<String>,
    /// Where it stood after.
    pub state: FindingState,
    /// What was written.
    pub note: Option<String>,
    /// The run that did it, while it is recorded.
    pub run: Option<RunId>,
}

/// A reason or note that can be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

/// There is nothing in it, or too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Write something, at most 2,000 characters.")]
pub struct NoReason;

impl Reason {
    /// Line ends as one character, without white space around it.
    ///
    /// # Errors
    /// [`NoReason`].
    pub fn new(text: &str) -> Result<Self, NoReason> {
        let text: String = text.replace("\r\n", "\n").trim().chars().filter(|c| !c.is_control() || *c == '\n').collect();
        let count = text.chars().count();
        if count == 0 || count > LONGEST_REASON { Err(NoReason) } else { Ok(Self(text)) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a person wants done with findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// To move them, with a note where there is one.
    Move(Move, Option<Reason>),
    /// To accept them until then, for that reason.
    Accept(Moment, Reason),
}

impl Wish {
    /// What was written with it.
    #[must_use]
    pub fn words(&self) -> Option<&str> {
        match self {
            Self::Accept(_, reason) => Some(reason.as_str()),
            Self::Move(_, note) => note.as_ref().map(Reason::as_str),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_something_and_is_bounded() {
        assert_eq!(Reason::new(" a\r\nb\u{7} ").unwrap().as_str(), "a\nb");
        assert!(Reason::new(" \n").is_err() && Reason::new(&"ü".repeat(2_001)).is_err());
        assert!(Reason::new(&"ü".repeat(2_000)).is_ok());
    }
}
