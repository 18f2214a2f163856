//! Reports that runs make: from what is kept here, without asking anybody.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use graph_sim::Filter;
use model::access::can;
use model::operations::Operation;
use model::operations::inventory_sync;
use model::operations::report_generate::Arguments;
use model::report::{Block, ReportKind, markdown};
use model::run::{CountKey, Outcome, Run, Trigger};
use model::schedule::{Cadence, CatchUp, NewSchedule, TimeOfDay, Zone};
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

async fn ended(world: &World, graph: &TestGraph, run: &Run) -> Run {
    graph.worker(&world.store).run_queue_now().await.unwrap();
    let who = world.sign_in(&world.owner).await;
    let sight = world.store.access().run(&who, run.id).await.unwrap();
    world.store.runs().find(&sight).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_keeps_the_document_that_is_read_and_asks_nobody() {
    on_both(|t: TestStore| async move {
        let world = World::build(&t.store, &t.operator).await;
        let graph = TestGraph::inventing(&world, 40).await;
        let (scope, owner) = (world.tenant_scope(&world.owner).await, world.workspace_scope(&world.owner).await);
        let permit = scope.permit::<can::InventorySync>().unwrap();
        let sync = inventory_sync::Arguments::everything().request(world.tenant);
        let sync = world.store.runs().start(&permit, &sync, Trigger::Manual).await.unwrap().run().clone();
        assert_eq!(ended(&world, &graph, &sync).await.outcome, Outcome::Succeeded);
        let reports = world.store.reports();
        let asked = graph.sim.ledger().count(&Filter::default());
        for kind in ReportKind::ALL {
            let wish = Arguments::new(*kind, None, None);
            let permit = scope.permit::<can::TenantView>().unwrap();
            let one = reports.make(&permit, &scope, &wish, Trigger::Manual).await.unwrap().run().clone();
            let run = ended(&world, &graph, &one).await;
            assert_eq!(run.outcome, Outcome::Succeeded, "{kind}");
            let all = reports.make_of_all(&owner, &wish, Trigger::Manual).await.unwrap().run().clone();
            assert_eq!(ended(&world, &graph, &all).await.outcome, Outcome::Succeeded, "{kind} of all");
            let kept = reports.list(&owner, None, 50).await.unwrap().rows;
            assert_eq!((kept[0].tenant_id, kept[1].tenant_id), (None, Some(world.tenant)));
            let mut text = String::new();
            for number in 0..kept[1].parts {
                let blocks: Vec<Block> = reports.part(&owner, &kept[1], number).await.unwrap();
                text.extend(blocks.iter().map(markdown::block));
            }
            if *kind == ReportKind::Configuration {
                let objects = i64::try_from(text.matches("#### ").count()).unwrap();
                assert_eq!(run.counts.get(CountKey::Items), Some(objects));
                assert!(objects >= 40, "{objects}");
            }
        }
        assert_eq!(graph.sim.ledger().count(&Filter::default()), asked, "a report asks nobody");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_makes_reports_of_all_tenants_and_the_clean_up_removes_them() {
    on_both(|t: TestStore| async move {
        let world = World::build(&t.store, &t.operator).await;
        let graph = TestGraph::inventing(&world, 1).await;
        let owner = world.workspace_scope(&world.owner).await;
        let new = NewSchedule {
            name: "Daily".to_owned(),
            operation: Operation::ReportGenerate,
            arguments: Arguments::new(ReportKind::Readiness, None, Some(1)).to_stored(),
            cadence: Cadence::Daily { at: TimeOfDay::parse("02:30").unwrap() },
            zone: Zone::utc(),
            catch_up: CatchUp::Latest,
            bound: 1,
        };
        let permit = owner.permit::<can::WorkspaceSettingsManage>().unwrap();
        world.store.reports().schedule_of_all(&permit, &owner, &new).await.unwrap();
        t.clock.advance(Duration::from_secs(86_400));
        assert!(world.store.queue().fire_due(10).await.unwrap().runs >= 1);
        graph.worker(&world.store).run_queue_now().await.unwrap();
        let kept = world.store.reports().list(&owner, None, 10).await.unwrap().rows;
        assert_eq!((kept.len(), kept[0].tenant_id, kept[0].head.kind), (1, None, ReportKind::Readiness));
        // A day later its time is over, and the nightly clean-up of the workspace takes it away.
        t.clock.advance(Duration::from_secs(2 * 86_400));
        let permit = owner.permit::<can::WorkspaceSettingsManage>().unwrap();
        let clean = model::operations::snapshot_gc::request(world.workspace);
        world.store.runs().start(&permit, &clean, Trigger::Manual).await.unwrap();
        graph.worker(&world.store).run_queue_now().await.unwrap();
        assert_eq!(t.number("select count(*) from reports").await, 0);
        assert_eq!(t.number("select count(*) from report_parts").await, 0);
    })
    .await;
}
