//! The inventory sync, measured on real processes, from the run that a pressed button creates to its end.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::http::{Answer, Client};
use super::installation::Installation;
use super::page::{State, id_after, moment, state, token, values};
use super::program::{self, Program};
use super::units::Bytes;
use crate::machine::{Need, Tools};
use crate::postgres::Server;
use crate::process;

/// Until a sync has ended.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long nothing more has to be heard of a run before its page is looked at: looking costs what is measured.
const QUIET: Duration = Duration::from_millis(20);
/// After this the page is looked at even if nothing was heard.
const LOST: Duration = Duration::from_secs(1);
/// A process that has been started does what it has to; memory is idle after this.
const SETTLE: Duration = Duration::from_secs(2);

/// Where the data is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Database {
    Sqlite,
    Postgres,
}

/// How the simulated Graph answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Setting {
    /// For every HTTP exchange.
    pub(super) latency: Duration,
    /// Whether `$top` counts, up to 1,000; else lists come in pages of 25.
    pub(super) honour_top: bool,
}

/// Every row of the table.
pub(super) const SETTINGS: [Setting; 3] = [
    Setting { latency: Duration::ZERO, honour_top: true },
    Setting { latency: Duration::from_millis(50), honour_top: true },
    Setting { latency: Duration::from_millis(50), honour_top: false },
];

/// What one sync cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sync {
    /// From the run's creation to its end, as recorded.
    pub(super) wall: Duration,
    /// Processor time of the serving process.
    pub(super) cpu: Duration,
    /// The most memory that it used.
    pub(super) peak: Bytes,
    /// HTTP exchanges with the simulator, tokens included.
    pub(super) exchanges: u64,
    /// Requests as the quota counts them: each part of a batch is one.
    pub(super) units: u64,
    /// Objects that were read.
    pub(super) items: u64,
}

/// One installation: two syncs, then a start on what is there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Round {
    pub(super) database: Database,
    pub(super) setting: Setting,
    pub(super) first: Sync,
    pub(super) second: Sync,
    /// From starting the process to its saying that it is ready, on the filled database.
    pub(super) ready: Duration,
    /// Memory after that, with nothing to do.
    pub(super) idle: Bytes,
}

/// Everything that was measured.
pub(super) struct Measured {
    pub(super) policies: usize,
    pub(super) rounds: usize,
    pub(super) all: Vec<Round>,
}

/// Measures every setting on both databases, in turn, so that a slow minute of the machine hits all alike.
pub(super) fn measure(file: &Path, scratch: &Path, policies: usize, rounds: usize) -> Result<Measured> {
    let tools = Tools::provide(&[Need::Postgres])?;
    let server = Server::start_durable(tools.postgres()?)?;
    let size = policies.to_string();
    let mut command = program::command(file);
    let simulator = Program::start(command.args(["sim", "--policies", &size]), &scratch.join("simulator.log"))?;
    let mut all = Vec::new();
    for round in 1..=rounds {
        for (at, setting) in SETTINGS.into_iter().enumerate() {
            set(&simulator, setting)?;
            for database in [Database::Sqlite, Database::Postgres] {
                let folder = scratch.join(format!("{round}-{at}-{database:?}"));
                std::fs::create_dir_all(&folder)?;
                let url = match database {
                    Database::Sqlite => format!("sqlite:{}", folder.join("tenantatlas.db").display()),
                    Database::Postgres => create(tools.postgres()?, &server, &format!("bench_{round}_{at}"))?,
                };
                let installation = Installation::prepare(file, folder, url, &simulator)?;
                let done = one(&installation, &simulator, database, setting)?;
                println!(
                    "round {round} of {rounds}: {database:?}, {setting:?}\n  first  {:?}\n  second {:?}",
                    done.first, done.second
                );
                all.push(done);
            }
        }
    }
    simulator.stop()?;
    Ok(Measured { policies, rounds, all })
}

fn set(simulator: &Program, setting: Setting) -> Result<()> {
    let mut control = Client::of(&simulator.url)?;
    let latency = format!("{{\"milliseconds\":{}}}", setting.latency.as_millis());
    let paging = format!("{{\"honour_top\":{}}}", setting.honour_top);
    for (path, body) in [("/_sim/latency", latency), ("/_sim/paging", paging)] {
        ok(control.post_json(path, &body)?, path)?;
    }
    Ok(())
}

/// A fresh database on the private server; gives its URL.
fn create(bin: &Path, server: &Server, name: &str) -> Result<String> {
    process::output(Command::new(bin.join("createdb")).arg(format!("--maintenance-db={}", server.url())).arg(name))?;
    let (front, _) = server.url().rsplit_once('/').context("the server's URL names no database")?;
    Ok(format!("{front}/{name}"))
}

fn one(installation: &Installation, simulator: &Program, database: Database, setting: Setting) -> Result<Round> {
    let serving = installation.start()?;
    let mut visitor = sign_in(&serving)?;
    let first = sync(&serving, simulator, &mut visitor)?;
    let second = sync(&serving, simulator, &mut visitor)?;
    serving.stop()?;
    let again = installation.start()?;
    #[allow(clippy::disallowed_methods, reason = "memory of an idle process is what it uses after doing nothing for a while")]
    std::thread::sleep(SETTLE);
    let (ready, idle) = (again.ready_after, again.memory()?);
    again.stop()?;
    Ok(Round { database, setting, first, second, ready, idle })
}

fn sign_in(serving: &Program) -> Result<Client> {
    let mut visitor = Client::of(&serving.url)?;
    let page = ok(visitor.get("/sign-in")?, "/sign-in")?;
    let (email, password) = Installation::person();
    let fields = [("csrf", token(&page)?), ("email", email), ("password", password)];
    let answer = visitor.post_form("/sign-in", &fields)?;
    match answer.status {
        303 => Ok(visitor),
        status => bail!("signing in answered {status}"),
    }
}

/// Presses "Sync now" and waits for the end of the run.
fn sync(serving: &Program, simulator: &Program, visitor: &mut Client) -> Result<Sync> {
    let home = ok(visitor.get("/admin")?, "/admin")?;
    let tenant = format!("/admin/t/{}", id_after(&home, "/admin/t/").context("the overview shows no tenant")?);
    let page = ok(visitor.get(&tenant)?, &tenant)?;
    let mut events = visitor.events("/admin/events")?;
    let mut control = Client::of(&simulator.url)?;
    ok(control.delete("/_sim/requests")?, "/_sim/requests")?;
    serving.forget_peak()?;

    let (begun, before) = (Instant::now(), serving.cpu()?);
    let mut fields = vec![("csrf", token(&page)?), ("back", "/admin")];
    fields.extend(values(&page, "types").map(|key| ("types", key)));
    let answer = visitor.post_form(&format!("{tenant}/inventory/sync"), &fields)?;
    let back = answer.location.filter(|_| answer.status == 303);
    let after = visitor.get(&back.with_context(|| format!("starting the sync answered {}", answer.status))?)?;
    let run = id_after(&after.body, "/admin/operations/").context("no run was started")?.to_owned();
    let (wall, items) = loop {
        // Each event restarts the wait: the page is looked at when the run has been quiet for a moment, which it is at its end.
        while events.next(QUIET)?.is_some() {}
        let page = visitor.get(&format!("/admin/operations/{run}"))?.body;
        match state(&page) {
            State::Active if begun.elapsed() < PATIENCE => {}
            State::Active => bail!("the sync did not end in {} s", PATIENCE.as_secs()),
            // As recorded: what tells of the end comes a little later.
            State::Succeeded(items) => break (moment(&page, "Completed")?.saturating_sub(moment(&page, "Created")?), items),
            State::Otherwise => bail!("the sync did not succeed"),
        }
        // Until the next event there is nothing new to see; an event that was lost costs this wait.
        events.next(LOST)?;
    };
    let cpu = serving.cpu()?.saturating_sub(before);
    let (exchanges, units) = asked(&mut control)?;
    Ok(Sync { wall, cpu, peak: serving.peak()?, exchanges, units, items })
}

fn asked(control: &mut Client) -> Result<(u64, u64)> {
    let told: Value = serde_json::from_str(&ok(control.get("/_sim/requests")?, "/_sim/requests")?)?;
    let count = |name: &str| told[name].as_u64().with_context(|| format!("the simulator tells no {name}"));
    Ok((count("requests")?, count("units")?))
}

fn ok(answer: Answer, path: &str) -> Result<String> {
    match answer.status {
        200 => Ok(answer.body),
        status => bail!("{path} answered {status}"),
    }
}
