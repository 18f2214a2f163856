//! `tenantatlas`: knows what is configured in every Microsoft 365 tenant, keeps every version, and puts it back safely.

mod cli;
mod commands;
mod config;
mod demo;
mod listen;
mod log;
mod open;
#[cfg(test)]
mod shipped;
mod shutdown;
mod telemetry;
mod watch;
mod wire;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
