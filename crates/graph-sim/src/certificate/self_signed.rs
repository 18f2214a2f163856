//! Self-signed certificates, for tests and rehearsals: made anew each time, trusted by the simulator alone.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use model::json::Json;
use model::time::Moment;

use super::RegisteredCertificate;
use super::der::{BIT_STRING, INTEGER, NULL, OBJECT_ID, SEQUENCE, SET, TIME, UTF8, VERSION, write};

/// sha256WithRSAEncryption.
const ALGORITHM: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];

/// commonName.
const COMMON_NAME: [u8; 3] = [0x55, 0x04, 0x03];

/// A certificate with its private key (RSA, 2048 bits).
pub struct SelfSigned {
    key: KeyPair,
    certificate: Vec<u8>,
}

impl fmt::Debug for SelfSigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SelfSigned(…)")
    }
}

/// Making a key or a signature failed: the machine has no randomness to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no key could be made")]
pub struct NoKey;

impl SelfSigned {
    /// Makes a key and a certificate of that name for that time.
    ///
    /// # Errors
    /// [`NoKey`].
    pub fn new(name: &str, not_before: Moment, not_after: Moment) -> Result<Self, NoKey> {
        let key = KeyPair::generate(KeySize::Rsa2048).map_err(|_| NoKey)?;
        let public: PublicKeyX509Der<'_> = key.public_key().as_der().map_err(|_| NoKey)?;
        let algorithm = write(SEQUENCE, &[write(OBJECT_ID, &ALGORITHM), write(NULL, &[])].concat());
        let attribute = write(SEQUENCE, &[write(OBJECT_ID, &COMMON_NAME), write(UTF8, name.as_bytes())].concat());
        let subject = write(SEQUENCE, &write(SET, &attribute));
        let time = |moment: Moment| {
            let digits: String = moment.to_fixed_text().chars().take(19).filter(char::is_ascii_digit).collect();
            write(TIME, format!("{digits}Z").as_bytes())
        };
        let body = write(
            SEQUENCE,
            &[
                write(VERSION, &write(INTEGER, &[2])),
                write(INTEGER, &[1]),
                algorithm.clone(),
                subject.clone(),
                write(SEQUENCE, &[time(not_before), time(not_after)].concat()),
                subject,
                public.as_ref().to_vec(),
            ]
            .concat(),
        );
        let signature = sign(&key, &RSA_PKCS1_SHA256, &body)?;
        let signature = write(BIT_STRING, &[&[0], signature.as_slice()].concat());
        let certificate = write(SEQUENCE, &[body, algorithm, signature].concat());
        Ok(Self { key, certificate })
    }

    /// The certificate in DER.
    #[must_use]
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The private key as PKCS#8 in DER.
    ///
    /// # Errors
    /// [`NoKey`].
    pub fn private_key(&self) -> Result<Vec<u8>, NoKey> {
        let key: Pkcs8V1Der<'_> = self.key.as_der().map_err(|_| NoKey)?;
        Ok(key.as_ref().to_vec())
    }

    /// The public key (SubjectPublicKeyInfo) in DER.
    ///
    /// # Errors
    /// [`NoKey`].
    pub fn public_key(&self) -> Result<Vec<u8>, NoKey> {
        let key: PublicKeyX509Der<'_> = self.key.public_key().as_der().map_err(|_| NoKey)?;
        Ok(key.as_ref().to_vec())
    }

    /// Certificate and private key as PEM, one after the other.
    ///
    /// # Errors
    /// [`NoKey`].
    pub fn pem(&self) -> Result<String, NoKey> {
        Ok(format!("{}{}", pem("CERTIFICATE", &self.certificate), pem("PRIVATE KEY", &self.private_key()?)))
    }

    /// As an app registration knows it.
    #[must_use]
    pub fn registered(&self) -> Option<RegisteredCertificate> {
        RegisteredCertificate::from_der(&self.certificate)
    }

    /// A JWT with that header and those claims, signed by PS256 or RS256 as the header's `alg` says.
    ///
    /// # Errors
    /// [`NoKey`].
    pub fn jwt(&self, header: &Json, claims: &Json) -> Result<String, NoKey> {
        let part = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_text());
        let signed = format!("{}.{}", part(header), part(claims));
        let older = header.get("alg").and_then(Json::as_str) == Some("RS256");
        let signature = sign(&self.key, if older { &RSA_PKCS1_SHA256 } else { &RSA_PSS_SHA256 }, signed.as_bytes())?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn sign(key: &KeyPair, encoding: &'static dyn RsaEncoding, message: &[u8]) -> Result<Vec<u8>, NoKey> {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(encoding, &SystemRandom::new(), message, &mut signature).map_err(|_| NoKey)?;
    Ok(signature)
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_can_be_read() {
        let at = |text: &str| Moment::parse(text).unwrap();
        let (from, until) = (at("2026-01-02T03:04:05Z"), at("2027-01-02T03:04:05Z"));
        let made = SelfSigned::new("TenantAtlas", from, until).unwrap();
        let read = RegisteredCertificate::from_pem(&made.pem().unwrap()).unwrap();
        assert_eq!((read.not_before, read.not_after), (from, until));
        assert_eq!(Some(read.clone()), made.registered());
        assert_eq!(read.public_key, made.public_key().unwrap());
        for cut in 0..made.certificate().len() {
            assert_eq!(RegisteredCertificate::from_der(&made.certificate()[..cut]), None);
        }
        assert_eq!(RegisteredCertificate::from_pem("-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----"), None);
    }
}
