//! `cargo xtask …`: every chore of the project, one file per command under `command/`.
//!
//! It depends on none of the project's crates, so that it also runs while they do not compile, and it asks no question: what
//! a command needs beyond Rust it looks for, installs where it may, and otherwise names in one line.

mod browser;
mod closure;
mod command;
mod deny;
mod doc_tests;
mod machine;
mod mail_server;
mod nets;
mod postgres;
mod process;
mod python;
mod report;
mod sbom;
mod schemathesis;
mod units;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The chores of TenantAtlas.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// One variant per file of `command/`; its doc comment is the help text.
#[derive(Subcommand)]
enum Command {
    /// Measure, and write the figures into docs/BENCHMARKS.md.
    #[command(subcommand)]
    Bench(command::bench::Options),
    /// Everything that reads the sources: format, walls between crates, nets, dependencies, clippy.
    Check,
    /// `check`, then `test`: what has to be green before a change is merged.
    Ci,
    /// The part of `check` that takes a second: nets over the sources, walls between crates.
    Nets,
    /// Start the private PostgreSQL of the tests and keep it until Ctrl-C or the end of standard input.
    Postgres(command::postgres::Options),
    /// What the program is made of (SBOM), as CycloneDX JSON.
    Sbom(command::sbom::Options),
    /// What thousands of tenants take, computed from measured figures, written into docs/SCALING.md.
    Scale,
    /// What takes too long for every change: larger models, all time zones, thousands of random histories of real processes.
    Soak(command::soak::Options),
    /// All tests on both databases, then the browser tests.
    Test(command::test::Options),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Bench(options) => command::bench::main(&options),
        Command::Check => command::check::main(),
        Command::Ci => command::ci::main(),
        Command::Nets => command::nets::main(),
        Command::Postgres(options) => command::postgres::main(&options),
        Command::Sbom(options) => command::sbom::main(&options),
        Command::Scale => command::scale::main(),
        Command::Soak(options) => command::soak::main(&options),
        Command::Test(options) => command::test::main(&options),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
