//! Roll-ups and retention: what is kept of runs, and for how long.

use std::time::Duration;

use model::operations::operation_runs_retention;
use model::operations::probe::Probe;
use model::run::RunSettings;
use model::run::{Outcome, Started, Trigger};
use store::StoreError;
use store::runs::{LEASE, WorkerId};
use testkit::probes::claim;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

async fn end(world: &World, name: &str, outcome: Outcome) {
    world.probe(Probe::Plain, name).await;
    let scope = world.take_probe().await;
    world.store.queue().finish(&scope, outcome, None, &model::run::Counts::default(), &[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn roll_ups_count_ended_runs_by_the_hour() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (queue, worker) = (t.store.queue(), WorkerId::new("w"));
        let start = t.store.now().await.unwrap();
        end(&world, "a", Outcome::Succeeded).await;
        end(&world, "b", Outcome::Succeeded).await;
        end(&world, "c", Outcome::Failed).await;
        world.probe(Probe::Plain, "still queued").await;
        assert!(!queue.roll_up(&worker).await.unwrap());
        t.clock.advance(HOUR);
        let scope = world.take_probe().await;
        world.succeed(&scope).await;
        for _ in 0..3 {
            assert!(!queue.roll_up(&worker).await.unwrap(), "however often it is counted");
        }
        let hours = async |user| {
            let scope = world.workspace_scope(user).await;
            let rows = t.store.runs().by_hour(&scope, None, start).await.unwrap();
            rows.into_iter().map(|row| (row.hour.since(start).as_secs() / 3600, row.outcome, row.runs)).collect::<Vec<_>>()
        };
        assert_eq!(hours(&world.owner).await, [(0, Outcome::Failed, 1), (0, Outcome::Succeeded, 2), (1, Outcome::Succeeded, 1)]);
        assert_eq!(hours(&world.outsider).await, [], "v2: of entitled tenants only");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_rolls_up_at_a_time_and_another_takes_over() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        end(&world, "a", Outcome::Succeeded).await;
        t.execute(&format!(
            "insert into chores (name, owner, held_until) values ('roll_up', 'somebody', {})",
            t.store.now().await.map(|now| format!("'{}'", now.plus(Duration::from_secs(30)))).unwrap()
        ))
        .await;
        t.store.queue().roll_up(&WorkerId::new("w")).await.unwrap();
        assert_eq!(t.number("select count(*) from operation_run_rollups").await, 0);
        t.clock.advance(Duration::from_secs(31));
        t.store.queue().roll_up(&WorkerId::new("w")).await.unwrap();
        assert_eq!(t.number("select count(*) from operation_run_rollups").await, 1, "the other one died");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v4_retention_removes_old_ended_runs_and_nothing_else() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let permit = world.workspace_scope(&world.owner).await.permit().unwrap();
        t.store.runs().save_settings(&permit, RunSettings { keep_days: 30, ..RunSettings::default() }).await.unwrap();
        for n in 0..5 {
            end(&world, &format!("old {n}"), Outcome::Succeeded).await;
        }
        let waiting = world.probe(Probe::Plain, "waits for a year").await;
        t.store.queue().roll_up(&WorkerId::new("w")).await.unwrap();
        // The latest complete list of a type tells what is missing: it stays.
        let sync = world.attempt(&["scope_tag"]).await;
        let from = t.store.now().await.unwrap();
        let list = crate::inventory::list_of("scope_tag", from, 0);
        t.store.inventory().types_complete(&sync, &[list]).await.unwrap();
        world.succeed(&sync).await;
        t.clock.advance(DAY * 31);
        end(&world, "young", Outcome::Succeeded).await;
        let entries = "select count(*) from audit_entries where action not like 'session.%'";
        let audited = t.number(entries).await;
        let request = operation_runs_retention::request(world.workspace);
        let started = t.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap();
        let Started::Accepted(_) = started else { panic!("{started:?}") };
        let types = [model::operations::Operation::OperationRunsRetention];
        let claim = t.store.queue().claim(&WorkerId::new("w"), &types, 1, LEASE).await.unwrap().pop().unwrap();
        let scope = world.admit(&claim).await;
        let queue = t.store.queue();
        assert_eq!(queue.prune(&scope, 2).await.unwrap(), 2, "a few at a time");
        assert_eq!(queue.prune(&scope, 2).await.unwrap(), 2);
        assert_eq!(queue.prune(&scope, 2).await.unwrap(), 1);
        assert_eq!(queue.prune(&scope, 2).await.unwrap(), 0);
        assert_eq!(t.number("select count(*) from operation_runs").await, 4, "waiting, sync, young, and the retention itself");
        assert_eq!(world.run(waiting.id).await.id, waiting.id);
        assert_eq!(t.number(entries).await, audited + 1, "the start of the retention");
        assert_eq!(t.number("select cast(sum(runs) as bigint) from operation_run_rollups").await, 5, "the chart keeps them");
        world.succeed(&scope).await;
        assert!(matches!(queue.prune(&scope, 2).await, Err(StoreError::LeaseLost)), "l3");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_are_seen_while_they_live_and_forgotten_later() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (queue, worker) = (t.store.queue(), WorkerId::new("w"));
        queue.register(&worker, "host-1", "1.2.3", 8).await.unwrap();
        world.probe(Probe::Plain, "a").await;
        let types = World::all_operations();
        let held = queue.claim(&worker, &types, 1, LEASE).await.unwrap();
        let scope = world.workspace_scope(&world.owner).await;
        let seen = t.store.runs().workers(&scope).await.unwrap();
        let now = t.store.now().await.unwrap();
        assert_eq!(seen.len(), 1);
        assert!(seen[0].alive(now) && seen[0].version == "1.2.3" && seen[0].host == "host-1" && seen[0].slots == 8);
        assert_eq!((seen[0].held.len(), seen[0].busy), (1, 1));
        let outsider = t.store.runs().workers(&world.workspace_scope(&world.outsider).await).await.unwrap();
        assert_eq!((outsider[0].held.len(), outsider[0].busy), (0, 1), "v2: what it holds is seen by who is entitled");
        t.clock.advance(Duration::from_secs(31));
        let now = t.store.now().await.unwrap();
        assert!(!t.store.runs().workers(&scope).await.unwrap()[0].alive(now));
        let leases: Vec<_> = held.iter().map(|claim| (claim.run.id, claim.token())).collect();
        queue.heartbeat(&worker, &leases, LEASE).await.unwrap();
        assert!(t.store.runs().workers(&scope).await.unwrap()[0].alive(now));
        queue.retire(&worker).await.unwrap();
        assert!(!t.store.runs().workers(&scope).await.unwrap()[0].alive(now));
        t.clock.advance(DAY * 2);
        queue.register(&WorkerId::new("w"), "host-2", "1.2.3", 8).await.unwrap();
        let seen = t.store.runs().workers(&scope).await.unwrap();
        assert_eq!(seen.iter().map(|w| w.host.as_str()).collect::<Vec<_>>(), ["host-2"]);
        assert_eq!(claim(&t.store, 1).await, []);
    })
    .await;
}
