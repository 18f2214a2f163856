//! Create or reuse: the start of a run.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use model::access::{Capability, can};
use model::failure::Code;
use model::ids::RunId;
use model::run::{Outcome, Started, Status, Trigger};
use model::tenant::TenantStatus;
use store::StoreError;
use store::access::Permit;
use store::runs::WorkerId;
use testkit::stores::{TestStore, on_both};
use testkit::world::{World, connection, sync_of};

const RUNS: &str = "select count(*) from operation_runs";
const ACTIVE: &str = "select count(*) from operation_runs where status in ('queued', 'running')";

async fn permit(world: &World) -> Permit<can::InventorySync> {
    world.tenant_scope(&world.owner).await.permit().expect("the owner may")
}

#[tokio::test(flavor = "multi_thread")]
async fn i1_i2_fifty_parallel_starts_give_one_run() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let stores = [t.store.clone(), t.another().await, t.another().await, t.another().await];
        let mut starts = tokio::task::JoinSet::new();
        let permit = Arc::new(permit(&world).await);
        let request = Arc::new(sync_of(world.tenant, &["scope_tag", "assignment_filter"]));
        for i in 0..50 {
            let (store, permit, request) = (stores[i % 4].clone(), Arc::clone(&permit), Arc::clone(&request));
            starts.spawn(async move { store.runs().start(&permit, &request, Trigger::Manual).await });
        }
        let (mut ids, mut accepted) = (BTreeSet::new(), 0);
        for started in starts.join_all().await {
            let started = started.expect("whoever loses gets no error");
            accepted += usize::from(matches!(started, Started::Accepted(_)));
            assert!(matches!(started, Started::Accepted(_) | Started::Deduplicated(_)), "{started:?}");
            ids.insert(started.run().id);
        }
        assert_eq!((ids.len(), accepted), (1, 1));
        assert_eq!(t.number(RUNS).await, 1);
        assert_eq!(t.number("select count(*) from notices").await, 1, "none for those who were given the run of another");
        for store in &stores[1..] {
            store.close().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn i1_i3_starts_that_race_with_ends_always_get_a_run_and_never_make_two() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let permit = Arc::new(permit(&world).await);
        let request = Arc::new(sync_of(world.tenant, &["scope_tag"]));
        let owner = world.sign_in(&world.owner).await;
        let stores = [t.store.clone(), t.another().await];
        let mut tasks = tokio::task::JoinSet::new();
        for i in 0..6 {
            let (store, permit, request, owner) = (stores[i % 2].clone(), permit.clone(), request.clone(), owner.clone());
            tasks.spawn(async move {
                let mut made = BTreeSet::new();
                for _ in 0..10 {
                    let started = store.runs().start(&permit, &request, Trigger::Manual).await.expect("always a run");
                    if let Started::Accepted(run) = &started {
                        made.insert(run.id);
                    }
                    let sight = store.access().run(&owner, started.run().id).await.expect("e3: readable at once");
                    match store.runs().cancel(&sight).await {
                        Ok(run) => assert_eq!(run.outcome, Outcome::Cancelled),
                        Err(StoreError::Conflict(_)) => {}
                        Err(other) => panic!("{other:?}"),
                    }
                }
                made
            });
        }
        let made: Vec<BTreeSet<RunId>> = tasks.join_all().await;
        let all: BTreeSet<RunId> = made.iter().flatten().copied().collect();
        assert_eq!(all.len(), made.iter().map(BTreeSet::len).sum::<usize>(), "no run was accepted twice");
        assert_eq!(t.number(RUNS).await, i64::try_from(all.len()).unwrap());
        assert!(all.len() > 1, "ended runs are followed by new ones");
        assert_eq!(t.number(ACTIVE).await, 0, "each start was followed by a cancel of what it got");
        stores[1].close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn i3_after_the_run_has_ended_the_next_start_makes_a_new_one() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.attempt(&["scope_tag"]).await;
        let again = world.start_sync(&world.manager, &["scope_tag"]).await;
        assert!(matches!(&again, Started::Deduplicated(run) if run.id == scope.run_id() && run.status == Status::Running));
        t.store.queue().finish(&scope, Outcome::Succeeded, None, &Default::default(), &[]).await.unwrap();
        let next = world.start_sync(&world.manager, &["scope_tag"]).await;
        assert!(matches!(&next, Started::Accepted(run) if run.id != scope.run_id()), "{next:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn i6_order_does_not_matter_and_other_tenants_or_types_are_other_runs() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        t.store.connections().save(&t.operator, world.other_tenant, &connection()).await.unwrap();
        let one = world.queued(&["scope_tag", "assignment_filter"]).await;
        let same = world.start_sync(&world.manager, &["assignment_filter", "scope_tag", "scope_tag"]).await;
        assert!(matches!(&same, Started::Deduplicated(run) if run.id == one.id), "{same:?}");
        let fewer = world.queued(&["scope_tag"]).await;
        let who = world.sign_in(&world.owner).await;
        let there = t.store.access().tenant(&who, world.other_tenant).await.unwrap().permit::<can::InventorySync>().unwrap();
        let request = sync_of(world.other_tenant, &["scope_tag"]);
        let other = t.store.runs().start(&there, &request, Trigger::Api).await.unwrap();
        let Started::Accepted(other) = other else { panic!("{other:?}") };
        assert_eq!(BTreeSet::from([one.id, fewer.id, other.id]).len(), 3);
        assert_eq!((other.tenant_id, other.trigger), (Some(world.other_tenant), Trigger::Api));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_run_says_who_started_what_and_until_when_it_waits() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let now = t.store.now().await.unwrap();
        let run = world.queued(&["scope_tag"]).await;
        assert_eq!((run.workspace_id, run.tenant_id), (world.workspace, Some(world.tenant)));
        assert_eq!((run.status, run.outcome, run.trigger), (Status::Queued, Outcome::Pending, Trigger::Manual));
        assert_eq!((run.user_id, run.initiator_name.as_str()), (Some(world.owner.id), "owner"));
        assert_eq!((run.attempt, run.max_attempts, run.type_code.as_str()), (0, 3, "inventory_sync"));
        assert_eq!((run.created_at, run.available_at), (now, now));
        assert_eq!(run.start_deadline, Some(now.plus(Duration::from_secs(15 * 60))));
        assert_eq!(run.context, serde_json::json!({"types": ["scope_tag"]}));
        assert!(run.started_at.is_none() && run.completed_at.is_none() && run.failures.is_empty());
        assert_eq!(world.run(run.id).await, run, "what is read is what was answered");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn e3_the_run_is_readable_at_once_through_another_pool() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let another = t.another().await;
        let who = world.sign_in(&world.operator_member).await;
        for key in ["scope_tag", "assignment_filter", "named_location"] {
            let id = world.start_sync(&world.operator_member, &[key]).await.run().id;
            let sight = another.access().run(&who, id).await.expect("readable");
            assert_eq!(another.runs().find(&sight).await.expect("readable").id, id);
        }
        another.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_writes_event_notice_and_audit_entry() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let mut hints = t.store.changes().subscribe();
        let run = world.start_sync(&world.operator_member, &["scope_tag"]).await.run().clone();
        let hint = hints.try_recv().expect("live pages hear of it");
        assert_eq!((hint.run_id, hint.workspace_id, hint.tenant_id), (run.id, world.workspace, Some(world.tenant)));
        assert!(hint.queued);
        assert_eq!(t.texts("select code || ': ' || message from operation_run_events").await, ["queued: Queued by operator."]);
        let notices = t.store.notices().newest(&world.sign_in(&world.operator_member).await, 10).await.unwrap();
        assert_eq!(notices.iter().map(|n| (n.run_id, n.status, n.read)).collect::<Vec<_>>(), [(run.id, Status::Queued, false)]);
        let entry = format!(
            "select count(*) from audit_entries where action = 'run.start' and outcome = 'done' and run_id = {} and actor_id = {}
               and workspace_id = {} and tenant_id = {}",
            t.literal(run.id.uuid()),
            t.literal(world.operator_member.id.uuid()),
            t.literal(world.workspace.uuid()),
            t.literal(world.tenant.uuid()),
        );
        assert_eq!(t.number(&entry).await, 1);
        world.start_sync(&world.manager, &["scope_tag"]).await;
        assert!(hints.try_recv().is_err(), "nothing changed");
        assert_eq!(t.number("select count(*) from operation_run_events").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn e2_a_start_that_fails_halfway_leaves_nothing() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (permit, request) = (permit(&world).await, sync_of(world.tenant, &["scope_tag"]));
        let mut hints = t.store.changes().subscribe();
        let audited = t.number("select count(*) from audit_entries").await;
        for table in ["operation_runs", "operation_run_events", "notices", "audit_entries"] {
            if t.url.starts_with("sqlite") {
                t.execute(&format!(
                    "create trigger broken before insert on {table} begin select raise(abort, 'disk on fire'); end"
                ))
                .await;
            } else {
                t.execute(&format!(
                    "create or replace function broken() returns trigger language plpgsql as
                       $$ begin raise exception 'disk on fire'; end $$;
                     create trigger broken before insert on {table} for each row execute function broken()"
                ))
                .await;
            }
            let refused = t.store.runs().start(&permit, &request, Trigger::Manual).await.expect_err(table);
            assert!(matches!(refused, StoreError::Database { .. }), "{refused:?}");
            assert!(!refused.to_string().contains("fire"), "the database's own words are not shown: {refused}");
            t.execute(if t.url.starts_with("sqlite") { "drop trigger broken" } else { "drop function broken cascade" }).await;
            for left in ["operation_runs", "operation_run_events", "notices"] {
                assert_eq!(t.number(&format!("select count(*) from {left}")).await, 0, "{left} after {table} failed");
            }
            assert_eq!(t.number("select count(*) from audit_entries").await, audited, "after {table} failed");
        }
        assert!(hints.try_recv().is_err(), "nobody was told");
        assert!(matches!(t.store.runs().start(&permit, &request, Trigger::Manual).await, Ok(Started::Accepted(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_prerequisite_makes_a_completed_run_that_says_why() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (connections, tenants) = (t.store.connections(), t.store.tenants());
        let blocked = async |why: Code| {
            let started = world.start_sync(&world.operator_member, &["scope_tag"]).await;
            let Started::Blocked(run) = started else { panic!("{why}: {started:?}") };
            assert_eq!((run.status, run.outcome), (Status::Completed, Outcome::Blocked));
            assert_eq!(run.reason_code.as_deref(), Some(why.code()));
            assert_eq!(run.failures.iter().map(|line| line.code.as_str()).collect::<Vec<_>>(), [why.code()]);
            assert!(run.completed_at.is_some() && run.started_at.is_none() && run.start_deadline.is_none());
            run.id
        };
        connections.set_enabled(&t.operator, world.tenant, false).await.unwrap();
        let first = blocked(Code::ConnectionDisabled).await;
        assert_ne!(first, blocked(Code::ConnectionDisabled).await, "a blocked run is over and blocks no other start");
        t.execute("delete from provider_connections").await;
        blocked(Code::ConnectionMissing).await;
        tenants.set_status(&t.operator, world.tenant, TenantStatus::Archived).await.unwrap();
        blocked(Code::TenantArchived).await;
        assert_eq!(t.number(ACTIVE).await, 0);
        assert_eq!(t.number("select count(*) from notices where outcome = 'blocked'").await, 4);
        assert_eq!(t.texts("select distinct code from operation_run_events").await, ["blocked"]);
        let claims =
            t.store.queue().claim(&WorkerId::new("w"), model::operations::Operation::ALL, 9, Duration::from_secs(9)).await;
        assert_eq!(claims.unwrap(), []);
        connections.save(&t.operator, world.tenant, &connection()).await.unwrap();
        tenants.set_status(&t.operator, world.tenant, TenantStatus::Active).await.unwrap();
        assert!(matches!(world.start_sync(&world.operator_member, &["scope_tag"]).await, Started::Accepted(_)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permit_for_something_else_starts_nothing() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let wrong = world.tenant_scope(&world.owner).await.permit::<can::DirectorySync>().unwrap();
        let refused = t.store.runs().start(&wrong, &sync_of(world.tenant, &["scope_tag"]), Trigger::Manual).await;
        assert!(matches!(refused, Err(StoreError::Forbidden(Capability::InventorySync))), "{refused:?}");
        assert_eq!(t.number(RUNS).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permit_of_the_workspace_starts_nothing_in_a_tenant() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let wide = world.workspace_scope(&world.owner).await.permit::<can::InventorySync>().expect("the role grants it");
        let refused = t.store.runs().start(&wide, &sync_of(world.tenant, &["scope_tag"]), Trigger::Manual).await;
        assert!(matches!(refused, Err(StoreError::Forbidden(Capability::InventorySync))), "{refused:?}");
        assert_eq!(t.number(RUNS).await, 0);
    })
    .await;
}
