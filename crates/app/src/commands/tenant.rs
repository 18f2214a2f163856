//! `tenantatlas tenant`

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use model::connection::Cloud;
use model::tenant::{Environment, TenantStatus};
use store::{NewConnection, NewTenant};

use crate::cli::Settings;
use crate::config;
use crate::open::{Purpose, open};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Bind a tenant to a workspace and save the connection by which it is reached.
    Add(Add),
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    #[command(flatten)]
    settings: Settings,
    /// Workspace, by name.
    #[arg(long)]
    workspace: String,
    /// What the tenant is called.
    #[arg(long)]
    name: String,
    /// Its initial domain, e.g. contoso.onmicrosoft.com.
    #[arg(long)]
    domain: String,
    /// Microsoft's id of the tenant.
    #[arg(long, value_name = "UUID")]
    entra_tenant_id: String,
    /// Application (client) id.
    #[arg(long)]
    client_id: String,
    /// File with the client secret.
    #[arg(long, value_name = "FILE")]
    client_secret_file: PathBuf,
    /// global, us_government, us_defense, china or custom.
    #[arg(long, default_value = "global")]
    cloud: String,
    /// production, staging or development.
    #[arg(long, default_value = "production")]
    environment: String,
}

pub(crate) async fn run(Command::Add(add): Command) -> Result<()> {
    let config = add.settings.load()?;
    let (cloud, environment) = (Cloud::from_code(&add.cloud), Environment::from_code(&add.environment));
    if cloud == Cloud::Unknown || environment == Environment::Unknown {
        bail!("--cloud or --environment is none of the values that --help names");
    }
    let secret = config::read_secret(&add.client_secret_file)?;
    let new = NewTenant {
        name: add.name.clone(),
        domain: add.domain.clone(),
        entra_tenant_id: add.entra_tenant_id.parse().context("--entra-tenant-id")?,
        environment,
        status: TenantStatus::Active,
    };
    let opened = open(&config, Purpose::Look).await?;
    let (store, operator) = (&opened.store, &opened.operator);
    let workspace = store.workspaces().named(operator, &add.workspace).await?;
    let workspace = workspace.with_context(|| format!("there is no workspace named {}", add.workspace))?;
    let tenant = store.tenants().create(operator, workspace, &new).await?;
    store.connections().save(operator, tenant, &NewConnection { cloud, client_id: add.client_id, secret }).await?;
    println!("Added the tenant {} as {tenant}.", add.name);
    store.close().await;
    Ok(())
}
