//! `cargo xtask postgres`: the private server of the tests, for work on one crate's database tests.

use std::io::BufRead as _;

use anyhow::Result;

use crate::machine::{Need, Tools};
use crate::postgres::Server;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// What is committed is on the disk, as in an installation: for measurements.
    #[arg(long)]
    durable: bool,
    /// Also a replica of it that follows. The role may pause its replay; the line `stop replica` on standard input stops it.
    #[arg(long, conflicts_with = "durable")]
    replica: bool,
}

/// Starts the server, prints the line to export, and keeps it until Ctrl-C or the end of standard input.
pub(crate) fn main(options: &Options) -> Result<bool> {
    let tools = Tools::provide(&[Need::Postgres])?;
    let bin = tools.postgres()?;
    let mut server = match (options.durable, options.replica) {
        (true, _) => Server::start_durable(bin)?,
        (_, true) => Server::start_with_replica(bin)?,
        _ => Server::start(bin)?,
    };
    println!("export TENANTATLAS_TEST_POSTGRES={}", server.url());
    if let Some(replica) = server.replica() {
        println!("export TENANTATLAS_TEST_REPLICA={replica}");
    }
    eprintln!("Running until Ctrl-C or the end of standard input; its data is removed then.");
    for line in std::io::stdin().lock().lines() {
        if line? == "stop replica" {
            server.stop_replica()?;
            println!("stopped");
        }
    }
    Ok(true)
}
