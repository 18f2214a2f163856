//! `tenantatlas operator`

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use model::user::normal_email;
use secrecy::ExposeSecret as _;
use store::{Credential, StoreError};

use super::user::from_standard_input;
use crate::cli::Settings;
use crate::config;
use crate::open::{Purpose, open};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add an operator of the installation, with a password from a file or from standard input, or with a one-time link.
    Add(Add),
    /// Disable an operator of the installation; never the last one who can sign in.
    Disable(Disable),
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    #[command(flatten)]
    settings: Settings,
    /// Mail address, to sign in with at /system.
    email: String,
    /// What they are called; the mail address unless said.
    #[arg(long)]
    name: Option<String>,
    /// File with the password; else it is read from standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "link")]
    password_file: Option<PathBuf>,
    /// Print a link at which they choose a password themselves; it works once, for 24 hours.
    #[arg(long)]
    link: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Disable {
    #[command(flatten)]
    settings: Settings,
    /// Their mail address.
    email: String,
}

pub(crate) async fn run(command: Command) -> Result<()> {
    match command {
        Command::Add(wish) => add(wish).await,
        Command::Disable(wish) => disable(wish).await,
    }
}

async fn add(wish: Add) -> Result<()> {
    let config = wish.settings.load()?;
    let email = normal_email(&wish.email)?;
    let credential = if wish.link {
        Credential::Link
    } else {
        let password = match &wish.password_file {
            Some(file) => config::read_secret(file)?,
            None => from_standard_input()?,
        };
        Credential::PasswordHash(web::hash_password(&password)?)
    };
    let opened = open(&config, Purpose::Look).await?;
    let name = wish.name.as_deref().unwrap_or(&email);
    let link = opened.store.platform().add(&opened.operator, &email, name, credential).await?;
    println!("Added the operator {email}.");
    if let Some(link) = link {
        let base = config.server.public_url.clone().unwrap_or_else(|| format!("http://{}", config.server.listen));
        let path = pages::href::system_welcome(link.expose_secret());
        println!("Choose a password (works once, for 24 hours): {}{path}", base.trim_end_matches('/'));
    }
    opened.store.close().await;
    Ok(())
}

async fn disable(wish: Disable) -> Result<()> {
    let config = wish.settings.load()?;
    let email = normal_email(&wish.email)?;
    let opened = open(&config, Purpose::Look).await?;
    match opened.store.platform().disable_named(&opened.operator, &email).await {
        Err(StoreError::NotVisible) => bail!("no operator has the mail address {email}"),
        other => other?,
    }
    println!("Disabled the operator {email}.");
    opened.store.close().await;
    Ok(())
}
