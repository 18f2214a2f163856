//! What is told together, and whose doing it is.

use std::time::Duration;

use model::access::can;
use model::drift::{Evidence, Verdict};
use model::finding::{Finding, FindingFilter, FindingKind, FindingState, HistoryEvent, Resolution};
use store::access::RunScope;
use store::{Doing, Judged, MANY_OBJECTS, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::findings::{TYPE, changed, found, newest, read};
use crate::tenant_events::event;

fn id(n: u32) -> String {
    format!("o{n:03}")
}

/// Findings of so many objects, to each of which the property came with one value.
async fn came(t: &TestStore, run: &RunScope, objects: u32, version: i64) {
    let names: Vec<String> = (0..objects).map(id).collect();
    let at = |version| names.iter().map(|name| (name.as_str(), version)).collect::<Vec<_>>();
    read(t, run, &at(version - 1)).await;
    // What is new is no finding here: only the property is looked at.
    let findings = t.store.findings();
    let quiet: Vec<Judged> = changed(t, run).await.into_iter().map(|object| Judged { object, verdicts: Vec::new() }).collect();
    findings.keep(run, TYPE, (None, newest(t, run).await), &quiet).await.unwrap();
    read(t, run, &at(version)).await;
    let judged: Vec<Judged> = changed(t, run)
        .await
        .into_iter()
        .map(|object| {
            let evidence = Evidence { shape: Some("+false".to_owned()), total: 1, ..Evidence::default() };
            let (kind, property, base) = (FindingKind::Changed, "isNew".to_owned(), object.position);
            Judged { object, verdicts: vec![Verdict::Open { kind, property, base, evidence }] }
        })
        .collect();
    findings.keep(run, TYPE, (None, newest(t, run).await), &judged).await.unwrap();
}

async fn settled(t: &TestStore, run: &RunScope) {
    t.store.findings().settle(run, &[(TYPE, newest(t, run).await)]).await.unwrap();
}

async fn all(t: &TestStore, world: &World, filter: &FindingFilter) -> Vec<Finding> {
    let scope = world.tenant_scope(&world.readonly).await;
    t.store.findings().list(&scope, filter, None, 100).await.unwrap().rows
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_to_many_objects_without_an_event_is_one_card() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (run, other) = found(&t, &world).await;
        let scope = world.tenant_scope(&world.readonly).await;
        came(&t, &run, MANY_OBJECTS + 1, 2).await;
        // Somebody is on record as having touched two of them: only these are told by themselves, and the rest are too few.
        let now = t.store.now().await.unwrap();
        let events = [event("e1", now, "ann", &[&id(0)]), event("e2", now, "ann", &[&id(1)])];
        t.store.tenant_events().observe(&run, &events).await.unwrap();
        settled(&t, &run).await;
        assert_eq!(t.store.findings().folds(&scope).await.unwrap(), []);
        t.execute("delete from tenant_audit_resources where object_id = 'o001'").await;
        settled(&t, &run).await;
        let cards = t.store.findings().folds(&scope).await.unwrap();
        assert_eq!(cards.len(), 1);
        let card = &cards[0];
        assert_eq!((card.property.as_str(), card.objects, card.came), ("isNew", i64::from(MANY_OBJECTS), true));
        let apart = FindingFilter { apart: true, ..FindingFilter::default() };
        let told: Vec<Finding> = all(&t, &world, &apart).await;
        assert_eq!(told.len(), 2, "the one that somebody touched, and another finding");
        assert!(told.iter().any(|one| one.id == other.id) && told.iter().all(|one| !one.folded));
        assert_eq!(all(&t, &world, &FindingFilter::default()).await.len(), MANY_OBJECTS as usize + 2);
        // Who belongs to another workspace sees nothing of it.
        let stranger = world.sign_in(&world.stranger).await;
        let foreign = t.store.access().tenant(&stranger, world.foreign_tenant).await.unwrap();
        assert_eq!(t.store.findings().folds(&foreign).await.unwrap(), []);
        let permit = foreign.permit::<can::FindingsTriage>().unwrap();
        let refused = t.store.findings().classify(&permit, card.one, Doing::Service).await;
        assert!(matches!(refused, Err(StoreError::NotVisible)), "{refused:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_decision_classifies_it_for_good() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (run, other) = found(&t, &world).await;
        let findings = t.store.findings();
        let scope = world.tenant_scope(&world.operator_member).await;
        let permit = scope.permit::<can::FindingsTriage>().unwrap();
        came(&t, &run, MANY_OBJECTS, 2).await;
        settled(&t, &run).await;
        let card = findings.folds(&scope).await.unwrap().remove(0);
        let wrong = findings.classify(&permit, other.id, Doing::Service).await;
        assert!(matches!(wrong, Err(StoreError::Conflict(_))), "it is no property that came: {wrong:?}");
        assert_eq!(findings.said_to_be_services(&run, TYPE).await.unwrap(), []);
        // Told apart: each by itself, and it stays so.
        assert_eq!(findings.classify(&permit, card.one, Doing::Apart).await.unwrap(), i64::from(MANY_OBJECTS));
        settled(&t, &run).await;
        assert_eq!(findings.folds(&scope).await.unwrap(), []);
        assert_eq!(findings.said_to_be_services(&run, TYPE).await.unwrap(), []);
        // The service's: all of them are over, and checks are told.
        assert_eq!(findings.classify(&permit, card.one, Doing::Service).await.unwrap(), i64::from(MANY_OBJECTS));
        let one = findings.find(&scope, card.one).await.unwrap();
        assert_eq!((one.state, one.resolution), (FindingState::Resolved, Some(Resolution::Service)));
        let history = findings.history(&scope, card.one).await.unwrap();
        assert_eq!(history[0].event, HistoryEvent::Classified);
        let said = findings.said_to_be_services(&run, TYPE).await.unwrap();
        assert_eq!(said.iter().map(|one| (one.property.as_str(), one.whole.as_str())).collect::<Vec<_>>(), [("isNew", "+false")]);
        assert_eq!(findings.service_fields(&scope).await.unwrap()[0].objects, i64::from(MANY_OBJECTS));
        t.clock.advance(Duration::from_secs(60));
        settled(&t, &run).await;
        assert_eq!(findings.find(&scope, card.one).await.unwrap().state, FindingState::Resolved, "a check leaves it so");
        assert_eq!(findings.find(&scope, other.id).await.unwrap().state, FindingState::New);
    })
    .await;
}
