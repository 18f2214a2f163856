//! Onboardings: begun, gone on with by anybody who may, completed or given up.

use std::time::Duration;

use model::access::can;
use model::connection_check::{Check, CheckKey, Report};
use model::failure::Code;
use model::ids::{EntraTenantId, TenantId};
use model::onboarding::{Answers, Draft, Step};
use model::run::{Counts, Outcome, Started, Trigger};
use model::tenant::{Environment, TenantStatus};
use model::user::User;
use store::access::{Permit, TenantScope};
use store::runs::WorkerId;
use store::testing::OpenTransaction;
use store::{Backend, StoreError, TenantEdit};
use testkit::eventually::eventually;
use testkit::stores::{TestStore, on_both};
use testkit::world::{World, connection};

fn edit(name: &str) -> TenantEdit {
    TenantEdit { name: name.to_owned(), domain: "wide.onmicrosoft.example".to_owned(), environment: Environment::Staging }
}

fn answers(client_id: &str) -> Answers {
    Answers { cloud: "china".to_owned(), restore: true, client_id: client_id.to_owned() }
}

async fn permit(world: &World, user: &User) -> Permit<can::WorkspaceTenantsOnboard> {
    world.workspace_scope(user).await.permit().unwrap()
}

async fn begun(world: &World) -> TenantId {
    let permit = permit(world, &world.manager).await;
    world.store.onboarding().begin(&permit, EntraTenantId::generate(), &edit("Wide"), &answers("")).await.unwrap()
}

async fn scope(world: &World, user: &User, tenant: TenantId) -> Result<TenantScope, StoreError> {
    let who = world.sign_in(user).await;
    world.store.access().tenant(&who, tenant).await
}

async fn draft(world: &World, tenant: TenantId) -> Option<Draft> {
    let scope = scope(world, &world.owner, tenant).await.unwrap();
    world.store.onboarding().find(&scope).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_began_another_goes_on_with_and_nothing_is_lost() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let tenant = begun(&world).await;
        let onboarding = t.store.onboarding();
        let found = draft(&world, tenant).await.unwrap();
        assert_eq!(
            (found.step, found.tenant.status, found.created_by),
            (Step::Application, TenantStatus::Draft, Some(world.manager.id))
        );
        let owner = permit(&world, &world.owner).await;
        onboarding.save(&owner, tenant, Step::Connection, &answers("client")).await.unwrap();
        onboarding.save(&owner, tenant, Step::Application, &answers("client")).await.unwrap();
        onboarding.rename(&owner, tenant, &edit("Wider"), &Answers { restore: false, ..answers("client") }).await.unwrap();
        let found = draft(&world, tenant).await.unwrap();
        assert_eq!(found.step, Step::Connection, "going back loses nothing");
        assert_eq!(found.answers, Answers { restore: false, ..answers("client") });
        assert_eq!((found.tenant.name.as_str(), found.tenant.status), ("Wider", TenantStatus::Onboarding));
        assert_eq!(found.created_by, Some(world.manager.id));
        let open = onboarding.open(&owner).await.unwrap();
        assert_eq!(open.iter().map(|open| (open.tenant_id, open.step)).collect::<Vec<_>>(), [(tenant, Step::Connection)]);
        assert_eq!(open[0].created_by.as_deref(), Some("manager"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_skips_to_the_connection_and_adds_it_is_onboarding() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let tenant = begun(&world).await;
        let here = scope(&world, &world.manager, tenant).await.unwrap();
        t.store.connections().create(&here.permit().unwrap(), &connection()).await.unwrap();
        assert_eq!(draft(&world, tenant).await.unwrap().tenant.status, TenantStatus::Onboarding);
        let sync = testkit::world::sync_of(tenant, &["scope_tag"]);
        let started = t.store.runs().start(&here.permit::<can::InventorySync>().unwrap(), &sync, Trigger::Manual).await.unwrap();
        assert!(matches!(started, Started::Accepted(_)), "the first sync that the wizard offers: {started:?}");
        let steps = "select action from audit_entries where action in ('tenant.onboard', 'connection.create') order by action";
        assert_eq!(t.texts(steps).await, ["connection.create", "tenant.onboard"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entra_tenant_that_is_bound_elsewhere_is_refused_without_saying_where() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let theirs = scope(&world, &world.stranger, world.foreign_tenant).await.unwrap().tenant().entra_tenant_id;
        let permit = permit(&world, &world.owner).await;
        let refused = t.store.onboarding().begin(&permit, theirs, &edit("Mine"), &answers("")).await;
        match refused {
            Err(StoreError::Conflict(words)) => assert!(!words.contains("Adatum") && !words.contains("Somebody"), "{words}"),
            other => panic!("{other:?}"),
        }
        assert!(t.store.onboarding().open(&permit).await.unwrap().is_empty());
    })
    .await;
}

/// A check of the tenant's connection that found that.
async fn verified(t: &TestStore, world: &World, tenant: TenantId, checks: Vec<Check>) {
    // Which one is the latest is told by the clock.
    t.clock.advance(Duration::from_secs(1));
    let here = scope(world, &world.owner, tenant).await.unwrap();
    let store = &world.store;
    store.runs().verify(&here.permit().unwrap(), false, Trigger::Manual).await.unwrap();
    let run = world.admit(&world.claim(&WorkerId::new("w")).await).await;
    let connection = store.connections().show(&here).await.unwrap().0.unwrap();
    let report = Report { checks, ..Report::default() };
    store.connection_checks().save(&run, &connection, &report).await.unwrap();
    store.queue().finish(&run, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_taken_into_use_once_and_when_it_was_reached() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (tenant, onboarding) = (begun(&world).await, t.store.onboarding());
        let permit = permit(&world, &world.manager).await;
        assert!(matches!(onboarding.complete(&permit, tenant).await, Err(StoreError::Conflict(_))), "no connection yet");
        assert_eq!(draft(&world, tenant).await.unwrap().tenant.status, TenantStatus::Draft);
        t.store.connections().save(&t.operator, tenant, &connection()).await.unwrap();
        let refused = async || matches!(onboarding.complete(&permit, tenant).await, Err(StoreError::Conflict(_)));
        assert!(refused().await, "not verified yet");
        let signed_in = Check::passed(CheckKey::of(CheckKey::SIGN_IN));
        let other = Check::failed(CheckKey::of(CheckKey::TENANT), Code::OtherTenant);
        let refused_sign_in = Check::failed(CheckKey::of(CheckKey::SIGN_IN), Code::CredentialsInvalid);
        for checks in [vec![refused_sign_in], vec![signed_in.clone(), other]] {
            verified(&t, &world, tenant, checks).await;
            assert!(refused().await, "the tenant was not reached");
        }
        verified(&t, &world, tenant, vec![signed_in.clone()]).await;
        t.store.connections().save(&t.operator, tenant, &connection()).await.unwrap();
        assert!(refused().await, "of the connection as it was before");
        verified(&t, &world, tenant, vec![signed_in, Check::failed(CheckKey::of_type("scope_tag"), Code::GraphForbidden)]).await;
        onboarding.complete(&permit, tenant).await.unwrap();
        assert_eq!(draft(&world, tenant).await, None);
        assert_eq!(scope(&world, &world.owner, tenant).await.unwrap().tenant().status, TenantStatus::Active);
        assert!(onboarding.open(&permit).await.unwrap().is_empty());
        assert_eq!(t.number("select count(*) from onboarding_drafts").await, 0);
        assert_eq!(t.number("select count(*) from schedules where type like '%directory%' or type like '%group%'").await, 2);
        for late in [
            onboarding.complete(&permit, tenant).await,
            onboarding.save(&permit, tenant, Step::Verify, &answers("x")).await,
            onboarding.rename(&permit, tenant, &edit("x"), &answers("x")).await,
            onboarding.delete(&permit, tenant).await,
        ] {
            assert!(matches!(late, Err(StoreError::Conflict(_))), "{late:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn giving_up_removes_the_tenant_and_keeps_the_trail() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (tenant, permit) = (begun(&world).await, permit(&world, &world.owner).await);
        t.store.connections().save(&t.operator, tenant, &connection()).await.unwrap();
        let runs = scope(&world, &world.owner, tenant).await.unwrap().permit::<can::ProvidersRun>().unwrap();
        let started = t.store.runs().verify(&runs, false, model::run::Trigger::Manual).await.unwrap();
        assert!(
            matches!(t.store.onboarding().delete(&permit, tenant).await, Err(StoreError::Conflict(_))),
            "something is under way"
        );
        let who = world.sign_in(&world.owner).await;
        let sight = t.store.access().run(&who, started.run().id).await.unwrap();
        t.store.runs().cancel(&sight).await.unwrap();
        t.store.onboarding().delete(&permit, tenant).await.unwrap();
        assert!(matches!(scope(&world, &world.owner, tenant).await, Err(StoreError::NotVisible)));
        assert_eq!(t.number("select count(*) from onboarding_drafts").await, 0);
        let trail = "select count(*) from audit_entries where action in ('tenant.create', 'onboarding.delete')";
        assert!(t.number(trail).await >= 2, "what was done stays on record");
    })
    .await;
}

/// On SQLite there is one writer: nothing can come in between.
#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_is_about_to_commit_is_not_deleted_with_its_tenant() {
    on_both(async |t: TestStore| {
        if t.store.backend() == Backend::Sqlite {
            return;
        }
        let world = World::of(&t).await;
        let (tenant, permit) = (begun(&world).await, permit(&world, &world.owner).await);
        t.store.connections().save(&t.operator, tenant, &connection()).await.unwrap();
        let runs = scope(&world, &world.owner, tenant).await.unwrap().permit::<can::ProvidersRun>().unwrap();
        // The start writes its audit entry last: it waits there, its run written and not committed.
        let hold = "read committed; lock table audit_entries in exclusive mode";
        let holding = OpenTransaction::begin(&t.store, hold).await.unwrap();
        let waiting = "select count(distinct l.pid) from pg_locks l join pg_stat_activity a on a.pid = l.pid
          where not l.granted and a.datname = current_database()";
        let until = async |count| eventually("they wait", async || (t.number(waiting).await == count).then_some(())).await;
        let (store, other) = (t.store.clone(), t.store.clone());
        let start = tokio::spawn(async move { store.runs().verify(&runs, false, model::run::Trigger::Manual).await });
        until(1).await;
        let delete = tokio::spawn(async move { other.onboarding().delete(&permit, tenant).await });
        until(2).await;
        holding.end().await.unwrap();
        let started = start.await.unwrap().unwrap();
        let deleted = delete.await.unwrap();
        assert!(matches!(deleted, Err(StoreError::Conflict(_))), "{deleted:?}");
        assert_eq!(world.run(started.run().id).await.tenant_id, Some(tenant), "whoever was given a link finds the run");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_of_others_are_out_of_reach() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let tenant = begun(&world).await;
        let who = world.sign_in(&world.stranger).await;
        let theirs = t.store.access().workspace(&who, world.foreign_workspace).await.unwrap().permit().unwrap();
        let onboarding = t.store.onboarding();
        assert!(onboarding.open(&theirs).await.unwrap().is_empty());
        for tried in [
            onboarding.save(&theirs, tenant, Step::Verify, &answers("x")).await,
            onboarding.rename(&theirs, tenant, &edit("x"), &answers("x")).await,
            onboarding.complete(&theirs, tenant).await,
            onboarding.delete(&theirs, tenant).await,
        ] {
            assert!(matches!(tried, Err(StoreError::NotVisible)), "{tried:?}");
        }
        assert_eq!(draft(&world, tenant).await.unwrap().tenant.name, "Wide");
        assert!(world.workspace_scope(&world.operator_member).await.permit::<can::WorkspaceTenantsOnboard>().is_err());
    })
    .await;
}
