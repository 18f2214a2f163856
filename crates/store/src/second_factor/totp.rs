//! Time-based one-time passwords: RFC 6238 over HMAC-SHA-1, 30 seconds, six digits, as authenticator apps have them.

use aws_lc_rs::hmac;
use secrecy::{ExposeSecret as _, SecretString};

use crate::db::Result;
use crate::error::StoreError;

/// A code is good for so many seconds, and for as long before and after.
const PERIOD: i64 = 30;
const DIGITS: u32 = 6;
/// Length of a secret in bytes (RFC 4226, section 4: 160 bits are recommended).
const SECRET: usize = 20;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The code of a step.
fn code(secret: &[u8], step: i64) -> u32 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    // RFC 4226, section 5.3: the last half byte says where the four bytes begin.
    let at = usize::from(tag[tag.len() - 1] & 0x0f);
    let number = u32::from_be_bytes([tag[at], tag[at + 1], tag[at + 2], tag[at + 3]]) & 0x7fff_ffff;
    number % 10_u32.pow(DIGITS)
}

/// What was typed, if it can be such a code: six digits, spaces left out.
pub(super) fn plain(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    (digits.len() == DIGITS as usize && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// The step of which it is the code: this one, the one before or the one after, and later than `last`.
pub(super) fn matching_step(secret: &SecretString, typed: &str, now: i64, last: i64) -> Result<Option<i64>> {
    let secret = decode(secret.expose_secret()).ok_or(StoreError::Corrupt("a second factor's secret"))?;
    let Ok(typed) = typed.parse::<u32>() else { return Ok(None) };
    let current = now.div_euclid(PERIOD);
    // All three are computed, so that the time tells nothing.
    let matching = [current - 1, current, current + 1].map(|step| (step, code(&secret, step) == typed));
    Ok(matching.into_iter().find(|(step, same)| *same && *step > last).map(|(step, _)| step))
}

/// A new random secret, in base32 as apps want it.
pub(super) fn new_secret() -> Result<SecretString> {
    let mut bytes = [0_u8; SECRET];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| StoreError::Corrupt("no randomness"))?;
    Ok(SecretString::from(encode(&bytes)))
}

/// Base32 (RFC 4648) without padding, of a multiple of five bytes.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5);
    for five in bytes.chunks_exact(5) {
        let number = five.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        text.extend((0..8).rev().map(|at| char::from(BASE32[(number >> (at * 5) & 31) as usize])));
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    for eight in text.as_bytes().chunks(8) {
        let mut number = 0_u64;
        for letter in eight {
            let value = BASE32.iter().position(|have| have == letter)?;
            number = number << 5 | value as u64;
        }
        if eight.len() != 8 {
            return None;
        }
        bytes.extend_from_slice(&number.to_be_bytes()[3..]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret of the SHA-1 rows, the last six of their eight digits.
    const RFC: &[u8] = b"12345678901234567890";

    #[test]
    fn the_vectors_of_the_rfc_come_out() {
        for (seconds, digits) in [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ] {
            assert_eq!(code(RFC, seconds / PERIOD), digits, "{seconds}");
        }
        // RFC 4226, appendix D.
        let counted: Vec<u32> = (0..10).map(|step| code(RFC, step)).collect();
        let known = [755_224, 287_082, 359_152, 969_429, 338_314, 254_676, 287_922, 162_583, 399_871, 520_489];
        assert_eq!(counted, known);
    }

    #[test]
    fn base32_is_that_of_the_rfc_and_comes_back() {
        assert_eq!(encode(b"fooba"), "MZXW6YTB");
        assert_eq!(encode(RFC), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(decode("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap(), RFC);
        for bad in ["MZXW6YT", "MZXW6YT1", "mzxw6ytb", "é"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_code_is_good_one_step_around_and_never_again() {
        let secret = SecretString::from(encode(RFC));
        let text = |step: i64| format!("{:06}", code(RFC, step));
        let at = |typed: &str, now: i64, last: i64| matching_step(&secret, typed, now, last).unwrap();
        let now = 1_000 * PERIOD + 7;
        for step in 999..=1_001 {
            assert_eq!(at(&text(step), now, 0), Some(step));
        }
        assert_eq!(at(&text(998), now, 0), None, "too old");
        assert_eq!(at(&text(1_002), now, 0), None, "too early");
        assert_eq!(at(&text(1_000), now, 1_000), None, "used");
        assert_eq!(at(&text(999), now, 1_000), None, "older than one that was used");
    }

    #[test]
    fn what_people_type_is_read() {
        assert_eq!(plain(" 123 456 ").as_deref(), Some("123456"));
        for bad in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦"] {
            assert_eq!(plain(bad), None, "{bad}");
        }
    }
}
