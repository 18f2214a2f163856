//! `[secrets]`

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use store::sealed::{KEY_LEN, Keyring};
use tokio::io::AsyncReadExt as _;

/// How long a command may take to print the keys.
const COMMAND_TIME: Duration = Duration::from_secs(20);
/// The most that it may print, in bytes.
const COMMAND_OUTPUT: u64 = 8 * 1024;

/// The key that seals credentials in the database.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Secrets {
    /// 64 hexadecimal digits, or 32 bytes in base64; several, separated by white space, for rotation: the first seals, all open.
    pub(crate) key: Option<SecretString>,
    /// A file with the same.
    pub(crate) key_file: Option<PathBuf>,
    /// A program and its arguments, which prints the same: what asks a key management service, for example.
    pub(crate) key_command: Option<Vec<String>>,
}

impl Secrets {
    #[cfg(test)]
    pub(crate) const KEYS: &'static [&'static str] = &["key", "key_file", "key_command"];

    /// The keyring. For an embedded database without a configured key, one is made beside the file at first use.
    pub(crate) async fn keyring(&self, database: &SecretString) -> Result<Keyring> {
        let text = match (&self.key, &self.key_file, &self.key_command) {
            (Some(key), None, None) => key.clone(),
            (None, Some(file), None) => read_file(file)?,
            (None, None, Some(command)) => printed(command).await?,
            (None, None, None) => match database.expose_secret().strip_prefix("sqlite:") {
                Some(path) => beside(&key_of(Path::new(path.strip_prefix("//").unwrap_or(path))))?,
                None => bail!(
                    "no key is configured: set secrets.key_file to a file with 64 hexadecimal digits (for example from `openssl rand -hex 32`); all processes need the same"
                ),
            },
            _ => bail!("secrets.key, secrets.key_file and secrets.key_command exclude each other: set one of them"),
        };
        let keys: Vec<Vec<u8>> = text.expose_secret().split_whitespace().map(bytes).collect::<Result<_>>()?;
        Ok(Keyring::new(keys.iter().map(Vec::as_slice))?)
    }

    /// The file beside an embedded database that holds its key, if no other place is configured.
    pub(crate) fn key_beside(&self, database: &Path) -> Option<PathBuf> {
        let elsewhere = self.key.is_some() || self.key_file.is_some() || self.key_command.is_some();
        (!elsewhere).then(|| key_of(database))
    }
}

/// The key file of an embedded database for which none is configured.
fn key_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".key");
    name.into()
}

/// A key: hexadecimal digits, or base64.
fn bytes(text: &str) -> Result<Vec<u8>> {
    let wrong = || anyhow::anyhow!("a key must be {} hexadecimal digits, or {KEY_LEN} bytes in base64", KEY_LEN * 2);
    if text.len() != KEY_LEN * 2 || !text.is_ascii() {
        return STANDARD.decode(text).ok().filter(|key| key.len() == KEY_LEN).ok_or_else(wrong);
    }
    (0..KEY_LEN).map(|i| u8::from_str_radix(&text[i * 2..i * 2 + 2], 16).map_err(|_| wrong())).collect()
}

/// What a program prints. What it says of an error goes to our own error output; what it prints stands in no message.
async fn printed(command: &[String]) -> Result<SecretString> {
    let (program, arguments) = command.split_first().context("secrets.key_command names no program")?;
    let mut child = tokio::process::Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start the program of secrets.key_command, {program}"))?;
    let output = child.stdout.take().context("the program of secrets.key_command has no output")?;
    let reading = async {
        let mut text = String::new();
        output.take(COMMAND_OUTPUT + 1).read_to_string(&mut text).await?;
        Ok::<_, std::io::Error>((SecretString::from(text), child.wait().await?))
    };
    let read = tokio::time::timeout(COMMAND_TIME, reading).await;
    let (text, status) = read
        .map_err(|_| anyhow::anyhow!("the program of secrets.key_command did not end within {} s", COMMAND_TIME.as_secs()))?
        .context("the program of secrets.key_command printed no text")?;
    if !status.success() {
        bail!("the program of secrets.key_command failed ({status})");
    }
    if text.expose_secret().len() as u64 > COMMAND_OUTPUT {
        bail!("the program of secrets.key_command printed too much");
    }
    Ok(text)
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

    fn embedded() -> SecretString {
        SecretString::from("sqlite:x")
    }

    #[tokio::test]
    async fn an_embedded_database_gets_a_key_that_stays() {
        let folder = tempfile::tempdir().unwrap();
        let url = SecretString::from(format!("sqlite:{}", folder.path().join("a.db").display()));
        Secrets::default().keyring(&url).await.unwrap();
        let first = std::fs::read_to_string(folder.path().join("a.db.key")).unwrap();
        Secrets::default().keyring(&url).await.unwrap();
        assert_eq!(std::fs::read_to_string(folder.path().join("a.db.key")).unwrap(), first);
        let server = SecretString::from("postgres://somewhere/db");
        assert!(Secrets::default().keyring(&server).await.unwrap_err().to_string().contains("secrets.key_file"));
    }

    #[tokio::test]
    async fn a_wrong_key_is_told_without_quoting_it() {
        let secrets = Secrets { key: Some(SecretString::from("canary")), ..Secrets::default() };
        let error = secrets.keyring(&embedded()).await.unwrap_err().to_string();
        assert!(error.contains("64") && !error.contains("canary"), "{error}");
    }

    async fn by(script: &str) -> Result<Vec<String>> {
        let command = ["/bin/sh", "-c", script].map(str::to_owned).to_vec();
        let secrets = Secrets { key_command: Some(command), ..Secrets::default() };
        secrets.keyring(&embedded()).await.map(|keyring| keyring.ids())
    }

    #[tokio::test]
    async fn a_command_prints_the_keys_in_either_form() {
        let base64 = STANDARD.encode([7_u8; KEY_LEN]);
        let hex = "08".repeat(KEY_LEN);
        let ids = by(&format!("echo {base64}; echo {hex}")).await.unwrap();
        let given = Keyring::new([&[7_u8; KEY_LEN][..], &[8_u8; KEY_LEN][..]]).unwrap().ids();
        assert_eq!(ids, given);
    }

    #[tokio::test]
    async fn a_command_that_fails_is_told_without_what_it_printed() {
        for (script, words) in [
            ("echo canary; exit 3", "failed"),
            ("echo canary", "64 hexadecimal"),
            ("head -c 20000 /dev/zero | tr '\\0' a", "failed"),
            ("true", "32 bytes"),
        ] {
            let error = format!("{:#}", by(script).await.unwrap_err());
            assert!(!error.contains("canary"), "{error}");
            assert!(error.contains(words) || error.contains("too much"), "{script}: {error}");
        }
        let two = Secrets { key: Some(SecretString::from("x")), key_file: Some(PathBuf::from("/x")), ..Secrets::default() };
        assert!(two.keyring(&embedded()).await.unwrap_err().to_string().contains("exclude each other"));
    }
}
