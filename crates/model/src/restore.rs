//! Restores: putting objects of a tenant back into a wanted state.
//!
//! A restore is a record with a wizard of five steps: choose, map, check, preview, execute. What it is going to do is a frozen
//! [`Plan`] that a person saw and confirmed by its hash; what is executed is that plan, once, item by item, and each item ends with an
//! [`Outcome`] that was found by reading the object back.

mod action;
mod check;
mod mapping;
mod outcome;
mod plan;
mod source;
mod state;
mod step;

pub use action::{Action, Hindrance};
pub use check::{Check, CheckKind, CheckLevel, JournalKind};
pub use mapping::{Mapping, MappingOrigin, Reference, Target};
pub use outcome::Outcome;
pub use plan::{Plan, PlannedItem};
pub use source::{Part, Source};
pub use state::{Purpose, RestoreState};
pub use step::{Effect, Step};
