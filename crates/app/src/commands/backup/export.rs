//! `tenantatlas backup export`

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use model::ids::BackupSetId;
use model::page::PAGE_ROWS;
use ops::archive::{Limits, Lock, Protection, Recipient};
use ops::backup_files;
use store::Store;
use store::access::TenantScope;
use tempfile::NamedTempFile;

use super::{KeyFiles, tenant};
use crate::cli::Settings;
use crate::open::{Purpose, open};

#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    settings: Settings,
    /// Tenant: its id, Microsoft's id of it, domain or name.
    #[arg(long)]
    tenant: String,
    /// Backup set: its id, or `latest` for the newest that can be used.
    #[arg(long)]
    set: String,
    /// The file to be written; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// File with a passphrase in its first line, with which the export is encrypted; `-` reads it from standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "recipient")]
    passphrase_file: Option<PathBuf>,
    /// Public age key (age1…) of somebody who may read the encrypted export; may be given several times.
    #[arg(long, value_name = "KEY")]
    recipient: Vec<String>,
    /// Include the texts of scripts though the export is not encrypted.
    #[arg(long, conflicts_with_all = ["passphrase_file", "recipient"])]
    scripts: bool,
}

impl Export {
    fn protection(&self) -> Result<Protection> {
        if let Some(path) = &self.passphrase_file {
            return Ok(Protection::Sealed(Lock::Passphrase(KeyFiles::passphrase(path)?)));
        }
        if self.recipient.is_empty() {
            return Ok(Protection::Open { scripts: self.scripts });
        }
        let keys: Result<Vec<Recipient>> =
            self.recipient.iter().map(|text| text.parse().with_context(|| format!("--recipient {text}"))).collect();
        Ok(Protection::Sealed(Lock::Recipients(keys?)))
    }
}

pub(super) async fn run(wish: &Export) -> Result<()> {
    let config = wish.settings.load()?;
    let protection = wish.protection()?;
    let open_to_all = matches!(protection, Protection::Open { .. });
    if wish.out.exists() {
        bail!("{} is there already", wish.out.display());
    }
    // Beside the place where it will stand, so that it gets there in one step, whole.
    let folder = wish.out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = NamedTempFile::new_in(folder).with_context(|| format!("cannot write in {}", folder.display()))?;
    let opened = open(&config, Purpose::Look).await?;
    let scope = tenant::called(&opened, &wish.tenant).await?;
    let set = chosen(&opened.store, &scope, &wish.set).await?;
    let now = opened.store.now().await?;
    let mut export = backup_files::export(&opened.store, &scope, set, protection, now, Limits::default(), file).await?;
    while export.portion().await?.is_some() {}
    let (file, done) = export.finish().await?;
    file.as_file().sync_all()?;
    // On record before it is there for anybody.
    opened.store.backups().exported(&scope.permit()?, set).await?;
    file.persist_noclobber(&wish.out).with_context(|| format!("cannot write {}", wish.out.display()))?;
    opened.store.close().await;
    println!("Exported {} objects to {}.", done.objects, wish.out.display());
    if done.damaged > 0 {
        eprintln!("{} objects were left out, because what is stored of them is damaged; the export names them.", done.damaged);
    }
    if open_to_all && done.withheld > 0 {
        println!("{} secrets were left out, because the export is not encrypted.", done.withheld);
    }
    Ok(())
}

/// The set that was named.
async fn chosen(store: &Store, scope: &TenantScope, text: &str) -> Result<BackupSetId> {
    if text != "latest" {
        return text.parse().context("--set is the id of a backup set, or `latest`");
    }
    let mut cursor = None;
    loop {
        let page = store.backups().list(scope, None, cursor.as_ref(), PAGE_ROWS).await?;
        if let Some(set) = page.rows.iter().find(|set| set.status.is_usable()) {
            return Ok(set.id);
        }
        cursor = page.next;
        if cursor.is_none() {
            bail!("the tenant has no backup set that can be used");
        }
    }
}
