//! `cargo xtask postgres`: the private server of the tests, for work on one crate's database tests.

use anyhow::Result;

use crate::machine::{Need, Tools};
use crate::postgres::Server;

/// Starts the server, prints the line to export, and keeps it until Ctrl-C or the end of standard input.
pub(crate) fn main() -> Result<bool> {
    let server = Server::start(Tools::provide(&[Need::Postgres])?.postgres()?)?;
    println!("export TENANTATLAS_TEST_POSTGRES={}", server.url());
    eprintln!("Running until Ctrl-C or the end of standard input; its data is removed then.");
    std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink())?;
    Ok(true)
}
