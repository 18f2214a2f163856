//! What follows the header: pieces of 64 KiB, each with its number and with whether it is the last, so that none can be changed, left
//! out or moved, nor the end cut off.

use std::io::{self, Read, Seek, SeekFrom, Write};

use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};

use crate::archive::refusal::{ArchiveError, Refusal, Why};
use crate::archive::source::ReadSeek;

const PIECE: usize = 64 * 1024;
const TAG: usize = 16;

fn key(secret: &[u8; 32]) -> io::Result<LessSafeKey> {
    UnboundKey::new(&CHACHA20_POLY1305, secret).map(LessSafeKey::new).map_err(|_| io::Error::other("encryption failed"))
}

fn nonce(number: u64, last: bool) -> Nonce {
    let mut bytes = [0; 12];
    bytes[3..11].copy_from_slice(&number.to_be_bytes());
    bytes[11] = u8::from(last);
    Nonce::assume_unique_for_key(bytes)
}

/// Encrypts what is written. Without [`SealedWriter::finish`] the file has no end, and cannot be opened.
pub(in crate::archive) struct SealedWriter<W> {
    out: W,
    secret: [u8; 32],
    held: Vec<u8>,
    number: u64,
}

impl<W: Write> SealedWriter<W> {
    pub(super) const fn new(out: W, secret: [u8; 32]) -> Self {
        Self { out, secret, held: Vec::new(), number: 0 }
    }

    /// Writes the last piece and gives the stream back.
    ///
    /// # Errors
    /// When the stream fails.
    pub(in crate::archive) fn finish(mut self) -> io::Result<W> {
        self.piece(true)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn piece(&mut self, last: bool) -> io::Result<()> {
        let mut piece = std::mem::take(&mut self.held);
        key(&self.secret)?
            .seal_in_place_append_tag(nonce(self.number, last), Aad::empty(), &mut piece)
            .map_err(|_| io::Error::other("encryption failed"))?;
        self.number += 1;
        self.out.write_all(&piece)
    }
}

impl<W: Write> Write for SealedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full piece waits until more comes: it may be the last.
        if self.held.len() == PIECE && !bytes.is_empty() {
            self.piece(false)?;
        }
        let some = bytes.len().min(PIECE - self.held.len());
        self.held.extend(&bytes[..some]);
        Ok(some)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Decrypts what is read, at any place.
pub(in crate::archive) struct SealedReader {
    reader: Box<dyn ReadSeek>,
    key: LessSafeKey,
    /// Where the first piece begins, and bytes of all pieces.
    begins: u64,
    sealed: u64,
    /// Bytes in the clear.
    length: u64,
    at: u64,
    /// The number and the text of the piece that was read last.
    held: Option<(u64, Vec<u8>)>,
}

impl SealedReader {
    pub(super) fn open(mut reader: Box<dyn ReadSeek>, secret: [u8; 32], begins: u64) -> Result<Self, ArchiveError> {
        let sealed = reader.seek(SeekFrom::End(0))?.saturating_sub(begins);
        let pieces = sealed.div_ceil((PIECE + TAG) as u64);
        let mut opened = Self {
            reader,
            key: key(&secret)?,
            begins,
            sealed,
            length: sealed.saturating_sub(pieces * TAG as u64),
            at: 0,
            held: None,
        };
        // Only the last piece says that it is: a file that was cut off is found at once.
        let cut = |_| Refusal::whole(Why::Sealed("it was changed or cut off"));
        opened.piece(pieces.saturating_sub(1)).map_err(cut)?;
        Ok(opened)
    }

    fn piece(&mut self, number: u64) -> io::Result<&[u8]> {
        if self.held.as_ref().is_none_or(|(held, _)| *held != number) {
            let whole = (PIECE + TAG) as u64;
            let from = number * whole;
            let length = self.sealed.saturating_sub(from).min(whole);
            let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
            self.reader.seek(SeekFrom::Start(self.begins + from))?;
            self.reader.read_exact(&mut bytes)?;
            let last = from + length == self.sealed;
            let opened = self.key.open_in_place(nonce(number, last), Aad::empty(), &mut bytes);
            let clear = opened.map_err(|_| io::Error::other("the encrypted file was changed or cut off"))?.len();
            bytes.truncate(clear);
            self.held = Some((number, bytes));
        }
        Ok(self.held.as_ref().map_or(&[], |(_, bytes)| bytes.as_slice()))
    }
}

impl Read for SealedReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.length || buffer.is_empty() {
            return Ok(0);
        }
        let (number, within) = (self.at / PIECE as u64, usize::try_from(self.at % PIECE as u64).unwrap_or(0));
        let rest = self.piece(number)?.get(within..).unwrap_or_default();
        let some = rest.len().min(buffer.len());
        buffer[..some].copy_from_slice(&rest[..some]);
        self.at += some as u64;
        Ok(some)
    }
}

impl Seek for SealedReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = to.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "before the beginning"))?;
        Ok(self.at)
    }
}
