//! Assertions: what an application signs with the key of its certificate in place of sending a secret.
//!
//! Header and claims as in "Microsoft identity platform application authentication certificate credentials"; the signature is PS256
//! (RFC 7518, section 3.5) or, for what takes nothing newer, RS256.

use std::fmt;
use std::time::Duration;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::connection::Signature;
use model::failure::{Code, Failure};
use model::time::Moment;
use secrecy::SecretString;
use serde_json::json;
use url::Url;

/// How long an assertion is good. Microsoft advises 5 to 10 minutes.
const LIFE: Duration = Duration::from_secs(600);

/// A certificate and its private key, ready to sign. `Debug` shows neither.
pub struct SigningCertificate {
    key: KeyPair,
    signature: Signature,
    sha256: String,
    sha1: String,
    /// Tells two apart that have the same certificate or sign otherwise, without telling the key.
    mark: String,
}

impl fmt::Debug for SigningCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningCertificate").field("sha256", &self.sha256).finish_non_exhaustive()
    }
}

impl SigningCertificate {
    /// From a certificate (DER) and its RSA key (PKCS#8, DER).
    ///
    /// # Errors
    /// `connection.credentials_invalid` when the key is none.
    pub fn new(certificate: &[u8], pkcs8: &[u8], signature: Signature) -> Result<Self, Failure> {
        let key = KeyPair::from_pkcs8(pkcs8).map_err(|_| Failure::new(Code::CredentialsInvalid))?;
        let named = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let sha256 = named(digest(&SHA256, certificate).as_ref());
        let mark = format!("{sha256} {} {}", named(digest(&SHA256, pkcs8).as_ref()), signature.code());
        let sha1 = named(digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate).as_ref());
        Ok(Self { key, signature, sha256, sha1, mark })
    }

    pub(super) fn mark(&self) -> &str {
        &self.mark
    }

    /// An assertion for the token endpoint, good for ten minutes and once.
    ///
    /// # Errors
    /// When the machine gives no randomness.
    pub(super) fn assertion(&self, client_id: &str, url: &Url, now: Moment) -> Result<SecretString, Failure> {
        let failed = |_| Failure::new(Code::Internal);
        let (header, how): (_, &'static dyn RsaEncoding) = match self.signature {
            Signature::Rs256 => {
                (json!({"alg": "RS256", "typ": "JWT", "x5t": self.sha1, "x5t#S256": self.sha256}), &RSA_PKCS1_SHA256)
            }
            Signature::Ps256 | Signature::Unknown => {
                (json!({"alg": "PS256", "typ": "JWT", "x5t#S256": self.sha256}), &RSA_PSS_SHA256)
            }
        };
        let mut id = [0_u8; 16];
        aws_lc_rs::rand::fill(&mut id).map_err(failed)?;
        let claims = json!({
            "aud": url.as_str(), "iss": client_id, "sub": client_id, "jti": URL_SAFE_NO_PAD.encode(id),
            "nbf": now.seconds(), "iat": now.seconds(), "exp": now.plus(LIFE).seconds(),
        });
        let part = |json: &serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let message = format!("{}.{}", part(&header), part(&claims));
        let mut signed = vec![0; self.key.public_modulus_len()];
        self.key.sign(how, &SystemRandom::new(), message.as_bytes(), &mut signed).map_err(failed)?;
        Ok(SecretString::from(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signed))))
    }
}
