//! `tenantatlas user`

use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use model::access::Role;
use model::user::normal_email;
use secrecy::{ExposeSecret as _, SecretString};
use store::{Opened, StoreError};

use crate::cli::Settings;
use crate::config;
use crate::open::{Purpose, open};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add a person, with a password from a file or from standard input; creates the workspace if there is none of that name.
    Add(Add),
    /// Erase a person: their account and their name. What they did stays in the audit log under their id.
    Erase(Erase),
    /// Print a link by which a person can set a new password, once, within 24 hours.
    Reset(Person),
    /// Keep a person out, and end what they have open.
    Disable(Person),
    /// Let a disabled person in again.
    Enable(Person),
    /// Remove the second factor of a person who lost their phone and their recovery codes.
    ClearSecondFactor(Person),
}

#[derive(Debug, Args)]
pub(crate) struct Person {
    #[command(flatten)]
    settings: Settings,
    /// Their mail address.
    email: String,
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    #[command(flatten)]
    settings: Settings,
    /// Mail address, to sign in with.
    #[arg(long)]
    email: String,
    /// What they are called.
    #[arg(long)]
    name: String,
    /// Workspace to become a member of, by name.
    #[arg(long)]
    workspace: Option<String>,
    /// Role in the workspace: owner, manager, operator or readonly.
    #[arg(long, default_value = "owner")]
    role: String,
    /// File with the password; else it is read from standard input.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Erase {
    #[command(flatten)]
    settings: Settings,
    /// Mail address, or the id that the audit log shows of somebody whose account is gone.
    #[arg(value_name = "EMAIL")]
    who: String,
}

async fn erase(erase: Erase) -> Result<()> {
    let config = erase.settings.load()?;
    let who = if erase.who.contains('@') { normal_email(&erase.who)? } else { erase.who };
    let opened = open(&config, Purpose::Look).await?;
    let erased = opened.store.audit().erase_person(&opened.operator, &who).await?;
    opened.store.close().await;
    match erased {
        Some(id) => println!("Erased. The audit log knows them as {id}."),
        None => bail!("there is nobody of that mail address or id"),
    }
    Ok(())
}

pub(crate) async fn run(command: Command) -> Result<()> {
    match command {
        Command::Add(added) => add(added).await,
        Command::Erase(erase) => self::erase(erase).await,
        Command::Reset(person) => reset(&person).await,
        Command::Disable(person) => {
            let change = async |opened: &Opened, email: &str| opened.store.users().disable(&opened.operator, email).await;
            of_person(&person, change).await?;
            println!("{} is disabled, and all of their sessions have ended.", person.email);
            Ok(())
        }
        Command::Enable(person) => {
            of_person(&person, async |opened, email| opened.store.users().enable(&opened.operator, email).await).await?;
            println!("{} can sign in again.", person.email);
            Ok(())
        }
        Command::ClearSecondFactor(person) => {
            of_person(&person, async |opened, email| opened.store.second_factor().clear(&opened.operator, email).await).await?;
            println!("{} signs in with the password alone.", person.email);
            Ok(())
        }
    }
}

/// Does something with a person, in the configured database.
async fn of_person<T>(person: &Person, what: impl AsyncFnOnce(&Opened, &str) -> Result<T, StoreError>) -> Result<T> {
    let config = person.settings.load()?;
    let email = normal_email(&person.email)?;
    let opened = open(&config, Purpose::Look).await?;
    let done = what(&opened, &email).await;
    opened.store.close().await;
    done.map_err(|error| match error {
        StoreError::NotVisible => anyhow::anyhow!("there is nobody with the mail address {email} who could"),
        other => other.into(),
    })
}

/// The one time that the link is seen.
async fn reset(person: &Person) -> Result<()> {
    let token = of_person(person, async |opened, email| opened.store.passwords().link(&opened.operator, email).await).await?;
    let config = person.settings.load()?;
    let base = config.server.public_url.unwrap_or_else(|| format!("http://{}", config.server.listen));
    println!("{}/sign-in/reset?token={}", base.trim_end_matches('/'), token.expose_secret());
    Ok(())
}

async fn add(add: Add) -> Result<()> {
    let config = add.settings.load()?;
    let email = normal_email(&add.email)?;
    let role = Role::from_code(&add.role);
    if role == Role::Unknown {
        bail!("--role must be owner, manager, operator or readonly");
    }
    let password = match &add.password_file {
        Some(file) => config::read_secret(file)?,
        None => from_standard_input()?,
    };
    let hash = web::hash_password_of(&email, &password)?;
    let opened = open(&config, Purpose::Look).await?;
    let (store, operator) = (&opened.store, &opened.operator);
    let user = store.users().add(operator, &email, &add.name, Some(&hash)).await?;
    if let Some(name) = &add.workspace {
        let workspace = match store.workspaces().named(operator, name).await? {
            Some(workspace) => workspace,
            None => store.workspaces().create(operator, name).await?,
        };
        store.members().add_to_workspace(operator, workspace, user.id, role).await?;
    }
    println!("Added {email}.");
    store.close().await;
    Ok(())
}

pub(super) fn from_standard_input() -> Result<SecretString> {
    if std::io::stdin().is_terminal() {
        bail!("pass the password by --password-file FILE, or pipe it in: it would be seen if it were typed here");
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("cannot read the password")?;
    Ok(SecretString::from(text.trim_end_matches(['\r', '\n']).to_owned()))
}
