//! `tenantatlas check`: one line per thing that was looked at; fails if one of them is not in order.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::Args;
use model::audit::ChainHead;
use model::overview::ConnectionHealth;
use ops::archive::shown;
use store::replica::ReplicaState;
use store::{Opened, Store};

use crate::cli::Settings;
use crate::config::Config;
use crate::log;
use crate::open::{Purpose, follow, open};

/// The clocks of this machine and of the database may be this far apart.
const CLOCKS_APART: Duration = Duration::from_secs(5);

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    settings: Settings,
    /// Head of the audit chain as an earlier check printed it: shows whether the end was cut off or written anew since.
    #[arg(long, value_name = "NUMBER:HASH")]
    audit_head: Option<ChainHead>,
}

pub(crate) async fn run(options: &Options) -> Result<()> {
    let config = options.settings.load()?;
    println!("ok    configuration");
    log::start(&config.log)?;
    config.graph.limits()?;
    config.graph.clouds()?;
    println!("ok    Graph settings");
    let providers = config.oidc.providers(config.server.public_url.as_deref())?;
    println!("ok    sign-in: local accounts and {} providers", providers.len());
    let opened = open(&config, Purpose::Look).await?;
    let store = &opened.store;
    let stored = storage(&config, &opened).await?;
    println!("ok    database {:?}", store.backend());
    let state = store.migration_state().await?;
    println!("ok    schema {} of {}", state.applied, state.known);
    if state.waiting > 0 {
        println!("ok    {} steps of the schema wait for `tenantatlas migrate --contract`", state.waiting);
    }
    let mut trouble = stored + keys(&opened).await?;
    let report = store.health(&opened.operator).await?;
    match report.bypasses_row_security {
        true => {
            println!("warn  the database role is a superuser or exempt from row-level security: the second net is off");
            trouble += 1;
        }
        false => println!("ok    database role"),
    }
    trouble += replica(&config, store).await?;
    let (ours, theirs) = (model::time::Clock::now(&model::time::SystemClock), store.now().await?);
    let apart = ours.since(theirs).max(theirs.since(ours));
    if apart > CLOCKS_APART {
        println!("warn  the clocks of this machine and of the database are {} apart", model::time::duration_words(apart));
        trouble += 1;
    } else {
        println!("ok    clock");
    }
    println!("ok    runs: {} queued, {} running, {} waiting longer than they may", report.queued, report.running, report.stale);
    trouble += workers(&opened).await?;
    trouble += connections(&opened).await?;
    if report.stale > 0 {
        println!("warn  runs wait and no worker picks them up: is one running?");
        trouble += 1;
    }
    trouble += audit(&opened, options.audit_head).await?;
    store.close().await;
    if trouble > 0 {
        bail!("{trouble} of the checks need attention");
    }
    Ok(())
}

/// Looks whether the configured replica could be asked now; 1 when not.
async fn replica(config: &Config, store: &Store) -> Result<u32> {
    let Some(mut watch) = follow(config, store)? else { return Ok(0) };
    let begun = Instant::now();
    let mut state = watch.look(begun.elapsed()).await;
    // What was written just now takes a moment to get there.
    while state == ReplicaState::Behind && begun.elapsed() < store::replica::MOST_BEHIND {
        tokio::time::sleep(Duration::from_millis(100)).await;
        state = watch.look(begun.elapsed()).await;
    }
    let words = match state {
        ReplicaState::KeepsUp => {
            println!("ok    replica");
            return Ok(0);
        }
        ReplicaState::Behind => "lags",
        ReplicaState::Away => "cannot be reached",
        ReplicaState::Foreign => "is none of this database",
    };
    println!("warn  the replica {words}: pages are read from the database itself");
    Ok(1)
}

/// Looks whether the object storage lets this machine in; 1 when it does not, or contents are in one and none is configured.
async fn storage(config: &Config, opened: &Opened) -> Result<u32> {
    let moved = opened.store.contents().moved(&opened.operator).await?.contents;
    let Some(objects) = config.storage.objects()? else {
        if moved > 0 {
            println!("fail  object storage: {moved} contents are in one, and none is configured");
        }
        return Ok(u32::from(moved > 0));
    };
    let tried = objects.try_out(&model::ids::ThingId::generate().to_string()).await;
    // What an empty storage would say of contents that are in another one.
    let ours = if moved > 0 { model::vault::Vault::open(&objects, false).await } else { Ok(()) };
    match (tried, ours) {
        (Ok(()), Ok(())) => println!("ok    object storage: {moved} contents are there"),
        (Err(error), _) => println!("fail  object storage: {error}; {moved} contents are there"),
        (Ok(()), Err(_)) => println!("fail  object storage: it is not the one to which {moved} contents were moved"),
    }
    Ok(u32::from(tried.is_err() || ours.is_err()))
}

/// Looks who works; 1 when runs wait and nobody does. Without runs it is no fault that nobody works.
async fn workers(opened: &Opened) -> Result<u32> {
    let figures = opened.store.queue().figures().await?;
    let waiting = figures.queue.iter().any(|depth| depth.queued > 0);
    if figures.workers == 0 && waiting {
        println!("warn  workers: none was heard of lately, and runs wait");
        return Ok(1);
    }
    println!("ok    workers: {} heard of lately", figures.workers);
    Ok(0)
}

/// Looks how connections are, by the latest check of each; how many cannot be used. Nothing is asked of Microsoft here: credentials are
/// opened for runs only, and a check of a connection is one.
async fn connections(opened: &Opened) -> Result<u32> {
    /// Lines at most.
    const NAMED: usize = 20;
    let all = opened.store.overview().connections(&opened.operator).await?;
    let bad = |health: ConnectionHealth| matches!(health, ConnectionHealth::Expired | ConnectionHealth::Failing);
    let (bad, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, health)| bad(*health));
    let of = |wanted: ConnectionHealth| rest.iter().filter(|(_, health)| *health == wanted).count();
    println!(
        "ok    connections: {} healthy, {} with a warning, {} never checked, {} switched off, {} tenants without one",
        of(ConnectionHealth::Healthy),
        of(ConnectionHealth::Warning),
        of(ConnectionHealth::Unchecked),
        of(ConnectionHealth::Disabled),
        of(ConnectionHealth::Missing)
    );
    for (tenant, health) in bad.iter().take(NAMED) {
        let what = match health {
            ConnectionHealth::Expired => "its credential has ended",
            _ => "the latest check of it failed; its page says where",
        };
        println!("warn  connection of {}: {what}", shown(tenant));
    }
    if bad.len() > NAMED {
        println!("warn  and {} connections more", bad.len() - NAMED);
    }
    Ok(u32::try_from(bad.len()).unwrap_or(u32::MAX))
}

/// Looks by which keys secrets are sealed; 1 when some cannot be opened.
async fn keys(opened: &Opened) -> Result<u32> {
    let uses = opened.store.keys().status(&opened.operator).await?;
    let lost = uses.iter().any(|one| !one.configured && one.rows > 0);
    let older = uses.iter().any(|one| !one.current && one.configured && one.rows > 0);
    println!(
        "{}  key{}",
        if lost { "fail" } else { "ok  " },
        if older { ": some secrets are under an older one; run `keys rotate`" } else { "" }
    );
    for one in uses {
        println!("      {}", super::keys::line(&one));
    }
    Ok(u32::from(lost))
}

/// Looks through the audit trail; 1 when something in it does not fit.
async fn audit(opened: &Opened, expected: Option<ChainHead>) -> Result<u32> {
    const EVERY: u64 = 200_000;
    let begun = Instant::now();
    let progress = |sealed: u64| {
        if sealed > 0 && sealed.is_multiple_of(EVERY) {
            println!("      audit: {sealed} entries so far");
        }
    };
    let report = opened.store.audit().verify(&opened.operator, expected, &progress).await?;
    let speed = report.sealed as f64 / begun.elapsed().as_secs_f64().max(0.001);
    let found = format!("{} entries sealed, {} wait for it", report.sealed, report.unsealed);
    if let Some(flaw) = report.flaw {
        println!("fail  audit: {flaw}; {found}");
        return Ok(1);
    }
    println!("ok    audit: {found}; {speed:.0} entries a second");
    if let Some(head) = report.head {
        println!("      audit head: {head}");
    }
    Ok(0)
}
