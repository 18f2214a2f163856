//! How much is in the queue, and what of it a person may see.

use std::time::Duration;

use model::operations::probe::Probe;
use model::run::QueueDepth;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_depth_counts_by_type_what_waits_and_what_runs() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let first = world.probe(Probe::Plain, "a").await;
        t.clock.advance(Duration::from_secs(60));
        let second = world.probe(Probe::Plain, "b").await;
        let sync = world.queued(&["scope_tag"]).await;
        let scope = world.take_probe().await;
        assert_eq!(scope.run_id(), first.id);
        let of = |run: &model::run::Run, queued, running| QueueDepth {
            type_code: run.type_code.clone(),
            operation: run.operation,
            queued,
            running,
            oldest: Some(run.created_at),
        };
        let mut expected = vec![of(&second, 1, 1), of(&sync, 1, 0)];
        expected.sort_by(|a, b| a.type_code.cmp(&b.type_code));
        assert_eq!(t.store.runs().depth(&world.workspace_scope(&world.owner).await).await.unwrap(), expected);
        assert_eq!(t.store.queue().depth().await.unwrap(), expected);
        assert_eq!(t.store.runs().depth(&world.workspace_scope(&world.outsider).await).await.unwrap(), [], "v2");
        world.succeed(&scope).await;
        let left = t.store.queue().depth().await.unwrap();
        assert_eq!(left.iter().map(|depth| (depth.queued, depth.running)).collect::<Vec<_>>(), [(1, 0), (1, 0)]);
    })
    .await;
}
