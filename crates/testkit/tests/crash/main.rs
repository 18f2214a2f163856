//! Worker processes that are killed, stopped and cut off at random, and what must hold all the same.
//!
//! A history is drawn from its seed. `TENANTATLAS_HISTORIES` says how many there are per database, `TENANTATLAS_SEED` begins with
//! another one: with `TENANTATLAS_HISTORIES=1` it repeats one. What the processes do in between is not repeatable, so a seed that
//! found something may need several goes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod driver;
mod history;
mod judge;
mod plan;
mod recorder;
mod scene;
mod server;
mod settle;
mod singles;

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use history::{Verdict, happen};
use plan::Place;
use scene::Ground;
use server::Server;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

/// Histories in the ordinary suite: what two cores do within half a minute, in debug builds, several processes or one at a time.
const ON_POSTGRES: u64 = 14;
const ON_SQLITE: u64 = 18;
/// From so many on, everything that a history can come across has happened.
const MANY: u64 = 40;
/// With a server that is stopped and started.
const RESTARTED: u64 = 3;
/// Histories at the same time: they wait more than they work.
const AT_ONCE: usize = 3;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn words(panic: &(dyn Any + Send)) -> &str {
    panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("see above")
}

/// Histories of that place, and what came of all of them.
async fn histories(ground: Ground, count: u64, own: Option<Arc<Server>>) {
    let place = ground.place();
    let ground = Arc::new(ground);
    let count =
        number("TENANTATLAS_HISTORIES").map_or(count, |asked| if place == Place::Restarted { asked.div_ceil(8) } else { asked });
    let first = number("TENANTATLAS_SEED").unwrap_or(1);
    let begun = Instant::now();
    let (mut at_work, mut faults, mut verdicts) = (JoinSet::new(), Vec::new(), Vec::<Verdict>::new());
    // A server of its own is stopped under one history at a time.
    let at_once = if own.is_some() { 1 } else { AT_ONCE };
    let mut seeds = first..first + count;
    loop {
        while at_work.len() < at_once
            && faults.len() < 3
            && let Some(seed) = seeds.next()
        {
            let (ground, own) = (Arc::clone(&ground), own.clone());
            let runtime = Handle::current();
            at_work.spawn_blocking(move || {
                let happening = AssertUnwindSafe(|| runtime.block_on(happen(seed, &ground, own.as_deref())));
                std::panic::catch_unwind(happening)
                    .unwrap_or_else(|panic| Err(format!("history {seed} panicked: {}", words(&*panic))))
            });
        }
        let Some(done) = at_work.join_next().await else { break };
        match done.unwrap() {
            Ok(verdict) => verdicts.push(verdict),
            Err(fault) => faults.push(fault),
        }
    }
    let sum = |of: fn(&Verdict) -> usize| verdicts.iter().map(of).sum::<usize>();
    let slowest = verdicts.iter().map(|verdict| verdict.rescued_after).max().unwrap_or_default();
    println!(
        "{place:?}: {} histories from seed {first} in {:.0?}: {} runs, {} claims, {} items, {} fires; {} kills, {} stops, {} cuts; \
         {} rescues, {} hand-backs, {} lost too often, {} cancelled, {} late attempts refused; the slowest rescue took {slowest:.1?}",
        verdicts.len(),
        begun.elapsed(),
        sum(|it| it.figures.runs),
        sum(|it| it.figures.claims),
        sum(|it| it.figures.items),
        sum(|it| it.figures.fires),
        sum(|it| it.kills),
        sum(|it| it.stops),
        sum(|it| it.cuts),
        sum(|it| it.figures.rescues),
        sum(|it| it.figures.hand_backs),
        sum(|it| it.figures.worker_lost),
        sum(|it| it.figures.cancelled),
        sum(|it| it.figures.refused),
    );
    if let Some(ground) = Arc::into_inner(ground) {
        ground.remove().await;
    }
    assert!(faults.is_empty(), "{} histories failed\n{}", faults.len(), faults.join("\n\n"));
    // Histories in which nothing happens would prove nothing.
    if count >= ON_POSTGRES {
        assert!(sum(|it| it.kills) > 0 && sum(|it| it.figures.rescues) > 0 && sum(|it| it.figures.fires) > 0);
    }
    // What a few histories may miss by chance.
    if count >= MANY {
        assert!(place != Place::Sqlite || sum(|it| it.figures.worker_lost) > 0);
        assert!(place != Place::Postgres || (sum(|it| it.figures.refused) > 0 && sum(|it| it.cuts) > 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn histories_on_sqlite_lose_nothing_and_do_nothing_twice() {
    histories(Ground::sqlite().await, ON_SQLITE, None).await;
}

/// A run that was cancelled and forced between its claim and the line that tells of it.
#[tokio::test(flavor = "multi_thread")]
async fn l3_history_1007_tells_nothing_after_the_end() {
    let ground = Ground::sqlite().await;
    happen(1007, &ground, None).await.unwrap_or_else(|fault| panic!("{fault}"));
    ground.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn histories_on_postgres_lose_nothing_and_do_nothing_twice() {
    let server = testkit::postgres::server().await.unwrap();
    histories(Ground::postgres(server, Place::Postgres).await, ON_POSTGRES, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r8_histories_with_a_server_that_is_stopped_and_started_lose_nothing() {
    let server = match Server::launch().await {
        Ok(server) => server,
        Err(why) => {
            eprintln!("SKIPPED: histories with a server that is stopped and started: {why}");
            return;
        }
    };
    let server = Arc::new(server);
    histories(Ground::postgres(server.url(), Place::Restarted).await, RESTARTED, Some(Arc::clone(&server))).await;
}
