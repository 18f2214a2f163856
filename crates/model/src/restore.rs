//! Restores: putting objects of a tenant back into a wanted state.
//!
//! A restore is a record with a wizard of five steps: choose, map, check, preview, execute. What it is going to do is a frozen
//! [`Plan`] that a person saw and confirmed by its hash; what is executed is that plan, once, item by item, and each item ends with an
//! [`Outcome`] that was found by reading the object back.
//!
//! Every decision is a pure function, and they follow one another: which object of the tenant a wanted one is ([`find_all`]), what of it
//! is put back ([`concerned`]), what that refers to ([`references`]) and what the references become ([`suggest`], [`apply`]), what the
//! object shall be as a whole ([`wanted`]), whether the one that is there differs ([`likeness`]), what is done ([`decide`]) and by which
//! writes ([`steps`]).

mod action;
mod approval;
mod check;
mod decide;
mod estimate;
mod learn;
mod likeness;
mod lock_out;
mod mapping;
mod matching;
mod normal;
mod order;
mod outcome;
mod part;
mod plan;
mod reach;
mod readiness;
mod secrets;
mod shape;
mod source;
mod state;
mod step;
mod steps;
mod suggest;
mod undo;

pub use crate::references::{FoundReference, references};
pub use action::{Action, Hindrance};
pub use approval::{Decision, MAX_REASON};
pub use check::{Check, CheckKind, CheckLevel, JournalKind};
pub use decide::{Live, Situation, decide};
pub use estimate::{WINDOW_SECONDS, WRITES_PER_WINDOW, least_seconds};
pub use learn::{MOST_LEARNT, rejected_properties, without};
pub use likeness::{Likeness, likeness, side_by_side};
pub use lock_out::{LockOut, LockedOut, SignedInAs, lock_out};
pub use mapping::{Left, Mapping, MappingOrigin, Reference, Target, apply, needs, placeholder};
pub use matching::{Candidate, Match, Sought, find, find_all, fingerprint};
pub use order::{Removed, removal_needs};
pub use outcome::Outcome;
pub use part::{Untold, concerned, wanted};
pub use plan::{Plan, PlannedItem};
pub use reach::{Reach, reach};
pub use readiness::Readiness;
pub use secrets::{MissingSecret, fill_secrets, missing_secrets};
pub use shape::never_sent;
pub use source::{Part, Source};
pub use state::{Purpose, RestoreState};
pub use step::{Effect, Step};
pub use steps::{removal, steps};
pub use suggest::{Known, Suggestion, suggest};
pub use undo::{Inverse, inverse};
