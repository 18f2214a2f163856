//! Hints between processes: another one hears that something was queued.

use std::time::Duration;

use model::operations::probe::Probe;
use store::Backend;
use testkit::stores::{TestStore, on};
use testkit::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn another_process_hears_that_something_was_queued() {
    let test = async |t: TestStore| {
        let world = World::of(&t).await;
        let other = t.another().await;
        let passing = [t.store.clone(), other.clone()].map(|store| tokio::spawn(async move { store.pass_hints().await }));
        let mut hints = other.changes().queue();
        let heard = async {
            // The first one may be told before the other process listens.
            for n in 0.. {
                world.probe(Probe::Plain, &format!("{n}")).await;
                if tokio::time::timeout(Duration::from_millis(500), hints.changed()).await.is_ok() && n > 0 {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), heard).await.expect("a hint is heard");
        passing.iter().for_each(tokio::task::JoinHandle::abort);
        other.close().await;
    };
    on(Backend::Postgres, false, &test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_there_is_nobody_to_tell() {
    let test = async |t: TestStore| {
        let passing = t.store.pass_hints();
        assert!(tokio::time::timeout(Duration::from_millis(20), passing).await.is_err(), "it waits for ever");
    };
    on(Backend::Sqlite, false, &test).await;
}
