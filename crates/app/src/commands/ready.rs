//! `tenantatlas ready`: what a container without a shell asks its own process.

use anyhow::{Context as _, Result, bail};
use clap::Args;
use outbound::health::{self, Question};

use crate::cli::Settings;

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    settings: Settings,
    /// Only whether the process lives, not whether its database answers.
    #[arg(long)]
    alive: bool,
}

pub(crate) async fn run(options: &Options) -> Result<()> {
    let config = options.settings.load()?;
    let address = config.server.metrics_listen.unwrap_or(config.server.listen);
    let question = if options.alive { Question::Alive } else { Question::Ready };
    let answer = health::ask(address, question).await.with_context(|| format!("no process is to be asked at {address}"))?;
    if !answer.yes {
        bail!("not ready: {}", answer.words);
    }
    println!("{}", answer.words);
    Ok(())
}
