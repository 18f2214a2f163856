//! Who is named.

use std::time::Duration;

use graph_sim::AuditActor;
use model::access::can;
use model::attribution::Attribution;
use model::run::{Outcome, Trigger};
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both, on_both_in_real_time};
use testkit::world::{World, sync_of};

use crate::help::{HOUR, POLICIES, ann, by, change, counts, events, made, sync, terraform, words};

#[tokio::test(flavor = "multi_thread")]
async fn each_version_is_by_whom_the_audit_log_names_and_nothing_else_of_it_is_kept() {
    on_both(async |t: TestStore| {
        let (world, graph) = made(&t).await;
        sync(&world, &graph).await;
        t.clock.advance(HOUR);
        graph.sim.act_as(ann());
        let object = change(&graph, "by Ann");
        t.clock.advance(HOUR);
        sync(&world, &graph).await;
        assert_eq!(by(&world, &object).await, [Attribution::BeforeUs, Attribution::NotRead]);
        graph.sim.act_as(terraform());
        t.clock.advance(HOUR);
        change(&graph, "by Terraform");
        t.clock.advance(HOUR);
        sync(&world, &graph).await;
        let first = events(&world, &graph).await;
        assert_eq!(first.outcome, Outcome::Succeeded, "{:?}", first.failures);
        assert_eq!(counts(&first), [2, 2, 0]);
        // The last hour may still bring an event.
        let told = ["before", "by ann@contoso.com (app Intune portal)", "so far application Terraform"];
        assert_eq!(words(&world, &object).await, told);
        // Read again, as far back as events may be late: nothing is there twice.
        t.clock.advance(HOUR);
        let told = ["before", "by ann@contoso.com (app Intune portal)", "by application Terraform"];
        assert_eq!(counts(&events(&world, &graph).await), [2, 0, 2]);
        assert_eq!(words(&world, &object).await, told);
        for table in ["tenant_audit_events", "tenant_audit_resources", "tenant_audit_sources", "operation_run_events"] {
            let rows = match t.store.backend() {
                store::Backend::Postgres => t.texts(&format!("select x::text from {table} x")).await,
                store::Backend::Sqlite => {
                    let columns = t.texts(&format!("select group_concat('coalesce(' || name || ', '''')', ' || ') from pragma_table_info('{table}') where type = 'TEXT'")).await;
                    t.texts(&format!("select {} from {table}", columns[0])).await
                }
            };
            assert!(!rows.is_empty(), "{table}");
            assert!(rows.iter().all(|row| !row.contains("audit-canary") && !row.contains("203.0.113")), "{table}: {rows:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_who_changed_it_between_two_observations_are_told_as_several() {
    on_both(async |t: TestStore| {
        let (world, graph) = made(&t).await;
        sync(&world, &graph).await;
        for actor in [ann(), terraform(), ann()] {
            t.clock.advance(HOUR);
            graph.sim.act_as(actor);
            change(&graph, &format!("at {}", t.store.now().await.unwrap()));
        }
        t.clock.advance(HOUR);
        sync(&world, &graph).await;
        t.clock.advance(HOUR);
        events(&world, &graph).await;
        let object = graph.sim.read_state(graph.tenant, |state| state.ids(POLICIES)).unwrap()[0].clone();
        let told = by(&world, &object).await;
        let Attribution::Several(all) = &told[1] else { panic!("{told:?}") };
        let all: Vec<_> = all.iter().map(|by| (by.actor.words(), by.events)).collect();
        assert_eq!(all, [("ann@contoso.com (app Intune portal)".to_owned(), 2), ("application Terraform".to_owned(), 1)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_late_is_found_by_a_later_reading() {
    on_both(async |t: TestStore| {
        let (world, graph) = made(&t).await;
        graph.sim.change_settings(|settings| {
            settings.audit_delay = HOUR * 3;
            settings.page_size = 1;
        });
        sync(&world, &graph).await;
        t.clock.advance(HOUR);
        let object = change(&graph, "one");
        t.clock.advance(Duration::from_secs(1));
        change(&graph, "two");
        t.clock.advance(HOUR);
        sync(&world, &graph).await;
        assert_eq!(counts(&events(&world, &graph).await), [0, 0, 0]);
        assert_eq!(by(&world, &object).await[1], Attribution::NotRead, "silence is not believed before events can have arrived");
        t.clock.advance(HOUR);
        events(&world, &graph).await;
        assert_eq!(by(&world, &object).await[1], Attribution::Nobody);
        t.clock.advance(HOUR * 2);
        assert_eq!(counts(&events(&world, &graph).await), [2, 2, 0], "page by page");
        assert!(matches!(&by(&world, &object).await[1], Attribution::One(by) if by.events == 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_named_for_what_somebody_else_did_before_the_log_was_read() {
    on_both(async |t: TestStore| {
        let (world, graph) = made(&t).await;
        let minute = Duration::from_secs(60);
        sync(&world, &graph).await;
        // Ann changes it a minute before the sync, Bob half an hour after it; the log is read in between.
        t.clock.advance(HOUR);
        graph.sim.act_as(ann());
        change(&graph, "by Ann");
        t.clock.advance(minute);
        sync(&world, &graph).await;
        t.clock.advance(minute);
        events(&world, &graph).await;
        t.clock.advance(HOUR / 2);
        graph.sim.act_as(AuditActor::Person { name: "bob@contoso.com".to_owned(), app: String::new() });
        let object = change(&graph, "by Bob");
        t.clock.advance(HOUR / 2);
        sync(&world, &graph).await;
        assert_eq!(words(&world, &object).await, ["before", "so far ann@contoso.com (app Intune portal)", "not read"]);
        t.clock.advance(HOUR * 2);
        events(&world, &graph).await;
        let told = words(&world, &object).await;
        assert_eq!(told[1], "by ann@contoso.com (app Intune portal)");
        assert!(told[2].starts_with("by bob@contoso.com"), "{told:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_goes_by_the_log_counts_from_when_it_asked_the_log() {
    on_both_in_real_time(async |t: TestStore| {
        let world = World::build(&t.store, &t.operator).await;
        let graph = TestGraph::inventing(&world, 10).await;
        graph.sim.set_latency(Duration::from_millis(60));
        for _ in 0..2 {
            let permit = world.tenant_scope(&world.owner).await.permit::<can::InventorySync>().unwrap();
            let request = sync_of(world.tenant, &["scope_tag"]);
            let id = world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().id;
            graph.worker(&world.store).run_queue_now().await.unwrap();
            assert_eq!(world.run(id).await.outcome, Outcome::Succeeded);
        }
        // What happens while the log is asked, or the list waits for its turn, is looked for by the next sync.
        let asked = "select count(*) from operation_run_calls where path like '%auditEvents'";
        assert_eq!(t.number(asked).await, 1);
        let later = "select count(*) from inventory_coverage where resource_type = 'scope_tag'
          and complete_from > (select min(at) from operation_run_calls where path like '%auditEvents')";
        assert_eq!(t.number(later).await, 0);
    })
    .await;
}
