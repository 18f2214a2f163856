//! What stands in the way of an operation that needs a connection: each reason, when it is started and when it is claimed.

use std::time::Duration;

use model::connection::Cloud;
use model::failure::Code;
use model::run::{Outcome, Started};
use model::tenant::TenantStatus;
use secrecy::SecretString;
use store::runs::{Admission, WorkerId};
use store::{NewConnection, NewCredential};
use testkit::stores::{TestStore, on_both};
use testkit::world::{CANARY_SECRET, World};

/// What makes a tenant unready, and the reason that is given then.
#[derive(Debug, Clone, Copy)]
enum Hurdle {
    Missing,
    Disabled,
    Expired,
    Draft,
    Archived,
}

const HURDLES: [(Hurdle, Code); 5] = [
    (Hurdle::Missing, Code::ConnectionMissing),
    (Hurdle::Disabled, Code::ConnectionDisabled),
    (Hurdle::Expired, Code::CredentialExpired),
    (Hurdle::Draft, Code::TenantDraft),
    (Hurdle::Archived, Code::TenantArchived),
];

/// Until when the credential holds.
const HOLDS: Duration = Duration::from_secs(3600);

async fn ready(t: &TestStore) -> World {
    let world = World::of(t).await;
    let expires_at = Some(t.store.now().await.unwrap().plus(HOLDS));
    let credential = NewCredential::Secret { secret: SecretString::from(CANARY_SECRET), expires_at };
    let connection = NewConnection::new(Cloud::Custom, "client-1", credential);
    t.store.connections().save(&t.operator, world.tenant, &connection).await.unwrap();
    world
}

async fn put(t: &TestStore, world: &World, hurdle: Hurdle) {
    match hurdle {
        Hurdle::Missing => t.execute("delete from provider_connections").await,
        Hurdle::Disabled => t.store.connections().set_enabled(&t.operator, world.tenant, false).await.unwrap(),
        Hurdle::Expired => t.clock.advance(HOLDS),
        Hurdle::Draft => t.execute("update tenants set status = 'draft'").await,
        Hurdle::Archived => {
            t.store.tenants().set_status(&t.operator, world.tenant, TenantStatus::Archived).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_hurdle_blocks_a_start_with_its_reason() {
    for (hurdle, code) in HURDLES {
        on_both(|t: TestStore| async move {
            let world = ready(&t).await;
            put(&t, &world, hurdle).await;
            match world.start_sync(&world.owner, &["scope_tag"]).await {
                Started::Blocked(run) => {
                    assert_eq!((run.outcome, run.reason_code.as_deref()), (Outcome::Blocked, Some(code.code())), "{hurdle:?}");
                }
                other => panic!("{hurdle:?}: {other:?}"),
            }
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_hurdle_that_comes_up_while_a_run_waits_refuses_it_at_the_gate() {
    for (hurdle, code) in HURDLES {
        on_both(|t: TestStore| async move {
            let world = ready(&t).await;
            world.queued(&["scope_tag"]).await;
            let claim = world.claim(&WorkerId::new("w")).await;
            put(&t, &world, hurdle).await;
            match t.store.queue().admit(&claim).await.unwrap() {
                Admission::Refused(_, failure) => assert_eq!(failure.code(), code, "{hurdle:?}"),
                Admission::Admitted(_) => panic!("{hurdle:?} was admitted"),
            }
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_that_has_expired_can_still_be_checked() {
    on_both(async |t: TestStore| {
        let world = ready(&t).await;
        put(&t, &world, Hurdle::Expired).await;
        let permit = world.tenant_scope(&world.owner).await.permit::<model::access::can::ProvidersRun>().unwrap();
        let started = t.store.runs().verify(&permit, false, model::run::Trigger::Manual).await.unwrap();
        assert!(matches!(started, Started::Accepted(_)), "{started:?}");
        world.admit(&world.claim(&WorkerId::new("w")).await).await;
    })
    .await;
}
