//! Zip files byte by byte, so that every field can lie.

use std::io::Write as _;

use flate2::{Compression, Crc, write::DeflateEncoder};

/// What one file says, in its own header and in the list.
#[derive(Clone)]
pub(crate) struct Said {
    pub(crate) name: Vec<u8>,
    pub(crate) name_before: Vec<u8>,
    pub(crate) flags: u16,
    pub(crate) method: u16,
    pub(crate) crc: u32,
    pub(crate) packed: Vec<u8>,
    pub(crate) packed_size: u32,
    pub(crate) size: u32,
    pub(crate) mode: u32,
    /// Where its header is said to be, in place of where it is.
    pub(crate) offset: Option<u32>,
}

impl Said {
    /// The truth about a file, packed.
    pub(crate) fn honest(name: &[u8], bytes: &[u8]) -> Self {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        let packed = encoder.finish().unwrap();
        let mut crc = Crc::new();
        crc.update(bytes);
        Self {
            name: name.to_vec(),
            name_before: name.to_vec(),
            flags: 1 << 11,
            method: 8,
            crc: crc.sum(),
            packed_size: u32::try_from(packed.len()).unwrap(),
            packed,
            size: u32::try_from(bytes.len()).unwrap(),
            mode: 0o100_644,
            offset: None,
        }
    }
}

/// A zip that is put together.
#[derive(Default)]
pub(crate) struct RawZip {
    pub(crate) bytes: Vec<u8>,
    pub(crate) list: Vec<u8>,
    pub(crate) files: u16,
}

impl RawZip {
    /// A file as it is.
    pub(crate) fn add(&mut self, name: &[u8], bytes: &[u8]) {
        self.say(&Said::honest(name, bytes));
    }

    /// A file as it is said to be.
    pub(crate) fn say(&mut self, said: &Said) {
        let offset = said.offset.unwrap_or(u32::try_from(self.bytes.len()).unwrap());
        let common = |name: &[u8]| {
            let mut out = Vec::new();
            for number in [20, said.flags, said.method, 0, 33] {
                out.extend(number.to_le_bytes());
            }
            for number in [said.crc, said.packed_size, said.size] {
                out.extend(number.to_le_bytes());
            }
            out.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
            out.extend([0; 2]);
            out
        };
        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(common(&said.name_before));
        self.bytes.extend(&said.name_before);
        self.bytes.extend(&said.packed);
        self.list.extend(b"PK\x01\x02");
        self.list.extend((3_u16 << 8 | 20).to_le_bytes());
        self.list.extend(common(&said.name));
        self.list.extend([0; 6]);
        self.list.extend((said.mode << 16).to_le_bytes());
        self.list.extend(offset.to_le_bytes());
        self.list.extend(&said.name);
        self.files += 1;
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        let (files, offset) = (self.files, u32::try_from(self.bytes.len()).unwrap());
        self.finish_saying(files, offset)
    }

    /// Ends it with another count of files and another place of the list.
    pub(crate) fn finish_saying(self, files: u16, offset: u32) -> Vec<u8> {
        let mut bytes = self.bytes;
        bytes.extend(&self.list);
        bytes.extend(b"PK\x05\x06\0\0\0\0");
        bytes.extend(files.to_le_bytes());
        bytes.extend(files.to_le_bytes());
        bytes.extend(u32::try_from(self.list.len()).unwrap().to_le_bytes());
        bytes.extend(offset.to_le_bytes());
        bytes.extend([0; 2]);
        bytes
    }
}
