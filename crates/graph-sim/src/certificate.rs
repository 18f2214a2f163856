//! Certificates that an app registration knows: thumbprints, public key and validity.

mod der;
mod self_signed;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use model::time::Moment;

pub use self_signed::{NoKey, SelfSigned};

use der::{Reader, SEQUENCE, TIME, UTC_TIME, VERSION, Value};

/// A certificate as it was uploaded to an app registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredCertificate {
    /// SHA-256 of the certificate, base64url: `x5t#S256` of an assertion.
    pub thumbprint_sha256: String,
    /// SHA-1 of the certificate, base64url: `x5t` of the older form.
    pub thumbprint_sha1: String,
    /// The public key (SubjectPublicKeyInfo, DER).
    pub public_key: Vec<u8>,
    /// From when it is valid.
    pub not_before: Moment,
    /// Until when it is valid.
    pub not_after: Moment,
}

impl RegisteredCertificate {
    /// Reads an X.509 certificate in DER; `None` when it is none.
    #[must_use]
    pub fn from_der(certificate: &[u8]) -> Option<Self> {
        let mut outer = Reader(Reader(certificate).expect(SEQUENCE)?.inside);
        let mut fields = Reader(outer.expect(SEQUENCE)?.inside);
        let mut first = fields.next()?;
        if first.tag == VERSION {
            first = fields.next()?;
        }
        // After the serial number: algorithm, issuer, validity, subject, key.
        let _serial = first;
        fields.expect(SEQUENCE)?;
        fields.expect(SEQUENCE)?;
        let mut validity = Reader(fields.expect(SEQUENCE)?.inside);
        fields.expect(SEQUENCE)?;
        let key = fields.expect(SEQUENCE)?;
        Some(Self {
            thumbprint_sha256: URL_SAFE_NO_PAD.encode(digest(&SHA256, certificate)),
            thumbprint_sha1: URL_SAFE_NO_PAD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate)),
            public_key: key.whole.to_vec(),
            not_before: moment(validity.next()?)?,
            not_after: moment(validity.next()?)?,
        })
    }

    /// Reads the first certificate of a PEM text; `None` when there is none.
    #[must_use]
    pub fn from_pem(text: &str) -> Option<Self> {
        let inner = text.split("-----BEGIN CERTIFICATE-----").nth(1)?.split("-----END CERTIFICATE-----").next()?;
        let inner: String = inner.chars().filter(|c| !c.is_whitespace()).collect();
        Self::from_der(&STANDARD.decode(inner).ok()?)
    }
}

/// A time of a certificate.
fn moment(value: Value<'_>) -> Option<Moment> {
    let text = std::str::from_utf8(value.inside).ok()?;
    let digits = match value.tag {
        // Two digits of the year: up to 2049.
        UTC_TIME => format!("{}{text}", if text.get(..2)? < "50" { "20" } else { "19" }),
        TIME => text.to_owned(),
        _ => return None,
    };
    let part = |from: usize, to: usize| digits.get(from..to);
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    Moment::parse(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z")).ok()
}
