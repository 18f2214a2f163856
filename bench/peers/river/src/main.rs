//! riverqueue as a peer of the run engine: one program, a client or a worker, driven over standard input and output.
//!
//! The protocol is the same for all peers; README.md of the parent folder tells it.

mod claims;
mod client;
mod job;
mod worker;

use std::io::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use riverqueue::sqlx::PgPool;
use riverqueue::sqlx::postgres::PgPoolOptions;

/// What everything here ends with; the first error stops the program.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["client"] => client::run().await,
        ["work", mode, slots] => worker::run(mode, slots.parse()?).await,
        _ => Err("usage: peer-river client | peer-river work <mode> <slots>".into()),
    }
}

/// A pool on `DATABASE_URL` with at most so many connections, `first` of them open at once.
pub(crate) async fn pool(most: u32, first: u32) -> Outcome<PgPool> {
    let url = std::env::var("DATABASE_URL")?;
    let options = PgPoolOptions::new().max_connections(most).min_connections(first);
    Ok(options.acquire_timeout(Duration::from_secs(30)).connect(&url).await?)
}

/// One answer to the runner: a line of JSON.
pub(crate) fn say(answer: &serde_json::Value) {
    let mut out = std::io::stdout().lock();
    // The runner is gone when this fails, and then nobody is left to tell.
    let _ = writeln!(out, "{answer}").and_then(|()| out.flush());
}

/// Milliseconds since 1970 by this machine's clock, which all processes of a measurement share.
#[allow(
    clippy::disallowed_methods,
    reason = "a measurement over processes reads the machine's clock; nothing of the product is here"
)]
pub(crate) fn now_ms() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64() * 1000.0)
}
