//! Comparing two states of an object, or of two objects of one type: what was added, removed and changed, where, and in which part.
//!
//! The comparison means what Graph means: lists whose order says nothing (the contract of the type names them) are compared as sets,
//! element by element along what tells elements apart; everywhere else order counts. Null, absent and an empty list are three things,
//! and numbers are their text. Nothing is too deep: no function here calls itself, so that nesting costs memory and no stack.

mod edits;
mod key;
mod list;
mod patch;
mod place;
mod rules;
mod text;
mod veil;
mod walk;
mod window;

pub use edits::Effort;
pub use patch::{Patch, PatchOperation, patch, patch_json};
pub use place::{Step, path_words, pointer_after, pointer_before};
pub use text::{Line, Piece, TextDiff, lines, words};
pub use veil::{HIDDEN, Veil, is_hidden, uncovered, uncovered_text};
pub use walk::compare;
pub use window::windows;

use crate::json::Json;

/// How many changes are listed; the others are counted.
pub const MOST_CHANGES: usize = 2_000;

/// Which part of an object a change is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Area {
    /// Its name.
    Name,
    /// Everything else that it says.
    Settings,
    /// Who it is assigned to.
    Assignments,
    /// Its scope tags.
    ScopeTags,
}

impl Area {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Name, Self::Settings, Self::Assignments, Self::ScopeTags];

    /// Its code, for the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Settings => "settings",
            Self::Assignments => "assignments",
            Self::ScopeTags => "scope_tags",
        }
    }

    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Settings => "Settings",
            Self::Assignments => "Assignments",
            Self::ScopeTags => "Scope tags",
        }
    }
}

/// What happened to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect<'a> {
    /// Only the state after has it.
    Added(&'a Json),
    /// Only the state before has it.
    Removed(&'a Json),
    /// Both have something there, and not the same.
    Changed(&'a Json, &'a Json),
    /// The same element, at another place of a list whose order counts.
    Moved(&'a Json),
}

impl<'a> Effect<'a> {
    /// Its code, for the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Added(_) => "added",
            Self::Removed(_) => "removed",
            Self::Changed(..) => "changed",
            Self::Moved(_) => "moved",
        }
    }

    /// The value before; `None` where there was none.
    #[must_use]
    pub const fn before(self) -> Option<&'a Json> {
        match self {
            Self::Added(_) => None,
            Self::Removed(value) | Self::Changed(value, _) | Self::Moved(value) => Some(value),
        }
    }

    /// The value after; `None` where there is none.
    #[must_use]
    pub const fn after(self) -> Option<&'a Json> {
        match self {
            Self::Removed(_) => None,
            Self::Added(value) | Self::Changed(_, value) | Self::Moved(value) => Some(value),
        }
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<'a> {
    /// The way to it from the object, outermost step first; empty when the objects themselves are no objects.
    pub path: Vec<Step<'a>>,
    /// The part that it is in.
    pub area: Area,
    /// What happened.
    pub effect: Effect<'a>,
}

/// How two states differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison<'a> {
    /// The differences in the order of the object, as many as were asked for.
    pub changes: Vec<Change<'a>>,
    /// How many there are.
    pub total: usize,
    /// How many there are in each of [`Area::ALL`].
    pub by_area: [usize; Area::ALL.len()],
}

impl Comparison<'_> {
    /// Whether the two mean the same.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// How many differences are not listed.
    #[must_use]
    pub const fn more(&self) -> usize {
        self.total - self.changes.len()
    }

    /// How many there are in a part.
    #[must_use]
    pub fn count(&self, area: Area) -> usize {
        Area::ALL.iter().position(|one| *one == area).map_or(0, |at| self.by_area[at])
    }
}
