//! An undo brings back what was there before, byte for byte in the canonical form.

use std::collections::BTreeMap;
use std::time::Duration;

use graph_sim::Size;
use model::canonical::canonical;
use model::json::Json;
use model::resource_types;
use model::restore::{Purpose, RestoreState, Source};
use model::run::Outcome;
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both, start_of_time};
use testkit::world::World;

use crate::help::*;
use crate::journey::{FILTER, of_types};

const CATALOG: &str = "settings_catalog_policy";

/// What is there, by name.
fn state(graph: &TestGraph, key: &str) -> BTreeMap<String, String> {
    let kind = resource_types::find(key).unwrap();
    let one = |id: &String| {
        let json = object(graph, key, id);
        (kind.name_of(&json).unwrap_or_default().to_owned(), canonical(kind, json).semantic)
    };
    ids(graph, key).iter().map(one).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_puts_back_what_was_changed_and_removes_what_was_made_when_asked() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let graph = TestGraph::serving(&world, graph_sim::generate(7, Size { policies: 24, groups: 4 }, start_of_time())).await;
        directory(&world, &graph).await;
        let set = backup(&world, &graph, &[FILTER, CATALOG]).await;
        t.clock.advance(Duration::from_secs(3600));
        let mut all = ids(&graph, CATALOG).into_iter();
        graph.sim.remove_object(graph.tenant, CATALOG, &all.next().unwrap()).unwrap();
        let mut other = object(&graph, CATALOG, &all.next().unwrap());
        other.set("description", Json::text("changed by hand"));
        put(&graph, CATALOG, other);
        let before = state(&graph, CATALOG);
        let restore = previewed(&world, &graph, &Source::BackupSet { set: set.id }, &of_types(&[CATALOG, FILTER])).await;
        let (run, restore) = execute(&world, &graph, restore.id).await;
        assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
        assert_ne!(state(&graph, CATALOG), before);
        let (permit, scope) = (permit(&world).await, scope(&world).await);
        let undo = t.store.restores().undo(&permit, restore.id, true).await.unwrap();
        let draft = t.store.restores().find(&scope, undo).await.unwrap();
        assert_eq!((draft.purpose, draft.items, draft.parent), (Purpose::Undo, 2, Some(restore.id)));
        t.store.restores().check(&permit, &scope, undo, draft.revision).await.unwrap();
        let (run, _) = preview(&world, &graph, undo).await;
        assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
        let (run, done) = execute(&world, &graph, undo).await;
        assert_eq!(
            (run.outcome, done.state),
            (Outcome::Succeeded, RestoreState::Completed),
            "{:?} {:?}",
            run.failures,
            items(&world, undo).await
        );
        assert_eq!(state(&graph, CATALOG), before);
    })
    .await;
}
