//! Baselines: versions of objects that are declared to be right, and the tenants that are held against them.
//!
//! A baseline is `capture`d from a tenant or a backup set as a draft, `edit`ed, and `activate`d: a version that was activated never
//! changes. Tenants are assigned to it, to whichever version is active or pinned to one. A comparison (a run) reads what is
//! `wanted`, what it `remembered`, the two `sides` of what differs and nothing else, and keeps what it found with its findings.
//!
//! Baselines are the workspace's: every member of it sees what they say. How a tenant stands to them is seen by those who may see the
//! tenant. Assignments name single tenants; a group that is held comes down to
//! them, as its tenants enter and leave it.

mod accept;
mod assign;
mod capture;
mod compare;
mod edit;
mod follow;
mod groups;
mod list;
mod manage;
mod pair;
mod row;
mod source;
mod standing;

pub use capture::{Capture, CaptureFrom};
pub use compare::{KnownMatch, Sides, ToCompare};
pub use edit::BaselineEdit;
pub use follow::Followed;
pub(crate) use groups::{entered, is_held, left};
pub use standing::{Gap, TenantAlignment};

use crate::open::Store;

/// Baselines.
#[derive(Debug, Clone, Copy)]
pub struct Baselines<'a>(pub(crate) &'a Store);

impl Store {
    /// Baselines.
    #[must_use]
    pub const fn baselines(&self) -> Baselines<'_> {
        Baselines(self)
    }
}

/// The reason of the commits of a comparison.
const BY_RUN: &str = "how a tenant stands to a baseline; the run is the record";
