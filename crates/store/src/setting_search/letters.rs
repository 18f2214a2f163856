//! Letters in a row, and the contents that have them.
//!
//! A content is known by the numbers of its threes of letters, and of the one and two letters that words begin with. 256 contents are a
//! block; what a block's contents have is split into buckets by those numbers, so that a search reads a bucket of each block for each
//! three letters of a word, and a batch of new contents writes each bucket once. Two threes may share a number: whatever is found is
//! looked at again.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::StoreError;

/// Contents of a block.
pub(super) const BLOCK: i64 = 256;
/// Buckets of a block.
const BUCKETS: u32 = 512;
/// Up to so many contents stand one by one, more as bits.
const ONE_BY_ONE: usize = 31;
/// In place of a count: bits follow.
const BITS: u8 = 0xff;
/// Stands before the letters that a word begins with. No character has this number.
const BEGINS: u64 = 0x11_0000;
/// Letters of one search that are looked up, at most: those of long words are picked evenly.
const MOST_ASKED: usize = 40;

/// Shorter words are matched at the beginning of words only.
pub(super) const ANYWHERE_FROM: usize = 3;

/// Contents of a block, a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Members([u64; 4]);

impl Members {
    pub(super) fn add(&mut self, member: u8) {
        self.0[usize::from(member >> 6)] |= 1 << (member & 63);
    }

    pub(super) fn and(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(mine, theirs)| *mine &= theirs);
    }

    fn or(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(mine, theirs)| *mine |= theirs);
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == [0; 4]
    }

    pub(super) fn has(self, member: u8) -> bool {
        self.0[usize::from(member >> 6)] >> (member & 63) & 1 == 1
    }

    pub(super) fn iter(self) -> impl Iterator<Item = u8> {
        (0..=u8::MAX).filter(move |member| self.has(*member))
    }
}

/// What the contents of a block have, by bucket.
pub(super) type Bucket = BTreeMap<u32, Members>;

pub(super) const fn bucket_of(letters: u32) -> i64 {
    (letters % BUCKETS) as i64
}

/// The numbers of the letters in a folded line are added.
pub(super) fn of_line(line: &str, all: &mut BTreeSet<u32>) {
    let (mut two, mut one) = (None, None);
    for c in line.chars() {
        if c == ' ' {
            (two, one) = (None, None);
            continue;
        }
        if one.is_none_or(|before| !continues(before)) {
            all.insert(number(BEGINS, u64::from(c), 0));
        }
        if let Some(one) = one {
            if two.is_none_or(|before| !continues(before)) {
                all.insert(number(BEGINS, u64::from(one), u64::from(c)));
            }
            if let Some(two) = two {
                all.insert(number(u64::from(two), u64::from(one), u64::from(c)));
            }
        }
        (two, one) = (one, Some(c));
    }
}

/// Whether a letter belongs to the same word as one after it. In scripts without spaces each is a word.
pub(super) fn continues(c: char) -> bool {
    c.is_alphanumeric() && !matches!(c, '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{d7ff}' | '\u{20000}'..)
}

/// The numbers that a content must have to have the words.
pub(super) fn asked(words: &[String]) -> BTreeSet<u32> {
    let each = (MOST_ASKED / words.len().max(1)).max(3);
    let mut all = BTreeSet::new();
    for word in words {
        let chars: Vec<u64> = word.chars().map(u64::from).collect();
        match chars.as_slice() {
            [] => {}
            [one] => _ = all.insert(number(BEGINS, *one, 0)),
            [one, two] => _ = all.insert(number(BEGINS, *one, *two)),
            longer => {
                let threes = longer.len() - 2;
                let picked = threes.min(each);
                all.extend(
                    (0..picked)
                        .map(|i| i * (threes - 1) / (picked - 1).max(1))
                        .map(|at| number(longer[at], longer[at + 1], longer[at + 2])),
                );
            }
        }
    }
    all
}

/// The same for ever: it is stored. The mixing is that of `splitmix64`.
const fn number(a: u64, b: u64, c: u64) -> u32 {
    let mut mixed = a << 42 ^ b << 21 ^ c;
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ mixed >> 31) as u32
}

/// A bucket as it is stored: of each number, four bytes of it, how many contents, and each; or bits for all.
pub(super) fn stored(bucket: &Bucket) -> Vec<u8> {
    let mut out = Vec::with_capacity(bucket.len() * 12);
    for (letters, members) in bucket {
        out.extend(letters.to_le_bytes());
        let all: Vec<u8> = members.iter().collect();
        match u8::try_from(all.len()) {
            Ok(count) if all.len() <= ONE_BY_ONE => {
                out.push(count);
                out.extend(all);
            }
            _ => {
                out.push(BITS);
                members.0.iter().for_each(|bits| out.extend(bits.to_le_bytes()));
            }
        }
    }
    out
}

/// Adds what is stored of a bucket.
pub(super) fn read(mut bytes: &[u8], into: &mut Bucket) -> Result<(), StoreError> {
    const BROKEN: StoreError = StoreError::Corrupt("a bucket of letters");
    while let Some((letters, rest)) = bytes.split_first_chunk::<4>() {
        let (count, rest) = rest.split_first().ok_or(BROKEN)?;
        let mut members = Members::default();
        bytes = if *count == BITS {
            let (bits, rest) = rest.split_first_chunk::<32>().ok_or(BROKEN)?;
            for (mine, eight) in members.0.iter_mut().zip(bits.as_chunks::<8>().0) {
                *mine = u64::from_le_bytes(*eight);
            }
            rest
        } else {
            let (all, rest) = rest.split_at_checked(usize::from(*count)).ok_or(BROKEN)?;
            all.iter().for_each(|member| members.add(*member));
            rest
        };
        into.entry(u32::from_le_bytes(*letters)).or_default().or(members);
    }
    if bytes.is_empty() { Ok(()) } else { Err(BROKEN) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(line: &str) -> BTreeSet<u32> {
        let mut all = BTreeSet::new();
        of_line(line, &mut all);
        all
    }

    fn may_have(line: &str, word: &str) -> bool {
        asked(&[word.to_owned()]).is_subset(&of(line))
    }

    #[test]
    fn words_are_known_by_their_letters_and_short_ones_by_their_beginning() {
        let line = "bitlocker › require_device 100% 東京都";
        for word in ["bit", "locker", "require_device", "re", "d", "1", "10", "100%", "京", "京都", "東京都", "›"] {
            assert!(may_have(line, word), "{word}");
        }
        for word in ["bitrequire", "oc", "v", "00", "zzz", "locker›"] {
            assert!(!may_have(line, word), "{word}");
        }
        assert!(asked(&["x".repeat(60)]).len() <= MOST_ASKED);
        assert!(asked(&(0..10).map(|n| format!("{n}{}", "abcdefghij".repeat(6))).collect::<Vec<_>>()).len() <= MOST_ASKED);
    }

    #[test]
    fn a_bucket_that_is_cut_off_is_refused() {
        let mut few = Members::default();
        few.add(7);
        let bytes = stored(&Bucket::from([(1, few)]));
        assert!((1..bytes.len()).all(|end| read(&bytes[..end], &mut Bucket::new()).is_err()));
    }

    proptest! {
        #[test]
        fn whatever_is_in_a_line_is_found(before in "[a-c東_ ]{0,12}", word in "[a-c東_]{3,20}", after in "[a-c東_ ]{0,12}") {
            let line = format!("{before}{word}{after}");
            prop_assert!(may_have(&line, &word));
        }

        #[test]
        fn what_is_stored_is_read_back(all in prop::collection::btree_map(any::<u32>(), prop::collection::vec(any::<u8>(), 1..80), 0..20)) {
            let mut bucket = Bucket::new();
            for (letters, members) in all {
                members.into_iter().for_each(|member| bucket.entry(letters).or_default().add(member));
            }
            let mut back = Bucket::new();
            read(&stored(&bucket), &mut back).unwrap();
            prop_assert_eq!(&back, &bucket);
            read(&stored(&bucket), &mut back).unwrap();
            prop_assert_eq!(&back, &bucket);
        }
    }
}
