//! Certificates and keys in PEM (RFC 7468), in any order, with any text around them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use super::CertificateProblem as Problem;
use super::key::PrivateKey;
use super::pbe::Work;
use super::x509::Certificate;

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    pub(super) certificates: Vec<Certificate>,
    pub(super) keys: Vec<PrivateKey>,
}

/// Reads all certificates and keys of a text; `password` opens an encrypted key.
pub(super) fn read(text: &SecretString, password: &SecretString) -> Result<Found, Problem> {
    let mut found = Found::default();
    let mut work = Work::new();
    for (label, body) in blocks(text.expose_secret())? {
        let der = body.expose_secret();
        match label {
            "CERTIFICATE" | "X509 CERTIFICATE" => {
                found.certificates.push(Certificate::read(der).ok_or(Problem::UnreadableCertificate)?);
            }
            "TRUSTED CERTIFICATE" => {
                found.certificates.push(Certificate::read_first(der).ok_or(Problem::UnreadableCertificate)?);
            }
            "PRIVATE KEY" => found.keys.push(PrivateKey::from_pkcs8(der)?),
            "RSA PRIVATE KEY" => found.keys.push(PrivateKey::from_pkcs1(der)?),
            "ENCRYPTED PRIVATE KEY" => {
                let plain = work.open_key(der, password)?;
                found.keys.push(PrivateKey::from_pkcs8(plain.expose_secret())?);
            }
            "EC PRIVATE KEY" | "DSA PRIVATE KEY" => return Err(Problem::NotRsa),
            _ => {}
        }
    }
    Ok(found)
}

type Block<'a> = (&'a str, SecretSlice<u8>);

fn blocks(text: &str) -> Result<Vec<Block<'_>>, Problem> {
    const BEGIN: &str = "-----BEGIN ";
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(BEGIN) {
        rest = &rest[at + BEGIN.len()..];
        let (label, after) = rest.split_once("-----").ok_or(Problem::UnreadablePem)?;
        let (body, after) = after.split_once(&format!("-----END {label}-----")).ok_or(Problem::UnreadablePem)?;
        // Lines with a colon are the headers of a key that was encrypted before PKCS#8.
        if body.contains(':') && label.ends_with("KEY") {
            return Err(Problem::OldEncryption);
        }
        let letters: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        let bytes = STANDARD.decode(SecretString::from(letters).expose_secret()).map_err(|_| Problem::UnreadablePem)?;
        blocks.push((label.trim(), bytes.into()));
        rest = after;
    }
    Ok(blocks)
}
