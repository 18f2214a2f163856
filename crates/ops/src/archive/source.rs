//! Where an archive is read from: a zip, an encrypted zip, or a folder.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::folder::FolderSource;
use super::limits::Limits;
use super::refusal::{ArchiveError, Refusal, Why};
use super::sealed::{self, Key};
use super::zip::ZipSource;

/// A file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its path, with `/` between its parts.
    pub path: String,
    /// Its size as the archive tells it.
    pub size: u64,
}

/// Files that can be read one at a time.
pub trait Source {
    /// All files, sorted by their paths; nothing of them was read yet.
    fn files(&self) -> &[Listed];

    /// The bytes of the file with that number among [`Source::files`].
    ///
    /// # Errors
    /// A [`Refusal`] when it is larger than `most` or not what the archive says; else when reading fails.
    fn read(&mut self, number: usize, most: u64) -> Result<Vec<u8>, ArchiveError>;
}

/// What can be read at any place.
pub trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// Opens a folder, a zip or an encrypted zip by its path. Of the files only the list is read.
///
/// # Errors
/// When it cannot be read, or is refused.
pub fn open(path: &Path, key: Option<&Key>, limits: &Limits) -> Result<Box<dyn Source>, ArchiveError> {
    // A link that somebody names is theirs to follow; those inside are not.
    if std::fs::metadata(path)?.is_dir() {
        return Ok(Box::new(FolderSource::open(path, limits.clone())?));
    }
    open_file(Box::new(BufReader::new(File::open(path)?)), key, limits)
}

/// Opens a zip or an encrypted zip, as [`open`].
///
/// # Errors
/// As [`open`].
pub fn open_file(mut reader: Box<dyn ReadSeek>, key: Option<&Key>, limits: &Limits) -> Result<Box<dyn Source>, ArchiveError> {
    let mut beginning = [0; sealed::BEGINNING.len()];
    let length = reader.seek(SeekFrom::End(0))?;
    if length > limits.archive {
        return Err(Refusal::whole(Why::TooMuch { what: "bytes of the archive", limit: limits.archive }).into());
    }
    reader.seek(SeekFrom::Start(0))?;
    let known = read_some(&mut reader, &mut beginning)?;
    reader.seek(SeekFrom::Start(0))?;
    let beginning = &beginning[..known];
    if beginning == sealed::BEGINNING {
        return Ok(Box::new(ZipSource::open(sealed::open(reader, key)?, limits.clone())?));
    }
    // An empty zip begins with its end.
    if beginning.starts_with(b"PK\x03\x04") || beginning.starts_with(b"PK\x05\x06") {
        return Ok(Box::new(ZipSource::open(reader, limits.clone())?));
    }
    Err(Refusal::whole(Why::UnknownFormat).into())
}

fn read_some(reader: &mut dyn ReadSeek, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut known = 0;
    while known < buffer.len() {
        match reader.read(&mut buffer[known..])? {
            0 => break,
            read => known += read,
        }
    }
    Ok(known)
}
