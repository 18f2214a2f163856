//! Backup sets: what one run captured together.
//!
//! `by_name` pages through what is in a set; `capture` opens a set for a run and `seal` makes it whole, in one transaction; `list` reads sets, `contents` what is in them;
//! `stream` gives them with their contents, `import` makes a set out of an export and `imported` reads that; `manage` is for people;
//! `verify` makes sure of contents, and `damage` knows what becomes of those that are not what they were; `keep` removes what a schedule
//! no longer keeps; `mirror` is for runs that commit a set to a Git folder; `collect` removes contents to which nothing refers.

mod by_name;
mod capture;
mod collect;
mod contents;
pub(crate) mod damage;
mod import;
mod imported;
mod keep;
mod list;
mod manage;
mod mirror;
mod row;
mod seal;
mod stream;
mod verify;
mod verify_imported;

pub use capture::OpenSet;
pub use collect::Collected;
pub use import::{ImportEnd, ImportedObject};
pub use keep::{Preview, Removed};
pub use seal::Sealed;
pub use stream::StoredObject;
pub use verify::Portion;

use crate::open::Store;

/// Backup sets.
#[derive(Debug, Clone, Copy)]
pub struct Backups<'a>(pub(crate) &'a Store);

impl Store {
    /// Backup sets.
    #[must_use]
    pub const fn backups(&self) -> Backups<'_> {
        Backups(self)
    }
}
