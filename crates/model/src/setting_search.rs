//! Searching the settings of a tenant: what can be found of a content, and what was found.

mod entries;

pub use entries::{Entries, Entry, MOST_ENTRIES, MOST_VALUE, entries};

use crate::diff::Piece;
use crate::ids::InventoryItemId;
use crate::resource_types::{self, Platform};
use crate::time::Moment;

/// A search has at most so many words; the others are left out.
pub const MOST_WORDS: usize = 10;
/// Words are cut after so many characters.
pub const LONGEST_WORD: usize = 60;
/// Settings of one object that are shown; the others are counted.
pub const MOST_SHOWN: usize = 5;

/// Which states of objects are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum States {
    /// The current one of each object that is there.
    #[default]
    Now,
    /// Every version of every object that was ever there.
    All,
}

impl States {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Now, Self::All];

    /// Its code, in addresses and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::All => "all",
        }
    }

    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Now => "What is there now",
            Self::All => "All versions",
        }
    }

    /// The one of that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// What is searched for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SettingSearch {
    /// Words that a setting must all have, in its name, its place or its value. Empty: nothing is searched for.
    pub text: String,
    /// Where.
    pub states: States,
    /// Only objects of these types (keys); empty: of all.
    pub types: Vec<String>,
}

/// A setting that was found. Texts may be cut around what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSetting {
    /// Where in the object its value is, as a JSON Pointer; may be cut.
    pub pointer: String,
    /// The way to it in words, with what was found marked.
    pub path: Vec<Piece>,
    /// What Microsoft calls it: the id of its definition, or the names of its properties; with what was found marked.
    pub id: Vec<Piece>,
    /// Its value in words, with what was found marked; empty for a secret or encoded data.
    pub value: Vec<Piece>,
    /// Why no value is shown.
    pub withheld: Option<Withheld>,
}

/// Why a value is neither searched nor shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// It is a secret.
    Secret,
    /// It is encoded data: a picture, a certificate.
    Encoded,
}

/// An object with settings that were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundObject {
    /// It.
    pub item_id: InventoryItemId,
    /// Key of its type.
    pub resource_type: String,
    /// Its platform.
    pub platform: Platform,
    /// Its name in that version.
    pub name: String,
    /// The number of the version that has the settings: the latest that has.
    pub version: i64,
    /// When that was observed.
    pub captured_at: Moment,
    /// The number of its latest version.
    pub latest: i64,
    /// Whether the latest one says that it disappeared.
    pub gone: bool,
    /// The settings, in the order of the object, at most [`MOST_SHOWN`].
    pub settings: Vec<FoundSetting>,
    /// How many more were found in that version.
    pub more: usize,
    /// Whether the version has more settings than are searched.
    pub cut: bool,
}

/// How much of a tenant can be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Searchable {
    /// Contents that are indexed.
    pub contents: i64,
    /// Contents that wait to be.
    pub waiting: i64,
    /// Until when everything that was observed is indexed; `None`: nothing waits.
    pub until: Option<Moment>,
}

/// What the entries of a content depend on besides it: equal texts mean that an index made earlier is still right. It changes with the
/// contracts (where secrets are) and with the way entries are made.
#[must_use]
pub fn form() -> &'static str {
    /// Raised whenever `entries` makes something else of a content, or the index something else of entries.
    const MADE: &str = "1";
    static FORM: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
        let mut hasher = blake3::Hasher::new();
        hasher.update(MADE.as_bytes());
        for kind in resource_types::all() {
            hasher.update(format!("\n{} {:?}", kind.key, kind.secrets).as_bytes());
        }
        hasher.finalize().to_hex().chars().take(16).collect()
    });
    &FORM
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_back() {
        assert!(States::ALL.into_iter().all(|one| States::from_code(one.code()) == Some(one)));
        assert_eq!(States::from_code("x"), None);
        assert_eq!((form(), form().len()), (form(), 16));
    }
}
