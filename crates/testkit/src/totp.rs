//! An authenticator app: the codes of RFC 6238, worked out apart from the product's own.

use aws_lc_rs::hmac;
use model::time::Moment;

/// The code that an app with this key shows at that moment. Spaces in the key are left out.
///
/// # Panics
/// When the key is no base32.
#[must_use]
pub fn code(key: &str, at: Moment) -> String {
    let bits: String = key
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .map(|letter| "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).expect("a letter of base32"))
        .map(|value| format!("{value:05b}"))
        .collect();
    let bytes: Vec<u8> =
        (0..bits.len() / 8).map(|at| u8::from_str_radix(&bits[at * 8..at * 8 + 8], 2).expect("eight bits")).collect();
    let step = u64::try_from(at.seconds()).expect("after 1970") / 30;
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes), &step.to_be_bytes());
    let tag = tag.as_ref();
    let start = usize::from(tag[19] % 16);
    let number = tag[start..start + 4].iter().fold(0_u64, |number, byte| number * 256 + u64::from(*byte)) % (1 << 31);
    format!("{:06}", number % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_of_the_rfc_comes_out() {
        let at = Moment::from_micros(1_111_111_109_000_000);
        assert_eq!(code("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ", at), "081804");
    }
}
