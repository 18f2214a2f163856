//! An object storage that speaks as S3 does: where contents are moved to. One bucket, one prefix, one key.
//!
//! A mark below the prefix says that contents are there. Where it is missing, nothing is known of any object: a storage that was
//! emptied, or another one, must not look like one from which contents got lost.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use model::vault::{Deposit, Vault, VaultError};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{ClientOptions, HttpClient, HttpConnector};
use object_store::path::Path;
use object_store::{BackoffConfig, Error, ObjectStoreExt as _, RetryConfig};
use reqwest::{Client, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::endpoints::is_loopback;

/// From sending a request to the last byte of its answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// For a connection.
const TO_CONNECT: Duration = Duration::from_secs(5);
/// How often a request is sent again.
const AGAIN: usize = 2;
/// The name of the mark.
const MARK: &str = "contents-of-tenantatlas";

/// Which storage, and who asks.
#[derive(Debug, Clone)]
pub struct ObjectSettings {
    /// Its address.
    pub endpoint: Url,
    /// Whether the address may be `http` on another machine than this one.
    pub allow_http: bool,
    /// The bucket.
    pub bucket: String,
    /// Its region, where the storage has any.
    pub region: String,
    /// What the names of all objects begin with.
    pub prefix: String,
    /// Whether the bucket stands in the path, and not in the name of the host.
    pub path_style: bool,
    /// The id of the key.
    pub key_id: String,
    /// Its secret.
    pub secret: SecretString,
}

/// Settings that cannot be used. They hold nothing that must not be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidObjects {
    /// Whatever is sent there could be read on the way.
    #[error("the address must be https, or http on this machine, or be allowed to be http")]
    Readable,
    /// The address is none.
    #[error("the address must have neither user, query nor fragment")]
    NoAddress,
    /// The prefix is none.
    #[error("the prefix must be a path without empty parts, dots, or special characters")]
    NoPrefix,
    /// The client cannot be made of them.
    #[error("they cannot be used together")]
    Unusable,
}

/// The storage.
pub struct Objects {
    store: AmazonS3,
    prefix: String,
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Objects").finish_non_exhaustive()
    }
}

/// Hands over the client that was made here: it follows no redirect.
#[derive(Debug)]
struct Ours(Client);

impl HttpConnector for Ours {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.0.clone()))
    }
}

fn client(local: bool) -> Result<Client, InvalidObjects> {
    let builder = Client::builder()
        .redirect(redirect::Policy::none())
        // What is read is what was written.
        .no_gzip()
        .no_brotli()
        .timeout(PATIENCE)
        .connect_timeout(TO_CONNECT)
        .user_agent(concat!("TenantAtlas/", env!("CARGO_PKG_VERSION")));
    let builder = if local { builder.no_proxy().tls_certs_only([]) } else { builder };
    builder.build().map_err(|_| InvalidObjects::Unusable)
}

/// Nothing of the storage's answer leaves this file but for the log of this machine: what it says may be long, and is not ours.
fn unreachable(error: &Error) -> VaultError {
    let kind = match error {
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => "refused",
        Error::NotFound { .. } => "not found",
        _ => "failed",
    };
    tracing::debug!(kind, "a request to the object storage");
    VaultError::Unreachable
}

impl Objects {
    /// The storage; nothing is asked of it yet.
    ///
    /// # Errors
    /// When the settings cannot be used.
    pub fn new(settings: &ObjectSettings) -> Result<Self, InvalidObjects> {
        let url = &settings.endpoint;
        let local = url.scheme() == "http" && is_loopback(url);
        match url.scheme() {
            "https" => {}
            "http" if local || settings.allow_http => {}
            _ => return Err(InvalidObjects::Readable),
        }
        let bare = url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
        if !bare || url.host().is_none() {
            return Err(InvalidObjects::NoAddress);
        }
        let plain = |part: &str| {
            let fits = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.');
            !part.is_empty() && part != "." && part != ".." && part.chars().all(fits)
        };
        if !settings.prefix.split('/').all(plain) {
            return Err(InvalidObjects::NoPrefix);
        }
        let retry = RetryConfig { backoff: BackoffConfig::default(), max_retries: AGAIN, retry_timeout: PATIENCE };
        let store = AmazonS3Builder::new()
            .with_endpoint(url.as_str().trim_end_matches('/'))
            .with_allow_http(url.scheme() == "http")
            .with_bucket_name(&settings.bucket)
            .with_region(&settings.region)
            .with_virtual_hosted_style_request(!settings.path_style)
            .with_access_key_id(&settings.key_id)
            .with_secret_access_key(settings.secret.expose_secret())
            .with_retry(retry)
            .with_http_connector(Ours(client(local)?))
            .build()
            .map_err(|_| InvalidObjects::Unusable)?;
        Ok(Self { store, prefix: settings.prefix.clone() })
    }

    fn path(&self, key: &str) -> Result<Path, VaultError> {
        Path::parse(format!("{}/{key}", self.prefix)).map_err(|_| VaultError::Unreachable)
    }

    async fn is_marked(&self) -> Result<bool, VaultError> {
        match self.store.head(&self.path(MARK)?).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(unreachable(&error)),
        }
    }

    async fn write(&self, key: &str, bytes: Bytes) -> Result<(), VaultError> {
        self.store.put(&self.path(key)?, bytes.into()).await.map_err(|error| unreachable(&error))?;
        Ok(())
    }

    async fn read(&self, key: &str, most: u64) -> Result<Vec<u8>, VaultError> {
        let found = match self.store.get(&self.path(key)?).await {
            Ok(found) => found,
            Err(error @ Error::NotFound { .. }) => {
                return Err(if self.is_marked().await? { VaultError::Missing } else { unreachable(&error) });
            }
            Err(error) => return Err(unreachable(&error)),
        };
        if found.meta.size > most {
            return Err(VaultError::Altered);
        }
        Ok(found.bytes().await.map_err(|error| unreachable(&error))?.to_vec())
    }

    async fn remove(&self, key: &str) -> Result<(), VaultError> {
        match self.store.delete(&self.path(key)?).await {
            Ok(()) => Ok(()),
            // A bucket that is gone answers the same.
            Err(error @ Error::NotFound { .. }) => {
                if self.is_marked().await? {
                    Ok(())
                } else {
                    Err(unreachable(&error))
                }
            }
            Err(error) => Err(unreachable(&error)),
        }
    }

    /// Writes a small object, reads it and removes it: whether all that is needed may be done there.
    ///
    /// # Errors
    /// When one of them fails, or what is read is not what was written.
    pub async fn try_out(&self, name: &str) -> Result<(), VaultError> {
        let key = format!("trial-{name}");
        let text = Bytes::from_static(b"TenantAtlas tries whether it may write, read and remove here.");
        self.write(&key, text.clone()).await?;
        let read = self.read(&key, text.len() as u64).await?;
        self.remove(&key).await?;
        if read == text { Ok(()) } else { Err(VaultError::Altered) }
    }
}

impl Vault for Objects {
    fn open(&self, new: bool) -> Deposit<'_, ()> {
        Box::pin(async move {
            match (self.is_marked().await?, new) {
                (true, _) => Ok(()),
                (false, true) => {
                    self.write(MARK, Bytes::from_static(b"Contents of TenantAtlas are here. Do not remove.\n")).await
                }
                (false, false) => Err(VaultError::Unreachable),
            }
        })
    }

    fn put<'a>(&'a self, key: &'a str, bytes: Vec<u8>) -> Deposit<'a, ()> {
        Box::pin(self.write(key, bytes.into()))
    }

    fn get<'a>(&'a self, key: &'a str, most: u64) -> Deposit<'a, Vec<u8>> {
        Box::pin(self.read(key, most))
    }

    fn delete<'a>(&'a self, key: &'a str) -> Deposit<'a, ()> {
        Box::pin(self.remove(key))
    }
}

/// The storage, for whoever asks it as a [`Vault`].
#[must_use]
pub fn shared(objects: Objects) -> Arc<dyn Vault> {
    Arc::new(objects)
}
