//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use crate::commands::{
    adopt, backup, check, contents, db, demo, keys, migrate, operator, ready, serve, sim, tenant, user, worker,
};
use crate::config::{self, Config};

/// Knows what is configured in every Microsoft 365 tenant, keeps every version, and puts it back safely.
#[derive(Debug, Parser)]
#[command(name = "tenantatlas", version, about)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show everything on simulated tenants and an embedded database, without any other server.
    Demo(demo::Options),
    /// Serve the pages, and work on runs in the same process unless told otherwise.
    Serve(Settings),
    /// Only work on runs; any number of such processes may share a PostgreSQL database.
    Worker(Settings),
    /// Bring the database's schema up to date.
    Migrate(migrate::Options),
    /// Look whether configuration, database, schema, keys, workers and the audit trail are in order.
    Check(check::Options),
    /// Ask the process of the same configuration on this machine whether it is ready, or alive: for whoever watches a container.
    Ready(ready::Options),
    /// Copy the whole database to a file, and put such a copy back.
    #[command(subcommand)]
    Db(db::Command),
    /// Add people who can sign in, and help those who cannot.
    #[command(subcommand)]
    User(user::Command),
    /// Add or disable operators of the installation.
    #[command(subcommand)]
    Operator(operator::Command),
    /// Add tenants with their connection.
    #[command(subcommand)]
    Tenant(tenant::Command),
    /// Take over the database of an earlier installation, which is only read. May be stopped and repeated.
    Adopt(adopt::Options),
    /// Export, import and check backup sets as files.
    #[command(subcommand)]
    Backup(backup::Command),
    /// Look after contents in an object storage.
    #[command(subcommand)]
    Contents(contents::Command),
    /// Look after the keys that seal secrets in the database.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Serve simulated tenants alone, for trying things out and for measurements.
    Sim(sim::Options),
}

/// What every command that opens the database takes. Flags win over environment variables, which win over the file.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Settings {
    /// Configuration file (TOML).
    #[arg(long, value_name = "FILE", env = "TENANTATLAS_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Database: sqlite:PATH or postgres://…
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// Address to serve pages on.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<SocketAddr>,
    /// Address to serve metrics and health on; without it there are no metrics.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// Serve pages only; runs are left to worker processes.
    #[arg(long)]
    pub(crate) no_worker: bool,
    /// Runs that this process works on at the same time.
    #[arg(long, value_name = "N")]
    pub(crate) slots: Option<usize>,
    /// Base address of the token authority and of Graph for connections of the custom cloud, e.g. a simulator.
    #[arg(long, value_name = "URL")]
    pub(crate) custom_cloud: Option<String>,
    /// Let operators of the installation open a workspace for a while, with a reason; its owners are told.
    #[arg(long)]
    pub(crate) break_glass: bool,
    /// Log as JSON, one object a line.
    #[arg(long)]
    pub(crate) log_json: bool,
}

impl Settings {
    /// Reads file and environment and puts the flags on top.
    pub(crate) fn load(&self) -> Result<Config> {
        let mut config = config::load(self.config.as_deref(), std::env::vars())?;
        if let Some(url) = &self.database {
            config.database.url = Some(url.clone().into());
        }
        if let Some(listen) = self.listen {
            config.server.listen = listen;
        }
        if self.metrics_listen.is_some() {
            config.server.metrics_listen = self.metrics_listen;
        }
        if self.no_worker {
            config.worker.enabled = false;
        }
        if let Some(slots) = self.slots {
            config.worker.slots = slots;
        }
        if let Some(base) = &self.custom_cloud {
            config.graph.custom_authority = Some(base.clone());
            config.graph.custom_base = Some(base.clone());
        }
        if self.break_glass {
            config.server.break_glass = true;
        }
        if self.log_json {
            config.log.json = true;
        }
        config.check()?;
        Ok(config)
    }
}

/// Bytes of stack of each thread that runs tasks: as much as the first thread of a process has, and four times what a thread gets
/// otherwise. The steps of an operation nest, and a build without optimisation needs the more for it. Only what is used takes memory.
const STACK: usize = 8 << 20;

pub(crate) fn run() -> Result<()> {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build()?;
    runtime.block_on(async {
        match cli.command {
            Command::Demo(options) => demo::run(options).await,
            Command::Serve(settings) => serve::run(&settings).await,
            Command::Worker(settings) => worker::run(&settings).await,
            Command::Migrate(options) => migrate::run(&options).await,
            Command::Check(options) => check::run(&options).await,
            Command::Ready(options) => ready::run(&options).await,
            Command::Db(command) => db::run(&command).await,
            Command::User(command) => user::run(command).await,
            Command::Operator(command) => operator::run(command).await,
            Command::Tenant(command) => tenant::run(command).await,
            Command::Adopt(options) => adopt::run(&options).await,
            Command::Backup(command) => backup::run(&command).await,
            Command::Contents(command) => contents::run(command).await,
            Command::Keys(command) => keys::run(command).await,
            Command::Sim(options) => sim::run(options).await,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
