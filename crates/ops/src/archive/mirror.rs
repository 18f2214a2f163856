//! A mirror of a tenant's backup sets in a Git working folder: one commit for each set, one file for each object.
//!
//! - Nobody's work is lost: what changed in the folder, and what was committed to it, is looked at before and after a set is streamed.
//!
//! The program `git` does the work, with fixed arguments, an environment of our own, no hooks and no settings that could run a program: the library for it brings sixty crates
//! and still would have to be told how to bring a working folder along. Contents go straight into the repository (`fast-import`); the
//! folder follows. Killed at any point, the folder is as before or the next opening finishes it.
//!
//! - An object keeps the file that it first got, also when it is renamed: its history is that of one path.
//! - An object leaves only with a complete set whose list of its type was read to the end.
//! - The author is the person who changed what the commit changes, where that is one person and known; else the product, and those
//!   who are known are named in the message.
//! - Nothing volatile is in it, and no secret: it is not encrypted.

mod author;
mod commit;
mod git;
mod import;
mod settings;
mod state;

use std::fs::{self, File};
use std::path::Path;

pub use author::Author;
pub use commit::Committed;
use git::Git;
use state::State;

use super::manifest::SetLine;

/// Why a mirror cannot be opened or written.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// The folder cannot be read or written, or there is no program `git`.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Git refused.
    #[error("git {command}: {said}")]
    Git {
        /// What it was asked.
        command: &'static str,
        /// What it said.
        said: String,
    },
    /// The folder holds something and is no repository.
    #[error("the folder is not empty and is no Git repository; a mirror begins in an empty one")]
    NotEmpty,
    /// The repository holds something else.
    #[error("the repository holds commits that are no mirror of backup sets")]
    NotAMirror,
    /// The mirror is another tenant's.
    #[error("the repository is the mirror of another tenant ({0})")]
    OtherTenant(String),
    /// Its list of objects is newer.
    #[error("the mirror was written by a newer version (format {0})")]
    Newer(u32),
    /// Another process is at it.
    #[error("another process is writing this mirror")]
    Busy,
    /// Somebody changed files without committing them.
    #[error("the folder has changes that are not committed: {0}")]
    Dirty(String),
    /// Somebody committed since the mirror was opened.
    #[error("somebody committed to the mirror meanwhile; nothing was added to it")]
    Moved,
    /// The set was captured before the latest one that the mirror holds.
    #[error("the mirror holds a newer backup set; an older one would take its contents back in time")]
    Older,
    /// The folder belongs to somebody who could make git run programs.
    #[error("the folder or its repository belongs to another user of this machine")]
    OtherOwner,
    /// The repository is not a plain one with its own folder.
    #[error("the repository is a link or a part of another one")]
    NotPlain,
    /// The repository's own settings could make git run programs.
    #[error("the repository has a setting that a mirror does not take: {0}")]
    Setting(String),
    /// No branch is checked out.
    #[error("no branch is checked out")]
    Detached,
    /// An object could not be had.
    #[error("{0}")]
    Object(String),
    /// Whoever chose its name did not choose that place.
    #[error("the folder leads out of the one for mirrors")]
    Elsewhere,
    /// Objects come in the order of their types and ids.
    #[error("objects in the wrong order")]
    Order,
}

/// A working folder that mirrors a tenant.
#[derive(Debug)]
pub struct Mirror {
    git: Git,
    /// Held as long as the mirror is open, and let go by the system when the process dies.
    _lock: File,
    /// The commit that the folder is at.
    at: Option<String>,
    state: State,
}

impl Mirror {
    /// Opens the mirror of a tenant in a folder, or begins one there: in a folder that is empty or not there yet, or in a repository
    /// without commits. A repository is not looked for in the folders above.
    ///
    /// # Errors
    /// See [`MirrorError`].
    pub fn open(folder: &Path, tenant: &str) -> Result<Self, MirrorError> {
        fs::create_dir_all(folder)?;
        let git = Git::at(folder)?;
        git.belongs_to_us()?;
        if !git.is_repository() {
            if fs::read_dir(folder)?.next().is_some() {
                return Err(MirrorError::NotEmpty);
            }
            git.begin()?;
        }
        git.take_only_known_settings()?;
        let lock = git.lock()?;
        git.on_a_branch()?;
        git.finish_interrupted()?;
        let dirty = git.dirty()?;
        if !dirty.is_empty() {
            return Err(MirrorError::Dirty(git::some(&dirty)));
        }
        let at = git.head()?;
        let state = match &at {
            None => State::new(tenant),
            Some(_) => State::read(&git.file(state::FILE)?.ok_or(MirrorError::NotAMirror)?)?,
        };
        if state.tenant != tenant {
            return Err(MirrorError::OtherTenant(super::shown(&state.tenant)));
        }
        Ok(Self { git, _lock: lock, at, state })
    }

    /// The set of the latest commit.
    #[must_use]
    pub const fn latest(&self) -> Option<&SetLine> {
        self.state.set.as_ref()
    }
}
