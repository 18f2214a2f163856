//! A file that is written under another name first, and never in the place of another one.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::db::Result;
use crate::error::StoreError;

/// A file that is not finished. Goes when dropped.
#[derive(Debug)]
pub struct NewFile {
    to: PathBuf,
    part: PathBuf,
}

impl NewFile {
    /// Makes `<to>.part`, empty and the owner's alone.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] when there is a file of either name, or none can be made.
    pub fn claim(to: &Path) -> Result<Self> {
        refuse_taken(to)?;
        let part = beside(to, ".part");
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part) {
            Ok(_) => Ok(Self { to: to.to_owned(), part }),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(taken(&part)),
            Err(error) => Err(unwritable(&part, &error)),
        }
    }

    /// Where to write.
    #[must_use]
    pub fn part(&self) -> &Path {
        &self.part
    }

    /// Brings it to the disk and gives it its name; its size.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] when somebody made a file of that name meanwhile, or the disk refuses.
    pub fn settle(self) -> Result<u64> {
        let failed = |error: std::io::Error| unwritable(&self.to, &error);
        let file = File::open(&self.part).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        match std::fs::hard_link(&self.part, &self.to) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(taken(&self.to)),
            // A file system where a file has one name.
            Err(_) => {
                refuse_taken(&self.to)?;
                std::fs::rename(&self.part, &self.to).map_err(failed)?;
            }
        }
        // The name is on the disk once its folder is.
        let folder = self.to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        Ok(file.metadata().map_err(failed)?.len())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // Under its own name it stays; where it was renamed there is nothing to remove.
        let _ = std::fs::remove_file(&self.part);
    }
}

/// Refuses where something is.
pub(super) fn refuse_taken(path: &Path) -> Result<()> {
    if path.symlink_metadata().is_ok() { Err(taken(path)) } else { Ok(()) }
}

fn taken(path: &Path) -> StoreError {
    StoreError::Unusable(format!("{} is there already; nothing is overwritten", path.display()))
}

pub(super) fn unwritable(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Unusable(format!("cannot write {}: {}", path.display(), error.kind()))
}

/// The path with something at its end.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    name.into()
}
