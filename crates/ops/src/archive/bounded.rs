//! A stream that takes so many bytes and no more.

use std::io::{self, Write};

/// What it fails with beyond that.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("more bytes than may be written")]
pub(super) struct Full;

impl Full {
    /// Whether that is why writing failed.
    pub(super) fn is(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|inner| inner.is::<Self>())
    }
}

/// A stream with a bound.
pub(super) struct Bounded<W> {
    out: W,
    left: u64,
}

impl<W> Bounded<W> {
    pub(super) const fn new(out: W, most: u64) -> Self {
        Self { out, left: most }
    }

    pub(super) fn into_inner(self) -> W {
        self.out
    }
}

impl<W: Write> Write for Bounded<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() as u64 > self.left {
            return Err(io::Error::other(Full));
        }
        let written = self.out.write(bytes)?;
        self.left -= written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
