//! Workers that are killed while they carry a rollout out: after each step of it, recorded and nothing more. Whoever goes on starts no
//! restore twice, and the rings end as if nobody had been killed.

use std::sync::Arc;

use model::rollout::{RolloutState, Standing};
use model::run::{Outcome, Status};
use store::{Backend, Store};
use tempfile::TempDir;
use testkit::eventually::eventually;
use testkit::world::World;

use super::ground::{copy, drop_copy, empty, looking_on};
use super::scene::taken_back;
use super::worker::{self, STOPPED};
use crate::rollout::{Estate, confirm_it, estate, has_it_once, previewed_all, serving_again, targets};

/// What is in the reason of each commit of its steps: each ring that begins, each wait for one, and the end.
const STEPS: &str = "rollout";

async fn killed_after_each_step(backend: Backend) {
    let folder = TempDir::new().unwrap();
    let url = empty(backend, &folder).await;
    let made = Store::open(&url, testkit::stores::options(None)).await.unwrap();
    let world = World::build(&made.store, &Arc::new(made.operator)).await;
    let estate = estate(&world).await;
    previewed_all(&world, &estate).await;
    let run = confirm_it(&world, estate.rollout).await.id;
    made.store.close().await;
    let mut kills = 0;
    loop {
        let folder = TempDir::new().unwrap();
        let url = copy(backend, &url, &folder).await;
        let store = Store::open(&url, looking_on()).await.unwrap().store;
        let world = World { store: store.clone(), ..world.clone() };
        let estate = Estate {
            graph: serving_again(&world, &estate.tenants).await,
            tenants: estate.tenants.clone(),
            rollout: estate.rollout,
        };
        let mut worker = worker::start(&url, estate.graph.base_url(), kills + 1, STEPS);
        let over = async || world.run(run).await.status == Status::Completed;
        let fell = eventually("the worker to be where it is killed, or done", async || {
            if worker.said().contains(STOPPED) { Some(true) } else { over().await.then_some(false) }
        })
        .await;
        worker.kill().await;
        if fell {
            taken_back(&store).await;
            estate.graph.worker_with(&store, worker::options()).run_queue_now().await.unwrap();
        }
        let ended = world.run(run).await;
        assert_eq!(ended.outcome, Outcome::Succeeded, "after step {}: {:?}", kills + 1, ended.failures);
        let found = targets(&world, estate.rollout).await;
        assert!(found.iter().all(|target| target.standing == Standing::Good), "{found:?}");
        let rollout = store.rollouts().find(&crate::rollout::mine(&world).await, estate.rollout).await.unwrap();
        assert_eq!(rollout.state, RolloutState::Completed);
        let count = "select count(*) from operation_runs where type = 'restore_execute'";
        assert_eq!(store::testing::number(&store, count, true).await.unwrap(), 3);
        has_it_once(&estate);
        store.close().await;
        drop_copy(backend, &url).await;
        if !fell {
            break;
        }
        kills += 1;
    }
    assert_eq!(kills, 5, "two rings that begin and are waited for, and the end");
    drop_copy(backend, &url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_killed_after_any_step_of_a_rollout_is_replaced_on_sqlite() {
    killed_after_each_step(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_killed_after_any_step_of_a_rollout_is_replaced_on_postgres() {
    killed_after_each_step(Backend::Postgres).await;
}
