//! What takes back what was done with an item.

use super::{Action, Outcome, PlannedItem};

/// What takes back what was done with an item. It is planned from the safety snapshot, previewed and executed as a restore of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inverse {
    /// Nothing was done, or nothing that anybody knows of.
    Nothing,
    /// It was changed: what it was before is put back.
    PutBack {
        /// Its id.
        id: String,
    },
    /// It was deleted: it is made anew, with another id.
    MakeAnew,
    /// It was made: its deletion is offered, and never chosen by itself.
    Remove {
        /// Its id.
        id: String,
    },
}

/// What takes back an item of that outcome; `made` is the id of what it made. Whatever may have written something is taken back, also
/// where its outcome is bad: of several writes the first may have been done. What is as it was before is found unchanged when it is
/// previewed.
#[must_use]
pub fn inverse(item: &PlannedItem, outcome: Outcome, made: Option<&str>) -> Inverse {
    if outcome == Outcome::Skipped {
        return Inverse::Nothing;
    }
    match (item.action, item.target_id.as_deref(), made) {
        (Action::Update, Some(id), _) => Inverse::PutBack { id: id.to_owned() },
        (Action::Create | Action::Recreate, _, Some(id)) => Inverse::Remove { id: id.to_owned() },
        (Action::Delete, Some(_), _) => Inverse::MakeAnew,
        _ => Inverse::Nothing,
    }
}
