//! The gate: authorisation and prerequisites are looked at again when a run starts.

use model::access::Role;
use model::failure::Code;
use model::run::{Counts, Outcome, Status};
use model::tenant::TenantStatus;
use store::access::RunScope;
use store::runs::{Admission, WorkerId};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

/// Claims the next run and lets the gate judge it.
async fn judged(t: &TestStore, world: &World) -> (RunScope, Option<Code>) {
    match t.store.queue().admit(&world.claim(&WorkerId::new("w")).await).await.expect("the database") {
        Admission::Admitted(scope) => (scope, None),
        Admission::Refused(scope, failure) => (scope, Some(failure.code())),
    }
}

/// Ends the run as a worker does that is refused.
async fn end(t: &TestStore, scope: &RunScope, why: Option<Code>) {
    let failure = model::failure::Failure::new(why.unwrap_or(Code::Internal));
    let run = t.store.queue().finish(scope, Outcome::Blocked, Some(&failure), &Counts::default(), &[]).await.unwrap();
    assert_eq!((run.status, run.outcome), (Status::Completed, Outcome::Blocked));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_still_start_it_is_admitted() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        for user in [&world.owner, &world.manager, &world.operator_member] {
            let run = world.start_sync(user, &["scope_tag"]).await.run().id;
            let (scope, refused) = judged(&t, &world).await;
            assert_eq!(refused, None, "{}", user.name);
            assert_eq!((scope.run_id(), scope.initiator()), (run, Some(user.id)));
            assert_eq!((scope.workspace_id(), scope.tenant_id()), (world.workspace, Some(world.tenant)));
            end(&t, &scope, None).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_initiator_who_was_removed_is_refused() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        for user in [&world.manager, &world.operator_member] {
            world.start_sync(user, &["scope_tag"]).await;
            t.store.members().remove_from_workspace(&t.operator, world.workspace, user.id).await.unwrap();
            let (scope, refused) = judged(&t, &world).await;
            assert_eq!(refused, Some(Code::InitiatorNotEntitled), "{}", user.name);
            end(&t, &scope, refused).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_initiator_who_was_disabled_is_refused() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.start_sync(&world.operator_member, &["scope_tag"]).await;
        t.store.users().disable(&t.operator, &world.operator_member.email).await.unwrap();
        let (scope, refused) = judged(&t, &world).await;
        assert_eq!(refused, Some(Code::InitiatorNotEntitled));
        assert!(t.store.access().initiator(&scope).await.unwrap().is_none());
        end(&t, &scope, refused).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_initiator_who_lost_only_the_tenant_is_refused() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.start_sync(&world.operator_member, &["scope_tag"]).await;
        t.execute("delete from tenant_members").await;
        let (_, refused) = judged(&t, &world).await;
        assert_eq!(refused, Some(Code::InitiatorNotEntitled));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_initiator_who_lost_the_capability_is_refused() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.start_sync(&world.operator_member, &["scope_tag"]).await;
        let members = t.store.members();
        members.add_to_tenant(&t.operator, world.tenant, world.operator_member.id, Role::Readonly).await.unwrap();
        let (scope, refused) = judged(&t, &world).await;
        assert_eq!(refused, Some(Code::CapabilityMissing));
        end(&t, &scope, refused).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_is_no_longer_in_the_workspace_is_refused_for_its_runs_too() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.start_sync(&world.manager, &["scope_tag"]).await;
        t.execute("update operation_runs set tenant_id = null").await;
        t.store.members().remove_from_workspace(&t.operator, world.workspace, world.manager.id).await.unwrap();
        assert_eq!(judged(&t, &world).await.1, Some(Code::InitiatorNotEntitled));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_tenant_or_a_disabled_or_missing_connection_is_refused() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (tenants, connections) = (t.store.tenants(), t.store.connections());
        world.queued(&["scope_tag"]).await;
        tenants.set_status(&t.operator, world.tenant, TenantStatus::Archived).await.unwrap();
        let (scope, refused) = judged(&t, &world).await;
        assert_eq!(refused, Some(Code::TenantArchived));
        end(&t, &scope, refused).await;
        tenants.set_status(&t.operator, world.tenant, TenantStatus::Active).await.unwrap();
        world.queued(&["scope_tag"]).await;
        connections.set_enabled(&t.operator, world.tenant, false).await.unwrap();
        let (scope, refused) = judged(&t, &world).await;
        assert_eq!(refused, Some(Code::ConnectionDisabled));
        end(&t, &scope, refused).await;
        connections.set_enabled(&t.operator, world.tenant, true).await.unwrap();
        world.queued(&["scope_tag"]).await;
        t.execute("delete from provider_connections").await;
        assert_eq!(judged(&t, &world).await.1, Some(Code::ConnectionMissing));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_the_system_asks_for_no_initiator_but_for_its_prerequisites() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.queued(&["scope_tag"]).await;
        t.execute("update operation_runs set user_id = null, trigger = 'system'").await;
        let (scope, refused) = judged(&t, &world).await;
        assert_eq!((refused, scope.initiator()), (None, None));
        t.store.queue().hand_back(&scope, Default::default(), true, model::run::NewEvent::info("retry", "…")).await.unwrap();
        t.store.tenants().set_status(&t.operator, world.tenant, TenantStatus::Archived).await.unwrap();
        assert_eq!(judged(&t, &world).await.1, Some(Code::TenantArchived));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_that_became_unknown_after_the_claim_is_refused() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.queued(&["scope_tag"]).await;
        let mut claim = world.claim(&WorkerId::new("w")).await;
        claim.run.operation = None;
        let judged = t.store.queue().admit(&claim).await.unwrap();
        let Admission::Refused(_, failure) = judged else { panic!("{judged:?}") };
        assert_eq!(failure.code(), Code::RunTypeUnknown);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_of_a_lost_lease_passes_the_gate_but_may_write_nothing() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.queued(&["scope_tag"]).await;
        let claim = world.claim(&WorkerId::new("w")).await;
        assert_eq!(t.store.queue().release_all().await.unwrap(), 1);
        let scope = world.admit(&claim).await;
        let finished = t.store.queue().finish(&scope, Outcome::Succeeded, None, &Counts::default(), &[]).await;
        assert!(matches!(finished, Err(store::StoreError::LeaseLost)), "{finished:?}");
    })
    .await;
}
