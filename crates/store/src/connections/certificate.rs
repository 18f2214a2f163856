//! Certificates with their private keys, as people enter them: read, checked, and brought into one form.

mod der;
mod key;
mod pbe;
mod pem;
mod pkcs12;
mod x509;

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use model::time::Moment;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use pem::Found;

/// The largest file with a certificate that is taken, in bytes.
pub const MAX_CERTIFICATE_FILE: usize = 64 * 1024;

/// A certificate and the private key that belongs to it. `Debug` shows the thumbprint only.
pub struct CertificatePair {
    certificate: Vec<u8>,
    key: SecretSlice<u8>,
    not_before: Option<Moment>,
    not_after: Moment,
}

/// What is wrong with a certificate that was entered, in words for the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateProblem {
    /// Nothing was entered.
    #[error("Enter a certificate with its private key, as PEM text or as a PFX file.")]
    Empty,
    /// More than [`MAX_CERTIFICATE_FILE`].
    #[error("This is too large for a certificate with its key: at most 64 KB.")]
    TooLarge,
    /// No block of PEM could be read.
    #[error("The PEM text cannot be read; copy everything from -----BEGIN to -----END.")]
    UnreadablePem,
    /// It is no PKCS#12 file.
    #[error("The file cannot be read as PKCS#12 (PFX); it may be damaged, or be something else.")]
    UnreadablePkcs12,
    /// A certificate in it cannot be read.
    #[error("The certificate cannot be read.")]
    UnreadableCertificate,
    /// A key in it cannot be read.
    #[error("The private key cannot be read.")]
    UnreadableKey,
    /// A certificate without key.
    #[error("There is a certificate, but no private key. The key is needed to sign in; export it together with the certificate.")]
    NoKey,
    /// A key without certificate.
    #[error("There is a private key, but no certificate. Add the certificate that was uploaded to the app registration.")]
    NoCertificate,
    /// The key belongs to none of the certificates.
    #[error("The private key does not belong to the certificate.")]
    KeyMismatch,
    /// Several private keys.
    #[error("There is more than one private key. Enter one certificate with its key.")]
    SeveralKeys,
    /// An elliptic curve key, or something else.
    #[error("Microsoft Entra takes RSA certificates only; this is another kind (for example an elliptic curve).")]
    NotRsa,
    /// Fewer than 2,048 bits.
    #[error("The RSA key is too short: Microsoft Entra needs 2,048 bits or more.")]
    KeyTooShort,
    /// It is over.
    #[error("The certificate has expired. Make a new one and upload it to the app registration.")]
    Expired,
    /// The password is wrong, or is missing.
    #[error("The password is wrong, or one is needed and none was entered.")]
    WrongPassword,
    /// A way of encryption that is not read.
    #[error("The file is encrypted in a way that is not read here. Export it again with AES-256, or as PEM without a password.")]
    OldEncryption,
    /// It asks for more work than anybody needs.
    #[error("The file asks for too much work to derive its key. Export it again with fewer rounds.")]
    TooSlow,
}

use CertificateProblem as Problem;

impl CertificatePair {
    /// From PEM text: a certificate and its key, in any order, certificates of the chain beside them. `password` opens an encrypted key.
    ///
    /// # Errors
    /// [`CertificateProblem`] in words for the form.
    pub fn from_pem(text: &SecretString, password: &SecretString, now: Moment) -> Result<Self, Problem> {
        match text.expose_secret() {
            text if text.len() > MAX_CERTIFICATE_FILE => return Err(Problem::TooLarge),
            text if text.trim().is_empty() => return Err(Problem::Empty),
            text if !text.contains("-----BEGIN ") => return Err(Problem::UnreadablePem),
            _ => {}
        }
        Self::of(pem::read(text, password)?, now)
    }

    /// From a PKCS#12 file. Derives keys for up to a second: call it where that blocks nobody.
    ///
    /// # Errors
    /// [`CertificateProblem`] in words for the form.
    pub fn from_pkcs12(bytes: &SecretSlice<u8>, password: &SecretString, now: Moment) -> Result<Self, Problem> {
        match bytes.expose_secret() {
            bytes if bytes.len() > MAX_CERTIFICATE_FILE => Err(Problem::TooLarge),
            [] => Err(Problem::Empty),
            bytes => Self::of(pkcs12::read(bytes, password)?, now),
        }
    }

    /// From a file that is either.
    ///
    /// # Errors
    /// As [`CertificatePair::from_pem`] and [`CertificatePair::from_pkcs12`].
    pub fn from_file(bytes: &SecretSlice<u8>, password: &SecretString, now: Moment) -> Result<Self, Problem> {
        match std::str::from_utf8(bytes.expose_secret()) {
            Ok(text) if text.contains("-----BEGIN ") => Self::from_pem(&SecretString::from(text), password, now),
            _ => Self::from_pkcs12(bytes, password, now),
        }
    }

    /// The certificate of the key among those that were found: what issued it may stand beside it.
    fn of(found: Found, now: Moment) -> Result<Self, Problem> {
        let Found { certificates, mut keys } = found;
        let key = match (keys.pop(), certificates.is_empty()) {
            (Some(_), _) if !keys.is_empty() => return Err(Problem::SeveralKeys),
            (Some(_), true) => return Err(Problem::NoCertificate),
            (Some(key), false) => key,
            (None, true) => return Err(Problem::Empty),
            (None, false) if certificates.iter().all(|certificate| certificate.key.is_none()) => return Err(Problem::NotRsa),
            (None, false) => return Err(Problem::NoKey),
        };
        let leaf = certificates.into_iter().filter(|certificate| certificate.key.as_ref() == Some(&key.public));
        // A renewed certificate of the same key may be there as well.
        let leaf = leaf.max_by_key(|certificate| certificate.not_after).ok_or(Problem::KeyMismatch)?;
        if leaf.not_after <= now {
            return Err(Problem::Expired);
        }
        let (not_before, not_after) = (Some(leaf.not_before), leaf.not_after);
        Ok(Self { certificate: leaf.der, key: key.into_pkcs8().into(), not_before, not_after })
    }

    /// As it was stored, after it was checked.
    pub(super) fn stored(certificate: Vec<u8>, key: Vec<u8>, not_after: Moment) -> Self {
        Self { certificate, key: key.into(), not_before: None, not_after }
    }

    /// The certificate, DER.
    #[must_use]
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The RSA key, PKCS#8 DER.
    #[must_use]
    pub fn expose_key(&self) -> &[u8] {
        self.key.expose_secret()
    }

    /// When it ends.
    #[must_use]
    pub const fn not_after(&self) -> Moment {
        self.not_after
    }

    /// Whether it does not hold yet: Microsoft refuses it until then.
    #[must_use]
    pub fn begins_later_than(&self, now: Moment) -> bool {
        self.not_before.is_some_and(|begins| begins > now)
    }

    /// SHA-256 of the certificate, as hexadecimal digits.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        digest(&SHA256, &self.certificate).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for CertificatePair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificatePair").field("thumbprint", &self.thumbprint()).finish_non_exhaustive()
    }
}
