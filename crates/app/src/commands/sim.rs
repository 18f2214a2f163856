//! `tenantatlas sim`

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use graph_sim::{AppRegistration, Settings, Sim, Size, TenantProfile};
use model::ids::EntraTenantId;
use model::time::{Clock as _, SystemClock};
use uuid::Uuid;

use crate::config::Log;
use crate::{log, shutdown};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Address to listen on; loopback only.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Folder of exported objects; several are merged into one tenant, later ones win.
    #[arg(long, value_name = "DIR")]
    load: Vec<PathBuf>,
    /// Number of invented policies, where no folder is loaded.
    #[arg(long, default_value_t = 240)]
    policies: usize,
    /// Number of invented groups.
    #[arg(long, default_value_t = 60)]
    groups: usize,
    /// What the invention starts from: the same seed gives the same tenant.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How long every answer takes, in milliseconds.
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// Whether $top counts, up to 1000; else lists come in pages of 25.
    #[arg(long)]
    honour_top: bool,
}

/// Client id and secret of the simulated app registration.
pub(crate) const CLIENT_ID: &str = "5d5c1c1e-7a4b-4f0e-9a51-5a1a7e1a7e1a";
pub(crate) const CLIENT_SECRET: &str = "simulated-client-secret";

/// Microsoft's id of a simulated tenant: the same for the same seed.
pub(crate) fn entra_id(seed: u64) -> EntraTenantId {
    EntraTenantId::from_uuid(Uuid::from_u128(0x7e4a_47a7_1a50_4000_8000_0000_0000_0000 | u128::from(seed)))
}

pub(crate) async fn run(options: Options) -> Result<()> {
    log::start(&Log::default())?;
    let settings = Settings {
        latency: Duration::from_millis(options.latency_ms),
        honour_top: options.honour_top,
        seed: options.seed,
        ..Settings::default()
    };
    let sim = Sim::with_settings(Arc::new(SystemClock), settings);
    let state = if options.load.is_empty() {
        graph_sim::generate(options.seed, Size { policies: options.policies, groups: options.groups }, SystemClock.now())
    } else {
        let (state, report) = graph_sim::load_folders(&options.load)?;
        print!("{report}");
        state
    };
    let id = entra_id(options.seed);
    let app = AppRegistration::new(CLIENT_ID, CLIENT_SECRET);
    sim.add_tenant(TenantProfile::new(id, "Simulated tenant", "simulated.onmicrosoft.example", app), state);
    let shutdown = shutdown::on_signal()?;
    let listening = sim.listen(options.listen).await?;
    println!("Tenant: {id}\nClient id: {CLIENT_ID}\nClient secret: {CLIENT_SECRET}");
    println!("Ready: {}", listening.base_url);
    shutdown.cancelled().await;
    Ok(())
}
