//! Why an archive, or a file in it, is refused.

use std::fmt;
use std::io;

/// What goes wrong with an archive.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It cannot be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is not accepted.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// An archive, or a file in it, is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Refusal {
    /// The file, with the folders above it; `None` where it is about the archive as a whole.
    pub file: Option<String>,
    /// Why.
    pub why: Why,
}

impl Refusal {
    /// About the archive as a whole.
    #[must_use]
    pub const fn whole(why: Why) -> Self {
        Self { file: None, why }
    }

    /// About a file.
    #[must_use]
    pub fn of(file: impl Into<String>, why: Why) -> Self {
        Self { file: Some(file.into()), why }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{}: {}", shown(file), self.why),
            None => self.why.fmt(f),
        }
    }
}

/// The reasons. Their words stand alone and follow the name of a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// Neither a zip, an age file nor a folder.
    #[error("neither a zip file, an encrypted export nor a folder")]
    UnknownFormat,
    /// None of the layouts that are understood.
    #[error(
        "no layout that is known here: neither an export of ours nor one of IntuneCD, IntuneManagement or IntuneBackupAndRestore"
    )]
    UnknownLayout,
    /// The structure of the zip is wrong.
    #[error("the zip file is damaged: {0}")]
    DamagedZip(&'static str),
    /// Encrypted in the zip's own way.
    #[error("encrypted in the way of zip files, which is not supported; unpack it, or export again with age")]
    EncryptedZip,
    /// Packed in a way that is not supported.
    #[error("packed with method {0}; only stored and deflated files are read")]
    Method(u16),
    /// A symbolic link.
    #[error("a symbolic link; links are never followed")]
    Link,
    /// Neither a file nor a folder.
    #[error("neither a file nor a folder")]
    Special,
    /// A path that leads out, or is none.
    #[error("an unsafe path: {0}")]
    Path(&'static str),
    /// Two files of one name, as far as systems that ignore case can tell.
    #[error("there are two files of this name")]
    Duplicate,
    /// More than a limit.
    #[error("{what}: more than the limit of {limit}")]
    TooMuch {
        /// Of what.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// Unpacks to far more than JSON does.
    #[error("unpacks to more than {0} times its size, as nothing but a trap does")]
    Bomb(u64),
    /// A checksum of the zip does not fit.
    #[error("damaged: its checksum does not fit")]
    Checksum,
    /// It changed while it was read.
    #[error("it changed while it was read")]
    Changed,
    /// Text in an encoding that is not known.
    #[error("not text: {0}")]
    Text(&'static str),
    /// No JSON.
    #[error(transparent)]
    Json(#[from] model::json::JsonError),
    /// No YAML, or more of YAML than the exports use.
    #[error("not readable as YAML: {0}")]
    Yaml(&'static str),
    /// Our manifest is missing or cannot be read.
    #[error("the manifest cannot be read: {0}")]
    Manifest(String),
    /// Not what the manifest says.
    #[error("{0}")]
    Differs(&'static str),
    /// A newer format.
    #[error("made by a newer version (format {0}); this one reads up to {1}")]
    Newer(u32, u32),
    /// Encrypted, and what opens it was not given, or does not.
    #[error("encrypted with age: {0}")]
    Sealed(&'static str),
}

/// A name from outside, for people: without control characters, and not endless.
#[must_use]
pub fn shown(name: &str) -> String {
    const MOST: usize = 200;
    let clean = |c: char| if c.is_control() || is_mark(c) { '\u{fffd}' } else { c };
    let mut text: String = name.chars().take(MOST).map(clean).collect();
    if name.chars().nth(MOST).is_some() {
        text.push('…');
    }
    text
}

/// Marks that change the direction of text and so can make a name look like another.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_file_and_hides_nothing_in_it() {
        let refusal = Refusal::of("a\u{202e}b\n.json", Why::Link);
        assert_eq!(refusal.to_string(), "a\u{fffd}b\u{fffd}.json: a symbolic link; links are never followed");
        assert_eq!(shown(&"x".repeat(201)).chars().count(), 201);
        assert_eq!(Refusal::whole(Why::Newer(2, 1)).to_string(), "made by a newer version (format 2); this one reads up to 1");
    }
}
