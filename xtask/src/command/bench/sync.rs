//! The inventory sync, measured on real processes, from the run that a pressed button creates to its end.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::http::Client;
use super::installation::Installation;
use super::page::ok;
use super::place::{Database, Place, Setting, set, simulator};
use super::press::{Button, Sync, Visit};
use super::program::Program;
use super::units::Bytes;
use crate::machine::{Need, Tools};
use crate::postgres::Server;

/// A process that has been started does what it has to; memory is idle after this.
const SETTLE: Duration = Duration::from_secs(2);

const FAR: Setting = Setting { latency: Duration::from_millis(50), honour_top: true, limits: false };

/// Every setting that is measured.
pub(super) const SETTINGS: [Setting; 4] =
    [Setting { latency: Duration::ZERO, ..FAR }, FAR, Setting { honour_top: false, ..FAR }, Setting { limits: true, ..FAR }];

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

/// One installation with a large directory: policies, then groups, then groups again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Large {
    pub(super) database: Database,
    pub(super) policies: Sync,
    pub(super) groups: Sync,
    pub(super) again: Sync,
}

/// Everything that was measured.
#[derive(Default)]
pub(super) struct Measured {
    pub(super) policies: usize,
    pub(super) groups: usize,
    pub(super) rounds: usize,
    pub(super) all: Vec<Round>,
    pub(super) large: Vec<Large>,
}

/// What to measure.
pub(super) struct Plan<'a> {
    /// The program.
    pub(super) file: &'a Path,
    /// Where it may write.
    pub(super) scratch: &'a Path,
    pub(super) policies: usize,
    pub(super) groups: usize,
    pub(super) rounds: usize,
}

/// Measures every setting on both databases, in turn, so that a slow minute of the machine hits all alike.
pub(super) fn measure(plan: &Plan<'_>) -> Result<Measured> {
    let tools = Tools::provide(&[Need::Postgres])?;
    let server = Server::start_durable(tools.postgres()?)?;
    let place = Place { file: plan.file, scratch: plan.scratch, bin: tools.postgres()?, server: &server };
    let simulator = simulator(plan.file, plan.scratch, plan.policies, 60, "simulator")?;
    // Graph gives groups in pages of 100 where nobody asks for more.
    let directory = simulator_of_groups(plan)?;
    let (policies, groups, rounds) = (plan.policies, plan.groups, plan.rounds);
    let mut measured = Measured { policies, groups, rounds, ..Measured::default() };
    for round in 1..=rounds {
        for (at, setting) in SETTINGS.into_iter().enumerate() {
            for database in Database::ALL {
                // What the installation before asked would count against the limits of this one.
                set(&simulator, setting)?;
                let installation = place.installation(&format!("{round}_{at}"), database, &simulator)?;
                let done = one(&installation, &simulator, database, setting)?;
                println!(
                    "round {round} of {rounds}: {database:?}, {setting:?}\n  first  {:?}\n  second {:?}",
                    done.first, done.second
                );
                measured.all.push(done);
            }
        }
        for database in Database::ALL {
            let installation = place.installation(&format!("{round}_groups"), database, &directory)?;
            let done = large(&installation, &directory, database)?;
            println!("round {round} of {rounds}: {done:?}");
            measured.large.push(done);
        }
    }
    directory.stop()?;
    simulator.stop()?;
    Ok(measured)
}

fn simulator_of_groups(plan: &Plan<'_>) -> Result<Program> {
    let started = simulator(plan.file, plan.scratch, plan.policies, plan.groups, "directory")?;
    let mut control = Client::of(&started.url)?;
    ok(control.post_json("/_sim/paging", r#"{"honour_top":true,"page_size":100}"#)?, "/_sim/paging")?;
    Ok(started)
}

fn one(installation: &Installation, simulator: &Program, database: Database, setting: Setting) -> Result<Round> {
    let serving = installation.start(setting.limits)?;
    let mut visit = Visit::begin(&serving, simulator)?;
    let first = visit.press(Button::Inventory, setting.limits)?;
    let second = visit.press(Button::Inventory, setting.limits)?;
    drop(visit);
    serving.stop()?;
    let again = installation.start(setting.limits)?;
    #[allow(clippy::disallowed_methods, reason = "memory of an idle process is what it uses after doing nothing for a while")]
    std::thread::sleep(SETTLE);
    let (ready, idle) = (again.ready_after, again.memory()?);
    again.stop()?;
    Ok(Round { database, setting, first, second, ready, idle })
}

fn large(installation: &Installation, simulator: &Program, database: Database) -> Result<Large> {
    let serving = installation.start(false)?;
    let mut visit = Visit::begin(&serving, simulator)?;
    let policies = visit.press(Button::Inventory, false)?;
    let groups = visit.press(Button::Groups, false)?;
    let again = visit.press(Button::Groups, false)?;
    drop(visit);
    serving.stop()?;
    Ok(Large { database, policies, groups, again })
}
