//! Claiming, heartbeats and lease tokens.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::failure::Code;
use model::ids::RunId;
use model::operations::Operation;
use model::resource_types;
use model::run::{NewEvent, Status};
use store::Store;
use store::runs::{Beat, Claim, LEASE, WorkerId};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

/// Queues as many different runs as asked for: one per choice of one or two types.
pub(crate) async fn queue_many(world: &World, many: usize) -> Vec<RunId> {
    let keys: Vec<&str> = resource_types::all().iter().filter(|t| t.in_inventory()).map(|t| t.key.as_str()).collect();
    let choices = keys.iter().enumerate().flat_map(|(i, a)| keys[i..].iter().map(move |b| [*a, *b]));
    let permit = world.tenant_scope(&world.owner).await.permit::<model::access::can::InventorySync>().expect("permitted");
    let mut ids = Vec::new();
    for choice in choices.take(many) {
        let request = testkit::world::sync_of(world.tenant, &choice);
        let started = world.store.runs().start(&permit, &request, model::run::Trigger::Manual).await.expect("starts");
        ids.push(started.run().id);
    }
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), many);
    ids
}

async fn claim(store: &Store, worker: &WorkerId, max: u32) -> Vec<Claim> {
    store.queue().claim(worker, Operation::ALL, max, LEASE).await.expect("the database")
}

#[tokio::test(flavor = "multi_thread")]
async fn l1_concurrent_claims_never_hand_a_run_out_twice() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.without_limits().await;
        let queued: BTreeSet<RunId> = queue_many(&world, 60).await.into_iter().collect();
        let stores = [t.store.clone(), t.another().await, t.another().await, t.another().await];
        let mut workers = tokio::task::JoinSet::new();
        for i in 0..12 {
            let store = stores[i % 4].clone();
            workers.spawn(async move {
                let worker = WorkerId::new("w");
                let mut mine = Vec::new();
                loop {
                    let got = claim(&store, &worker, 3).await;
                    assert!(got.len() <= 3, "l5: more than asked for");
                    assert!(got.iter().all(|c| c.run.lease_owner.as_deref() == Some(worker.as_str())));
                    if got.is_empty() {
                        // Rows that another claim holds at this instant are skipped: look until none is queued.
                        if store::testing::number(&store, "select count(*) from operation_runs where status = 'queued'", true)
                            .await
                            .expect("the database")
                            == 0
                        {
                            return mine;
                        }
                    }
                    mine.extend(got);
                }
            });
        }
        let claims: Vec<Claim> = workers.join_all().await.into_iter().flatten().collect();
        assert_eq!(claims.len(), 60, "each run once");
        assert_eq!(claims.iter().map(|c| c.run.id).collect::<BTreeSet<_>>(), queued);
        assert!(claims.iter().all(|c| c.run.attempt == 1 && c.run.status == Status::Running && c.token() == 1));
        for store in &stores[1..] {
            store.close().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l2_the_token_grows_with_every_claim_and_never_falls() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.queued(&["scope_tag"]).await;
        let worker = WorkerId::new("w");
        let mut last = 0;
        for round in 0..6 {
            let claimed = world.claim(&worker).await;
            assert!(claimed.token() > last, "round {round}: {} after {last}", claimed.token());
            last = claimed.token();
            if round % 3 == 2 {
                t.clock.advance(LEASE + Duration::from_secs(1));
                t.store.queue().rescue().await.unwrap();
            } else {
                let scope = world.admit(&claimed).await;
                let event = NewEvent::info("handed_back", "…");
                // Neither shutdown (not counted) nor back-off (counted) resets it.
                t.store.queue().hand_back(&scope, Duration::ZERO, round % 3 == 1, event).await.unwrap();
            }
            let row = format!("select lease_token from operation_runs where id = {}", t.literal(run.id.uuid()));
            assert_eq!(t.number(&row).await, last, "giving it back does not change the token");
        }
        assert_eq!(world.run(run.id).await.attempt, 4, "the two that a shutdown gave back do not count");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l5_claims_come_by_priority_then_age() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let ids = queue_many(&world, 4).await;
        // What five steps of priority do when the run is queued.
        let step = |steps: i64| format!("update operation_runs set queue_rank = queue_rank - {}", steps * 60_000_000);
        t.execute(&format!("{} where id = {}", step(5), t.literal(ids[2].uuid()))).await;
        t.execute(&format!("{} where id = {}", step(-5), t.literal(ids[0].uuid()))).await;
        let worker = WorkerId::new("w");
        let mut order = Vec::new();
        for _ in 0..4 {
            order.push(world.claim(&worker).await.run.id);
        }
        assert_eq!(order, [ids[2], ids[1], ids[3], ids[0]]);
        assert_eq!(claim(&t.store, &worker, 9).await, [], "the queue is empty");
        assert!(!t.store.queue().anything(Operation::ALL).await.unwrap());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l5_nothing_is_claimed_before_it_is_available() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.attempt(&["scope_tag"]).await;
        let wait = Duration::from_secs(60);
        let back = t.store.queue().hand_back(&scope, wait, true, NewEvent::warning("retry", "…")).await.unwrap();
        assert_eq!((back.status, back.available_at), (Status::Queued, t.store.now().await.unwrap().plus(wait)));
        let worker = WorkerId::new("w");
        t.clock.advance(wait - Duration::from_micros(1));
        assert_eq!(claim(&t.store, &worker, 9).await, []);
        t.clock.advance(Duration::from_micros(1));
        assert_eq!(claim(&t.store, &worker, 9).await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l5_a_claim_returns_no_more_than_asked_and_no_type_that_was_not_named() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let ids = queue_many(&world, 3).await;
        t.execute(&format!(
            "update operation_runs set type = 'future_type', priority = 9 where id = {}",
            t.literal(ids[0].uuid())
        ))
        .await;
        let worker = WorkerId::new("w");
        assert_eq!(claim(&t.store, &worker, 0).await, []);
        assert_eq!(t.store.queue().claim(&worker, &[], 9, LEASE).await.unwrap(), []);
        assert_eq!(claim(&t.store, &worker, 1).await.len(), 1);
        assert_eq!(claim(&t.store, &worker, 9).await.len(), 1, "the unknown one stays");
        assert_eq!(t.texts("select status from operation_runs where type = 'future_type'").await, ["queued"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_leaves_its_traces() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let queued = world.queued(&["scope_tag"]).await;
        let mut hints = t.store.changes().subscribe();
        t.clock.advance(Duration::from_secs(5));
        let started = t.store.now().await.unwrap();
        let worker = WorkerId::new("build-host.example");
        let claimed = world.claim(&worker).await;
        assert_eq!((claimed.run.started_at, claimed.run.updated_at), (Some(started), started));
        let hint = hints.try_recv().expect("live pages hear of it");
        assert_eq!((hint.run_id, hint.queued), (queued.id, false));
        let events = t.texts("select message from operation_run_events where code = 'claimed'").await;
        assert_eq!(events, [format!("Picked up by {} (attempt 1).", worker.as_str())]);
        t.clock.advance(LEASE * 2);
        t.store.queue().rescue().await.unwrap();
        let again = world.claim(&WorkerId::new("other")).await;
        assert_eq!((again.run.started_at, again.run.attempt), (Some(started), 2), "it began when it first began");
        assert_eq!(again.run.created_at, queued.created_at);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heartbeat_keeps_what_this_worker_holds_and_nothing_else() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        queue_many(&world, 3).await;
        let (mine, theirs) = (WorkerId::new("a"), WorkerId::new("b"));
        let first = world.claim(&mine).await;
        let second = world.claim(&mine).await;
        let other = world.claim(&theirs).await;
        let queue = t.store.queue();
        let held = [(first.run.id, first.token()), (second.run.id, second.token() + 1), (other.run.id, other.token())];
        let beats = queue.heartbeat(&mine, &held, LEASE).await.unwrap();
        let beats: BTreeMap<RunId, bool> = beats.into_iter().map(|beat| (beat.run_id, beat.held)).collect();
        let expected = [(first.run.id, true), (second.run.id, false), (other.run.id, false)];
        assert_eq!(beats, BTreeMap::from(expected), "another token, another worker");
        t.clock.advance(LEASE - Duration::from_secs(1));
        queue.heartbeat(&mine, &[(first.run.id, first.token())], LEASE).await.unwrap();
        t.clock.advance(Duration::from_secs(2));
        assert_eq!(queue.rescue().await.unwrap().requeued, 2);
        assert_eq!(world.run(first.run.id).await.status, Status::Running);
        let beat = queue.heartbeat(&theirs, &[(other.run.id, other.token())], LEASE).await.unwrap();
        assert!(!beat[0].held, "a lost lease does not come back");
        assert_eq!(queue.heartbeat(&mine, &[], LEASE).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heartbeat_tells_of_cancellation_and_of_the_deadline() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.queued(&["scope_tag"]).await;
        let worker = WorkerId::new("w");
        let claimed = world.claim(&worker).await;
        let (id, held) = (claimed.run.id, [(claimed.run.id, claimed.token())]);
        let beat = async || t.store.queue().heartbeat(&worker, &held, LEASE).await.unwrap()[0];
        assert_eq!(beat().await, Beat { run_id: id, held: true, cancel_requested: false, overdue: false, withdrawn: None });
        let sight = t.store.access().run(&world.sign_in(&world.owner).await, id).await.unwrap();
        t.store.runs().cancel(&sight).await.unwrap();
        assert_eq!(beat().await, Beat { run_id: id, held: true, cancel_requested: true, overdue: false, withdrawn: None });
        t.clock.advance(Operation::InventorySync.entry().execution_deadline + Duration::from_secs(1));
        assert_eq!(beat().await, Beat { run_id: id, held: true, cancel_requested: true, overdue: true, withdrawn: None });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heartbeat_tells_of_a_connection_that_was_taken_away() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.queued(&["scope_tag"]).await;
        let worker = WorkerId::new("w");
        let claimed = world.claim(&worker).await;
        let held = [(claimed.run.id, claimed.token())];
        let withdrawn = async || t.store.queue().heartbeat(&worker, &held, LEASE).await.unwrap()[0].withdrawn;
        assert_eq!(withdrawn().await, None);
        t.store.connections().set_enabled(&t.operator, world.tenant, false).await.unwrap();
        assert_eq!(withdrawn().await, Some(Code::ConnectionDisabled));
        t.store.connections().set_enabled(&t.operator, world.tenant, true).await.unwrap();
        assert_eq!(withdrawn().await, None);
        let owner = world.tenant_scope(&world.owner).await;
        t.store.connections().delete(&owner.permit().unwrap()).await.unwrap();
        assert_eq!(withdrawn().await, Some(Code::ConnectionMissing));
        // What needs none goes on.
        t.execute("update operation_runs set type = 'operation_runs_retention'").await;
        assert_eq!(withdrawn().await, None);
    })
    .await;
}

#[test]
fn l7_a_worker_id_is_never_used_again() {
    let ids: BTreeSet<String> = (0..1000).map(|_| WorkerId::new("host").as_str().to_owned()).collect();
    assert_eq!(ids.len(), 1000);
    assert!(ids.iter().all(|id| id.starts_with("host-")));
    let odd = WorkerId::new("<b>\0 \u{202e}host\n");
    assert!(odd.as_str().starts_with("bhost-"), "{odd:?}");
    assert!(WorkerId::new("").as_str().starts_with("worker-"));
    assert!(WorkerId::new(&"h".repeat(500)).as_str().len() < 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_active_runs_of_the_installation_are_known_to_the_watcher() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let ids = queue_many(&world, 3).await;
        let scope = world.admit(&world.claim(&WorkerId::new("w")).await).await;
        t.store.queue().finish(&scope, model::run::Outcome::Succeeded, None, &Default::default(), &[]).await.unwrap();
        t.clock.advance(Duration::from_secs(1));
        world.claim(&WorkerId::new("w")).await;
        let now = t.store.now().await.unwrap();
        let active = t.store.queue().active().await.unwrap();
        let seen: Vec<_> = active.iter().map(|a| (a.changed.run_id, a.changed.queued, a.updated_at == now)).collect();
        assert_eq!(seen, [(ids[2], true, false), (ids[1], false, true)], "newest first; what ended is gone");
        let mut hints = t.store.changes().subscribe();
        t.store.changes().send(active[0].changed);
        assert_eq!(hints.try_recv().unwrap(), active[0].changed, "what was seen of another process is told in this one");
        assert!(active.iter().all(|a| a.changed.workspace_id == world.workspace && a.changed.tenant_id == Some(world.tenant)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l5_room_is_asked_for_when_it_is_the_workers_turn() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        queue_many(&world, 4).await;
        assert!(t.store.queue().anything(Operation::ALL).await.unwrap());
        let room = std::sync::atomic::AtomicU32::new(3);
        let asked = || room.swap(0, std::sync::atomic::Ordering::SeqCst);
        let queue = t.store.queue();
        assert_eq!(queue.claim_for(&WorkerId::new("w"), Operation::ALL, &asked, LEASE).await.unwrap().len(), 3);
        assert_eq!(queue.claim_for(&WorkerId::new("w"), Operation::ALL, &asked, LEASE).await.unwrap().len(), 0);
    })
    .await;
}
