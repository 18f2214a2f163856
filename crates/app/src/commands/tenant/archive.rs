//! `tenantatlas tenant archive`

use anyhow::{Context as _, Result};
use clap::Args;
use model::access::can;

use crate::cli::Settings;
use crate::commands::called::called;
use crate::open::{Purpose, open};

#[derive(Debug, Args)]
pub(crate) struct Archive {
    #[command(flatten)]
    settings: Settings,
    /// Tenant: its id, Microsoft's id of it, domain or name.
    #[arg(long)]
    tenant: String,
    /// Take it out of the archive again.
    #[arg(long)]
    undo: bool,
}

pub(super) async fn run(wish: &Archive) -> Result<()> {
    let config = wish.settings.load()?;
    let opened = open(&config, Purpose::Look).await?;
    let scope = called(&opened, &wish.tenant).await?;
    let permit = scope.permit::<can::TenantDangerZone>().context("the tenant cannot be archived")?;
    opened.store.tenants().archive(&permit, !wish.undo).await?;
    println!("{} {}.", scope.tenant().name, if wish.undo { "is in use again" } else { "is archived" });
    opened.store.close().await;
    Ok(())
}
