//! `tenantatlas tenant`

mod add;
mod archive;
mod delete;
mod export;

use anyhow::Result;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Bind a tenant to a workspace and save the connection by which it is reached.
    Add(add::Add),
    /// Write all that is recorded of a tenant to a file: every row, every version's content. Secrets of contents are in it only when it is
    /// encrypted; credentials never.
    Export(export::Export),
    /// Put a tenant away: nothing is started in it any more, and all of it stays.
    Archive(archive::Archive),
    /// Remove an archived tenant for good, with all that is recorded of it. Workers do it.
    Delete(delete::Delete),
}

pub(crate) async fn run(command: Command) -> Result<()> {
    match command {
        Command::Add(wish) => add::run(wish).await,
        Command::Export(wish) => export::run(&wish).await,
        Command::Archive(wish) => archive::run(&wish).await,
        Command::Delete(wish) => delete::run(&wish).await,
    }
}
