//! How one application proves to one tenant's sign-in who it is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::connection::TokenFileName;
use model::failure::{Code, Failure};
use model::ids::EntraTenantId;
use model::time::Moment;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::AsyncReadExt as _;
use url::Url;

use super::assertion::SigningCertificate;
use crate::fingerprint::{Fingerprint, Fingerprints};

/// The longest token that is read from a file, in bytes. Those of Kubernetes have one to two thousand.
const MAX_TOKEN: u64 = 16 * 1024;
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How one application signs in to one tenant. `Debug` hides what proves it.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Microsoft's id of the tenant.
    pub entra_tenant_id: EntraTenantId,
    /// The application (client) id.
    pub client_id: String,
    /// What proves that it is this application.
    pub proof: Proof,
}

/// What proves who an application is.
#[derive(Debug, Clone)]
pub enum Proof {
    /// A client secret.
    Secret(SecretString),
    /// Assertions that the key of a certificate signs.
    Certificate(Arc<SigningCertificate>),
    /// The token of another issuer, from a file that something else renews.
    Federated(TokenFile),
}

impl Proof {
    pub(super) fn fingerprint(&self, by: &Fingerprints) -> Fingerprint {
        match self {
            Self::Secret(secret) => by.of(&format!("secret {}", secret.expose_secret())),
            Self::Certificate(certificate) => by.of(&format!("certificate {}", certificate.mark())),
            Self::Federated(file) => by.of(&format!("file {}", file.path.display())),
        }
    }
}

impl Credentials {
    /// The body of a token request to `url`, form encoded.
    ///
    /// # Errors
    /// When the assertion cannot be made, or the token file not be read.
    pub(super) async fn form(&self, scope: &str, url: &Url, now: Moment) -> Result<String, Failure> {
        let assertion = match &self.proof {
            Proof::Secret(_) => None,
            Proof::Certificate(certificate) => Some(certificate.assertion(&self.client_id, url, now)?),
            Proof::Federated(file) => Some(file.read().await?),
        };
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials").append_pair("client_id", &self.client_id);
        if let Proof::Secret(secret) = &self.proof {
            form.append_pair("client_secret", secret.expose_secret());
        }
        form.append_pair("scope", scope);
        if let Some(assertion) = assertion {
            form.append_pair("client_assertion_type", ASSERTION_TYPE).append_pair("client_assertion", assertion.expose_secret());
        }
        Ok(form.finish())
    }
}

/// A file with the token of another issuer, below the folder that the server's configuration allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFile {
    folder: PathBuf,
    path: PathBuf,
}

impl TokenFile {
    /// A file of that name in the folder.
    #[must_use]
    pub fn within(folder: &Path, name: &TokenFileName) -> Self {
        Self { folder: folder.to_owned(), path: folder.join(name.as_str()) }
    }

    /// The token as it is now: whoever renews it replaces the file.
    ///
    /// # Errors
    /// `connection.token_file_unreadable`; the log has the cause.
    pub async fn read(&self) -> Result<SecretString, Failure> {
        self.bytes().await.and_then(|text| token(&text)).map_err(|why| {
            tracing::warn!(file = %self.path.display(), %why, "the token file of a connection cannot be used");
            Failure::new(Code::TokenFileUnreadable)
        })
    }

    async fn bytes(&self) -> std::io::Result<String> {
        // Kubernetes puts links into the folder; one that leads out of it is not followed.
        let folder = tokio::fs::canonicalize(&self.folder).await?;
        let path = tokio::fs::canonicalize(&self.path).await?;
        let about = tokio::fs::metadata(&path).await?;
        if !path.starts_with(&folder) || !about.is_file() {
            return Err(std::io::Error::other("it is no file of the folder that is allowed"));
        }
        let mut text = String::new();
        let read = tokio::fs::File::open(&path).await?.take(MAX_TOKEN + 1).read_to_string(&mut text).await?;
        if read as u64 > MAX_TOKEN { Err(std::io::Error::other("it is too large for a token")) } else { Ok(text) }
    }
}

/// A JWT: three parts of base64url.
fn token(text: &str) -> std::io::Result<SecretString> {
    let text = text.trim();
    let letters = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    if text.split('.').count() == 3 && text.split('.').all(letters) {
        Ok(SecretString::from(text))
    } else {
        Err(std::io::Error::other("it holds no token"))
    }
}
