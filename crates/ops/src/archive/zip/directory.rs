//! The list at the end of a zip.

use std::collections::HashSet;
use std::io::{Read, Seek, SeekFrom};

use super::{CENTRAL, DEFLATED, END, END_64, Fields, LOCATOR_64, STORED};
use crate::archive::limits::Limits;
use crate::archive::path;
use crate::archive::refusal::{ArchiveError, Refusal, Why};

/// Bytes of the end without its comment, of the end for many files, and of what says where that is.
const END_SIZE: usize = 22;
const END_64_SIZE: u64 = 56;
const LOCATOR_SIZE: u64 = 20;
/// Bytes of an entry without its name.
const ENTRY: usize = 46;
/// Bytes of a file's own header without its name.
pub(super) const HEADER: u64 = 30;

/// A file in the list.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) path: String,
    /// The name as it stands there.
    pub(super) raw: Vec<u8>,
    /// Where its header is.
    pub(super) offset: u64,
    pub(super) packed: u64,
    pub(super) size: u64,
    pub(super) crc: u32,
    pub(super) method: u16,
}

/// Where the list is and what it should hold.
struct Place {
    offset: u64,
    size: u64,
    files: u64,
}

fn damaged<T>(what: &'static str) -> Result<T, ArchiveError> {
    Err(Refusal::whole(Why::DamagedZip(what)).into())
}

/// Reads the list.
pub(super) fn read<R: Read + Seek>(reader: &mut R, limits: &Limits) -> Result<Vec<Entry>, ArchiveError> {
    let length = reader.seek(SeekFrom::End(0))?;
    let place = find(reader, length)?;
    let limited = [
        ("bytes of the archive", length, limits.archive),
        ("bytes of the list of files", place.size, limits.directory),
        ("files", place.files, limits.files as u64),
    ];
    if let Some((what, _, limit)) = limited.into_iter().find(|(_, found, limit)| found > limit) {
        return Err(Refusal::whole(Why::TooMuch { what, limit }).into());
    }
    let mut list = vec![0; usize::try_from(place.size).unwrap_or(0)];
    reader.seek(SeekFrom::Start(place.offset))?;
    reader.read_exact(&mut list)?;
    let mut entries = Vec::new();
    let mut rest = list.as_slice();
    for _ in 0..place.files {
        entries.extend(entry(&mut rest, limits)?);
    }
    if !rest.is_empty() {
        return damaged("its list of files is longer than it says");
    }
    whole(&entries, place.offset, limits)?;
    Ok(entries)
}

/// Looks for the end, from the end. Only its true place counts, where its comment reaches to the last byte.
fn find<R: Read + Seek>(reader: &mut R, length: u64) -> Result<Place, ArchiveError> {
    let tail = length.min((END_SIZE + usize::from(u16::MAX)) as u64);
    let mut bytes = vec![0; usize::try_from(tail).unwrap_or(0)];
    reader.seek(SeekFrom::Start(length - tail))?;
    reader.read_exact(&mut bytes)?;
    let is_end = |at: &usize| {
        let fields = Fields(&bytes[*at..]);
        fields.u32(0) == END && *at + END_SIZE + usize::from(fields.u16(20)) == bytes.len()
    };
    let Some(at) = (0..=bytes.len().saturating_sub(END_SIZE)).rev().find(is_end) else {
        return damaged("its end is missing");
    };
    let fields = Fields(&bytes[at..]);
    if fields.u16(4) != 0 || fields.u16(6) != 0 || fields.u16(8) != fields.u16(10) {
        return damaged("it has several parts");
    }
    let mut place = Place { files: fields.u16(10).into(), size: fields.u32(12).into(), offset: fields.u32(16).into() };
    let mut end = length - tail + at as u64;
    if fields.u16(10) == u16::MAX || fields.u32(12) == u32::MAX || fields.u32(16) == u32::MAX {
        (place, end) = find_64(reader, end)?;
    }
    if place.offset.checked_add(place.size) != Some(end) {
        return damaged("its list of files is not where it says");
    }
    Ok(place)
}

fn find_64<R: Read + Seek>(reader: &mut R, end: u64) -> Result<(Place, u64), ArchiveError> {
    let Some(at) = end.checked_sub(LOCATOR_SIZE) else { return damaged("its end is missing") };
    let mut locator = [0; LOCATOR_SIZE as usize];
    reader.seek(SeekFrom::Start(at))?;
    reader.read_exact(&mut locator)?;
    let (locator, wanted) = (Fields(&locator), at.checked_sub(END_64_SIZE));
    if locator.u32(0) != LOCATOR_64 || Some(locator.u64(8)) != wanted {
        return damaged("its end for many files is not where it says");
    }
    let mut bytes = [0; END_64_SIZE as usize];
    reader.seek(SeekFrom::Start(locator.u64(8)))?;
    reader.read_exact(&mut bytes)?;
    let fields = Fields(&bytes);
    if fields.u32(0) != END_64 || fields.u64(24) != fields.u64(32) {
        return damaged("its end for many files is wrong");
    }
    Ok((Place { files: fields.u64(32), size: fields.u64(40), offset: fields.u64(48) }, locator.u64(8)))
}

/// Takes the next entry off the list; `None` for a folder.
fn entry(rest: &mut &[u8], limits: &Limits) -> Result<Option<Entry>, ArchiveError> {
    let fields = Fields(rest);
    let (name, extra, comment) = (fields.u16(28), fields.u16(30), fields.u16(32));
    let length = ENTRY + usize::from(name) + usize::from(extra) + usize::from(comment);
    if rest.len() < length || fields.u32(0) != CENTRAL {
        return damaged("its list of files is shorter than it says");
    }
    let raw = &rest[ENTRY..ENTRY + usize::from(name)];
    let more = &rest[ENTRY + usize::from(name)..][..usize::from(extra)];
    let refused = |why| ArchiveError::from(Refusal::of(String::from_utf8_lossy(raw), why));
    let path = path::safe(raw, limits).map_err(refused)?;
    let (flags, method, unix) = (fields.u16(8), fields.u16(10), fields.u16(4) >> 8 == 3);
    let folder = raw.ends_with(b"/") || raw.ends_with(b"\\");
    // The kind of file, where a system wrote it that has kinds.
    match fields.u32(38) >> 16 & 0o170_000 {
        0o120_000 if unix => return Err(refused(Why::Link)),
        0 | 0o100_000 => {}
        0o040_000 if folder => {}
        _ if unix => return Err(refused(Why::Special)),
        _ => {}
    }
    // Encrypted, encrypted strongly, or with a list that is.
    if flags & (1 | 1 << 6 | 1 << 13) != 0 {
        return Err(refused(Why::EncryptedZip));
    }
    if !matches!(method, STORED | DEFLATED) {
        return Err(refused(Why::Method(method)));
    }
    let mut large = larger(more);
    let mut or_large = |number: u32| if number == u32::MAX { large.next() } else { Some(number.into()) };
    let (size, packed, offset) = (or_large(fields.u32(24)), or_large(fields.u32(20)), or_large(fields.u32(42)));
    let (Some(size), Some(packed), Some(offset)) = (size, packed, offset) else {
        return Err(refused(Why::DamagedZip("a size is missing")));
    };
    let entry = Entry { path, raw: raw.to_vec(), offset, packed, size, crc: fields.u32(16), method };
    *rest = &rest[length..];
    Ok((!folder).then_some(entry))
}

/// The numbers of the extra field for large files, in their order.
fn larger(extra: &[u8]) -> impl Iterator<Item = u64> {
    let mut rest = extra;
    let mut found: &[u8] = &[];
    while rest.len() >= 4 {
        let (id, length) = (Fields(rest).u16(0), usize::from(Fields(rest).u16(2)));
        let Some(value) = rest.get(4..4 + length) else { break };
        if id == 1 {
            found = value;
            break;
        }
        rest = &rest[4 + length..];
    }
    found.chunks_exact(8).map(|number| Fields(number).u64(0))
}

/// What only all entries together tell.
fn whole(entries: &[Entry], list: u64, limits: &Limits) -> Result<(), ArchiveError> {
    let refused = |entry: &Entry, why| Err(Refusal::of(entry.path.as_str(), why).into());
    let mut names = HashSet::new();
    for entry in entries {
        if !names.insert(path::folded(&entry.path)) {
            return refused(entry, Why::Duplicate);
        }
        if entry.size > limits.ratio_from && entry.size / entry.packed.max(1) > limits.ratio {
            return refused(entry, Why::Bomb(limits.ratio));
        }
    }
    let mut order: Vec<&Entry> = entries.iter().collect();
    order.sort_by_key(|entry| entry.offset);
    for (number, entry) in order.iter().enumerate() {
        let next = order.get(number + 1).map_or(list, |next| next.offset);
        let end = [HEADER, entry.raw.len() as u64, entry.packed].into_iter().try_fold(entry.offset, u64::checked_add);
        if end.is_none_or(|end| end > next) {
            return refused(entry, Why::DamagedZip("two files share bytes"));
        }
    }
    Ok(())
}
