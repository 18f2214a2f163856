//! Drills: how much of a backup comes back, and why the rest does not.

use std::collections::BTreeSet;
use std::time::Duration;

use model::json::Json;
use model::operations::restore_drill;
use model::resource_types;
use model::restore::Readiness;
use model::run::{Outcome, Run, Trigger};
use store::{Drill, DrillType};
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::help::*;

const CATALOG: &str = "settings_catalog_policy";
const ACCESS: &str = "conditional_access_policy";
const TAG: &str = "scope_tag";

/// Drills; the simulator of the tenant hears nothing of it.
async fn drill(world: &World, graph: &TestGraph) -> Run {
    let before = (graph.sim.requests(), graph.sim.effects(None));
    let started =
        world.store.runs().start(&permit(world).await, &restore_drill::request(world.tenant), Trigger::Manual).await.unwrap();
    graph.worker(&world.store).run_queue_now().await.unwrap();
    assert_eq!((graph.sim.requests(), graph.sim.effects(None)), before, "a drill asks nobody");
    world.run(started.run().id).await
}

async fn latest(world: &World) -> (Drill, Vec<DrillType>) {
    let scope = scope(world).await;
    let (drill, _) = world.store.restores().latest_drill(&scope).await.unwrap().expect("a drill");
    world.store.restores().drill(&scope, drill.id).await.unwrap()
}

fn of<'a>(types: &'a [DrillType], key: &str) -> &'a DrillType {
    types.iter().find(|one| one.resource_type == key).unwrap_or_else(|| panic!("{key} in {types:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_can_be_restored_comes_back_and_the_rest_is_named() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let graph = TestGraph::inventing(&world, 40).await;
        put(&graph, TAG, Json::parse(br##"{"id":"0","displayName":"Default","description":"","isBuiltIn":true}"##).unwrap());
        put(
            &graph,
            ACCESS,
            Json::parse(br##"{"id":"ca-1","displayName":"CA","state":"disabled","conditions":{},"grantControls":null}"##)
                .unwrap(),
        );
        directory(&world, &graph).await;
        let none = drill(&world, &graph).await;
        assert_eq!(none.failures.first().map(|line| line.code.as_str()), Some("restore.drill_without_backup"), "{none:?}");
        let set = backup(&world, &graph, &[]).await;
        let policies = ids(&graph, CATALOG).len();
        let run = drill(&world, &graph).await;
        let (first, types) = latest(&world).await;
        assert_eq!(first.set, Some(set.id));
        let whole = first.figures.readiness;
        assert_eq!(whole.objects, set.items);
        assert_eq!(first.score, whole.score());
        let all = i64::try_from(policies).unwrap();
        assert_eq!(
            of(&types, CATALOG).readiness,
            Readiness { objects: all, restorable: all, verified: all },
            "{:?}",
            run.failures
        );
        // What Microsoft supplies cannot be lost, and is there.
        let tags = of(&types, TAG).readiness;
        assert_eq!(tags.verified, tags.objects, "{types:?}");
        for one in &types {
            let mode = resource_types::find(&one.resource_type).unwrap().restore.mode;
            let never = matches!(mode, resource_types::RestoreMode::None | resource_types::RestoreMode::PreviewOnly);
            assert!(!never || (one.readiness.restorable == 0 && !one.reasons.is_empty()), "{one:?}");
            let said: i64 = one.reasons.iter().map(|reason| reason.count).sum();
            assert_eq!(said, one.readiness.objects - one.readiness.verified, "{one:?}");
        }
        let never: BTreeSet<&str> =
            types.iter().filter(|one| one.readiness.restorable == 0).map(|one| one.resource_type.as_str()).collect();
        assert!(never.contains(ACCESS) || of(&types, ACCESS).readiness.restorable == 1, "{never:?}");
        assert!(first.figures.writes > 0 && first.figures.takes_ms > 0);
        // The same backup gives the same score; a group that is gone takes something away.
        t.clock.advance(Duration::from_secs(60));
        drill(&world, &graph).await;
        let (second, again) = latest(&world).await;
        assert_ne!(second.id, first.id);
        assert_eq!((second.figures.readiness, &again), (whole, &types));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_a_group_that_is_gone_does_not_come_back() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let graph = TestGraph::inventing(&world, 40).await;
        directory(&world, &graph).await;
        backup(&world, &graph, &[CATALOG]).await;
        let text = |id: &String| object(&graph, CATALOG, id).to_text();
        let group = ids(&graph, "group").into_iter().find(|group| ids(&graph, CATALOG).iter().any(|id| text(id).contains(group)));
        let group = group.expect("a group to which something is assigned");
        let lost = ids(&graph, CATALOG).iter().filter(|id| text(id).contains(&group)).count();
        graph.sim.remove_object(graph.tenant, "group", &group).unwrap();
        t.clock.advance(Duration::from_secs(3600));
        directory(&world, &graph).await;
        let run = drill(&world, &graph).await;
        let (_, types) = latest(&world).await;
        let policies = of(&types, CATALOG);
        assert_eq!(policies.readiness.objects - policies.readiness.verified, i64::try_from(lost).unwrap(), "{types:?}");
        assert_eq!(policies.readiness.restorable, policies.readiness.objects);
        assert_eq!(policies.reasons.iter().map(|reason| reason.code.as_str()).collect::<Vec<_>>(), ["unresolved"]);
        assert_eq!(run.outcome, Outcome::Succeeded, "{run:?}");
    })
    .await;
}
