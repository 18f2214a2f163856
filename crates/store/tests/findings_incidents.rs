//! The same cause in many tenants is one incident, with one decision for those that somebody may decide on.

use std::time::Duration;

use model::access::{Capability, Role, can};
use model::drift::{Evidence, Verdict};
use model::finding::{Cause, FindingFilter, FindingKind, FindingState, IncidentDecided, Move, Reason};
use model::ids::TenantId;
use model::user::User;
use store::access::{RunScope, WorkspaceScope};
use store::{Judged, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::{World, connection};

use crate::inventory::{attempt_in, list_of, seen};

const TYPE: &str = "scope_tag";

fn cause() -> Cause {
    "ab".repeat(32).parse().unwrap()
}

/// A finding of that cause in a tenant, and the run that found it.
async fn found(t: &TestStore, user: &User, world: &World, tenant: TenantId) -> RunScope {
    let who = world.sign_in(user).await;
    let scope = t.store.access().tenant(&who, tenant).await.unwrap();
    let (run, findings) = (attempt_in(t, &scope).await, t.store.findings());
    for version in [1, 2] {
        t.clock.advance(Duration::from_secs(60));
        let from = t.store.now().await.unwrap();
        t.store.inventory().observe(&run, vec![seen(TYPE, &tenant.to_string(), "One", version)]).await.unwrap();
        t.store.inventory().types_complete(&run, &[list_of(TYPE, from, 1)]).await.unwrap();
        let readings = findings.readings(&run).await.unwrap();
        let newest = readings.into_iter().find(|reading| reading.resource_type == TYPE).unwrap().newest.unwrap();
        let evidence = Evidence { cause: Some(cause().to_string()), total: 1, ..Evidence::default() };
        let open = |base| Verdict::Open { kind: FindingKind::Changed, property: "displayName".to_owned(), base, evidence };
        let changed = findings.changed(&run, TYPE, newest.until, None, 10).await.unwrap().remove(0);
        let verdicts = if version == 2 { vec![open(changed.position)] } else { Vec::new() };
        findings.keep(&run, TYPE, (None, newest), &[Judged { object: changed, verdicts }]).await.unwrap();
    }
    run
}

async fn state(t: &TestStore, world: &World, tenant: TenantId) -> FindingState {
    let who = world.sign_in(&world.owner).await;
    let scope = t.store.access().tenant(&who, tenant).await.unwrap();
    t.store.findings().list(&scope, &FindingFilter::default(), None, 10).await.unwrap().rows.remove(0).state
}

async fn scope(world: &World, user: &User) -> WorkspaceScope {
    world.workspace_scope(user).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_in_two_tenants_is_an_incident_to_who_sees_both() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        t.store.connections().save(&t.operator, world.other_tenant, &connection()).await.unwrap();
        let findings = t.store.findings();
        let first = found(&t, &world.owner, &world, world.tenant).await;
        assert_eq!(findings.fold_incidents(&first).await.unwrap(), 0, "one tenant is no incident");
        // The same in another workspace has nothing to do with it.
        let foreign = found(&t, &world.stranger, &world, world.foreign_tenant).await;
        assert_eq!(findings.fold_incidents(&foreign).await.unwrap(), 0);
        let second = found(&t, &world.owner, &world, world.other_tenant).await;
        assert_eq!(findings.fold_incidents(&second).await.unwrap(), 1);
        assert_eq!(findings.fold_incidents(&second).await.unwrap(), 0, "it is known");
        let theirs = scope(&world, &world.manager).await;
        let incidents = findings.incidents(&theirs).await.unwrap();
        assert_eq!(incidents.len(), 1);
        assert_eq!((incidents[0].tenants, incidents[0].open, incidents[0].kind), (2, 2, FindingKind::Changed));
        let (one, all) = findings.incident(&theirs, &cause()).await.unwrap();
        assert_eq!((one, all.len()), (incidents[0].clone(), 2));
        assert!(all.iter().all(|one| !one.tenant_name.is_empty()));
        // Who sees one of the tenants only sees no incident, and learns of none.
        let reader = scope(&world, &world.readonly).await;
        assert_eq!(findings.incidents(&reader).await.unwrap(), []);
        assert!(matches!(findings.incident(&reader, &cause()).await, Err(StoreError::NotVisible)));
        let stranger = world.sign_in(&world.stranger).await;
        let foreign = t.store.access().workspace(&stranger, world.foreign_workspace).await.unwrap();
        assert!(matches!(findings.incident(&foreign, &cause()).await, Err(StoreError::NotVisible)));
        let of_second = theirs_count(&t, &world.owner, &world, world.other_tenant).await;
        assert_eq!(of_second, 1, "the navigation counts the tenant's own");
        assert_eq!(findings.open_count(&reader, world.other_tenant, 10).await.unwrap(), 0, "not entitled to it");
    })
    .await;
}

async fn theirs_count(t: &TestStore, user: &User, world: &World, tenant: TenantId) -> i64 {
    t.store.findings().open_count(&scope(world, user).await, tenant, 10).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_decision_reaches_the_tenants_in_which_the_person_may() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        t.store.connections().save(&t.operator, world.other_tenant, &connection()).await.unwrap();
        let findings = t.store.findings();
        found(&t, &world.owner, &world, world.tenant).await;
        let run = found(&t, &world.owner, &world, world.other_tenant).await;
        findings.fold_incidents(&run).await.unwrap();
        // Operator in the one tenant, looking on in the other.
        let (members, user) = (t.store.members(), &world.operator_member);
        members.add_to_tenant(&t.operator, world.other_tenant, user.id, Role::Readonly).await.unwrap();
        let operator = scope(&world, user).await;
        let why = Reason::new("a pilot").unwrap();
        let refused = operator.across::<can::FindingsAcceptRisk>();
        assert!(matches!(refused, Err(StoreError::Forbidden(Capability::FindingsAcceptRisk))));
        assert!(scope(&world, &world.readonly).await.across::<can::FindingsTriage>().is_err());
        let across = operator.across::<can::FindingsTriage>().unwrap();
        assert!(findings.move_incident(&across, &cause(), Move::Accept, None).await.is_err(), "that takes another right");
        let done = findings.move_incident(&across, &cause(), Move::Close, Some(&why)).await.unwrap();
        assert_eq!(done, IncidentDecided { findings: 1, tenants: 1, refused: 1, left: 0 });
        assert_eq!(state(&t, &world, world.tenant).await, FindingState::Closed);
        assert_eq!(state(&t, &world, world.other_tenant).await, FindingState::New);
        assert_eq!(findings.incidents(&operator).await.unwrap(), [], "open in one tenant only");
        let manager = scope(&world, &world.manager).await;
        let across = manager.across::<can::FindingsAcceptRisk>().unwrap();
        let now = t.store.now().await.unwrap();
        let late = findings.accept_incident(&across, &cause(), (now.plus(Duration::from_secs(400 * 86_400)), &why)).await;
        assert!(matches!(late, Err(StoreError::Conflict(_))), "{late:?}");
        let day = now.plus(Duration::from_secs(86_400));
        let done = findings.accept_incident(&across, &cause(), (day, &why)).await.unwrap();
        assert_eq!(done, IncidentDecided { findings: 1, tenants: 1, refused: 0, left: 0 }, "what is closed stays");
        assert_eq!(state(&t, &world, world.other_tenant).await, FindingState::RiskAccepted);
        let nowhere = "00".repeat(32).parse().unwrap();
        let triage = manager.across::<can::FindingsTriage>().unwrap();
        let refused = findings.move_incident(&triage, &nowhere, Move::Close, None).await;
        assert!(matches!(refused, Err(StoreError::NotVisible)), "{refused:?}");
        // Each tenant's trail says what became of its own, the workspace's that there was a decision.
        let actions = "select action from audit_entries where action like 'incident.%' or (action like 'finding.%' and tenant_id is not null)
          order by action";
        let told = t.texts(actions).await;
        assert_eq!(told, ["finding.accept", "finding.move", "incident.decide", "incident.decide"]);
    })
    .await;
}
