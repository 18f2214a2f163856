//! What was found in an archive.

use std::collections::BTreeMap;
use std::fmt;

use model::canonical::Canonical;
use model::time::Moment;

use super::manifest::{Certificate, MissingLine, SecretLine, SetLine, TenantLine};
use super::refusal::shown;

/// Who made an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// This product.
    Ours,
    /// IntuneCD.
    IntuneCd,
    /// IntuneManagement.
    IntuneManagement,
    /// IntuneBackupAndRestore.
    IntuneBackupAndRestore,
}

impl Format {
    /// The stored code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ours => "tenantatlas",
            Self::IntuneCd => "intune_cd",
            Self::IntuneManagement => "intune_management",
            Self::IntuneBackupAndRestore => "intune_backup_and_restore",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ours => "TenantAtlas",
            Self::IntuneCd => "IntuneCD",
            Self::IntuneManagement => "IntuneManagement",
            Self::IntuneBackupAndRestore => "IntuneBackupAndRestore",
        }
    }
}

/// Where an object's id comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdSource {
    /// The object, or our manifest.
    Object,
    /// The name of its file.
    FileName,
    /// Nowhere: the export has none, and it was made from type and path, so that the next import of the same file gives the same.
    Made,
}

/// An object of an archive, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Its file.
    pub file: String,
    /// Key of its type.
    pub resource_type: &'static str,
    /// Microsoft's id of it, or what stands for it.
    pub object_id: String,
    /// Where the id comes from.
    pub id_source: IdSource,
    /// What it is called.
    pub name: String,
    /// When it was observed, where the archive tells.
    pub captured_at: Option<Moment>,
    /// Its stored form, by the contracts of today.
    pub content: Canonical,
    /// Values that Microsoft masks in it, where an encrypted export of ours has them.
    pub secrets: Vec<SecretLine>,
    /// Whether secrets were withheld when it was exported.
    pub withheld: bool,
}

/// What a line of a report says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It is not what it should be: missing, changed, damaged.
    Wrong,
    /// It was not understood, or is nothing to import.
    Left,
    /// It was understood, with something to know about it.
    Note,
}

/// A line of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it says.
    pub verdict: Verdict,
    /// The file.
    pub file: String,
    /// In words.
    pub words: String,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", shown(&self.file), self.words)
    }
}

/// What was found in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Who made it.
    pub format: Format,
    /// The tenant and the backup set, where it says.
    pub set: Option<(TenantLine, SetLine)>,
    /// What was read of each type when it was captured, where it says.
    pub coverage: Vec<Certificate>,
    /// Objects that the set was to hold and does not, where it says.
    pub missing: Vec<MissingLine>,
    /// Files in it.
    pub files: u64,
    /// Objects that were understood, by type.
    pub objects: BTreeMap<&'static str, u64>,
    /// Objects from which secrets were withheld.
    pub withheld: u64,
    /// Lines, in the order in which they were found; no more than a limit.
    pub lines: Vec<Line>,
    /// How many lines of each kind there are, also those beyond the limit.
    pub counts: BTreeMap<Verdict, u64>,
    most: usize,
}

impl Report {
    pub(super) fn new(format: Format, files: usize, most: usize) -> Self {
        Self {
            format,
            set: None,
            coverage: Vec::new(),
            missing: Vec::new(),
            files: files as u64,
            objects: BTreeMap::new(),
            withheld: 0,
            lines: Vec::new(),
            counts: BTreeMap::new(),
            most,
        }
    }

    /// How many lines say that.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> u64 {
        self.counts.get(&verdict).copied().unwrap_or_default()
    }

    /// Objects that were understood.
    #[must_use]
    pub fn understood(&self) -> u64 {
        self.objects.values().sum()
    }

    pub(super) fn say(&mut self, verdict: Verdict, file: &str, words: impl Into<String>) {
        *self.counts.entry(verdict).or_default() += 1;
        if self.lines.len() < self.most {
            self.lines.push(Line { verdict, file: file.to_owned(), words: words.into() });
        }
    }

    pub(super) fn counted(&mut self, object: &Imported) {
        *self.objects.entry(object.resource_type).or_default() += 1;
        self.withheld += u64::from(object.withheld);
    }
}
