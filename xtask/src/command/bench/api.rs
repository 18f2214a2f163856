//! A program at the API of an installation: it starts runs, follows them to their end, and measures what each cost.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::estimate::Estimates;
use super::http::{Answer, Client};
use super::ledger::{self, Asked};
use super::page::since_month;
use super::program::Program;
use super::units::Bytes;

/// Until a run has ended.
const PATIENCE: Duration = Duration::from_secs(1_800);
/// How often a run is looked at.
const STEP: Duration = Duration::from_millis(250);

/// What one step cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Cost {
    /// Of a run, from its creation to its end, as recorded; of anything else, until the answer was there.
    pub(super) wall: Duration,
    /// Processor time of the serving process.
    pub(super) cpu: Duration,
    /// The most memory that it used.
    pub(super) peak: Bytes,
    /// What it asked.
    pub(super) asked: Asked,
    /// How far off its estimate was at a quarter, in parts of a hundred; `None` where none was told.
    pub(super) off: Option<u64>,
}

/// A program with a token.
pub(super) struct Api<'a> {
    serving: &'a Program,
    client: Client,
    control: Client,
    tenant: String,
}

impl<'a> Api<'a> {
    /// For a tenant of the installation.
    pub(super) fn of(serving: &'a Program, simulator: &Program, client: Client, tenant: String) -> Result<Self> {
        Ok(Self { serving, client, control: Client::of(&simulator.url)?, tenant })
    }

    /// Below the tenant.
    pub(super) fn get(&mut self, path: &str) -> Result<Value> {
        let path = format!("/api/v1/tenants/{}{path}", self.tenant);
        read(self.client.get(&path)?, &path)
    }

    /// Below the tenant.
    pub(super) fn post(&mut self, path: &str, body: &Value) -> Result<Value> {
        let path = format!("/api/v1/tenants/{}{path}", self.tenant);
        read(self.client.post_json(&path, &body.to_string())?, &path)
    }

    /// All rows of a list below the tenant.
    pub(super) fn all(&mut self, path: &str) -> Result<Vec<Value>> {
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        loop {
            let mut page = self.get(&format!("{path}?limit=200{cursor}"))?;
            let next = page["next"].as_str().map(str::to_owned);
            if let Value::Array(items) = page["items"].take() {
                rows.extend(items);
            }
            match next {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(rows),
            }
        }
    }

    /// A request that is answered when all is done, and what it cost.
    pub(super) fn measured(&mut self, path: &str, body: &Value) -> Result<(Value, Cost)> {
        ledger::forget(&mut self.control)?;
        self.serving.forget_peak()?;
        let (begun, before) = (Instant::now(), self.serving.cpu()?);
        let answer = self.post(path, body)?;
        let wall = begun.elapsed();
        Ok((answer, self.cost(wall, before, None)?))
    }

    /// Starts a run and follows it to its end. `wants`: outcomes with which it may end.
    pub(super) fn run(&mut self, path: &str, body: &Value, wants: &[&str]) -> Result<(Value, Cost)> {
        ledger::forget(&mut self.control)?;
        self.serving.forget_peak()?;
        let (begun, before) = (Instant::now(), self.serving.cpu()?);
        let started = self.post(path, body)?;
        let id = started["run"]["id"].as_str().with_context(|| format!("{path} started no run: {started}"))?;
        let at = format!("/api/v1/runs/{id}");
        let mut estimates = Estimates::default();
        let run = loop {
            #[allow(clippy::disallowed_methods, reason = "a program that follows a run looks at it now and then")]
            std::thread::sleep(STEP);
            let run = read(self.client.get(&at)?, &at)?;
            if run["status"] == "completed" {
                break run;
            }
            if begun.elapsed() > PATIENCE {
                bail!("{path}: the run did not end in {} s: {run}", PATIENCE.as_secs());
            }
            estimates.note(begun.elapsed(), run["phase"].as_str().unwrap_or_default());
        };
        if !wants.iter().any(|outcome| run["outcome"] == *outcome) {
            bail!("{path}: the run ended otherwise: {run}");
        }
        let moment = |name: &str| run[name].as_str().and_then(since_month).with_context(|| format!("no {name}"));
        let wall = moment("completed_at")?.saturating_sub(moment("created_at")?);
        let cost = self.cost(wall, before, estimates.off_at_a_quarter(wall))?;
        Ok((run, cost))
    }

    fn cost(&mut self, wall: Duration, before: Duration, off: Option<u64>) -> Result<Cost> {
        let cpu = self.serving.cpu()?.saturating_sub(before);
        Ok(Cost { wall, cpu, peak: self.serving.peak()?, asked: ledger::asked(&mut self.control)?, off })
    }
}

/// The JSON of an answer that went well.
pub(super) fn read(answer: Answer, path: &str) -> Result<Value> {
    if !(200..300).contains(&answer.status) {
        bail!("{path} answered {}: {}", answer.status, answer.body);
    }
    if answer.body.is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_str(&answer.body).with_context(|| format!("{path} answered no JSON"))
}
