//! The directory cache: groups and role definitions of a tenant.
//!
//! `observe` and `roles` write what a sync was told, `complete` ends it, `count` keeps how many members the groups have that a link of
//! the inventory leads to. People read by `groups`, `roles`, `state` and `names`.

mod blocks;
mod complete;
mod count;
mod find;
mod groups;
mod names;
mod observe;
mod roles;
mod row;
mod state;
mod statistics;

pub use complete::DirectoryEnd;
pub use names::ObjectName;
pub use observe::{DirectoryEffect, Pass};

use crate::open::Store;

/// The directory cache.
#[derive(Debug, Clone, Copy)]
pub struct Directory<'a>(pub(crate) &'a Store);

impl Store {
    /// The directory cache.
    #[must_use]
    pub const fn directory(&self) -> Directory<'_> {
        Directory(self)
    }
}

/// The reason of the commits of a sync.
const BY_RUN: &str = "the directory cache, written by a run; the run is the record";
