//! Credentials in the three forms in which they pass through the store: as entered, sealed, and open for a run.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::connection::{CredentialKind, TokenFileName};
use model::time::Moment;
use secrecy::{ExposeSecret as _, SecretString};

use super::certificate::CertificatePair;
use crate::db::Result;
use crate::error::StoreError;

/// A credential to be saved.
#[derive(Debug)]
pub enum NewCredential {
    /// A client secret.
    Secret {
        /// Its value.
        secret: SecretString,
        /// When it ends, if somebody said so: Microsoft tells it in the portal only.
        expires_at: Option<Moment>,
    },
    /// A certificate with its private key.
    Certificate(CertificatePair),
    /// A file on the server with the token of another issuer.
    Federated(TokenFileName),
}

/// A credential in clear, for the attempt of a run. `Debug` shows nothing of it.
#[derive(Debug)]
pub enum OpenCredential {
    /// A client secret.
    Secret(SecretString),
    /// A certificate with its private key.
    Certificate(CertificatePair),
    /// The name of a file on the server.
    Federated(TokenFileName),
}

impl NewCredential {
    /// Which kind it is.
    #[must_use]
    pub const fn kind(&self) -> CredentialKind {
        match self {
            Self::Secret { .. } => CredentialKind::ClientSecret,
            Self::Certificate(_) => CredentialKind::Certificate,
            Self::Federated(_) => CredentialKind::Federated,
        }
    }

    /// When it ends, where that is known.
    #[must_use]
    pub fn expires_at(&self) -> Option<Moment> {
        match self {
            Self::Secret { expires_at, .. } => *expires_at,
            Self::Certificate(pair) => Some(pair.not_after()),
            Self::Federated(_) => None,
        }
    }

    /// What names it without telling it.
    pub(super) fn thumbprint(&self) -> Option<String> {
        match self {
            Self::Secret { .. } => None,
            Self::Certificate(pair) => Some(pair.thumbprint()),
            Self::Federated(name) => Some(name.to_string()),
        }
    }

    /// The text that is sealed: the secret itself; certificate and key in base64 with a space between; the file's name.
    pub(super) fn plain(&self) -> SecretString {
        match self {
            Self::Secret { secret, .. } => secret.clone(),
            Self::Certificate(pair) => {
                SecretString::from(format!("{} {}", STANDARD.encode(pair.certificate()), STANDARD.encode(pair.expose_key())))
            }
            Self::Federated(name) => SecretString::from(name.as_str()),
        }
    }
}

impl OpenCredential {
    pub(super) fn read(kind: CredentialKind, plain: SecretString, not_after: Option<Moment>) -> Result<Self> {
        const WRONG: StoreError = StoreError::Corrupt("a credential is not of the kind that its row names");
        match kind {
            CredentialKind::ClientSecret => Ok(Self::Secret(plain)),
            CredentialKind::Certificate => {
                let (certificate, key) = plain.expose_secret().split_once(' ').ok_or(WRONG)?;
                let part = |text: &str| STANDARD.decode(text).map_err(|_| WRONG);
                let (certificate, key, not_after) = (part(certificate)?, part(key)?, not_after.ok_or(WRONG)?);
                Ok(Self::Certificate(CertificatePair::stored(certificate, key, not_after)))
            }
            CredentialKind::Federated => TokenFileName::parse(plain.expose_secret()).map(Self::Federated).map_err(|_| WRONG),
            CredentialKind::Unknown => Err(WRONG),
        }
    }
}
