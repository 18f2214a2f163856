//! Keys as text: Bech32 (BIP 173), without its limit of length.

const LETTERS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// The text of bytes, with what it begins with.
pub(super) fn encode(kind: &str, bytes: &[u8]) -> String {
    let mut groups = regroup(bytes.iter().copied(), 8, 5, true).unwrap_or_default();
    let mut all = spread(kind);
    all.extend(&groups);
    all.extend([0; 6]);
    let sum = checksum(&all) ^ 1;
    groups.extend((0..6).map(|at| (sum >> (5 * (5 - at)) & 31) as u8));
    let letters: String = groups.iter().map(|group| char::from(LETTERS[usize::from(*group)])).collect();
    format!("{kind}1{letters}")
}

/// What a text begins with, in small letters, and its bytes.
pub(super) fn decode(text: &str) -> Option<(String, Vec<u8>)> {
    let mixed = text.chars().any(|c| c.is_ascii_lowercase()) && text.chars().any(|c| c.is_ascii_uppercase());
    let text = text.to_ascii_lowercase();
    let (kind, letters) = text.rsplit_once('1')?;
    if mixed || kind.is_empty() || letters.len() < 6 {
        return None;
    }
    let of = |letter: u8| LETTERS.iter().position(|known| *known == letter).and_then(|at| u8::try_from(at).ok());
    let groups: Vec<u8> = letters.bytes().map(of).collect::<Option<_>>()?;
    let mut all = spread(kind);
    all.extend(&groups);
    if checksum(&all) != 1 {
        return None;
    }
    let groups = groups.into_iter().take(letters.len() - 6);
    Some((kind.to_owned(), regroup(groups, 5, 8, false)?))
}

fn spread(kind: &str) -> Vec<u8> {
    kind.bytes().map(|byte| byte >> 5).chain([0]).chain(kind.bytes().map(|byte| byte & 31)).collect()
}

fn checksum(groups: &[u8]) -> u32 {
    const STEPS: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    groups.iter().fold(1, |sum, group| {
        let top = sum >> 25;
        let next = (sum & 0x01ff_ffff) << 5 ^ u32::from(*group);
        STEPS.iter().enumerate().filter(|(bit, _)| top >> bit & 1 == 1).fold(next, |sum, (_, step)| sum ^ step)
    })
}

/// Bits in groups of another size. Without filling up, what is left over must be zeros, and fewer than a group.
fn regroup(groups: impl Iterator<Item = u8>, from: u32, to: u32, fill: bool) -> Option<Vec<u8>> {
    let (mut held, mut bits, mut out) = (0_u32, 0, Vec::new());
    for group in groups {
        held = (held << from | u32::from(group)) & 0xfff;
        bits += from;
        while bits >= to {
            bits -= to;
            out.push((held >> bits & ((1 << to) - 1)) as u8);
        }
    }
    let left = held & ((1 << bits) - 1);
    match (fill, bits) {
        (true, 1..) => out.push((left << (to - bits)) as u8),
        (false, _) if bits >= from || left != 0 => return None,
        _ => {}
    }
    Some(out)
}
