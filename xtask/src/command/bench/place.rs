//! Where things are measured: simulators, and installations on fresh databases.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::http::Client;
use super::installation::Installation;
use super::page::ok;
use super::program::{self, Program};
use crate::postgres::Server;
use crate::process;

/// Where the data is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    /// Both.
    pub(super) const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// Its name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// How the simulated Graph answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Setting {
    /// For every HTTP exchange.
    pub(super) latency: Duration,
    /// Whether `$top` counts, up to 1,000; else lists come in pages of 25.
    pub(super) honour_top: bool,
    /// Whether it throttles by Microsoft's published limits.
    pub(super) limits: bool,
}

/// A simulator in a process of its own, with an invented tenant.
pub(super) fn simulator(file: &Path, scratch: &Path, policies: usize, groups: usize, log: &str) -> Result<Program> {
    let mut command = program::command(file);
    command.args(["sim", "--policies", &policies.to_string(), "--groups", &groups.to_string()]);
    Program::start(&mut command, &scratch.join(format!("{log}.log")))
}

/// Has the simulator answer in that way; nothing counts against its limits yet.
pub(super) fn set(simulator: &Program, setting: Setting) -> Result<()> {
    let mut control = Client::of(&simulator.url)?;
    let latency = format!("{{\"milliseconds\":{}}}", setting.latency.as_millis());
    let paging = format!("{{\"honour_top\":{}}}", setting.honour_top);
    let limits = format!("{{\"published\":{}}}", setting.limits);
    for (path, body) in [("/_sim/latency", latency), ("/_sim/paging", paging), ("/_sim/limits", limits)] {
        ok(control.post_json(path, &body)?, path)?;
    }
    Ok(())
}

/// Where installations get their databases.
pub(super) struct Place<'a> {
    /// The program.
    pub(super) file: &'a Path,
    /// Where it may write.
    pub(super) scratch: &'a Path,
    /// Where the programs of PostgreSQL are.
    pub(super) bin: &'a Path,
    /// A server of our own.
    pub(super) server: &'a Server,
}

impl Place<'_> {
    /// A prepared installation of that name on a fresh database.
    pub(super) fn installation(&self, name: &str, database: Database, simulator: &Program) -> Result<Installation> {
        let folder: PathBuf = self.scratch.join(format!("{name}-{database:?}"));
        std::fs::create_dir_all(&folder)?;
        let url = match database {
            Database::Sqlite => format!("sqlite:{}", folder.join("tenantatlas.db").display()),
            Database::Postgres => self.create(&format!("bench_{name}"))?,
        };
        Installation::prepare(self.file, folder, url, simulator)
    }

    /// A fresh database on the private server; gives its URL.
    fn create(&self, name: &str) -> Result<String> {
        let server = format!("--maintenance-db={}", self.server.url());
        process::output(Command::new(self.bin.join("createdb")).arg(server).arg(name))?;
        let (front, _) = self.server.url().rsplit_once('/').context("the server's URL names no database")?;
        Ok(format!("{front}/{name}"))
    }
}
