//! `tenantatlas demo`: everything in one process, on simulated tenants.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use model::time::{Clock as _, SystemClock};
use ops::{Clouds, WorkerOptions};
use outbound::alert::{Courier, Networks};
use outbound::{Endpoints, Limits};
use store::sealed::Keyring;
use store::{Store, StoreError};
use web::WebOptions;

use crate::config::{Log, Secrets};
use crate::demo::state::State;
use crate::demo::{history, seed, tenants};
use crate::{listen, log, shutdown, wire};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Address to serve pages on; without it 127.0.0.1:8080, or a free port if that one is in use.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Folder of exported objects to load as a tenant; several are merged into one, later ones win.
    #[arg(long, value_name = "DIR")]
    load: Vec<PathBuf>,
    /// Keep the database here; without it a temporary folder is used and removed at the end.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Policies in each of the invented tenants.
    #[arg(long, default_value_t = 240)]
    policies: usize,
    /// Leave the tenants as they are: nothing is synced before somebody asks for it, and nobody changes anything.
    #[arg(long)]
    quiet_tenants: bool,
    /// Open the page in a browser.
    #[arg(long)]
    open: bool,
    /// Log more than warnings.
    #[arg(long)]
    verbose: bool,
}

pub(crate) async fn run(options: Options) -> Result<()> {
    let filter = if options.verbose { "info" } else { "warn" };
    log::start(&Log { filter: filter.to_owned(), json: false })?;
    let shutdown = shutdown::on_signal()?;
    let listener = match options.listen {
        Some(address) => listen::on(address, "--listen").await?,
        None => match listen::on(SocketAddr::from(([127, 0, 0, 1], 8080)), "--listen").await {
            Ok(listener) => listener,
            Err(_) => listen::on(SocketAddr::from(([127, 0, 0, 1], 0)), "--listen").await?,
        },
    };
    // Held until the end: dropping it removes the folder.
    let mut temporary = None;
    let folder = match &options.data {
        Some(folder) => {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
            folder.clone()
        }
        None => temporary.insert(tempfile::tempdir().context("cannot create a temporary folder")?).path().to_owned(),
    };
    let url = format!("sqlite:{}", folder.join("tenantatlas.db").display());
    let opened = Store::open(&url, store_options(&url).await?).await?;
    let state = earlier_or_new(&options, &folder)?;
    let (sim, planned) = tenants::simulate(&state, Arc::new(SystemClock))?;
    let listening = sim.listen(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let clouds = Clouds { custom: Some(Endpoints::loopback(&listening.base_url.parse()?)?.unpaced()), ..Clouds::default() };
    let owner = seed::fill(&opened, &planned).await?;
    let address = format!("http://{}", listener.local_addr()?);
    // Alerts of a demo may go to a receiver on this machine.
    let courier = Courier::new(Networks::parse(&["127.0.0.0/8", "::1/128"])?);
    let working = WorkerOptions { courier, public_url: Some(address.clone()), ..WorkerOptions::default() };
    let worker = wire::worker(&opened.store, Limits::default(), clouds, working).await?;
    if !options.quiet_tenants {
        seed::first_syncs(&opened.store, owner, &planned).await?;
        tokio::spawn(history::live(sim.clone(), planned.clone(), state, options.data.clone(), shutdown.clone()));
    }
    seed::print_sign_ins(&listening.base_url);
    println!("Ready: {address}");
    if options.open {
        open_browser(&address);
    }
    let web = WebOptions { demo_accounts: seed::accounts(), ..WebOptions::default() };
    wire::serve(opened.store, listener, worker, true, web, shutdown).await?;
    drop(temporary);
    Ok(())
}

/// The tenants of an earlier start of `--data`, or new ones as the options say.
fn earlier_or_new(options: &Options, folder: &Path) -> Result<State> {
    if let Some(state) = State::read(folder)? {
        if !options.load.is_empty() && absolute(&options.load)? != state.load {
            bail!("{} was made with other folders; choose another --data or leave --load out", folder.display());
        }
        return Ok(state);
    }
    let load = absolute(&options.load)?;
    let state = State { invented_at: SystemClock.now(), policies: options.policies, load, turns: 0 };
    state.write(folder)?;
    Ok(state)
}

fn absolute(folders: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let absolute =
        |folder: &PathBuf| std::fs::canonicalize(folder).with_context(|| format!("cannot read the folder {}", folder.display()));
    folders.iter().map(absolute).collect()
}

async fn store_options(url: &str) -> Result<store::Options, anyhow::Error> {
    let keyring: Keyring = Secrets::default().keyring(&url.into()).await?;
    Ok(store::Options { exclusive: true, migrate: true, keyring, clock: None, connections: 8, vault: None })
}

fn open_browser(address: &str) {
    let opened = std::process::Command::new("xdg-open").arg(address).stdout(std::process::Stdio::null()).spawn();
    if opened.is_err() {
        eprintln!("No browser could be opened: xdg-open is missing. Open {address} yourself.");
    }
}

/// The database of `--data` was filled by an earlier start.
pub(crate) const fn is_there_already(error: &StoreError) -> bool {
    matches!(error, StoreError::Conflict(_))
}
