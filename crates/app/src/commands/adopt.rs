//! `tenantatlas adopt`: takes over the database of an earlier installation.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use secrecy::SecretString;
use store::sealed::Keyring;
use store::{AdoptFrom, Adopted, LegacyRow, Opened, Store, StoreError};
use tempfile::TempDir;

use crate::cli::Settings;
use crate::config::{self, Config};
use crate::log;
use crate::open::{Purpose, open};

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    older: Older,
    /// Name under which the older database is remembered; else its own. Two databases need two names.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Only say what would be adopted. Nothing is written.
    #[arg(long)]
    dry_run: bool,
    /// File for the report as JSON.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// File for the rows of the older run tables, which are not copied, as CSV.
    #[arg(long, value_name = "FILE")]
    legacy_rows: Option<PathBuf>,
}

/// Where the older database is: one of these.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Older {
    /// The older database, postgres://…; it is only read.
    #[arg(long, value_name = "URL")]
    from: Option<SecretString>,
    /// File with its URL, so that a password in it stands in no list of processes.
    #[arg(long, value_name = "FILE")]
    from_file: Option<PathBuf>,
}

impl Older {
    fn url(&self) -> Result<SecretString> {
        match (&self.from, &self.from_file) {
            (Some(url), _) => Ok(url.clone()),
            (None, Some(file)) => config::read_secret(file),
            (None, None) => anyhow::bail!("--from or --from-file says where the older database is"),
        }
    }
}

pub(crate) async fn run(options: &Options) -> Result<()> {
    let config = options.settings.load()?;
    log::start(&config.log)?;
    let from = AdoptFrom { url: options.older.url()?, name: options.source.clone(), dry_run: options.dry_run };
    let target = Target::open(&config, options.dry_run).await?;
    let adopted = target.opened.store.adoption().adopt(&target.opened.operator, &from).await;
    target.opened.store.close().await;
    let Adopted { report, legacy } = adopted?;
    if let Some(path) = &options.report {
        write(path, &serde_json::to_vec_pretty(&report)?)?;
    }
    if let Some(path) = &options.legacy_rows {
        write(path, &lines(&legacy))?;
    }
    print!("{report}");
    Ok(())
}

/// The database that is adopted into.
struct Target {
    opened: Opened,
    _stand_in: Option<TempDir>,
}

impl Target {
    /// Opens it. Where a dry run finds no database yet, an empty one in a temporary folder stands in for it.
    async fn open(config: &Config, dry_run: bool) -> Result<Self> {
        if !dry_run {
            return Ok(Self { opened: open(config, Purpose::Work).await?, _stand_in: None });
        }
        if !config.database.is_absent()? {
            match open(config, Purpose::Look).await {
                Ok(opened) => return Ok(Self { opened, _stand_in: None }),
                Err(error) if matches!(error.downcast_ref(), Some(StoreError::OlderSchema { found: 0, .. })) => {}
                Err(error) => return Err(error),
            }
        }
        let folder = TempDir::new()?;
        let url = format!("sqlite:{}", folder.path().join("dry-run.db").display());
        let key = Keyring::generate_key()?;
        let keyring = Keyring::new([&key[..]])?;
        let options = store::Options { exclusive: true, migrate: true, keyring, clock: None, connections: 2, vault: None };
        Ok(Self { opened: Store::open(&url, options).await?, _stand_in: Some(folder) })
    }
}

fn lines(rows: &[LegacyRow]) -> Vec<u8> {
    let mut text = web::csv_line(LegacyRow::HEADER);
    rows.iter().for_each(|row| text.extend(web::csv_line(row.values())));
    text
}

/// Writes a file that only whoever runs the program may read.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let open = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    open.and_then(|mut file| file.write_all(bytes)).with_context(|| format!("cannot write {}", path.display()))
}
