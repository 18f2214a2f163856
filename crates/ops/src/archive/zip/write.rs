//! Writing a zip into a stream, file after file. The same files give the same bytes.

use std::io::{self, Write};

use flate2::{Compression, Crc, write::DeflateEncoder};

use crate::archive::limits::Limits;

use super::{CENTRAL, DEFLATED, END, END_64, LOCAL, LOCATOR_64, STORED, UTF_8};

/// 1980-01-01, the first day that a zip knows: the time of writing would make each export another.
const DAY: u16 = 0x21;
/// Version that is needed to read it: 2.0, or 4.5 with more than 65,535 files.
const NEEDED: u16 = 20;
const NEEDED_64: u16 = 45;

/// A zip that is being written.
pub(in crate::archive) struct ZipWriter<W> {
    out: W,
    /// As [`Limits::ratio`].
    ratio: u64,
    ratio_from: u64,
    at: u64,
    list: Vec<u8>,
    files: u64,
}

impl<W: Write> ZipWriter<W> {
    pub(in crate::archive) const fn new(out: W, limits: &Limits) -> Self {
        Self { out, ratio: limits.ratio, ratio_from: limits.ratio_from, at: 0, list: Vec::new(), files: 0 }
    }

    /// Bytes of the list as it stands.
    pub(in crate::archive) const fn list_size(&self) -> u64 {
        self.list.len() as u64
    }

    /// Adds a file.
    ///
    /// # Errors
    /// When the stream fails, or the zip would pass 4 GiB.
    pub(in crate::archive) fn add(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let mut crc = Crc::new();
        crc.update(bytes);
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
        encoder.write_all(bytes)?;
        let packed = encoder.finish()?;
        // What packs better than readers believe is not packed.
        let trap = bytes.len() as u64 > self.ratio_from && bytes.len() as u64 / packed.len().max(1) as u64 > self.ratio;
        let (method, packed) = if packed.len() < bytes.len() && !trap { (DEFLATED, packed.as_slice()) } else { (STORED, bytes) };
        let offset = small(self.at)?;
        // What header and list have in common.
        let mut fields = Vec::with_capacity(26);
        for number in [NEEDED, UTF_8, method, 0, DAY] {
            fields.extend(number.to_le_bytes());
        }
        for number in [crc.sum(), small(packed.len() as u64)?, small(bytes.len() as u64)?] {
            fields.extend(number.to_le_bytes());
        }
        fields.extend(u16::try_from(path.len()).map_err(|_| io::Error::other("a path is too long"))?.to_le_bytes());
        fields.extend(0_u16.to_le_bytes());

        self.put(&LOCAL.to_le_bytes())?;
        self.put(&fields)?;
        self.put(path.as_bytes())?;
        self.put(packed)?;

        // Made by a system with permissions, like theirs: a file that everybody may read.
        self.list.extend(CENTRAL.to_le_bytes());
        self.list.extend((3_u16 << 8 | NEEDED).to_le_bytes());
        self.list.extend(&fields);
        self.list.extend([0; 6]);
        self.list.extend((0o100_644_u32 << 16).to_le_bytes());
        self.list.extend(offset.to_le_bytes());
        self.list.extend(path.as_bytes());
        self.files += 1;
        Ok(())
    }

    /// Writes the list and gives the stream back.
    ///
    /// # Errors
    /// As [`ZipWriter::add`].
    pub(in crate::archive) fn finish(mut self) -> io::Result<W> {
        let (offset, list) = (small(self.at)?, std::mem::take(&mut self.list));
        let size = small(list.len() as u64)?;
        self.put(&list)?;
        let many = u16::try_from(self.files).ok().filter(|files| *files < u16::MAX);
        if many.is_none() {
            let end = self.at;
            self.put(&END_64.to_le_bytes())?;
            self.put(&44_u64.to_le_bytes())?;
            for number in [NEEDED_64, NEEDED_64] {
                self.put(&number.to_le_bytes())?;
            }
            self.put(&[0; 8])?;
            for number in [self.files, self.files, u64::from(size), u64::from(offset)] {
                self.put(&number.to_le_bytes())?;
            }
            self.put(&LOCATOR_64.to_le_bytes())?;
            self.put(&0_u32.to_le_bytes())?;
            self.put(&end.to_le_bytes())?;
            self.put(&1_u32.to_le_bytes())?;
        }
        let files = many.unwrap_or(u16::MAX).to_le_bytes();
        self.put(&END.to_le_bytes())?;
        self.put(&[0; 4])?;
        self.put(&files)?;
        self.put(&files)?;
        self.put(&size.to_le_bytes())?;
        self.put(&offset.to_le_bytes())?;
        self.put(&[0; 2])?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.at += bytes.len() as u64;
        Ok(())
    }
}

/// Bytes of a zip, less than.
pub(in crate::archive) const MOST: u64 = u32::MAX as u64;

fn small(number: u64) -> io::Result<u32> {
    u32::try_from(number).map_err(|_| io::Error::new(io::ErrorKind::FileTooLarge, "an export larger than 4 GiB; export by types"))
}
