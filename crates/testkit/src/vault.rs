//! An object storage in memory, which does as a test tells it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::vault::{Deposit, Vault, VaultError};
use tokio::sync::Notify;

/// The storage.
#[derive(Debug, Default)]
pub struct TestVault(Mutex<Inside>, Notify);

#[derive(Debug, Default)]
struct Inside {
    objects: BTreeMap<String, Vec<u8>>,
    marked: bool,
    away: bool,
    hangs: bool,
    removed: Vec<String>,
    put: u64,
}

impl TestVault {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it cannot be reached.
    pub fn away(&self, away: bool) {
        self.inside().away = away;
    }

    /// Whether what is put there is kept, and no answer ever comes: whoever put it is to be killed.
    pub fn hangs(&self, hangs: bool) {
        self.inside().hangs = hangs;
    }

    /// Answers all who wait for that, and from now on everybody.
    pub fn wakes(&self) {
        self.hangs(false);
        self.1.notify_waiters();
    }

    /// Its objects.
    #[must_use]
    pub fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        self.inside().objects.clone()
    }

    /// Changes its objects behind everybody's back.
    pub fn alter(&self, change: impl FnOnce(&mut BTreeMap<String, Vec<u8>>)) {
        change(&mut self.inside().objects);
    }

    /// What was removed, in that order.
    #[must_use]
    pub fn removed(&self) -> Vec<String> {
        self.inside().removed.clone()
    }

    /// How often something was put there.
    #[must_use]
    pub fn put_count(&self) -> u64 {
        self.inside().put
    }
}

impl Vault for TestVault {
    fn open(&self, new: bool) -> Deposit<'_, ()> {
        Box::pin(async move {
            let mut inside = self.inside();
            if inside.away || !(inside.marked || new) {
                return Err(VaultError::Unreachable);
            }
            inside.marked = true;
            Ok(())
        })
    }

    fn put<'a>(&'a self, key: &'a str, bytes: Vec<u8>) -> Deposit<'a, ()> {
        Box::pin(async move {
            let hangs = {
                let mut inside = self.inside();
                if inside.away {
                    return Err(VaultError::Unreachable);
                }
                inside.put += 1;
                inside.objects.insert(key.to_owned(), bytes);
                inside.hangs
            };
            if hangs {
                self.1.notified().await;
            }
            Ok(())
        })
    }

    fn get<'a>(&'a self, key: &'a str, most: u64) -> Deposit<'a, Vec<u8>> {
        Box::pin(async move {
            let inside = self.inside();
            if inside.away {
                return Err(VaultError::Unreachable);
            }
            let bytes = inside.objects.get(key).ok_or(VaultError::Missing)?;
            if bytes.len() as u64 > most { Err(VaultError::Altered) } else { Ok(bytes.clone()) }
        })
    }

    fn delete<'a>(&'a self, key: &'a str) -> Deposit<'a, ()> {
        Box::pin(async move {
            let mut inside = self.inside();
            if inside.away {
                return Err(VaultError::Unreachable);
            }
            inside.objects.remove(key);
            inside.removed.push(key.to_owned());
            Ok(())
        })
    }
}
