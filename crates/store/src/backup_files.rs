//! Files with backup sets, on their way out or in: in parts, each encrypted with a key of the file, which is sealed.
//!
//! They stand in the database because whoever serves pages and whoever works on runs may be different machines. `ask` makes a file and
//! lists those of a set, `receive` takes one that is sent, `work` is for the run that writes or reads it, `fetch` gives one away and
//! removes it, `part` encrypts.

mod ask;
mod fetch;
mod part;
mod receive;
mod secret;
mod work;

pub use fetch::{FETCHABLE, OpenFile};
pub use part::PART_BYTES;
pub use receive::Receiving;
pub use secret::{FileKey, FileLock};

use crate::open::Store;

/// Files with backup sets.
#[derive(Debug, Clone, Copy)]
pub struct BackupFiles<'a>(pub(crate) &'a Store);

impl Store {
    /// Files with backup sets.
    #[must_use]
    pub const fn backup_files(&self) -> BackupFiles<'_> {
        BackupFiles(self)
    }
}
