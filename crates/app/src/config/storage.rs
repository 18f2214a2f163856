//! `[storage]`

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use model::vault::Vault;
use ops::{Moving, WorkerOptions};
use outbound::objects::{ObjectSettings, Objects, shared};
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

const DAY: Duration = Duration::from_secs(86_400);

/// The object storage to which contents are moved; none while it has no endpoint.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Storage {
    /// Its address.
    pub(crate) endpoint: Option<String>,
    /// Whether the address may be `http` on another machine.
    pub(crate) allow_http: bool,
    /// The bucket.
    pub(crate) bucket: Option<String>,
    /// Its region.
    pub(crate) region: String,
    /// What the names of all objects begin with.
    pub(crate) prefix: String,
    /// Whether the bucket stands in the path of addresses.
    pub(crate) path_style: bool,
    /// The id of the key.
    pub(crate) access_key_id: Option<String>,
    /// Its secret.
    pub(crate) secret_access_key: Option<SecretString>,
    /// A file with the secret.
    pub(crate) secret_access_key_file: Option<PathBuf>,
    /// How old a content is, in days, when it is moved; 0: none is moved.
    pub(crate) after_days: u64,
    /// How long an object is kept to which no content refers any more, in days.
    pub(crate) keep_days: u64,
}

impl Default for Storage {
    fn default() -> Self {
        Self {
            endpoint: None,
            allow_http: false,
            bucket: None,
            region: "us-east-1".to_owned(),
            prefix: "tenantatlas".to_owned(),
            path_style: true,
            access_key_id: None,
            secret_access_key: None,
            secret_access_key_file: None,
            after_days: 1,
            keep_days: 30,
        }
    }
}

impl Storage {
    #[cfg(test)]
    pub(crate) const KEYS: &'static [&'static str] = &[
        "endpoint",
        "allow_http",
        "bucket",
        "region",
        "prefix",
        "path_style",
        "access_key_id",
        "secret_access_key",
        "secret_access_key_file",
        "after_days",
        "keep_days",
    ];

    pub(crate) fn check(&self) -> Result<()> {
        if self.after_days > 3650 {
            bail!("storage.after_days is from 0 to 3650");
        }
        if !(1..=3650).contains(&self.keep_days) {
            bail!("storage.keep_days is from 1 to 3650");
        }
        Ok(())
    }

    /// The storage, if one is configured.
    pub(crate) fn objects(&self) -> Result<Option<Objects>> {
        let Some(endpoint) = &self.endpoint else { return Ok(None) };
        let secret = match (&self.secret_access_key, &self.secret_access_key_file) {
            (Some(secret), None) => secret.clone(),
            (None, Some(file)) => super::read_secret(file)?,
            _ => bail!("one of storage.secret_access_key and storage.secret_access_key_file is required"),
        };
        let settings = ObjectSettings {
            endpoint: Url::parse(endpoint).ok().context("storage.endpoint is no address")?,
            allow_http: self.allow_http,
            bucket: self.bucket.clone().context("storage.bucket is required")?,
            region: self.region.clone(),
            prefix: self.prefix.clone(),
            path_style: self.path_style,
            key_id: self.access_key_id.clone().context("storage.access_key_id is required")?,
            secret,
        };
        Ok(Some(Objects::new(&settings).context("the settings of [storage] cannot be used")?))
    }

    /// As [`Storage::objects`], for the database.
    pub(crate) fn vault(&self) -> Result<Option<Arc<dyn Vault>>> {
        Ok(self.objects()?.map(shared))
    }

    /// The same worker, which also moves contents if a storage is configured.
    pub(crate) fn with(&self, options: WorkerOptions) -> WorkerOptions {
        let days = |days: u64| DAY.saturating_mul(u32::try_from(days).unwrap_or(u32::MAX));
        let moving = self
            .endpoint
            .is_some()
            .then(|| Moving { rest: (self.after_days > 0).then(|| days(self.after_days)), keep: days(self.keep_days) });
        WorkerOptions { moving, ..options }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn storage(text: &str) -> Storage {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn without_an_address_there_is_none_and_with_one_all_else_is_asked_for() {
        assert!(Storage::default().objects().unwrap().is_none());
        assert!(Storage::default().with(WorkerOptions::default()).moving.is_none());
        let refused = |text: &str| format!("{:#}", storage(text).objects().unwrap_err());
        assert!(refused("endpoint = 'https://s3.example.com'").contains("secret_access_key"));
        let key = "secret_access_key = 'canary'\naccess_key_id = 'k'\n";
        assert!(refused(&format!("{key}endpoint = 'https://s3.example.com'")).contains("storage.bucket"));
        assert!(refused(&format!("{key}bucket = 'b'\nendpoint = 'no address'")).contains("no address"));
        let readable = refused(&format!("{key}bucket = 'b'\nendpoint = 'http://10.0.0.1:9000'"));
        assert!(readable.contains("https") && !readable.contains("canary"), "{readable}");
        let whole = format!("{key}bucket = 'b'\nendpoint = 'https://s3.example.com'\nafter_days = 0");
        assert!(storage(&whole).objects().unwrap().is_some());
        let moving = storage(&whole).with(WorkerOptions::default()).moving.unwrap();
        assert_eq!((moving.rest, moving.keep), (None, 30 * DAY), "it removes what nobody needs, and moves nothing");
        assert!(!format!("{:?}", storage(&whole)).contains("canary"));
    }
}
