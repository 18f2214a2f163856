//! Short stand-ins for texts that need only be told apart inside this process.

use std::hash::{BuildHasher, RandomState};

/// Makes fingerprints with keys of this process: they mean nothing outside it.
#[derive(Clone, Default)]
pub(crate) struct Fingerprints(RandomState, RandomState);

/// The fingerprint of a text: 128 bits, so that two texts never meet by chance.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint(u64, u64);

impl Fingerprints {
    /// The fingerprint of a text.
    pub(crate) fn of(&self, text: &str) -> Fingerprint {
        Fingerprint(self.0.hash_one(text), self.1.hash_one(text))
    }
}
