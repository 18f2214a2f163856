//! A place for contents outside of the database: what the store asks of it, so that the store itself opens no connection.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

/// Why a vault did not do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The vault is there, and has no object of that key.
    #[error("the object storage has no such object")]
    Missing,
    /// The object is larger than what was put there.
    #[error("the object is not what was put there")]
    Altered,
    /// It cannot be reached, lets nobody in, or is not the one in which objects were put: nothing is known of the object.
    #[error("the object storage cannot be reached")]
    Unreachable,
}

/// What comes of it, some time later.
pub type Deposit<'a, T> = Pin<Box<dyn Future<Output = Result<T, VaultError>> + Send + 'a>>;

/// Keeps objects by key. A key is used once: what is put under it is never another thing.
pub trait Vault: Debug + Send + Sync {
    /// Makes sure that it is the one in which objects were put; `new`: none was yet, so that any may become it.
    fn open(&self, new: bool) -> Deposit<'_, ()>;

    /// Keeps an object; again is the same as once.
    fn put<'a>(&'a self, key: &'a str, bytes: Vec<u8>) -> Deposit<'a, ()>;

    /// An object of at most that many bytes.
    fn get<'a>(&'a self, key: &'a str, most: u64) -> Deposit<'a, Vec<u8>>;

    /// Removes an object; one that is not there is removed.
    fn delete<'a>(&'a self, key: &'a str) -> Deposit<'a, ()>;
}
