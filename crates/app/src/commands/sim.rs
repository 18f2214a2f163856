//! `tenantatlas sim`

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;
use graph_sim::{AppRegistration, Limits, RegisteredCertificate, Settings, Sim, Size, TenantProfile};
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
    /// Add a few objects of many further types to the invented ones.
    #[arg(long)]
    broad: bool,
    /// How long every answer takes, in milliseconds.
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// Whether $top counts, up to 1000; else lists come in pages of 25.
    #[arg(long)]
    honour_top: bool,
    /// Throttle by Microsoft's published limits.
    #[arg(long)]
    limits: bool,
    /// Number of tenants; all have the same content, and ids that count up.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    tenants: u64,
    /// Certificate (PEM) that the app may sign assertions with.
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// For so many seconds after it was created an object is not seen.
    #[arg(long, default_value_t = 0)]
    unseen_seconds: u64,
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
        limits: options.limits.then(Limits::published),
        unseen_after_create: Duration::from_secs(options.unseen_seconds),
        ..Settings::default()
    };
    let sim = Sim::with_settings(Arc::new(SystemClock), settings);
    let state = if options.load.is_empty() {
        let (seed, now) = (options.seed, SystemClock.now());
        let mut state = graph_sim::generate(seed, Size { policies: options.policies, groups: options.groups }, now);
        if options.broad {
            graph_sim::broaden(&mut state, seed, now);
        }
        state
    } else {
        let (state, report) = graph_sim::load_folders(&options.load)?;
        print!("{report}");
        state
    };
    let id = entra_id(options.seed);
    let mut app = AppRegistration::new(CLIENT_ID, CLIENT_SECRET);
    if let Some(file) = &options.certificate {
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let certificate = RegisteredCertificate::from_pem(&text);
        app.certificates.push(certificate.with_context(|| format!("no certificate in {}", file.display()))?);
    }
    for further in 1..options.tenants {
        let domain = format!("simulated-{further}.onmicrosoft.example");
        let profile =
            TenantProfile::new(entra_id(options.seed + further), &format!("Simulated tenant {further}"), &domain, app.clone());
        sim.add_tenant(profile, state.clone());
    }
    sim.add_tenant(TenantProfile::new(id, "Simulated tenant", "simulated.onmicrosoft.example", app), state);
    let shutdown = shutdown::on_signal()?;
    let listening = sim.listen(options.listen).await?;
    if options.tenants > 1 {
        println!("Last tenant: {}", entra_id(options.seed + options.tenants - 1));
    }
    println!("Tenant: {id}\nClient id: {CLIENT_ID}\nClient secret: {CLIENT_SECRET}");
    println!("Ready: {}", listening.base_url);
    shutdown.cancelled().await;
    Ok(())
}
