//! A folder as an archive. Links are never followed, and hidden files (`.git`, `.DS_Store`) are left alone.

use std::collections::HashSet;
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::limits::Limits;
use super::path;
use super::refusal::{ArchiveError, Refusal, Why};
use super::source::{Listed, Source};

/// A folder that is being read.
pub(super) struct FolderSource {
    root: PathBuf,
    /// The files: how they are called on the disk, and which they are there.
    files: Vec<(Listed, PathBuf, Identity)>,
    listed: Vec<Listed>,
    limits: Limits,
    total: u64,
}

impl FolderSource {
    /// Lists the folder.
    ///
    /// # Errors
    /// When it cannot be read, or is refused.
    pub(super) fn open(root: &Path, limits: Limits) -> Result<Self, ArchiveError> {
        let mut source = Self { root: root.to_owned(), files: Vec::new(), listed: Vec::new(), limits, total: 0 };
        source.list(PathBuf::new())?;
        source.files.sort_by(|a, b| a.0.path.cmp(&b.0.path));
        let mut names = HashSet::new();
        for (file, ..) in &source.files {
            if !names.insert(path::folded(&file.path)) {
                return Err(Refusal::of(file.path.as_str(), Why::Duplicate).into());
            }
        }
        source.listed = source.files.iter().map(|(file, ..)| file.clone()).collect();
        Ok(source)
    }

    fn list(&mut self, first: PathBuf) -> Result<(), ArchiveError> {
        // A link that somebody names is theirs to follow; those inside are not.
        let mut folders = vec![(first, identity(&fs::metadata(&self.root)?))];
        while let Some((folder, known)) = folders.pop() {
            let entries = fs::read_dir(self.root.join(&folder))?;
            // What was opened is that folder, unless somebody put a link in its place.
            let is_it = folder.as_os_str().is_empty()
                || fs::symlink_metadata(self.root.join(&folder)).is_ok_and(|now| now.is_dir() && identity(&now) == known);
            if !is_it {
                return Err(Refusal::of(folder.to_string_lossy(), Why::Changed).into());
            }
            for entry in entries {
                let entry = entry?;
                if entry.file_name().as_encoded_bytes().starts_with(b".") {
                    continue;
                }
                let below = folder.join(entry.file_name());
                let refused = |why| ArchiveError::from(Refusal::of(below.to_string_lossy(), why));
                let kind = entry.file_type()?;
                let name = path::safe(below.as_os_str().as_encoded_bytes(), &self.limits).map_err(refused)?;
                match () {
                    () if kind.is_symlink() => return Err(refused(Why::Link)),
                    () if kind.is_dir() => folders.push((below, identity(&entry.metadata()?))),
                    () if kind.is_file() => {
                        let found = entry.metadata()?;
                        self.files.push((Listed { path: name, size: found.len() }, below, identity(&found)));
                    }
                    () => return Err(refused(Why::Special)),
                }
                let limit = self.limits.files;
                if self.files.len() > limit || folders.len() > limit {
                    return Err(Refusal::whole(Why::TooMuch { what: "files", limit: limit as u64 }).into());
                }
            }
        }
        Ok(())
    }
}

impl Source for FolderSource {
    fn files(&self) -> &[Listed] {
        &self.listed
    }

    fn read(&mut self, number: usize, most: u64) -> Result<Vec<u8>, ArchiveError> {
        let Some((listed, below, known)) = self.files.get(number) else { return Ok(Vec::new()) };
        let refused = |why| ArchiveError::from(Refusal::of(listed.path.as_str(), why));
        if listed.size > most {
            return Err(refused(Why::TooMuch { what: "bytes of a file", limit: most }));
        }
        self.total += listed.size;
        if self.total > self.limits.total {
            return Err(Refusal::whole(Why::TooMuch { what: "bytes of all files", limit: self.limits.total }).into());
        }
        // Between listing and reading somebody may have put something else in its place, or a link in that of a folder above.
        let file =
            open(&self.root.join(below), *known).map_err(|error| error.map_or_else(|| refused(Why::Changed), Into::into))?;
        let mut bytes = Vec::new();
        file.take(listed.size + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 == listed.size { Ok(bytes) } else { Err(refused(Why::Changed)) }
    }
}

/// Which file or folder of the machine something is: its device and number there, where the system has them.
type Identity = (u64, u64);

/// Opens a file that is the one that was listed; fails without an error where it is another one.
fn open(path: &Path, known: Identity) -> Result<File, Option<io::Error>> {
    let is_it = |found: &Metadata| found.is_file() && identity(found) == known;
    match fs::symlink_metadata(path) {
        Ok(found) if is_it(&found) => {}
        Ok(_) => return Err(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(None),
        Err(error) => return Err(Some(error)),
    }
    let file = opened(path)?;
    if is_it(&file.metadata()?) { Ok(file) } else { Err(None) }
}

#[cfg(unix)]
fn opened(path: &Path) -> Result<File, Option<io::Error>> {
    use rustix::fs::{Mode, OFlags};
    // Without waiting: a pipe that was put there since would have somebody write first.
    let how = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    match rustix::fs::open(path, how, Mode::empty()) {
        Ok(file) => Ok(file.into()),
        Err(rustix::io::Errno::LOOP) => Err(None),
        Err(error) => Err(Some(error.into())),
    }
}

#[cfg(not(unix))]
fn opened(path: &Path) -> Result<File, Option<io::Error>> {
    Ok(File::open(path)?)
}

#[cfg(unix)]
fn identity(found: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (found.dev(), found.ino())
}

#[cfg(not(unix))]
const fn identity(_: &Metadata) -> Identity {
    (0, 0)
}
