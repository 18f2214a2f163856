//! Watching the audit logs: a change is a finding within minutes, without a sync of everything.

use std::sync::Arc;
use std::time::Duration;

use graph_sim::{Effect, Fault, Size};
use model::access::can;
use model::attribution::EventSource;
use model::coverage::TypeState;
use model::finding::{FindingFilter, FindingKind, FindingState};
use model::json::Json;
use model::operations::{Operation, audit_events_sync, inventory_sync};
use model::run::{Outcome, Run, Trigger};
use model::settings::Key;
use store::NewChoice;
use store::runs::RunFilter;
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both, start_of_time};
use testkit::world::World;

use crate::help::POLICY;

const MINUTE: Duration = Duration::from_secs(60);

/// A tenant whose simulated clock is the one of the database, read twice, with its audit logs read once.
async fn made(t: &TestStore) -> (World, TestGraph) {
    let world = World::of(t).await;
    let state = graph_sim::generate(5, Size { policies: 20, groups: 4 }, start_of_time());
    let graph = TestGraph::serving_at(&world, state, Arc::clone(&t.clock) as _).await;
    for _ in 0..2 {
        t.clock.advance(20 * MINUTE);
        let permit = world.tenant_scope(&world.owner).await.permit::<can::InventorySync>().unwrap();
        let request = inventory_sync::Arguments::everything().request(world.tenant);
        world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap();
        graph.worker(&world.store).run_queue_now().await.unwrap();
    }
    let permit = world.tenant_scope(&world.owner).await.permit::<can::DriftRun>().unwrap();
    world.store.runs().start(&permit, &audit_events_sync::request(world.tenant), Trigger::Manual).await.unwrap();
    graph.worker(&world.store).run_queue_now().await.unwrap();
    (world, graph)
}

async fn watch(world: &World) {
    let permit = world.tenant_scope(&world.owner).await.permit::<can::TenantSettingsManage>().unwrap();
    let value = Some(Key::DriftWatch.parse("watch").unwrap());
    world.store.settings().save_tenant(&permit, &[NewChoice { key: Key::DriftWatch, value, revision: 0 }]).await.unwrap();
}

/// What a round of watching starts, and what follows; the runs of it, by their types.
async fn round(t: &TestStore, world: &World, graph: &TestGraph) -> Vec<Run> {
    let before = runs(world).await.len();
    t.store.queue().watch_due(10).await.unwrap();
    graph.worker(&world.store).run_queue_now().await.unwrap();
    let mut all = runs(world).await;
    all.truncate(all.len() - before);
    all.reverse();
    all
}

/// All runs, the newest first.
async fn runs(world: &World) -> Vec<Run> {
    let scope = world.workspace_scope(&world.owner).await;
    world.store.runs().list(&scope, &RunFilter::default(), None, 500).await.unwrap().page.rows
}

fn operations(runs: &[Run]) -> Vec<Operation> {
    runs.iter().filter_map(|run| run.operation).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_the_log_names_is_a_finding_within_minutes() {
    on_both(async |t: TestStore| {
        let (world, graph) = made(&t).await;
        t.clock.advance(6 * MINUTE);
        assert!(round(&t, &world, &graph).await.is_empty(), "nobody asked for it");
        watch(&world).await;
        assert_eq!(operations(&round(&t, &world, &graph).await), [Operation::AuditEventsSync], "nothing changed");
        assert!(round(&t, &world, &graph).await.is_empty(), "not before it is time");
        let id = graph.sim.read_state(graph.tenant, |state| state.ids(POLICY)).unwrap()[0].clone();
        let mut policy = graph.sim.read_state(graph.tenant, |state| state.object(POLICY, &id)).unwrap().unwrap();
        policy.set("description", Json::text("somebody was here"));
        graph.sim.put_object(graph.tenant, POLICY, policy).unwrap().unwrap();
        t.clock.advance(6 * MINUTE);
        let runs = round(&t, &world, &graph).await;
        use Operation::{AuditEventsSync, DriftGenerateFindings, InventorySync};
        assert_eq!(operations(&runs), [AuditEventsSync, InventorySync, DriftGenerateFindings]);
        let read = inventory_sync::Arguments::stored(&runs[1].context).unwrap();
        assert_eq!(read.types().collect::<Vec<_>>(), [POLICY], "the one type, and not all of them");
        assert_eq!((runs[0].trigger, runs[1].trigger), (Trigger::System, Trigger::FollowUp));
        let scope = world.tenant_scope(&world.owner).await;
        let filter = FindingFilter { kinds: vec![FindingKind::Changed], ..FindingFilter::default() };
        let found = t.store.findings().list(&scope, &filter, None, 50).await.unwrap().rows;
        let [one] = found.as_slice() else { panic!("{found:#?}") };
        assert_eq!((one.object_id.as_str(), one.property.as_str(), one.state), (id.as_str(), "description", FindingState::New));
        t.clock.advance(6 * MINUTE);
        assert_eq!(operations(&round(&t, &world, &graph).await), [AuditEventsSync], "the same events start nothing twice");
        // An object that is new is known by what the log calls it.
        graph
            .sim
            .put_object(graph.tenant, "scope_tag", Json::parse(br#"{"id":"77","displayName":"New"}"#).unwrap())
            .unwrap()
            .unwrap();
        t.clock.advance(6 * MINUTE);
        let runs = round(&t, &world, &graph).await;
        let read = inventory_sync::Arguments::stored(&runs[1].context).unwrap();
        assert_eq!(read.types().collect::<Vec<_>>(), ["scope_tag"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_read_is_left_alone_for_a_while_and_nothing_breaks() {
    on_both(async |t: TestStore| {
        let (world, graph) = made(&t).await;
        watch(&world).await;
        let asked = graph.sim.inject(Fault::new(Effect::Forbidden).on("/v1.0/deviceManagement/auditEvents"));
        t.clock.advance(6 * MINUTE);
        let runs = round(&t, &world, &graph).await;
        assert_eq!((operations(&runs), runs[0].outcome), (vec![Operation::AuditEventsSync], Outcome::PartiallySucceeded));
        let times = graph.sim.times_applied(asked);
        assert!(times > 0);
        let scope = world.tenant_scope(&world.owner).await;
        let state = t.store.tenant_events().sources(&scope).await.unwrap();
        let intune = state.iter().find(|state| state.source == EventSource::Intune).unwrap();
        assert_eq!(intune.state, Some(TypeState::Forbidden), "and the page says so");
        for _ in 0..5 {
            t.clock.advance(6 * MINUTE);
            let runs = round(&t, &world, &graph).await;
            assert_eq!(
                (operations(&runs), runs[0].outcome),
                (vec![Operation::AuditEventsSync], Outcome::Succeeded),
                "the other log"
            );
        }
        assert_eq!(graph.sim.times_applied(asked), times, "nobody asks for it in this time");
        t.clock.advance(60 * MINUTE);
        round(&t, &world, &graph).await;
        assert!(graph.sim.times_applied(asked) > times, "it is tried again after a while");
        graph.sim.clear_faults();
        t.clock.advance(61 * MINUTE);
        let runs = round(&t, &world, &graph).await;
        assert_eq!(runs[0].outcome, Outcome::Succeeded);
        // A tenant of which the connection is switched off is not asked at all.
        t.store.connections().set_enabled(&t.operator, world.tenant, false).await.unwrap();
        t.clock.advance(61 * MINUTE);
        assert!(round(&t, &world, &graph).await.is_empty());
    })
    .await;
}
