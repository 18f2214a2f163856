//! Findings of references: kept once, judged as they stand, mended; and tenants whose audit logs are watched.

use std::time::Duration;

use model::access::can;
use model::attribution::{EventSource, WATCH_RESTS, WATCHED_EVERY};
use model::coverage::TypeState;
use model::drift::{Evidence, Verdict};
use model::failure::Code;
use model::finding::{Against, FindingFilter, FindingKind, FindingState, HistoryEvent, Move, Resolution};
use model::links::Fate;
use model::restore::Reference;
use model::settings::Key;
use store::{NewChoice, ReferenceJudged, ReferenceSubject, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::inventory::{all, list_of, seen};

const TAG: &str = "scope_tag";
const MINUTE: Duration = Duration::from_secs(60);

fn subject(id: &str) -> ReferenceSubject {
    ReferenceSubject { resource_type: TAG.to_owned(), object_id: id.to_owned(), item: None, name: format!("Tag {id}") }
}

fn opened(id: &str) -> ReferenceJudged {
    let verdict = Verdict::Open { kind: FindingKind::Unused, property: String::new(), base: None, evidence: Evidence::default() };
    ReferenceJudged { subject: subject(id), verdict, revision: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_of_a_reference_is_kept_once_and_judged_as_it_stands() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAG]).await;
        let findings = t.store.findings();
        let kept = findings.keep_references(&run, &[opened("1"), opened("2")], &[]).await.unwrap();
        assert_eq!((kept.found, kept.updated, kept.resolved), ([2, 0, 0, 0], 0, 0));
        assert_eq!(findings.keep_references(&run, &[opened("1")], &[]).await.unwrap().found, [0; 4], "it is there");
        let held = findings.held_references(&run).await.unwrap();
        assert_eq!(held.iter().map(|one| one.subject.clone()).collect::<Vec<_>>(), [subject("1"), subject("2")]);
        // What a person did meanwhile stands.
        let triage = world.tenant_scope(&world.owner).await.permit::<can::FindingsTriage>().unwrap();
        let first = &held[0];
        findings.move_one(&triage, first.finding.id, first.revision, Move::Close, None).await.unwrap();
        let resolve = |at: usize| ReferenceJudged {
            subject: held[at].subject.clone(),
            verdict: Verdict::Resolve { id: held[at].finding.id, how: Resolution::Mended },
            revision: Some(held[at].revision),
        };
        t.clock.advance(MINUTE);
        let kept = findings.keep_references(&run, &[resolve(0), resolve(1)], &[first.finding.id]).await.unwrap();
        assert_eq!(kept.resolved, 1);
        let scope = world.tenant_scope(&world.readonly).await;
        let mut all = findings.list(&scope, &FindingFilter::default(), None, 50).await.unwrap().rows;
        all.sort_by(|a, b| a.object_id.cmp(&b.object_id));
        let states: Vec<_> = all.iter().map(|one| (one.against, one.state, one.resolution)).collect();
        let mended = (Against::References, FindingState::Resolved, Some(Resolution::Mended));
        assert_eq!(states, [(Against::References, FindingState::Closed, None), mended]);
        assert!(all[0].last_seen_at > all[0].first_seen_at && all[0].current_run == Some(run.run_id()), "it was seen");
        let history = findings.history(&scope, all[1].id).await.unwrap();
        assert_eq!(history.iter().map(|line| line.event).collect::<Vec<_>>(), [HistoryEvent::Mended, HistoryEvent::Found]);
        // Opened again, it is the same one.
        let held = findings.held_references(&run).await.unwrap();
        let again = ReferenceJudged {
            subject: subject("2"),
            verdict: Verdict::Reopen {
                id: held[1].finding.id,
                base: None,
                evidence: Evidence::default(),
                why: HistoryEvent::Recurred,
            },
            revision: Some(held[1].revision),
        };
        assert_eq!(findings.keep_references(&run, &[again], &[]).await.unwrap().found, [1, 0, 0, 0]);
        t.execute("update operation_runs set lease_token = lease_token + 1").await;
        let refused = findings.keep_references(&run, &[opened("3")], &[]).await;
        assert!(matches!(refused, Err(StoreError::LeaseLost)), "{refused:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_version_called_unused_and_holds_for_everybody_is_not_left_open() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAG]).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let known = [
            ("enrollment_limit", "x_DefaultLimit"),
            ("enrollment_limit", "x_Limit"),
            ("windows_hello_for_business", "x_Hello"),
            (TAG, "0"),
        ];
        let known = known.into_iter().chain([(TAG, "1"), ("assignment_filter", "x_Default")]);
        t.store.inventory().observe(&run, known.map(|(kind, id)| seen(kind, id, id, 1)).collect()).await.unwrap();
        let items = all(&t, &scope).await;
        let fate = async |id: &str| {
            let item = items.iter().find(|item| item.object_id == id).unwrap().id;
            t.store.links().fates(&run, &[(item, None)]).await.unwrap()[0]
        };
        for id in ["x_DefaultLimit", "x_Hello", "0"] {
            assert_eq!(fate(id).await, Fate::Mended, "{id}");
        }
        for id in ["x_Limit", "1", "x_Default"] {
            assert_eq!(fate(id).await, Fate::Unknown, "{id}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_mended_is_told_only_where_something_shows_it() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAG]).await;
        let scope = world.tenant_scope(&world.readonly).await;
        t.store.inventory().observe(&run, vec![seen(TAG, "1", "One", 1), seen(TAG, "2", "Two", 1)]).await.unwrap();
        let from = t.store.now().await.unwrap();
        t.store.inventory().types_complete(&run, &[list_of(TAG, from, 2)]).await.unwrap();
        let items = all(&t, &scope).await;
        let item = |id: &str| items.iter().find(|item| item.object_id == id).unwrap().id;
        let to = |kind: &str, id: &str| Some(Reference::new(kind, id));
        let fates = async || {
            let asked = [(item("1"), None), (item("1"), to(TAG, "2")), (item("1"), to("group", "g")), (item("2"), None)];
            t.store.links().fates(&run, &asked).await.unwrap()
        };
        // Nothing uses a tag; what an item does not refer to is mended, also where it is not there.
        assert_eq!(fates().await, [Fate::Unknown, Fate::Mended, Fate::Mended, Fate::Unknown]);
        // Links that another version made tell nothing of what is no longer referred to.
        t.execute("update inventory_items set links_form = 'another'").await;
        assert_eq!(fates().await, [Fate::Unknown, Fate::Mended, Fate::Unknown, Fate::Unknown]);
        t.execute("update inventory_items set absent = (1 = 1) where object_id = '2'").await;
        assert_eq!(fates().await, [Fate::Unknown, Fate::Unknown, Fate::Unknown, Fate::Gone]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_logs_of_a_tenant_are_watched_where_it_was_chosen_and_can_be_done() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAG]).await;
        let (queue, events) = (t.store.queue(), t.store.tenant_events());
        let due = async || queue.watch_due(10).await.unwrap();
        let permit = world.tenant_scope(&world.owner).await.permit::<can::TenantSettingsManage>().unwrap();
        let value = Some(Key::DriftWatch.parse("watch").unwrap());
        t.store.settings().save_tenant(&permit, &[NewChoice { key: Key::DriftWatch, value, revision: 0 }]).await.unwrap();
        assert_eq!(due().await, 0, "no log was ever read");
        let now = t.store.now().await.unwrap();
        events.source_complete(&run, EventSource::Intune, now, now).await.unwrap();
        assert_eq!(due().await, 0, "just now");
        t.clock.advance(WATCHED_EVERY);
        assert_eq!((due().await, due().await), (1, 0), "one run, however often it is looked");
        let system = "select count(*) from operation_runs where type = 'audit_events_sync' and trigger = 'system'";
        assert_eq!(t.number(system).await, 1);
        // One that came to nothing is not begun again at once.
        t.execute("update operation_runs set status = 'completed', outcome = 'failed', completed_at = created_at where trigger = 'system'").await;
        assert_eq!(due().await, 0);
        t.clock.advance(WATCHED_EVERY);
        assert_eq!(due().await, 1);
        t.execute("update operation_runs set status = 'completed', outcome = 'failed', completed_at = created_at where trigger = 'system'").await;
        events.source_failed(&run, EventSource::Intune, TypeState::Forbidden, Code::GraphForbidden).await.unwrap();
        t.clock.advance(2 * WATCHED_EVERY);
        assert_eq!(due().await, 0, "what may not be read rests");
        t.clock.advance(WATCH_RESTS);
        t.store.connections().set_enabled(&t.operator, world.tenant, false).await.unwrap();
        assert_eq!(due().await, 0, "its connection is switched off");
        t.store.connections().set_enabled(&t.operator, world.tenant, true).await.unwrap();
        let value = Some(Key::DriftWatch.parse("next_sync").unwrap());
        t.store.settings().save_tenant(&permit, &[NewChoice { key: Key::DriftWatch, value, revision: 1 }]).await.unwrap();
        assert_eq!(due().await, 0, "nobody wants it any more");
    })
    .await;
}
