//! As much DER as certificates need: reading and writing nested values.

/// Tags.
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT_ID: u8 = 0x06;
pub(super) const UTF8: u8 = 0x0c;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const TIME: u8 = 0x18;
pub(super) const VERSION: u8 = 0xa0;

/// Values one after the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

/// A value: its tag, what is in it, and all of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) tag: u8,
    pub(super) inside: &'a [u8],
    pub(super) whole: &'a [u8],
}

impl<'a> Reader<'a> {
    /// The next value; `None` at the end, or when what follows is none.
    pub(super) fn next(&mut self) -> Option<Value<'a>> {
        let tag = *self.0.first()?;
        let first = usize::from(*self.0.get(1)?);
        let (length, start) = if first < 0x80 {
            (first, 2)
        } else {
            let bytes = self.0.get(2..2 + (first - 0x80))?;
            if bytes.len() > 4 {
                return None;
            }
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), 2 + bytes.len())
        };
        let end = start.checked_add(length)?;
        let value = Value { tag, inside: self.0.get(start..end)?, whole: self.0.get(..end)? };
        self.0 = &self.0[end..];
        Some(value)
    }

    /// The next value, if it has that tag.
    pub(super) fn expect(&mut self, tag: u8) -> Option<Value<'a>> {
        self.next().filter(|value| value.tag == tag)
    }
}

/// A value of a tag.
pub(super) fn write(tag: u8, inside: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match u8::try_from(inside.len()) {
        Ok(length) if length < 0x80 => out.push(length),
        _ => {
            let bytes = inside.len().to_be_bytes();
            let bytes: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
            out.push(0x80 | u8::try_from(bytes.len()).unwrap_or(0));
            out.extend(bytes);
        }
    }
    out.extend_from_slice(inside);
    out
}
