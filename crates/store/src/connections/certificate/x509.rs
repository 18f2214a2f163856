//! What a certificate says that matters here: its public key, and from when to when it holds (RFC 5280, section 4.1).

use model::time::Moment;

use super::der::{BITS, CONTEXT_0, Der, GENERALIZED_TIME, INTEGER, OID, SEQUENCE, UTC_TIME};

/// rsaEncryption, 1.2.840.113549.1.1.1.
pub(super) const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// A certificate.
#[derive(Debug, Clone)]
pub(super) struct Certificate {
    pub(super) der: Vec<u8>,
    pub(super) not_before: Moment,
    pub(super) not_after: Moment,
    /// Modulus and exponent; `None` when its key is no RSA key.
    pub(super) key: Option<(Vec<u8>, Vec<u8>)>,
}

impl Certificate {
    /// Reads the certificate at the beginning: OpenSSL writes behind it for what it trusts it (openssl-x509, "Trust Settings").
    pub(super) fn read_first(der: &[u8]) -> Option<Self> {
        let (_, _, first) = Der::new(der).any()?;
        Self::read(first)
    }

    /// Reads a certificate; nothing may follow it.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let mut outer = Der::new(der);
        let mut signed = outer.inside(SEQUENCE)?.inside(SEQUENCE)?;
        if !outer.is_empty() {
            return None;
        }
        // Version (absent in version 1), serial number, algorithm of the signature, issuer.
        signed.take(CONTEXT_0);
        signed.take(INTEGER)?;
        signed.take(SEQUENCE)?;
        signed.take(SEQUENCE)?;
        let mut validity = signed.inside(SEQUENCE)?;
        let (not_before, not_after) = (time(&mut validity)?, time(&mut validity)?);
        signed.take(SEQUENCE)?;
        let mut public = signed.inside(SEQUENCE)?;
        let algorithm = public.inside(SEQUENCE)?.take(OID)?;
        let bits = public.take(BITS)?;
        let key = if algorithm == RSA { Some(rsa(bits.strip_prefix(&[0])?)?) } else { None };
        Some(Self { der: der.to_vec(), not_before, not_after, key })
    }
}

/// `RSAPublicKey` (RFC 8017, appendix A.1.1).
fn rsa(der: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut key = Der::new(der).inside(SEQUENCE)?;
    Some((key.magnitude()?.to_vec(), key.magnitude()?.to_vec()))
}

/// A time of a certificate: always in UTC, to the second.
fn time(der: &mut Der<'_>) -> Option<Moment> {
    let (digits, century) = match der.take(UTC_TIME) {
        Some(text) => (text, true),
        None => (der.take(GENERALIZED_TIME)?, false),
    };
    let text = std::str::from_utf8(digits).ok()?.strip_suffix('Z')?;
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let full = match (century, text.len()) {
        // Two digits of the year: 50 to 99 are of the last century.
        (true, 12) => format!("{}{text}", if text < "50" { "20" } else { "19" }),
        (false, 14) => text.to_owned(),
        _ => return None,
    };
    let [year, month, day, hour, minute, second] = [0..4, 4..6, 6..8, 8..10, 10..12, 12..14].map(|at| &full[at]);
    // "No end" is written as the last second of 9999, which lies beyond what a moment can be.
    let day = if year == "9999" && month == "12" && day > "29" { "29" } else { day };
    Moment::parse(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_time_are_read() {
        let of = |tag: u8, text: &str| {
            let bytes = [&[tag, text.len() as u8][..], text.as_bytes()].concat();
            time(&mut Der::new(&bytes)).map(|at| at.to_utc_words())
        };
        assert_eq!(of(UTC_TIME, "261121100000Z"), Moment::parse("2026-11-21T10:00:00Z").ok().map(|at| at.to_utc_words()));
        assert_eq!(of(UTC_TIME, "991231235959Z"), Moment::parse("1999-12-31T23:59:59Z").ok().map(|at| at.to_utc_words()));
        assert!(of(GENERALIZED_TIME, "20500101000000Z").is_some() && of(GENERALIZED_TIME, "99991231235959Z").is_some());
        for bad in ["2611211000Z", "261121100000", "26112110000éZ", "269921100000Z"] {
            assert_eq!(of(UTC_TIME, bad), None, "{bad}");
        }
    }
}
