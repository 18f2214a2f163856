//! `cargo xtask bench …`: figures from real processes, written into `docs/BENCHMARKS.md`.

mod api;
pub(super) mod document;
mod estimate;
mod figures;
mod http;
mod installation;
mod ledger;
mod machine;
mod page;
mod place;
mod press;
mod program;
mod restore;
mod restore_figures;
mod same;
mod sync;
mod units;
mod workers;
mod workers_figures;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// What to measure.
#[derive(clap::Subcommand)]
pub(crate) enum Options {
    /// The inventory sync of an invented tenant, first and repeated, on both databases, also under Microsoft's limits; a directory
    /// of many groups; start, memory, size.
    Sync(SyncOptions),
    /// Restores of an emptied tenant, on both databases: without limits, and under Microsoft's; planning and previewing.
    Restore(RestoreOptions),
    /// One, two and four processes that work on one PostgreSQL, on the syncs of many tenants that are due at once; one of them killed.
    Workers(WorkersOptions),
}

/// How to measure processes that work together.
#[derive(clap::Args)]
pub(crate) struct WorkersOptions {
    /// Tenants.
    #[arg(long, default_value_t = 48)]
    tenants: usize,
    /// Policies of each.
    #[arg(long, default_value_t = 500)]
    policies: usize,
    /// Rounds; each measures every setting once on a fresh database, and the medians count.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Measure this program; the figures are printed and not written into the document.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

/// How to measure restores.
#[derive(clap::Args)]
pub(crate) struct RestoreOptions {
    /// Policies of the tenant that is restored without limits: of the mix, about four of five may be written.
    #[arg(long, default_value_t = 6_400)]
    policies: usize,
    /// Policies of the one that is restored under Microsoft's limits; 0: none.
    #[arg(long, default_value_t = 640)]
    few: usize,
    /// Rounds; each measures every setting once on a fresh database, and the medians count.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Only on this database.
    #[arg(long)]
    only: Option<place::Database>,
    /// Measure this program; the figures are printed and not written into the document.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

/// How to measure the sync.
#[derive(clap::Args)]
pub(crate) struct SyncOptions {
    /// Policies of the invented tenant.
    #[arg(long, default_value_t = 5_000)]
    policies: usize,
    /// Groups of the tenant with a large directory.
    #[arg(long, default_value_t = 100_000)]
    groups: usize,
    /// Rounds; each measures every setting once on a fresh database, and the medians count.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Build from nothing in a folder of its own, and measure that too. Takes minutes.
    #[arg(long)]
    build: bool,
    /// Measure this program; the figures are printed and not written into the document.
    #[arg(long, value_name = "FILE", conflicts_with = "build")]
    program: Option<PathBuf>,
}

/// Measures, prints the tables, and writes them into the document.
pub(crate) fn main(options: &Options) -> Result<bool> {
    let rounds = match options {
        Options::Sync(options) => options.rounds,
        Options::Restore(options) => options.rounds,
        Options::Workers(options) => options.rounds,
    };
    if rounds == 0 {
        bail!("--rounds must be at least 1");
    }
    let (workspace, scratch) = (Workspace::find()?, Scratch::new()?);
    match options {
        Options::Sync(options) => sync(options, &workspace, &scratch),
        Options::Restore(options) => restore(options, &workspace, &scratch),
        Options::Workers(options) => workers(options, &workspace, &scratch),
    }
}

fn workers(options: &WorkersOptions, workspace: &Workspace, scratch: &Scratch) -> Result<bool> {
    let built = match &options.program {
        Some(file) => file.canonicalize().context("--program")?,
        None => build(workspace)?.program,
    };
    let (tenants, policies, rounds) = (options.tenants, options.policies, options.rounds);
    let plan = workers::Plan { file: &built, scratch: scratch.path(), tenants, policies, rounds };
    let text = workers_figures::text(&plan, &workers::measure(&plan)?, &machine::about()?);
    written(workspace, "workers", &text, options.program.is_none())
}

fn restore(options: &RestoreOptions, workspace: &Workspace, scratch: &Scratch) -> Result<bool> {
    let built = match &options.program {
        Some(file) => file.canonicalize().context("--program")?,
        None => build(workspace)?.program,
    };
    let (policies, few, rounds) = (options.policies, options.few, options.rounds);
    let databases = options.only.map_or_else(|| place::Database::ALL.to_vec(), |only| vec![only]);
    let all = options.only.is_none() && few > 0;
    let plan = restore::Plan { file: &built, scratch: scratch.path(), policies, few, rounds, databases };
    let text = restore_figures::text(&restore::measure(&plan)?, &machine::about()?);
    written(workspace, "restore", &text, all && options.program.is_none())
}

/// Prints the figures, and writes them into the document where they are whole and of the program that is built of these sources.
fn written(workspace: &Workspace, name: &str, text: &str, whole: bool) -> Result<bool> {
    println!("\n{text}");
    if whole {
        document::write(&workspace.root().join("docs/BENCHMARKS.md"), name, text)?;
        println!("Written into docs/BENCHMARKS.md.");
    }
    Ok(true)
}

fn sync(options: &SyncOptions, workspace: &Workspace, scratch: &Scratch) -> Result<bool> {
    let built = match &options.program {
        Some(file) => Built { program: file.canonicalize().context("--program")?, clean: None },
        None if options.build => build_from_nothing(workspace, scratch.path())?,
        None => build(workspace)?,
    };
    let (policies, groups, rounds) = (options.policies, options.groups, options.rounds);
    let measured = sync::measure(&sync::Plan { file: &built.program, scratch: scratch.path(), policies, groups, rounds })?;
    let text = figures::text(&measured, &machine::about()?, &figures::size(&built.program)?, built.clean);
    written(workspace, "sync", &text, options.program.is_none())
}

/// The program to measure, and how long it took to build from nothing where that was measured.
struct Built {
    program: PathBuf,
    clean: Option<Duration>,
}

const BUILD: [&str; 5] = ["build", "--release", "--locked", "--package", "app"];

fn build(workspace: &Workspace) -> Result<Built> {
    if !process::run(workspace.cargo().args(BUILD))? {
        bail!("the release build failed");
    }
    Ok(Built { program: program_in(&workspace.target_folder()?), clean: None })
}

fn build_from_nothing(workspace: &Workspace, scratch: &Path) -> Result<Built> {
    // Downloads are not part of it.
    if !process::run(workspace.cargo().args(["fetch", "--locked"]))? {
        bail!("the dependencies could not be fetched");
    }
    let target = scratch.join("target");
    let begun = Instant::now();
    if !process::run(workspace.cargo().args(BUILD).env("CARGO_TARGET_DIR", &target).env("CARGO_INCREMENTAL", "0"))? {
        bail!("the release build failed");
    }
    Ok(Built { program: program_in(&target), clean: Some(begun.elapsed()) })
}

fn program_in(target: &Path) -> PathBuf {
    target.join("release").join(format!("tenantatlas{}", std::env::consts::EXE_SUFFIX))
}

/// A folder of our own that is gone afterwards.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("tenantatlas-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        Ok(Self(folder))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
