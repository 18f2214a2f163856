//! `[secrets]`

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use store::sealed::{KEY_LEN, Keyring};

/// The key that seals credentials in the database.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Secrets {
    /// 64 hexadecimal digits; several, separated by white space, for rotation: the first seals, all open.
    pub(crate) key: Option<SecretString>,
    /// A file with the same.
    pub(crate) key_file: Option<PathBuf>,
}

impl Secrets {
    #[cfg(test)]
    pub(crate) const KEYS: &'static [&'static str] = &["key", "key_file"];

    /// The keyring. For an embedded database without a configured key, one is made beside the file at first use.
    pub(crate) fn keyring(&self, database: &SecretString) -> Result<Keyring> {
        let text = match (&self.key, &self.key_file) {
            (Some(key), _) => key.clone(),
            (None, Some(file)) => read_file(file)?,
            (None, None) => match database.expose_secret().strip_prefix("sqlite:") {
                Some(path) => beside(Path::new(&format!("{}.key", path.strip_prefix("//").unwrap_or(path))))?,
                None => bail!(
                    "no key is configured: set secrets.key_file to a file with 64 hexadecimal digits (for example from `openssl rand -hex 32`); all processes need the same"
                ),
            },
        };
        let keys: Vec<Vec<u8>> = text.expose_secret().split_whitespace().map(hex).collect::<Result<_>>()?;
        Ok(Keyring::new(keys.iter().map(Vec::as_slice))?)
    }
}

fn hex(text: &str) -> Result<Vec<u8>> {
    let wrong = || anyhow::anyhow!("a key must be {} hexadecimal digits", KEY_LEN * 2);
    if text.len() != KEY_LEN * 2 || !text.is_ascii() {
        return Err(wrong());
    }
    (0..KEY_LEN).map(|i| u8::from_str_radix(&text[i * 2..i * 2 + 2], 16).map_err(|_| wrong())).collect()
}

/// Reads the key file of an embedded database, or makes it, readable by its owner alone.
fn beside(path: &Path) -> Result<SecretString> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    if path.exists() {
        return read_file(path);
    }
    let key: String = Keyring::generate_key()?.iter().map(|byte| format!("{byte:02x}")).collect();
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = file.with_context(|| format!("cannot create the key file {}", path.display()))?;
    writeln!(file, "{key}").with_context(|| format!("cannot write the key file {}", path.display()))?;
    tracing::info!(file = %path.display(), "made a key for the secrets of this database; keep it with your backups");
    Ok(SecretString::from(key))
}

/// A secret from a file, without the white space around it.
pub(crate) fn read_file(path: &Path) -> Result<SecretString> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = text.trim();
    if text.is_empty() {
        bail!("{} is empty", path.display());
    }
    Ok(SecretString::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_embedded_database_gets_a_key_that_stays() {
        let folder = tempfile::tempdir().unwrap();
        let url = SecretString::from(format!("sqlite:{}", folder.path().join("a.db").display()));
        Secrets::default().keyring(&url).unwrap();
        let first = std::fs::read_to_string(folder.path().join("a.db.key")).unwrap();
        Secrets::default().keyring(&url).unwrap();
        assert_eq!(std::fs::read_to_string(folder.path().join("a.db.key")).unwrap(), first);
        let server = SecretString::from("postgres://somewhere/db");
        assert!(Secrets::default().keyring(&server).unwrap_err().to_string().contains("secrets.key_file"));
    }

    #[test]
    fn a_wrong_key_is_told_without_quoting_it() {
        let secrets = Secrets { key: Some(SecretString::from("canary")), key_file: None };
        let error = secrets.keyring(&SecretString::from("sqlite:x")).unwrap_err().to_string();
        assert!(error.contains("64") && !error.contains("canary"), "{error}");
    }
}
