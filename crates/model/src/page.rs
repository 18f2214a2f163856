//! Keyset pages: a cursor names the last row seen, so a page costs the same at any depth.

use serde::{Deserialize, Serialize};

/// How many rows a page holds unless it says otherwise.
pub const PAGE_ROWS: u32 = 50;

/// Which way a page is read from its cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Rows after the cursor, in the list's order.
    #[default]
    Forward,
    /// Rows before the cursor.
    Backward,
}

/// Where a page starts: after (or before) the row that the opaque text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Which way to read.
    pub direction: Direction,
    /// The key of the row, as the list wrote it.
    pub key: String,
}

/// The text was no cursor of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid page cursor")]
pub struct InvalidCursor;

impl Cursor {
    /// Text for a link: `f.<key>` or `b.<key>`, the key in hexadecimal so that any text can be one.
    #[must_use]
    pub fn to_token(&self) -> String {
        let hex: String = self.key.bytes().map(|b| format!("{b:02x}")).collect();
        format!("{}.{hex}", if self.direction == Direction::Forward { 'f' } else { 'b' })
    }

    /// Reads a token of [`Cursor::to_token`].
    ///
    /// # Errors
    /// [`InvalidCursor`] for anything else, also above 2,048 characters.
    pub fn parse(token: &str) -> Result<Self, InvalidCursor> {
        if token.len() > 2048 || !token.is_ascii() {
            return Err(InvalidCursor);
        }
        let (direction, hex) = match token.split_once('.') {
            Some(("f", hex)) => (Direction::Forward, hex),
            Some(("b", hex)) => (Direction::Backward, hex),
            _ => return Err(InvalidCursor),
        };
        if hex.len() % 2 != 0 {
            return Err(InvalidCursor);
        }
        let bytes: Result<Vec<u8>, _> = (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[i * 2..i * 2 + 2], 16)).collect();
        let key = String::from_utf8(bytes.map_err(|_| InvalidCursor)?).map_err(|_| InvalidCursor)?;
        Ok(Self { direction, key })
    }
}

/// Some rows of a list, and the ways on from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the list's order.
    pub rows: Vec<T>,
    /// The page after this one, if there is one.
    pub next: Option<Cursor>,
    /// The page before this one, if there is one.
    pub previous: Option<Cursor>,
}

impl<T> Page<T> {
    /// The same page with other rows.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { rows: self.rows.into_iter().map(change).collect(), next: self.next, previous: self.previous }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_survives_its_token(key in ".{0,100}", back in any::<bool>()) {
            let direction = if back { Direction::Backward } else { Direction::Forward };
            let cursor = Cursor { direction, key };
            prop_assert_eq!(Cursor::parse(&cursor.to_token()), Ok(cursor));
        }

        #[test]
        fn garbage_is_refused_quietly(token in ".{0,100}") {
            let _ = Cursor::parse(&token);
        }
    }
}
