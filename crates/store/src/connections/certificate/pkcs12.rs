//! PKCS#12 files (RFC 7292): what Windows exports as PFX.

use aws_lc_rs::hmac;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use super::CertificateProblem as Problem;
use super::der::{CONTEXT_0, CONTEXT_0_OCTETS, Der, OCTETS, OID, SEQUENCE};
use super::key::PrivateKey;
use super::pbe::{Purpose, Work, digest_of};
use super::pem::Found;
use super::x509::Certificate;

const BAD: Problem = Problem::UnreadablePkcs12;
/// data and encryptedData of PKCS#7: 1.2.840.113549.1.7.1 and .6.
const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
const ENCRYPTED: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x06];
/// How bags begin: 1.2.840.113549.1.12.10.1.
const BAG: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01];
/// x509Certificate, 1.2.840.113549.1.9.22.1.
const X509: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x16, 0x01];

/// Reads all certificates and keys of a file.
pub(super) fn read(bytes: &[u8], password: &SecretString) -> Result<Found, Problem> {
    let mut work = Work::new();
    let mut file = Der::new(bytes).inside(SEQUENCE).ok_or(BAD)?;
    if file.number() != Some(3) {
        return Err(BAD);
    }
    let mut content = file.inside(SEQUENCE).ok_or(BAD)?;
    // Signed instead of protected by a password: nobody exports these.
    if content.take(OID) != Some(DATA) {
        return Err(Problem::OldEncryption);
    }
    let safes = content.inside(CONTEXT_0).and_then(|mut inner| inner.take(OCTETS)).ok_or(BAD)?;
    if !file.is_empty() {
        verify(file.inside(SEQUENCE).ok_or(BAD)?, safes, password, &mut work)?;
    }
    let mut found = Found::default();
    let mut safes = Der::new(safes).inside(SEQUENCE).ok_or(BAD)?;
    while !safes.is_empty() {
        let mut safe = safes.inside(SEQUENCE).ok_or(BAD)?;
        match safe.take(OID) {
            Some(DATA) => {
                let bags = safe.inside(CONTEXT_0).and_then(|mut inner| inner.take(OCTETS)).ok_or(BAD)?;
                bags_of(bags, password, &mut work, &mut found)?;
            }
            Some(ENCRYPTED) => {
                let bags = decrypted(safe.inside(CONTEXT_0).ok_or(BAD)?, password, &mut work)?;
                bags_of(bags.expose_secret(), password, &mut work, &mut found)?;
            }
            _ => return Err(Problem::OldEncryption),
        }
    }
    Ok(found)
}

/// The check that tells a wrong password from a damaged file.
fn verify(mut check: Der<'_>, content: &[u8], password: &SecretString, work: &mut Work) -> Result<(), Problem> {
    let mut told = check.inside(SEQUENCE).ok_or(BAD)?;
    let by =
        told.inside(SEQUENCE).and_then(|mut algorithm| algorithm.take(OID)).and_then(digest_of).ok_or(Problem::OldEncryption)?;
    let expected = told.take(OCTETS).ok_or(BAD)?;
    let salt = check.take(OCTETS).ok_or(BAD)?;
    let rounds = if check.is_empty() { 1 } else { check.number().ok_or(BAD)? };
    let key = work.derive(by, password, salt, rounds, Purpose::Mac, by.output_len())?;
    let by = match by.output_len() {
        20 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        32 => hmac::HMAC_SHA256,
        48 => hmac::HMAC_SHA384,
        _ => hmac::HMAC_SHA512,
    };
    hmac::verify(&hmac::Key::new(by, key.expose_secret()), content, expected).map_err(|_| Problem::WrongPassword)
}

/// `EncryptedData` of PKCS#7.
fn decrypted(mut outer: Der<'_>, password: &SecretString, work: &mut Work) -> Result<SecretSlice<u8>, Problem> {
    let mut data = outer.inside(SEQUENCE).ok_or(BAD)?;
    data.number().ok_or(BAD)?;
    let mut info = data.inside(SEQUENCE).ok_or(BAD)?;
    info.take(OID).ok_or(BAD)?;
    let algorithm = info.inside(SEQUENCE).ok_or(BAD)?;
    let sealed = match info.any().ok_or(BAD)? {
        (CONTEXT_0_OCTETS, sealed, _) => sealed.to_vec(),
        // Written in parts.
        (CONTEXT_0, parts, _) => {
            let (mut parts, mut sealed) = (Der::new(parts), Vec::new());
            while !parts.is_empty() {
                sealed.extend_from_slice(parts.take(OCTETS).ok_or(BAD)?);
            }
            sealed
        }
        _ => return Err(BAD),
    };
    work.open(algorithm, &sealed, password)
}

fn bags_of(bytes: &[u8], password: &SecretString, work: &mut Work, found: &mut Found) -> Result<(), Problem> {
    let mut bags = Der::new(bytes).inside(SEQUENCE).ok_or(BAD)?;
    while !bags.is_empty() {
        let mut bag = bags.inside(SEQUENCE).ok_or(BAD)?;
        let kind = bag.take(OID).ok_or(BAD)?;
        let value = bag.take(CONTEXT_0).ok_or(BAD)?;
        match kind.strip_prefix(BAG) {
            Some([1]) => found.keys.push(PrivateKey::from_pkcs8(value)?),
            Some([2]) => {
                let plain = work.open_key(value, password)?;
                found.keys.push(PrivateKey::from_pkcs8(plain.expose_secret())?);
            }
            Some([3]) => {
                let mut certificate = Der::new(value).inside(SEQUENCE).ok_or(BAD)?;
                if certificate.take(OID) == Some(X509) {
                    let der = certificate.inside(CONTEXT_0).and_then(|mut inner| inner.take(OCTETS)).ok_or(BAD)?;
                    found.certificates.push(Certificate::read(der).ok_or(Problem::UnreadableCertificate)?);
                }
            }
            // Lists of revoked certificates, free texts and bags in bags: nothing of them is needed.
            _ => {}
        }
    }
    Ok(())
}
