//! What the run engine does in a second: starts, latency of a claim, no-op runs, items, schedules due at once, claims
//! beside an old snapshot.
//!
//! `cargo xtask postgres` prints the URL to set; then `cargo bench -p ops --bench run_engine`. Three rounds on both databases,
//! alternating; prints the medians as a table for docs/BENCHMARKS.md. `-- starts latency runs items schedules snapshot` chooses.
#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first error")]

#[path = "run_engine/items.rs"]
mod items;
#[path = "run_engine/latency.rs"]
mod latency;
#[path = "run_engine/runs.rs"]
mod runs;
#[path = "run_engine/schedules.rs"]
mod schedules;
#[path = "run_engine/snapshot.rs"]
mod snapshot;
#[path = "run_engine/starts.rs"]
mod starts;

use std::collections::BTreeMap;
use std::time::Duration;

use store::Backend;
use testkit::stores::{TestStore, on};

const ROUNDS: usize = 3; // TENANTATLAS_BENCH_ROUNDS says otherwise.

/// A figure of one round: what, its unit, how much.
pub(crate) type Figure = (String, &'static str, f64);

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut all: BTreeMap<String, BTreeMap<String, (&'static str, Vec<f64>)>> = BTreeMap::new();
    let chosen = |name: &&&str| wanted.is_empty() || wanted.iter().any(|w| w == **name);
    let rounds = std::env::var("TENANTATLAS_BENCH_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    for round in 1..=rounds {
        for (name, backend) in ["starts", "latency", "runs", "items", "schedules", "snapshot"]
            .iter()
            .filter(chosen)
            .flat_map(|name| [Backend::Postgres, Backend::Sqlite].map(|backend| (*name, backend)))
        {
            let (send, receive) = std::sync::mpsc::channel::<Figure>();
            runtime.block_on(on(backend, false, &|t| {
                let send = send.clone();
                async move { measure(&t, name).await.into_iter().for_each(|figure| send.send(figure).unwrap()) }
            }));
            drop(send);
            for (what, unit, value) in receive {
                eprintln!("round {round} {backend:?} {what}: {value:.1} {unit}");
                all.entry(what).or_default().entry(format!("{backend:?}")).or_insert((unit, Vec::new())).1.push(value);
            }
        }
    }
    println!("| what | PostgreSQL | SQLite |\n|---|---|---|");
    for (what, of) in all {
        let cell = |name: &str| of.get(name).map_or("–".to_owned(), |(unit, values)| words(median(values), unit));
        println!("| {what} | {} | {} |", cell("Postgres"), cell("Sqlite"));
    }
}

async fn measure(t: &TestStore, name: &str) -> Vec<Figure> {
    match name {
        "starts" => starts::measure(t).await,
        "latency" => latency::measure(t).await,
        "runs" => runs::measure(t).await,
        "schedules" => schedules::measure(t).await,
        "snapshot" => snapshot::measure(t).await,
        _ => items::measure(t).await,
    }
}

fn words(value: f64, unit: &str) -> String {
    if value >= 100.0 { format!("{value:.0} {unit}") } else { format!("{value:.1} {unit}") }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// The share-th part of the sorted times, in milliseconds.
pub(crate) fn percentile(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let at = ((times.len() as f64 * share) as usize).min(times.len() - 1);
    times[at].as_secs_f64() * 1000.0
}
