//! Findings: what a check keeps, once; what people do with them; who sees them.

use std::collections::BTreeMap;
use std::time::Duration;

use model::access::can;
use model::drift::{Deviation, Evidence, Tally, Verdict};
use model::finding::HistoryEvent::{self, AcceptanceEnded, Assigned, Found, Moved, Noted};
use model::finding::{Finding, FindingFilter, FindingKind, FindingState, Move, Reason, Severity};
use model::time::Moment;
use store::access::RunScope;
use store::{ChangedObject, DriftReading, Judged, NewestReading, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::inventory::{list_of, seen};

pub(crate) const TYPE: &str = "assignment_filter";

/// A complete reading of the type with these objects, by the same run.
pub(crate) async fn read(t: &TestStore, run: &RunScope, objects: &[(&str, i64)]) {
    t.clock.advance(Duration::from_secs(60));
    let from = t.store.now().await.unwrap();
    let items = objects.iter().map(|(id, version)| seen(TYPE, id, id, *version)).collect();
    t.store.inventory().observe(run, items).await.unwrap();
    t.store.inventory().types_complete(run, &[list_of(TYPE, from, 1)]).await.unwrap();
}

/// How the type was read and compared.
async fn reading(t: &TestStore, run: &RunScope) -> DriftReading {
    let readings = t.store.findings().readings(run).await.unwrap();
    readings.into_iter().find(|reading| reading.resource_type == TYPE).unwrap()
}

/// What can be compared of it.
pub(crate) async fn newest(t: &TestStore, run: &RunScope) -> NewestReading {
    reading(t, run).await.newest.unwrap()
}

pub(crate) async fn changed(t: &TestStore, run: &RunScope) -> Vec<ChangedObject> {
    let until = newest(t, run).await.until;
    t.store.findings().changed(run, TYPE, until, None, 100).await.unwrap()
}

pub(crate) fn opened(object: ChangedObject, property: &str) -> Judged {
    let base = object.position;
    let verdict =
        Verdict::Open { kind: FindingKind::Changed, property: property.to_owned(), base, evidence: Evidence::default() };
    Judged { object, verdicts: vec![verdict] }
}

/// Two readings, between which an object changed, and a finding of it.
pub(crate) async fn found(t: &TestStore, world: &World) -> (RunScope, Finding) {
    let run = world.attempt(&[TYPE]).await;
    let findings = t.store.findings();
    read(t, &run, &[("a", 1), ("b", 1)]).await;
    let first = newest(t, &run).await;
    assert!(!reading(t, &run).await.can_be_compared(), "there is nothing before it");
    findings.begin(&run, TYPE, first.until, first.run).await.unwrap();
    assert!(reading(t, &run).await.is_compared());
    let scope = world.tenant_scope(&world.readonly).await;
    assert_eq!(findings.compared_at(&scope).await.unwrap(), None, "one reading is compared with nothing");
    assert_eq!(changed(t, &run).await, []);
    read(t, &run, &[("a", 2), ("b", 1)]).await;
    let second = reading(t, &run).await;
    assert!(second.can_be_compared() && !second.is_compared());
    let objects = changed(t, &run).await;
    let told: Vec<_> = objects.iter().map(|one| (one.object_id.as_str(), one.position, one.number, one.gone)).collect();
    assert_eq!(told, [("a", Some(1), 2, false)]);
    let judged = vec![opened(objects[0].clone(), "rule")];
    let kept = findings.keep(&run, TYPE, (first.run, newest(t, &run).await), &judged).await.unwrap();
    assert_eq!((kept.found, kept.updated, kept.resolved), ([0, 0, 1, 0], 0, 0));
    // The same again, as a later attempt or a check beside this one: nothing is kept twice.
    let again = findings.keep(&run, TYPE, (first.run, newest(t, &run).await), &judged).await.unwrap();
    assert_eq!(again.found, [0; 4]);
    let all = findings.list(&scope, &FindingFilter::default(), None, 50).await.unwrap().rows;
    assert_eq!(all.len(), 1);
    (run, all.into_iter().next().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_check_found_is_kept_once_with_what_it_is_about() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (run, one) = found(&t, &world).await;
        assert_eq!((one.resource_type.as_str(), one.object_id.as_str(), one.property.as_str()), (TYPE, "a", "rule"));
        assert_eq!((one.state, one.severity, one.occurrences), (FindingState::New, Severity::High, 1));
        assert_eq!((one.base_version, one.current_version), (Some(1), Some(2)));
        assert_eq!((one.baseline_run, one.current_run), (Some(run.run_id()), Some(run.run_id())));
        assert!(one.due_at.unwrap() > one.first_seen_at && one.item_id.is_some());
        let findings = t.store.findings();
        let scope = world.tenant_scope(&world.readonly).await;
        assert_eq!(findings.compared_before(&run, TYPE).await.unwrap(), 2);
        assert!(findings.settle(&run, &[(TYPE, newest(&t, &run).await)]).await.unwrap().is_empty());
        assert!(findings.types_with_changes(&run).await.unwrap().is_empty());
        assert_eq!(findings.compared_at(&scope).await.unwrap(), Some(newest(&t, &run).await.until));
        let totals = findings.totals(&scope).await.unwrap();
        assert_eq!((totals.open, totals.overdue, totals.accepted), ([0, 0, 1, 0], 0, 0));
        t.clock.advance(Duration::from_secs(8 * 86_400));
        assert_eq!(findings.totals(&scope).await.unwrap().overdue, 1);
        let overdue = FindingFilter { overdue: true, ..FindingFilter::default() };
        assert_eq!(findings.count(&scope, &overdue, 10).await.unwrap(), 1);
        // What is to be looked at of an object that changed: what differs, and its findings.
        read(&t, &run, &[("a", 3), ("b", 1)]).await;
        assert!(findings.types_with_changes(&run).await.unwrap().contains(TYPE));
        let material = findings.material(&run, changed(&t, &run).await).await.unwrap().remove(0);
        assert_eq!(material.item(), one.item_id.unwrap());
        assert_eq!(material.contents.keys().copied().collect::<Vec<_>>(), [1, 2, 3], "base, before and now");
        assert_eq!((material.last, material.standing.len(), material.unreadable.len()), (Some(2), 1, 0));
        // When a run goes, what it found stays.
        t.execute(&format!("delete from operation_runs where id = {}", t.literal(run.run_id().uuid()))).await;
        let one = findings.find(&scope, one.id).await.unwrap();
        assert_eq!((one.baseline_run, one.current_run), (None, None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_move_findings_and_what_they_did_is_on_record() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (run, one) = found(&t, &world).await;
        let findings = t.store.findings();
        let scope = world.tenant_scope(&world.owner).await;
        assert!(world.tenant_scope(&world.readonly).await.permit::<can::FindingsTriage>().is_err());
        assert!(world.tenant_scope(&world.operator_member).await.permit::<can::FindingsAcceptRisk>().is_err());
        let (triage, accept) =
            (scope.permit::<can::FindingsTriage>().unwrap(), scope.permit::<can::FindingsAcceptRisk>().unwrap());
        let why = Reason::new("for the pilot").unwrap();
        findings.move_one(&triage, one.id, one.revision, Move::Begin, Some(&why)).await.unwrap();
        let stale = findings.move_one(&triage, one.id, one.revision, Move::Close, None).await;
        assert!(matches!(stale, Err(StoreError::Conflict(words)) if words.contains("meanwhile")), "{stale:?}");
        let now = t.store.now().await.unwrap();
        let (day, past) = (now.plus(Duration::from_secs(86_400)), now.minus(Duration::from_secs(1)));
        for wrong in [past, now.plus(Duration::from_secs(400 * 86_400))] {
            let refused = findings.accept(&accept, one.id, one.revision + 1, (wrong, &why)).await;
            assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
        }
        assert!(
            findings.move_one(&triage, one.id, one.revision + 1, Move::Accept, None).await.is_err(),
            "that takes another permit"
        );
        findings.accept(&accept, one.id, one.revision + 1, (day, &why)).await.unwrap();
        assert_eq!(findings.totals(&scope).await.unwrap().accepted, 1);
        assert_eq!(findings.end_acceptances(&run).await.unwrap(), 0);
        t.clock.advance(Duration::from_secs(86_400));
        assert_eq!(findings.end_acceptances(&run).await.unwrap(), 1);
        assert_eq!(findings.accept_some(&accept, &[one.id], (day.plus(Duration::from_secs(86_400)), &why)).await.unwrap(), 1);
        assert_eq!(findings.move_some(&triage, &[one.id], Move::Triage, None).await.unwrap(), 1);
        let told = "select count(*) from audit_entries where action like 'finding.%'";
        let before = t.number(told).await;
        assert_eq!(findings.move_some(&triage, &[one.id], Move::Triage, None).await.unwrap(), 0, "it stands there");
        assert_eq!(findings.note_some(&triage, &[], &why).await.unwrap(), 0);
        assert_eq!(t.number(told).await, before, "nothing was done, and nothing is on record");
        assert_eq!(findings.move_all(&triage, &FindingFilter::default(), Move::Resolve, None).await.unwrap(), 1);
        findings.note(&triage, one.id, &why).await.unwrap();
        let standing = findings.find(&scope, one.id).await.unwrap();
        let me = world.owner.id;
        findings.assign(&triage, one.id, standing.revision, (Some(me), Some(me))).await.unwrap();
        let stranger = findings.assign(&triage, one.id, standing.revision + 1, (None, Some(world.stranger.id))).await;
        assert!(matches!(stranger, Err(StoreError::NotVisible)), "{stranger:?}");
        let standing = findings.find(&scope, one.id).await.unwrap();
        assert_eq!(standing.assignee, Some((me, world.owner.name.clone())));
        let history = findings.history(&scope, one.id).await.unwrap();
        let events: Vec<HistoryEvent> = history.iter().rev().map(|line| line.event).collect();
        assert_eq!(events, [Found, Moved, Moved, AcceptanceEnded, Moved, Moved, Moved, Noted, Assigned]);
        let by: Vec<bool> = history.iter().rev().map(|line| line.by.is_some()).collect();
        assert_eq!(by, [false, true, true, false, true, true, true, true, true]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_are_paged_narrowed_and_nobody_elses() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (run, one) = found(&t, &world).await;
        let findings = t.store.findings();
        let first = newest(&t, &run).await;
        for n in 3..8 {
            read(&t, &run, &[("a", n), ("b", n)]).await;
            let judged: Vec<Judged> =
                changed(&t, &run).await.into_iter().map(|object| opened(object, &format!("p{n}"))).collect();
            findings.keep(&run, TYPE, (first.run, newest(&t, &run).await), &judged).await.unwrap();
        }
        let scope = world.tenant_scope(&world.readonly).await;
        let mut told = Vec::new();
        let mut cursor = None;
        loop {
            let page = findings.list(&scope, &FindingFilter::default(), cursor.as_ref(), 4).await.unwrap();
            told.extend(page.rows.into_iter().map(|one| one.id));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let distinct: BTreeMap<_, ()> = told.iter().map(|id| (*id, ())).collect();
        assert_eq!((told.len(), distinct.len(), told.last()), (11, 11, Some(&one.id)), "each once, the oldest last");
        for (filter, count) in [
            (FindingFilter { text: Some("B".to_owned()), ..FindingFilter::default() }, 5),
            (FindingFilter { item: one.item_id, ..FindingFilter::default() }, 6),
            (FindingFilter { severities: vec![Severity::Low], ..FindingFilter::default() }, 0),
            (FindingFilter { states: vec![FindingState::New], ..FindingFilter::default() }, 11),
            (FindingFilter { kinds: vec![FindingKind::Removed], ..FindingFilter::default() }, 0),
            (FindingFilter { types: vec![TYPE.to_owned()], ..FindingFilter::default() }, 11),
            (FindingFilter { assignee: Some(world.owner.id), ..FindingFilter::default() }, 0),
        ] {
            assert_eq!(findings.count(&scope, &filter, 100).await.unwrap(), count, "{filter:?}");
        }
        let stranger = world.sign_in(&world.stranger).await;
        let foreign = t.store.access().tenant(&stranger, world.foreign_tenant).await.unwrap();
        assert!(matches!(findings.find(&foreign, one.id).await, Err(StoreError::NotVisible)));
        assert_eq!(findings.list(&foreign, &FindingFilter::default(), None, 50).await.unwrap().rows, []);
        assert_eq!(findings.history(&foreign, one.id).await.unwrap(), []);
        let triage = foreign.permit::<can::FindingsTriage>().unwrap();
        assert!(matches!(findings.move_one(&triage, one.id, 1, Move::Close, None).await, Err(StoreError::NotVisible)));
        assert_eq!(findings.move_some(&triage, &[one.id], Move::Close, None).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_service_did_is_kept_once() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TYPE]).await;
        let mut tally = Tally::default();
        let came = Deviation {
            kind: FindingKind::Changed,
            property: "isNew".to_owned(),
            evidence: Evidence::default(),
            whole: Some("+false".to_owned()),
        };
        (0..3).for_each(|_| tally.add(std::slice::from_ref(&came), Some(true)));
        let fields = tally.fields();
        let findings = t.store.findings();
        for objects in [3, 4] {
            t.clock.advance(Duration::from_secs(1));
            findings.service_did(&run, TYPE, &fields, objects).await.unwrap();
        }
        let known = findings.service_fields(&world.tenant_scope(&world.readonly).await).await.unwrap();
        let now: Moment = t.store.now().await.unwrap();
        assert_eq!(known.len(), 1);
        assert_eq!((known[0].property.as_str(), known[0].objects, known[0].seen_at), ("isNew", 4, now));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_accepted_assigned_and_noted_and_only_those_that_fit() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (run, one) = found(&t, &world).await;
        let findings = t.store.findings();
        read(&t, &run, &[("a", 2), ("b", 2)]).await;
        let judged: Vec<Judged> = changed(&t, &run).await.into_iter().map(|object| opened(object, "rule")).collect();
        findings.keep(&run, TYPE, (None, newest(&t, &run).await), &judged).await.unwrap();
        let scope = world.tenant_scope(&world.owner).await;
        let (triage, accept) =
            (scope.permit::<can::FindingsTriage>().unwrap(), scope.permit::<can::FindingsAcceptRisk>().unwrap());
        let why = Reason::new("the vendor knows").unwrap();
        let day = t.store.now().await.unwrap().plus(Duration::from_secs(86_400));
        let of_b = FindingFilter { text: Some("b".to_owned()), ..FindingFilter::default() };
        let past = findings.accept_all(&accept, &of_b, (Moment::from_micros(0), &why)).await;
        assert!(matches!(past, Err(StoreError::Conflict(_))), "{past:?}");
        assert_eq!(findings.accept_all(&accept, &of_b, (day, &why)).await.unwrap(), 1);
        assert_eq!(findings.accept_all(&accept, &of_b, (day, &why)).await.unwrap(), 0, "it is accepted");
        assert_eq!(findings.find(&scope, one.id).await.unwrap().state, FindingState::New, "it does not fit");
        assert_eq!(findings.note_all(&triage, &of_b, &why).await.unwrap(), 1);
        assert_eq!(findings.note_some(&triage, &[one.id], &why).await.unwrap(), 1);
        let (me, reader) = (world.owner.id, world.readonly.id);
        assert_eq!(findings.assign_all(&triage, &FindingFilter::default(), Some(me)).await.unwrap(), 2);
        assert_eq!(findings.assign_some(&triage, &[one.id], Some(me)).await.unwrap(), 0, "they do already");
        assert_eq!(findings.assign_some(&triage, &[one.id], Some(reader)).await.unwrap(), 1);
        let standing = findings.find(&scope, one.id).await.unwrap();
        assert_eq!((standing.owner.map(|who| who.0), standing.assignee.map(|who| who.0)), (Some(me), Some(reader)));
        assert_eq!(findings.assign_all(&triage, &of_b, None).await.unwrap(), 1);
        for nobody in [world.stranger.id, world.outsider.id] {
            let refused = findings.assign_some(&triage, &[one.id], Some(nobody)).await;
            assert!(matches!(refused, Err(StoreError::NotVisible)), "not entitled to the tenant: {refused:?}");
        }
        let events: Vec<HistoryEvent> =
            findings.history(&scope, one.id).await.unwrap().iter().rev().map(|line| line.event).collect();
        assert_eq!(events, [Found, Noted, Assigned, Assigned]);
    })
    .await;
}
