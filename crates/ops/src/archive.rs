//! Backup sets as files: export, import and a mirror in a Git folder. Plain values in and out; no database.
//!
//! [`export()`] writes a zip, [`import()`] reads one (or a folder) made here or by IntuneCD, IntuneManagement or
//! IntuneBackupAndRestore. What comes from outside is hostile until it was looked at: see [`Limits`]. `docs/ARCHIVES.md` describes the
//! format and the layouts.
//!
//! All of it blocks: a run calls it on a blocking thread and lets objects pass through a bounded channel, so that no set is ever held as
//! a whole. [`export()`] and [`Mirror::commit`] take an iterator, which waits for the channel; [`import()`] calls back for each
//! object, which waits for room in it.

mod bounded;
mod export;
mod folder;
mod import;
mod index;
mod limits;
mod manifest;
mod mirror;
mod names;
mod ours;
mod path;
mod peers;
mod record;
mod refusal;
mod report;
mod sealed;
mod source;
mod text;
mod values;
mod withheld;
mod yaml;
mod zip;

pub use export::{ExportError, Exported, Protection, SetHeader, SetObject, Streamed, export};
pub use import::import;
pub use limits::Limits;
pub use manifest::{Certificate, MissingLine, SecretLine, SetLine, TenantLine};
pub use mirror::{Author, Committed, Mirror, MirrorError};
pub use record::{RecordDone, RecordWriter, record_fits};
pub use refusal::{ArchiveError, Refusal, Why, shown};
pub use report::{Format, IdSource, Imported, Line, Report, Verdict};
pub use sealed::{Identity, InvalidKey, Key, Lock, Recipient};
pub use source::{Listed, ReadSeek, Source, open, open_file};
pub use withheld::{WITHHELD, has_withheld};
pub use yaml::parse as parse_yaml;
