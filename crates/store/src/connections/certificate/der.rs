//! Reading DER (ITU-T X.690), as much as certificates and key files need: definite lengths, low tag numbers.

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BITS: u8 = 0x03;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
/// `[0]`, constructed.
pub(super) const CONTEXT_0: u8 = 0xa0;
/// `[0]`, primitive: an implicitly tagged octet string.
pub(super) const CONTEXT_0_OCTETS: u8 = 0x80;

/// What is left to be read; everything that does not fit is `None`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next value: its tag, its content, and all of it.
    pub(super) fn any(&mut self) -> Option<(u8, &'a [u8], &'a [u8])> {
        let all = self.0;
        let (&tag, rest) = all.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            // Four bytes are more than any file that is taken.
            0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                (bytes.iter().fold(0_usize, |length, byte| length << 8 | usize::from(*byte)), rest)
            }
            _ => return None,
        };
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content, &all[..all.len() - rest.len()]))
    }

    /// The content of the next value, which has that tag.
    pub(super) fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let mut ahead = *self;
        let (found, content, _) = ahead.any()?;
        (found == tag).then(|| {
            *self = ahead;
            content
        })
    }

    /// A reader of the next value, which has that tag.
    pub(super) fn inside(&mut self, tag: u8) -> Option<Self> {
        self.take(tag).map(Self)
    }

    /// A small number that is not negative.
    pub(super) fn number(&mut self) -> Option<u32> {
        let bytes = self.take(INTEGER)?;
        let fits = !bytes.is_empty() && bytes.len() <= 5 && bytes[0] & 0x80 == 0;
        let number = bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        fits.then(|| u32::try_from(number).ok()).flatten()
    }

    /// A number of any size that is not negative, without the zero before it.
    pub(super) fn magnitude(&mut self) -> Option<&'a [u8]> {
        let bytes = self.take(INTEGER)?;
        let negative = bytes.first().is_none_or(|byte| byte & 0x80 != 0);
        let skip = bytes.iter().take_while(|byte| **byte == 0).count();
        (!negative).then(|| &bytes[skip..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_or_bent_is_none() {
        let good = [0x30, 0x06, 0x02, 0x01, 0x05, 0x04, 0x01, 0xff];
        let mut inside = Der::new(&good).inside(SEQUENCE).unwrap();
        assert_eq!((inside.number(), inside.take(OCTETS), inside.is_empty()), (Some(5), Some(&[0xff][..]), true));
        for cut in 0..good.len() {
            assert!(Der::new(&good[..cut]).inside(SEQUENCE).is_none());
        }
        for bad in [&[0x30, 0x80, 0, 0][..], &[0x30, 0x85, 0, 0, 0, 0, 1, 0], &[0x1f, 0x01, 0x00], &[0x02, 0x01, 0x80]] {
            let mut der = Der::new(bad);
            assert!(der.number().is_none() && der.inside(SEQUENCE).is_none(), "{bad:?}");
        }
        assert_eq!(Der::new(&[0x02, 0x02, 0x00, 0x80]).magnitude(), Some(&[0x80][..]));
    }
}
