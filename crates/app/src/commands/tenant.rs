//! `tenantatlas tenant`

mod add;
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
}

pub(crate) async fn run(command: Command) -> Result<()> {
    match command {
        Command::Add(wish) => add::run(wish).await,
        Command::Export(wish) => export::run(&wish).await,
    }
}
