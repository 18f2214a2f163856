//! Zip files: what an export needs to write, and what it takes to read one that a stranger made.
//!
//! A zip holds each file twice over in words (before its bytes, and in a list at the end) and tools differ in which they believe. Here
//! the list counts, both must agree, and whatever no honest tool writes is refused: files that share bytes, two of one name, links,
//! sizes that are not true. Nothing is ever unpacked to a disk.

mod directory;
mod read;
mod write;

pub(super) use read::ZipSource;
pub(super) use write::{MOST, ZipWriter};

/// Beginning of a file's own header.
const LOCAL: u32 = 0x0403_4b50;
/// Beginning of a file's entry in the list.
const CENTRAL: u32 = 0x0201_4b50;
/// Beginning of what ends the list.
const END: u32 = 0x0605_4b50;
/// The same where there are more than 65,535 files.
const END_64: u32 = 0x0606_4b50;
/// What says where that is.
const LOCATOR_64: u32 = 0x0706_4b50;

/// Bytes without packing.
const STORED: u16 = 0;
/// Packed by deflate.
const DEFLATED: u16 = 8;

/// The flag that says that a name is UTF-8.
const UTF_8: u16 = 1 << 11;

/// Numbers, lowest byte first, as a zip holds them; zero where there are none.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn u16(&self, at: usize) -> u16 {
        self.0.get(at..at + 2).and_then(|bytes| bytes.try_into().ok()).map_or(0, u16::from_le_bytes)
    }

    fn u32(&self, at: usize) -> u32 {
        self.0.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes)
    }

    fn u64(&self, at: usize) -> u64 {
        self.0.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_le_bytes)
    }
}
