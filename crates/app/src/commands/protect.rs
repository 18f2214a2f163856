//! How a file that leaves is protected, and how it gets to its place.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use ops::archive::{Lock, Protection, Recipient};
use tempfile::NamedTempFile;

use super::backup::KeyFiles;

/// Whether the file is encrypted, and for whom.
#[derive(Debug, Args)]
pub(crate) struct Protect {
    /// File with a passphrase in its first line, with which the export is encrypted; `-` reads it from standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "recipient")]
    passphrase_file: Option<PathBuf>,
    /// Public age key (age1…) of somebody who may read the encrypted export; may be given several times.
    #[arg(long, value_name = "KEY")]
    recipient: Vec<String>,
    /// Include the texts of scripts though the export is not encrypted.
    #[arg(long, conflicts_with_all = ["passphrase_file", "recipient"])]
    scripts: bool,
}

impl Protect {
    /// What the options say.
    pub(crate) fn read(&self) -> Result<Protection> {
        if let Some(path) = &self.passphrase_file {
            return Ok(Protection::Sealed(Lock::Passphrase(KeyFiles::passphrase(path)?)));
        }
        if self.recipient.is_empty() {
            return Ok(Protection::Open { scripts: self.scripts });
        }
        let keys: Result<Vec<Recipient>> =
            self.recipient.iter().map(|text| text.parse().with_context(|| format!("--recipient {text}"))).collect();
        Ok(Protection::Sealed(Lock::Recipients(keys?)))
    }
}

/// A file beside the place where it will stand, so that it gets there in one step, whole. Nothing may be there yet.
pub(crate) fn to_be(out: &Path) -> Result<NamedTempFile> {
    if out.exists() {
        bail!("{} is there already", out.display());
    }
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    NamedTempFile::new_in(folder).with_context(|| format!("cannot write in {}", folder.display()))
}
