//! `tenantatlas backup export`

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use model::ids::BackupSetId;
use model::page::PAGE_ROWS;
use ops::archive::{Limits, Protection};
use ops::backup_files;
use store::Store;
use store::access::TenantScope;

use crate::cli::Settings;
use crate::commands::called::called;
use crate::commands::protect::{Protect, to_be};
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
    #[command(flatten)]
    protection: Protect,
}

pub(super) async fn run(wish: &Export) -> Result<()> {
    let config = wish.settings.load()?;
    let protection = wish.protection.read()?;
    let open_to_all = matches!(protection, Protection::Open { .. });
    let file = to_be(&wish.out)?;
    let opened = open(&config, Purpose::Look).await?;
    let scope = called(&opened, &wish.tenant).await?;
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
