//! Findings: what deviates in a tenant, and what people do about it.
//!
//! A check (a run) asks `readings` what can be compared, `begin`s with a type, asks for what `changed` of it, reads the `material` of
//! those objects (contents of differing versions, and nothing else), `keep`s what it found, and `settle`s the type. People `list`,
//! `find`, and act. A check goes by the version of each object that was compared last: what is kept and that it was compared is one
//! transaction, so that a check which is repeated, or runs beside another one, finds nothing twice and leaves nothing out.

mod act;
mod against_baseline;
mod assign;
mod changed;
mod folds;
mod history;
mod incidents;
mod keep;
mod list;
mod many;
mod material;
mod of_references;
mod period;
mod ratings;
mod readings;
mod row;
mod service;
mod settle;
mod totals;
mod write;

pub use act::MOST_AT_ONCE;
pub use against_baseline::{BaselineJudged, BaselinePart, KeptMatch};
pub use changed::ChangedObject;
pub use folds::{Doing, MANY_OBJECTS};
pub use incidents::{MOST_INCIDENTS, MOST_OF_INCIDENT};
pub use keep::{Judged, Kept};
pub use material::Material;
pub use of_references::{HeldReference, ReferenceJudged, ReferenceSubject};
pub use ratings::{KnownRatings, Rated};
pub use readings::{DriftReading, NewestReading};
pub use service::KnownServiceField;

pub(crate) use against_baseline::mine;
pub(crate) use history::{Line, tell_in};

use crate::open::Store;

/// Findings.
#[derive(Debug, Clone, Copy)]
pub struct Findings<'a>(pub(crate) &'a Store);

impl Store {
    /// Findings.
    #[must_use]
    pub const fn findings(&self) -> Findings<'_> {
        Findings(self)
    }
}

/// The reason of the commits of a check.
const BY_RUN: &str = "what a drift check found; the run is the record";
/// Rows per statement; see `blobs`.
const CHUNK: usize = 40;
