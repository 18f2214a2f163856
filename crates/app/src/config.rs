//! Configuration: a TOML file, then environment variables, then flags. Unknown keys are errors, so that a misspelt one is
//! not a silent default. Every key is described in `docs/CONFIGURATION.md`.

mod alerts;
mod database;
mod graph;
mod log;
mod oidc;
mod secrets;
mod server;
mod storage;
mod telemetry;
mod worker;

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use ops::WorkerOptions;
use serde::Deserialize;

pub(crate) use alerts::Alerts;
pub(crate) use database::Database;
pub(crate) use graph::Graph;
pub(crate) use log::Log;
pub(crate) use oidc::Oidc;
pub(crate) use secrets::{Secrets, read_file as read_secret};
pub(crate) use server::Server;
pub(crate) use storage::Storage;
pub(crate) use telemetry::Telemetry;
pub(crate) use worker::Worker;

/// Everything that can be configured.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) database: Database,
    pub(crate) server: Server,
    pub(crate) worker: Worker,
    pub(crate) graph: Graph,
    pub(crate) secrets: Secrets,
    pub(crate) log: Log,
    pub(crate) oidc: Oidc,
    pub(crate) telemetry: Telemetry,
    pub(crate) alerts: Alerts,
    pub(crate) storage: Storage,
}

/// Variables that begin like ours and are no setting.
const NOT_SETTINGS: &[&str] = &["TENANTATLAS_CONFIG", "TENANTATLAS_BIN"];
const PREFIX: &str = "TENANTATLAS_";
const TEST_PREFIX: &str = "TENANTATLAS_TEST_";

/// Reads the file, if one is named, and the environment on top of it: `TENANTATLAS_SERVER_LISTEN` is `listen` of `[server]`.
pub(crate) fn load(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> Result<Config> {
    let mut table = match file {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            // The error of the parser quotes the line, which may hold a secret: only its place is told.
            let parsed: Result<toml::Table, _> = text.parse();
            parsed.map_err(|e| anyhow::anyhow!("{} is no valid TOML{}", path.display(), place(&text, e.span())))?
        }
        None => toml::Table::new(),
    };
    for (name, value) in environment {
        let Some(rest) = name.strip_prefix(PREFIX) else { continue };
        if NOT_SETTINGS.contains(&name.as_str()) || name.starts_with(TEST_PREFIX) {
            continue;
        }
        let lower = rest.to_lowercase();
        let Some((section, key)) = lower.split_once('_') else { bail!("the environment variable {name} is no setting") };
        let section = table.entry(section).or_insert_with(|| toml::Table::new().into());
        let Some(section) = section.as_table_mut() else { bail!("the environment variable {name} is no setting") };
        section.insert(key.to_owned(), scalar(&value));
    }
    Config::deserialize(toml::Value::Table(table)).map_err(|error| anyhow::anyhow!("configuration: {}", error.message()))
}

/// A number, a boolean or a list (`["a", "b"]`) where it reads like one, else text.
fn scalar(value: &str) -> toml::Value {
    if value.starts_with('[')
        && let Ok(table) = format!("list = {value}").parse::<toml::Table>()
        && let Some(list) = table.get("list")
    {
        return list.clone();
    }
    match (value.parse::<i64>(), value.parse::<bool>()) {
        (Ok(number), _) => number.into(),
        (_, Ok(flag)) => flag.into(),
        _ => value.into(),
    }
}

fn place(text: &str, span: Option<std::ops::Range<usize>>) -> String {
    span.map_or_else(String::new, |span| format!(" (line {})", text[..span.start.min(text.len())].lines().count().max(1)))
}

impl Config {
    /// How this process works, with what sends alerts.
    pub(crate) fn working(&self) -> Result<WorkerOptions> {
        self.alerts.with(self.storage.with(self.worker.options()), self.server.public_url.as_deref())
    }

    /// What the types cannot say.
    pub(crate) fn check(&self) -> Result<()> {
        self.worker.check()?;
        self.database.check()?;
        self.telemetry.check()?;
        self.storage.check()?;
        self.server.check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(file: &str, environment: &[(&str, &str)]) -> Result<Config> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tenantatlas.toml");
        std::fs::write(&path, file).unwrap();
        load(Some(&path), environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let config = from("[server]\nlisten = '127.0.0.1:1000'\n", &[("TENANTATLAS_SERVER_LISTEN", "127.0.0.1:2000")]).unwrap();
        assert_eq!(config.server.listen.port(), 2000);
    }

    #[test]
    fn unknown_keys_are_errors_wherever_they_stand() {
        assert!(from("[server]\nlissten = '127.0.0.1:1'\n", &[]).unwrap_err().to_string().contains("lissten"));
        assert!(from("[sever]\n", &[]).unwrap_err().to_string().contains("sever"));
        assert!(from("", &[("TENANTATLAS_SERVER_LISSTEN", "x")]).unwrap_err().to_string().contains("lissten"));
        assert!(from("", &[("TENANTATLAS_NONSENSE", "x")]).unwrap_err().to_string().contains("TENANTATLAS_NONSENSE"));
        assert!(from("", &[("TENANTATLAS_TEST_POSTGRES", "x"), ("OTHER", "y")]).is_ok());
    }

    #[test]
    fn a_broken_file_is_named_by_line_and_never_quoted() {
        let error = from("[secrets]\nkey = 'canary-key\n", &[]).unwrap_err();
        assert!(format!("{error:#}").contains("line 2"), "{error:#}");
        assert!(!format!("{error:#}").contains("canary"), "{error:#}");
    }

    #[test]
    fn every_key_is_documented() {
        let docs = include_str!("../../../docs/CONFIGURATION.md");
        let keys = [
            Database::KEYS,
            Server::KEYS,
            Worker::KEYS,
            Graph::KEYS,
            Secrets::KEYS,
            Log::KEYS,
            Oidc::KEYS,
            Telemetry::KEYS,
            Alerts::KEYS,
            Storage::KEYS,
        ];
        for (section, keys) in
            ["database", "server", "worker", "graph", "secrets", "log", "oidc", "telemetry", "alerts", "storage"].iter().zip(keys)
        {
            for key in keys {
                assert!(docs.contains(&format!("`{section}.{key}`")), "{section}.{key} is not in docs/CONFIGURATION.md");
                let with_key = from(&format!("[{section}]\n{key} = {{}}\n"), &[]).unwrap_err().to_string();
                assert!(!with_key.contains("unknown field"), "{section}.{key} does not exist");
            }
        }
    }
}
