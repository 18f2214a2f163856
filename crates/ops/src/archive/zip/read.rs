//! Reading files out of a zip.

use std::io::{Read, Seek, SeekFrom};

use flate2::{Crc, read::DeflateDecoder};

use super::directory::{self, Entry, HEADER};
use super::{DEFLATED, Fields, LOCAL};
use crate::archive::limits::Limits;
use crate::archive::refusal::{ArchiveError, Refusal, Why};
use crate::archive::source::{Listed, Source};

/// A zip that is being read.
pub(in crate::archive) struct ZipSource<R> {
    reader: R,
    entries: Vec<Entry>,
    listed: Vec<Listed>,
    limits: Limits,
    total: u64,
}

impl<R: Read + Seek> ZipSource<R> {
    /// Reads the list of files and looks whether it can be true.
    ///
    /// # Errors
    /// When it cannot be read, or is refused.
    pub(in crate::archive) fn open(mut reader: R, limits: Limits) -> Result<Self, ArchiveError> {
        let mut entries = directory::read(&mut reader, &limits)?;
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        let listed = entries.iter().map(|entry| Listed { path: entry.path.clone(), size: entry.size }).collect();
        Ok(Self { reader, entries, listed, limits, total: 0 })
    }

    /// Where the bytes of a file begin, when its own header agrees with the list.
    fn begin(&mut self, entry: &Entry) -> Result<(), ArchiveError> {
        let refused = |why| ArchiveError::from(Refusal::of(entry.path.as_str(), Why::DamagedZip(why)));
        let mut header = [0; HEADER as usize];
        self.reader.seek(SeekFrom::Start(entry.offset))?;
        self.reader.read_exact(&mut header)?;
        let fields = Fields(&header);
        let mut name = vec![0; usize::from(fields.u16(26))];
        self.reader.read_exact(&mut name)?;
        // Whoever writes into a stream says sum and sizes behind the file only.
        let later = fields.u16(6) & 1 << 3 != 0;
        let same = |at: usize, number: u64| fields.u32(at) == u32::MAX || u64::from(fields.u32(at)) == number;
        let numbers = later || (fields.u32(14) == entry.crc && same(18, entry.packed) && same(22, entry.size));
        if fields.u32(0) != LOCAL || name != entry.raw || fields.u16(8) != entry.method || !numbers {
            return Err(refused("the list of files and the file do not agree"));
        }
        self.reader.seek(SeekFrom::Current(fields.u16(28).into()))?;
        Ok(())
    }
}

impl<R: Read + Seek> Source for ZipSource<R> {
    fn files(&self) -> &[Listed] {
        &self.listed
    }

    fn read(&mut self, number: usize, most: u64) -> Result<Vec<u8>, ArchiveError> {
        let Some(entry) = self.entries.get(number).cloned() else { return Ok(Vec::new()) };
        let refused = |why| ArchiveError::from(Refusal::of(entry.path.as_str(), why));
        if entry.size > most {
            return Err(refused(Why::TooMuch { what: "bytes of a file", limit: most }));
        }
        self.total += entry.size;
        if self.total > self.limits.total {
            return Err(Refusal::whole(Why::TooMuch { what: "bytes of all files", limit: self.limits.total }).into());
        }
        self.begin(&entry).map_err(|error| match error {
            ArchiveError::Io(_) => refused(Why::DamagedZip("its bytes cannot be read")),
            refusal => refusal,
        })?;
        let packed = (&mut self.reader).take(entry.packed);
        let mut bytes = Vec::new();
        // One byte more than it says: a file that holds more lies.
        let read = match entry.method {
            DEFLATED => DeflateDecoder::new(packed).take(entry.size + 1).read_to_end(&mut bytes),
            _ => packed.take(entry.size + 1).read_to_end(&mut bytes),
        };
        if read.is_err() || bytes.len() as u64 != entry.size {
            return Err(refused(Why::DamagedZip("it unpacks to another size than it says")));
        }
        let mut crc = Crc::new();
        crc.update(&bytes);
        if crc.sum() == entry.crc { Ok(bytes) } else { Err(refused(Why::Checksum)) }
    }
}
