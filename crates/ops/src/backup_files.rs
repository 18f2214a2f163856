//! Backup sets between the database and the archive: what is exported or mirrored comes out of the store in portions, what is imported goes
//! into it in portions. Operations and the command line use the same.
//!
//! The archive blocks; it runs on a thread of its own, and a channel with room for a few objects lies between the two. No set is ever
//! held as a whole.

mod export;
mod import;
mod mirror;
mod parts;
mod stream;

pub use export::{Exporting, begin as export};
pub use import::{Importer, Importing, Opener, begin as import};
pub use mirror::{Mirroring, begin as mirror};
pub use parts::{PartReader, PartWriter, parts};

use store::StoreError;

use crate::archive::{ArchiveError, ExportError, MirrorError};

/// Objects between the database and the archive.
const ROOM: usize = 4;

/// Why a set could not be exported or imported.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The database refused, or what it holds is damaged.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The archive was refused, or cannot be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The archive could not be written.
    #[error(transparent)]
    Export(#[from] ExportError<StoreError>),
    /// The mirror could not be written.
    #[error(transparent)]
    Mirror(#[from] MirrorError),
    /// Nothing can be taken out of the set.
    #[error("nothing of the backup set can be used")]
    NotUsable,
    /// The thread of the archive ended early.
    #[error("the work on the archive was broken off")]
    BrokenOff,
}
