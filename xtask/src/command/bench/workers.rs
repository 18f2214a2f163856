//! Many processes on one PostgreSQL: the tenants of a workspace are all due at once, and one, two or four processes work on them.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::api::read;
use super::http::Client;
use super::installation::Installation;
use super::page::since_month;
use super::place::{Database, Place};
use super::press::Visit;
use super::program::{self, Program};
use super::units::Bytes;
use crate::machine::{Need, Tools};
use crate::postgres::Server;

/// Slots of each process.
pub(super) const SLOTS: u64 = 8;
/// What every answer of the simulated Graph takes.
pub(super) const LATENCY: Duration = Duration::from_millis(50);
/// Until all runs have ended.
const PATIENCE: Duration = Duration::from_secs(1_200);
const STEP: Duration = Duration::from_millis(100);

/// How many processes work, and whether one of them is killed while it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Setting {
    pub(super) processes: usize,
    pub(super) killed: bool,
}

/// Every setting that is measured.
pub(super) const SETTINGS: [Setting; 4] = [
    Setting { processes: 1, killed: false },
    Setting { processes: 2, killed: false },
    Setting { processes: 4, killed: false },
    Setting { processes: 4, killed: true },
];

/// All tenants synced once.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct All {
    /// From the creation of the first run to the end of the last, as recorded.
    pub(super) wall: Duration,
    /// The longest that one waited until its first attempt began.
    pub(super) waited: Duration,
    /// Processor time of the processes that work, as far as they still live.
    pub(super) cpu: Duration,
    /// The most memory that one of them used.
    pub(super) peak: Bytes,
    /// Runs that took more than one attempt.
    pub(super) again: u64,
}

/// One installation: all tenants for the first time, then all again, unchanged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Round {
    pub(super) setting: Setting,
    pub(super) first: All,
    pub(super) second: All,
}

/// What to measure.
pub(super) struct Plan<'a> {
    /// The program.
    pub(super) file: &'a Path,
    /// Where it may write.
    pub(super) scratch: &'a Path,
    pub(super) tenants: usize,
    pub(super) policies: usize,
    pub(super) rounds: usize,
}

/// Measures every setting in turn.
pub(super) fn measure(plan: &Plan<'_>) -> Result<Vec<Round>> {
    let tools = Tools::provide(&[Need::Postgres])?;
    let server = Server::start_durable(tools.postgres()?)?;
    let place = Place { file: plan.file, scratch: plan.scratch, bin: tools.postgres()?, server: &server };
    let simulator = simulator(plan)?;
    let mut all = Vec::new();
    for round in 1..=plan.rounds {
        for (at, setting) in SETTINGS.into_iter().enumerate() {
            let installation = place.installation(&format!("{round}_{at}_workers"), Database::Postgres, &simulator)?;
            for further in 1..plan.tenants {
                installation.add_tenant(further)?;
            }
            let done = one(&installation, &simulator, setting)?;
            println!("round {round} of {}: {done:?}", plan.rounds);
            all.push(done);
        }
    }
    simulator.stop()?;
    Ok(all)
}

fn simulator(plan: &Plan<'_>) -> Result<Program> {
    let mut command = program::command(plan.file);
    command.args(["sim", "--honour-top", "--groups", "60", "--policies", &plan.policies.to_string()]);
    command.args(["--tenants", &plan.tenants.to_string(), "--latency-ms", &LATENCY.as_millis().to_string()]);
    Program::start(&mut command, &plan.scratch.join("simulator.log"))
}

fn one(installation: &Installation, simulator: &Program, setting: Setting) -> Result<Round> {
    let serving = installation.serve()?;
    let workers = (0..setting.processes).map(|number| installation.work(number, SLOTS)).collect::<Result<Vec<_>>>()?;
    let mut crew = Crew { workers, client: Visit::begin(&serving, simulator)?.api()?, tenants: Vec::new() };
    crew.tenants = crew.listed()?;
    let first = crew.sync(setting.killed)?;
    let second = crew.sync(false)?;
    for worker in crew.workers {
        worker.stop()?;
    }
    serving.stop()?;
    Ok(Round { setting, first, second })
}

/// The processes that work, and a program that starts runs and follows them.
struct Crew {
    workers: Vec<Program>,
    client: Client,
    tenants: Vec<String>,
}

impl Crew {
    fn get(&mut self, path: &str) -> Result<Value> {
        read(self.client.get(path)?, path)
    }

    /// Our ids of all tenants.
    fn listed(&mut self) -> Result<Vec<String>> {
        let (mut ids, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("/api/v1/tenants?limit=200{cursor}"))?;
            ids.extend(
                page["items"].as_array().into_iter().flatten().filter_map(|tenant| Some(tenant["id"].as_str()?.to_owned())),
            );
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(ids),
            }
        }
    }

    /// Starts the sync of every tenant and follows all to their ends. `kills`: one process is killed when a quarter of them is over.
    fn sync(&mut self, kills: bool) -> Result<All> {
        let before = self.cpu()?;
        for worker in &self.workers {
            worker.forget_peak()?;
        }
        let mut runs = Vec::new();
        for tenant in self.tenants.clone() {
            let path = format!("/api/v1/tenants/{tenant}/inventory/sync");
            let started = read(self.client.post_json(&path, &json!({}).to_string())?, &path)?;
            runs.push(started["run"]["id"].as_str().with_context(|| format!("no run was started: {started}"))?.to_owned());
        }
        if kills {
            self.wait_for(&runs, runs.len() / 4)?;
            // Dropped, it is killed: no word of farewell, its leases run out.
            drop(self.workers.pop());
        }
        let ended = runs.iter().map(|run| self.followed(run)).collect::<Result<Vec<_>>>()?;
        let moment =
            |run: &Value, name: &str| run[name].as_str().and_then(since_month).with_context(|| format!("no {name}: {run}"));
        let mut all = All::default();
        let (mut begun, mut last) = (Duration::MAX, Duration::ZERO);
        for run in &ended {
            let created = moment(run, "created_at")?;
            begun = begun.min(created);
            last = last.max(moment(run, "completed_at")?);
            all.waited = all.waited.max(moment(run, "started_at")?.saturating_sub(created));
            all.again += u64::from(run["attempt"].as_u64().unwrap_or_default() > 1);
        }
        all.wall = last.saturating_sub(begun);
        // Of the processes that still live: the killed one was the last of them.
        all.cpu = self.cpu()?.iter().zip(before).map(|(after, before)| after.saturating_sub(before)).sum();
        all.peak = self.workers.iter().map(Program::peak).collect::<Result<Vec<_>>>()?.into_iter().max().unwrap_or_default();
        Ok(all)
    }

    /// Waits until so many of the runs are over, whichever.
    fn wait_for(&mut self, runs: &[String], wanted: usize) -> Result<()> {
        let begun = std::time::Instant::now();
        while begun.elapsed() < PATIENCE {
            let page = self.get("/api/v1/runs?type=inventory_sync&status=completed&limit=200")?;
            let over = page["items"].as_array().into_iter().flatten().filter_map(|run| run["id"].as_str());
            if over.filter(|id| runs.iter().any(|run| run == id)).count() >= wanted {
                return Ok(());
            }
            #[allow(clippy::disallowed_methods, reason = "a program that follows runs looks at them now and then")]
            std::thread::sleep(STEP);
        }
        bail!("{wanted} syncs did not end in {} s", PATIENCE.as_secs())
    }

    /// The run once it has ended well.
    fn followed(&mut self, run: &str) -> Result<Value> {
        let path = format!("/api/v1/runs/{run}");
        let begun = std::time::Instant::now();
        loop {
            let told = self.get(&path)?;
            match (told["status"].as_str(), told["outcome"].as_str()) {
                (Some("completed"), Some("succeeded")) => return Ok(told),
                (Some("completed"), _) => bail!("a sync ended otherwise: {told}"),
                _ if begun.elapsed() > PATIENCE => bail!("a sync did not end in {} s", PATIENCE.as_secs()),
                #[allow(clippy::disallowed_methods, reason = "a program that follows a run looks at it now and then")]
                _ => std::thread::sleep(STEP),
            }
        }
    }

    fn cpu(&self) -> Result<Vec<Duration>> {
        self.workers.iter().map(Program::cpu).collect()
    }
}
