//! `tenantatlas tenant delete`

use anyhow::{Context as _, Result};
use clap::Args;
use model::access::can;
use model::run::Trigger;
use store::access::Confirmed;

use crate::cli::Settings;
use crate::commands::called::called;
use crate::open::{Purpose, open};

#[derive(Debug, Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    settings: Settings,
    /// Tenant: its id, Microsoft's id of it, domain or name. It has to be archived.
    #[arg(long)]
    tenant: String,
    /// Its name once more, as it is shown: what is removed does not come back.
    #[arg(long, value_name = "NAME")]
    confirm: String,
}

pub(super) async fn run(wish: &Delete) -> Result<()> {
    let config = wish.settings.load()?;
    let opened = open(&config, Purpose::Look).await?;
    let (store, scope) = (&opened.store, called(&opened, &wish.tenant).await?);
    let tenant = scope.tenant();
    let workspace = store.access().workspace_of_operator(&opened.operator, &scope).await?;
    let permit = workspace.permit::<can::TenantDangerZone>().context("the tenant cannot be deleted")?;
    let confirmed = Confirmed::typed(permit, tenant, &wish.confirm)
        .with_context(|| format!("--confirm has to be the name of the tenant, {}", tenant.name))?;
    let started = store.tenants().delete(&confirmed, Trigger::Manual).await?;
    println!("Workers remove {} and all that is recorded of it, as run {}.", tenant.name, started.run().id);
    store.close().await;
    Ok(())
}
