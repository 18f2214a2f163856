//! Private keys as files hold them, made into the one form that is kept: PKCS#8.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::KeyPair;
use secrecy::{ExposeSecret as _, SecretSlice};

use super::CertificateProblem as Problem;
use super::der::{Der, INTEGER, OCTETS, OID, SEQUENCE};
use super::x509::RSA;

/// The shortest modulus that Microsoft takes, in bytes.
const SHORTEST: usize = 2048 / 8;

/// An RSA key, checked.
pub(super) struct PrivateKey {
    pub(super) pkcs8: SecretSlice<u8>,
    /// Modulus and exponent.
    pub(super) public: (Vec<u8>, Vec<u8>),
}

impl PrivateKey {
    /// From `PrivateKeyInfo` (PKCS#8).
    pub(super) fn from_pkcs8(der: &[u8]) -> Result<Self, Problem> {
        let mut info = Der::new(der).inside(SEQUENCE).ok_or(Problem::UnreadableKey)?;
        info.take(INTEGER).ok_or(Problem::UnreadableKey)?;
        let algorithm = info.inside(SEQUENCE).and_then(|mut algorithm| algorithm.take(OID));
        match algorithm {
            Some(RSA) => Self::from_pkcs1(info.take(OCTETS).ok_or(Problem::UnreadableKey)?),
            Some(_) => Err(Problem::NotRsa),
            None => Err(Problem::UnreadableKey),
        }
    }

    /// From `RSAPrivateKey` (PKCS#1).
    pub(super) fn from_pkcs1(der: &[u8]) -> Result<Self, Problem> {
        let mut numbers = Der::new(der).inside(SEQUENCE).ok_or(Problem::UnreadableKey)?;
        numbers.number().ok_or(Problem::UnreadableKey)?;
        let (modulus, exponent) = (numbers.magnitude(), numbers.magnitude());
        let (Some(modulus), Some(exponent)) = (modulus, exponent) else { return Err(Problem::UnreadableKey) };
        if modulus.len() < SHORTEST {
            return Err(Problem::KeyTooShort);
        }
        let pair = KeyPair::from_der(der).map_err(|_| Problem::UnreadableKey)?;
        let pkcs8: Pkcs8V1Der<'static> = pair.as_der().map_err(|_| Problem::UnreadableKey)?;
        Ok(Self { pkcs8: pkcs8.as_ref().to_vec().into(), public: (modulus.to_vec(), exponent.to_vec()) })
    }

    pub(super) fn into_pkcs8(self) -> Vec<u8> {
        self.pkcs8.expose_secret().to_vec()
    }
}
