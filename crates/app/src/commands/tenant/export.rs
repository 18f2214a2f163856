//! `tenantatlas tenant export`

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use ops::archive::{RecordWriter, TenantLine, record_fits};

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
    /// The file to be written; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    protection: Protect,
}

pub(super) async fn run(wish: &Export) -> Result<()> {
    let config = wish.settings.load()?;
    let protection = wish.protection.read()?;
    let file = to_be(&wish.out)?;
    let opened = open(&config, Purpose::Look).await?;
    let (store, operator) = (&opened.store, &opened.operator);
    let scope = called(&opened, &wish.tenant).await?;
    record_fits(store.tenants().record_size(operator, &scope).await?)?;
    let now = store.now().await?;
    let mut record = RecordWriter::new(file, &protection)?;
    store.tenants().record(operator, &scope, |part| record.add(part)).await??;
    let tenant = scope.tenant();
    let line = TenantLine { entra_id: tenant.entra_tenant_id.to_string(), name: tenant.name.clone() };
    let (file, done) = record.finish(&line, now)?;
    file.as_file().sync_all()?;
    // On record before it is there for anybody.
    store.tenants().record_written(operator, &scope).await?;
    file.persist_noclobber(&wish.out).with_context(|| format!("cannot write {}", wish.out.display()))?;
    store.close().await;
    let rows: u64 = done.rows.values().sum();
    println!("Wrote {rows} rows of {} tables and {} contents to {}.", done.rows.len(), done.contents, wish.out.display());
    if !done.left_out.is_empty() {
        eprintln!("{} contents were left out; manifest.json in it names them.", done.left_out.len());
    }
    if done.withheld > 0 {
        println!("{} secrets were left out, because it is not encrypted.", done.withheld);
    }
    Ok(())
}
