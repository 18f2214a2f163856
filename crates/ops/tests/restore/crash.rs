//! Workers that are killed as by a power cut (`kill -9`, processes of their own) while they carry out a plan, on both databases. Whoever
//! goes on ends with the state of a restore that nobody killed, has made nothing twice, touched nothing beside the plan, and left a journal
//! that is complete.
//!
//! Between two things that a worker changes outside of itself nothing can be told apart from outside, so the places to kill it are: after
//! each of its commits ([`Blow::Commit`]), and after each of its writes, carried out but not answered ([`Blow::Unheard`]). Of the small plan
//! each write, and each commit of the restore itself (its journal, its outcomes, its beginning and end), is such a place; of the large one
//! some are drawn, two in a row. `cargo xtask soak` (`TENANTATLAS_EVERY_KILL`) takes every commit of the worker and every request that is no
//! GET, of both plans. `TENANTATLAS_SEED` draws other ones.

mod ground;
mod judge;
mod rings;
mod scene;
mod worker;

use std::time::Instant;

use store::Backend;

use crate::changes::Dice;
use ground::Ground;
use scene::{Blow, METHODS};

/// Restores of the large plan in the ordinary suite; two workers are killed in each.
const AT_RANDOM: [(Backend, usize); 2] = [(Backend::Sqlite, 6), (Backend::Postgres, 4)];

/// Whether every place is tried.
fn every_place() -> bool {
    std::env::var_os("TENANTATLAS_EVERY_KILL").is_some()
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Kills at every place; the number of kills.
async fn everywhere(ground: &Ground) -> usize {
    let (begun, mut kills, mut told) = (Instant::now(), 0, Vec::new());
    let kinds = std::iter::once(None).chain(METHODS.map(Some));
    for method in kinds {
        let mut of_kind = 0;
        loop {
            let n = of_kind + 1;
            let blow = method.map_or(Blow::Commit(n), |method| Blow::Unheard(method, u32::try_from(n).unwrap()));
            if ground.survives(&[blow]).await == 0 {
                break;
            }
            of_kind += 1;
        }
        kills += of_kind;
        told.push(format!("{of_kind} {}", method.unwrap_or("commits")));
    }
    println!(
        "{:?}: {} items, killed after each of {} in {:.0?}",
        ground.backend,
        ground.writes,
        told.join(", "),
        begun.elapsed()
    );
    usize::try_from(kills).unwrap()
}

/// Kills two workers in a row, again and again.
async fn at_random(ground: &Ground) {
    let seed = number("TENANTATLAS_SEED").unwrap_or(1);
    let (begun, mut dice, mut kills) = (Instant::now(), Dice::new(seed), 0);
    let restores = AT_RANDOM.iter().find(|(backend, _)| *backend == ground.backend).map_or(0, |(_, count)| *count);
    for _ in 0..restores {
        let mut blows = Vec::new();
        for _ in 0..2 {
            // The second worker has less left to do.
            let commits = usize::try_from(ground.commits).unwrap() / (blows.len() + 1);
            let at = dice.below(commits) + 1;
            blows.push(match dice.below(2) {
                0 => Blow::Commit(u64::try_from(at).unwrap()),
                _ => Blow::Unheard("POST", u32::try_from(dice.below(ground.posts / (blows.len() + 1)) + 1).unwrap()),
            });
        }
        eprintln!("seed {seed}: {blows:?}");
        kills += ground.survives(&blows).await;
    }
    println!("{:?}: {} items, {kills} kills from seed {seed} in {:.0?}", ground.backend, ground.writes, begun.elapsed());
    assert!(kills >= restores, "too few of the workers were still at work: {kills}");
}

async fn small(backend: Backend) {
    let ground = Ground::small(backend).await;
    assert_eq!(ground.writes, 6);
    let kills = everywhere(&ground).await;
    assert!(kills > 15, "{kills} places are too few for six objects");
    ground.remove().await;
}

async fn large(backend: Backend) {
    let ground = Ground::large(backend).await;
    assert!(ground.writes >= 200, "{} items", ground.writes);
    if every_place() {
        everywhere(&ground).await;
    } else {
        at_random(&ground).await;
    }
    ground.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_killed_anywhere_in_a_small_plan_is_replaced_on_sqlite() {
    small(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_killed_anywhere_in_a_small_plan_is_replaced_on_postgres() {
    small(Backend::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_are_killed_at_random_in_a_large_plan_are_replaced_on_sqlite() {
    large(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_are_killed_at_random_in_a_large_plan_are_replaced_on_postgres() {
    large(Backend::Postgres).await;
}
