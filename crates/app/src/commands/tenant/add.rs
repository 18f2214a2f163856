//! `tenantatlas tenant add`

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use model::connection::{Cloud, TokenFileName};
use model::tenant::{Environment, TenantStatus};
use model::time::{Clock as _, SystemClock};
use store::{CertificatePair, NewConnection, NewCredential, NewTenant};

use crate::cli::Settings;
use crate::config;
use crate::open::{Purpose, open};

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
    #[command(flatten)]
    credential: Given,
    /// File with the password of the certificate's file or key.
    #[arg(long, value_name = "FILE", requires = "certificate_file")]
    certificate_password_file: Option<PathBuf>,
    /// global, us_government, us_defense, china or custom.
    #[arg(long, default_value = "global")]
    cloud: String,
    /// production, staging or development.
    #[arg(long, default_value = "production")]
    environment: String,
}

/// By what the application signs in: one of these.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Given {
    /// File with the client secret.
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// File with a certificate and its private key: PFX (PKCS#12) or PEM.
    #[arg(long, value_name = "FILE")]
    certificate_file: Option<PathBuf>,
    /// Name of a token file in graph.token_folder, for workload identity federation.
    #[arg(long, value_name = "NAME")]
    token_file: Option<String>,
}

impl Given {
    fn read(&self, password: Option<&Path>) -> Result<NewCredential> {
        if let Some(file) = &self.client_secret_file {
            return Ok(NewCredential::Secret { secret: config::read_secret(file)?, expires_at: None });
        }
        if let Some(file) = &self.certificate_file {
            let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            let password = password.map(config::read_secret).transpose()?.unwrap_or_default();
            let pair = CertificatePair::from_file(&bytes.into(), &password, SystemClock.now());
            return Ok(NewCredential::Certificate(pair.with_context(|| file.display().to_string())?));
        }
        Ok(NewCredential::Federated(TokenFileName::parse(self.token_file.as_deref().unwrap_or_default())?))
    }
}

pub(super) async fn run(add: Add) -> Result<()> {
    let config = add.settings.load()?;
    let (cloud, environment) = (Cloud::from_code(&add.cloud), Environment::from_code(&add.environment));
    if cloud == Cloud::Unknown || environment == Environment::Unknown {
        bail!("--cloud or --environment is none of the values that --help names");
    }
    let credential = add.credential.read(add.certificate_password_file.as_deref())?;
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
    store.connections().save(operator, tenant, &NewConnection::new(cloud, &add.client_id, credential)).await?;
    store.schedules().defaults(operator, tenant).await?;
    println!("Added the tenant {} as {tenant}.", add.name);
    store.close().await;
    Ok(())
}
