//! One process at a time may run workers on, or migrate, a SQLite file.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use crate::db::Result;
use crate::error::StoreError;

/// Holds the lock until dropped, also when the process is killed: the operating system releases it.
#[derive(Debug)]
pub(crate) struct FileLock(#[allow(dead_code, reason = "held, not read")] File);

/// Locks `<database>.lock` beside the database.
///
/// # Errors
/// [`StoreError::Unusable`] when another process holds it or the folder cannot be written.
pub(crate) fn acquire(database: &Path) -> Result<FileLock> {
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    let file =
        OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(|e| {
            StoreError::Unusable(format!("cannot write beside the database {}: {}", database.display(), e.kind()))
        })?;
    match file.try_lock() {
        Ok(()) => Ok(FileLock(file)),
        Err(TryLockError::WouldBlock) => Err(StoreError::Unusable(format!(
            "another TenantAtlas process uses the database {}; a SQLite file serves one process. Stop the other one, or use PostgreSQL",
            database.display()
        ))),
        Err(TryLockError::Error(e)) => {
            Err(StoreError::Unusable(format!("cannot lock the database {}: {}", database.display(), e.kind())))
        }
    }
}
