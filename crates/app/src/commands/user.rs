//! `tenantatlas user`

use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use model::access::Role;
use model::user::normal_email;
use secrecy::SecretString;

use crate::cli::Settings;
use crate::config;
use crate::open::{Purpose, open};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add a person, with a password from a file or from standard input; creates the workspace if there is none of that name.
    Add(Add),
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

pub(crate) async fn run(Command::Add(add): Command) -> Result<()> {
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
    let hash = web::hash_password(&password)?;
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

fn from_standard_input() -> Result<SecretString> {
    if std::io::stdin().is_terminal() {
        bail!("pass the password by --password-file FILE, or pipe it in: it would be seen if it were typed here");
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("cannot read the password")?;
    Ok(SecretString::from(text.trim_end_matches(['\r', '\n']).to_owned()))
}
