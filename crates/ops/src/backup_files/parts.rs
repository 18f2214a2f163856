//! A file in the database as something that blocking code writes, or reads at any place.

use std::collections::VecDeque;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use store::access::TenantScope;
use store::{OpenFile, PART_BYTES, Store};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Parts between the thread that writes and the database.
const ROOM: usize = 4;
/// Parts that are kept while reading: an archive is read mostly in its order.
const KEPT: usize = 4;

/// Cuts what is written into parts and hands them on.
#[derive(Debug)]
pub struct PartWriter {
    part: Vec<u8>,
    feed: Sender<Vec<u8>>,
    bytes: u64,
}

/// A writer, and the parts that it makes.
#[must_use]
pub fn parts() -> (PartWriter, Receiver<Vec<u8>>) {
    let (feed, parts) = channel(ROOM);
    (PartWriter { part: Vec::with_capacity(PART_BYTES), feed, bytes: 0 }, parts)
}

impl PartWriter {
    /// Hands the last part on. How many bytes there were.
    pub async fn end(self) -> u64 {
        if !self.part.is_empty() {
            // Where nobody listens any more, whoever listened knows why.
            let _ = self.feed.send(self.part).await;
        }
        self.bytes
    }
}

impl Write for PartWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PART_BYTES - self.part.len());
        self.bytes += taken as u64;
        self.part.extend_from_slice(&bytes[..taken]);
        if self.part.len() == PART_BYTES {
            let part = std::mem::replace(&mut self.part, Vec::with_capacity(PART_BYTES));
            self.feed.blocking_send(part).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads a file part by part, on a thread that may block.
pub struct PartReader {
    store: Store,
    scope: TenantScope,
    file: Arc<OpenFile>,
    handle: Handle,
    at: u64,
    kept: VecDeque<(i64, Vec<u8>)>,
}

impl std::fmt::Debug for PartReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PartReader({:?} at {})", self.file, self.at)
    }
}

impl PartReader {
    /// A reader of a file that is whole. `handle`: what drives the questions to the database.
    #[must_use]
    pub fn new(store: Store, scope: TenantScope, file: Arc<OpenFile>, handle: Handle) -> Self {
        Self { store, scope, file, handle, at: 0, kept: VecDeque::new() }
    }

    fn length(&self) -> u64 {
        u64::try_from(self.file.bytes()).unwrap_or(0)
    }

    fn fetch(&mut self, number: i64) -> io::Result<()> {
        if self.kept.iter().any(|(kept, _)| *kept == number) {
            return Ok(());
        }
        let part = self.handle.block_on(self.store.backup_files().part(&self.scope, &self.file, number));
        if self.kept.len() >= KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back((number, part.map_err(io::Error::other)?));
        Ok(())
    }
}

impl Read for PartReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.length() || buffer.is_empty() {
            return Ok(0);
        }
        let number = i64::try_from(self.at / PART_BYTES as u64).map_err(io::Error::other)?;
        self.fetch(number)?;
        let offset = usize::try_from(self.at % PART_BYTES as u64).map_err(io::Error::other)?;
        let part = self.kept.iter().find(|(kept, _)| *kept == number).map_or(&[][..], |(_, part)| part.as_slice());
        let rest = part.get(offset..).filter(|rest| !rest.is_empty()).ok_or(io::ErrorKind::UnexpectedEof)?;
        let taken = rest.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&rest[..taken]);
        self.at += taken as u64;
        Ok(taken)
    }
}

impl Seek for PartReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(by) => self.length().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
