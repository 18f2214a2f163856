//! `cargo xtask soak`: what takes too long for every change, on both databases: larger models, all time zones, random histories
//! by the thousand, restores that are killed at every place.

use std::io::Read as _;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::machine::{Need, Tools};
use crate::postgres::Server;
use crate::process;
use crate::report::{Ended, Report};
use crate::workspace::Workspace;

/// What may be chosen.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How long real processes are killed and stopped, after everything else.
    #[arg(long, default_value_t = 30)]
    minutes: u64,
    /// The seed of the first history; without it another one each time.
    #[arg(long)]
    seed: Option<u64>,
}

/// Histories of the store, which take milliseconds each.
const STORE_HISTORIES: &str = "2000";
/// Random restores, which take about a second each.
const RESTORES: &str = "300";
/// Histories of real processes in one go; between two it is looked at the time.
const CRASH_HISTORIES: u64 = 40;

/// All of it, then the summary.
pub(crate) fn main(options: &Options) -> Result<bool> {
    let workspace = Workspace::find()?;
    let mut report = Report::default();
    let mut tools = None;
    report.step("what the tests need", || {
        tools = Some(Tools::provide(&[Need::Postgres])?);
        Tools::wish(&[Need::Faketime]);
        Ok(Ended::by(true))
    });
    let Some(tools) = tools else { return Ok(report.close()) };
    for (name, test) in [("time zones", "schedule"), ("model check, larger bounds", "run_engine")] {
        report.step(name, || {
            let arguments = ["test", "--release", "--locked", "--package", "model", "--test", test, "--", "--ignored"];
            Ok(Ended::by(process::run(workspace.cargo().args(arguments))?))
        });
    }
    let mut lines = Vec::new();
    report.step("random histories of the store", || store_histories(&workspace, &tools, &mut lines));
    report
        .step("random restores, and workers killed at every place of one", || restores(&workspace, &tools, options, &mut lines));
    report.step("random histories of real processes", || crash_histories(&workspace, &tools, options, &mut lines));
    for line in lines {
        report.note(line);
    }
    Ok(report.close())
}

/// What is repeated below the summary.
fn telling(line: &str) -> bool {
    line.starts_with("SKIPPED:") || line.contains(" histories from seed ") || line.contains(" items, killed after each of ")
}

fn store_histories(workspace: &Workspace, tools: &Tools, lines: &mut Vec<String>) -> Result<Ended> {
    let server = Server::start(tools.postgres()?)?;
    let mut command = workspace.cargo();
    command.env("TENANTATLAS_TEST_POSTGRES", server.url()).env("TENANTATLAS_HISTORIES", STORE_HISTORIES);
    command.args(["test", "--locked", "--package", "store", "--tests", "histor", "--", "--nocapture"]);
    let (passed, kept) = process::watch(&mut command, telling)?;
    lines.extend(kept);
    Ok(Ended::by(passed))
}

/// Random tenants and changes; then a plan of two hundred items, whose worker is killed after each of its commits and writes.
fn restores(workspace: &Workspace, tools: &Tools, options: &Options, lines: &mut Vec<String>) -> Result<Ended> {
    let server = Server::start(tools.postgres()?)?;
    let seed = options.seed.map_or_else(any_seed, Ok)?;
    let mut command = workspace.cargo();
    command.env("TENANTATLAS_TEST_POSTGRES", server.url()).env("TENANTATLAS_EVERY_KILL", "1");
    command.env("TENANTATLAS_HISTORIES", RESTORES).env("TENANTATLAS_SEED", seed.to_string());
    let tests = ["random::", "crash::"];
    command.args(["test", "--locked", "--package", "ops", "--test", "restore", "--", "--nocapture"]).args(tests);
    let (passed, kept) = process::watch(&mut command, telling)?;
    lines.extend(kept);
    Ok(if passed {
        Ended::Passed(format!("{RESTORES} per database from seed {seed}"))
    } else {
        Ended::Failed(format!("cargo xtask soak --seed {seed} begins with them"))
    })
}

/// In the profile of the ordinary tests: arithmetic that overflows and broken assertions are found, too.
fn crash_histories(workspace: &Workspace, tools: &Tools, options: &Options, lines: &mut Vec<String>) -> Result<Ended> {
    let until = Instant::now() + Duration::from_secs(60 * options.minutes);
    let first = options.seed.map_or_else(any_seed, Ok)?;
    let mut rounds = 0;
    while rounds == 0 || Instant::now() < until {
        let server = Server::start(tools.postgres()?)?;
        let seed = first + rounds * CRASH_HISTORIES;
        let mut command = workspace.cargo();
        command.env("TENANTATLAS_TEST_POSTGRES", server.url());
        command.env("TENANTATLAS_HISTORIES", CRASH_HISTORIES.to_string()).env("TENANTATLAS_SEED", seed.to_string());
        // One after the other: each test has several histories under way.
        let arguments =
            ["test", "--locked", "--package", "testkit", "--test", "crash", "--", "--nocapture", "--test-threads", "1"];
        let (passed, kept) = process::watch(command.args(arguments), telling)?;
        lines.extend(kept);
        rounds += 1;
        if !passed {
            return Ok(Ended::Failed(format!("in round {rounds}: cargo xtask soak --seed {seed} begins with it")));
        }
    }
    Ok(Ended::Passed(format!("{rounds} rounds of {CRASH_HISTORIES} per database from seed {first}")))
}

/// A seed that was probably never tried; small enough to be typed.
fn any_seed() -> Result<u64> {
    let mut bytes = [0; 4];
    std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes)).context("no randomness")?;
    Ok(u64::from(u32::from_le_bytes(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_skipped_and_what_was_done_is_repeated() {
        assert!(telling("SKIPPED: a test: no tool"));
        assert!(telling("Sqlite: 24 histories from seed 1 in 20s: 270 runs"));
        assert!(telling("Sqlite: 6 items, killed after each of 25 commits, 20 POST in 30s"));
        assert!(!telling("history 2 on Sqlite: set up after 70ms"));
    }
}
