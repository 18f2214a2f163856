//! The course of a finding: found, changed further, resolved, found again; and when there is nothing to compare.

use std::time::Duration;

use graph_sim::{Effect, Fault};
use model::access::can;
use model::failure::Code;
use model::finding::{FindingFilter, FindingState, HistoryEvent, Move, Reason, Resolution};
use model::json::Json;
use model::run::{CountKey, Outcome};
use model::settings::Key;
use store::{NewChoice, StoreError};
use testkit::stores::{TestStore, on_both};

use crate::help::{POLICY, Place, count, policies};

fn described(place: &Place, id: &str, text: &str) {
    place.change(POLICY, id, |object| object.set("description", Json::text(text)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_is_one_however_often_it_is_seen() {
    on_both(async |t: TestStore| {
        let place = Place::of(&t, policies(&["a", "b"])).await;
        let blocked = place.check().await;
        assert_eq!(
            (blocked.outcome, blocked.reason_code.as_deref()),
            (Outcome::Blocked, Some(Code::DriftNothingToCompare.code()))
        );
        place.sync().await;
        assert_eq!(place.check().await.outcome, Outcome::Blocked, "one inventory alone");
        described(&place, "a", "x");
        let run = place.sync().await.unwrap();
        assert_eq!((run.outcome, count(&run, CountKey::Created), count(&run, CountKey::Low)), (Outcome::Succeeded, 1, 1));
        let first = place.findings().await.remove(0);
        assert_eq!((first.base_version, first.current_version, first.occurrences), (Some(1), Some(2), 1));
        assert!(first.baseline_run.is_some() && first.current_run.is_some() && first.baseline_run != first.current_run);
        // Nothing happened: nothing is written but that it was seen.
        let run = place.sync().await.unwrap();
        assert_eq!((count(&run, CountKey::Items), count(&run, CountKey::Created)), (0, 0));
        let again = place.findings().await.remove(0);
        assert!(again.last_seen_at > first.last_seen_at && again.current_run != first.current_run);
        assert_eq!(again.revision, first.revision);
        assert_eq!(place.check().await.outcome, Outcome::Succeeded, "the newest was compared already");
        described(&place, "a", "y");
        place.sync().await.unwrap();
        described(&place, "a", "one\r\ntwo");
        let run = place.sync().await.unwrap();
        assert_eq!(count(&run, CountKey::Deleted), 1);
        let resolved = place.findings().await.remove(0);
        assert_eq!(
            (resolved.id, resolved.state, resolved.resolution),
            (first.id, FindingState::Resolved, Some(Resolution::Back))
        );
        described(&place, "a", "x");
        place.sync().await.unwrap();
        let recurred = place.findings().await.remove(0);
        assert_eq!((recurred.id, recurred.state, recurred.occurrences), (first.id, FindingState::New, 2));
        let scope = place.world.tenant_scope(&place.world.readonly).await;
        let history = t.store.findings().history(&scope, first.id).await.unwrap();
        let events: Vec<HistoryEvent> = history.iter().rev().map(|line| line.event).collect();
        assert_eq!(events, [HistoryEvent::Found, HistoryEvent::SeenFurther, HistoryEvent::CameBack, HistoryEvent::Recurred]);
        assert!(history.iter().all(|line| line.by.is_none() && line.run.is_some()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_that_was_not_read_completely_yields_no_drift_and_the_run_says_so() {
    on_both(async |t: TestStore| {
        let place = Place::of(&t, policies(&["a", "b", "c"])).await;
        place.sync().await;
        place.sync().await.unwrap();
        described(&place, "a", "x");
        place.graph.sim.remove_object(place.graph.tenant, POLICY, "b").unwrap();
        place.graph.sim.inject(Fault::new(Effect::Forbidden).on("/beta/deviceManagement/configurationPolicies"));
        t.clock.advance(Duration::from_secs(3_600));
        let permit = place.world.tenant_scope(&place.world.owner).await.permit::<can::InventorySync>().unwrap();
        let request = model::operations::inventory_sync::Arguments::only([POLICY]).unwrap().request(place.world.tenant);
        t.store.runs().start(&permit, &request, model::run::Trigger::Manual).await.unwrap();
        place.graph.worker(&t.store).run_queue_now().await.unwrap();
        let run = place.check().await;
        assert_eq!(place.open().await, []);
        assert_eq!((run.outcome, count(&run, CountKey::Skipped)), (Outcome::Succeeded, 1));
        place.graph.sim.clear_faults();
        place.sync().await.unwrap();
        assert_eq!(place.open().await.len(), 2, "the change and the removal, once they are known");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_work_on_findings_and_later_checks_heed_it() {
    on_both(async |t: TestStore| {
        let place = Place::of(&t, policies(&["a", "b"])).await;
        place.sync().await;
        described(&place, "a", "x");
        place.sync().await.unwrap();
        let one = place.findings().await.remove(0);
        let scope = place.world.tenant_scope(&place.world.owner).await;
        let (triage, accept) =
            (scope.permit::<can::FindingsTriage>().unwrap(), scope.permit::<can::FindingsAcceptRisk>().unwrap());
        let findings = t.store.findings();
        // Said to be resolved, and it is not.
        findings.move_one(&triage, one.id, one.revision, Move::Resolve, None).await.unwrap();
        assert!(matches!(
            findings.move_one(&triage, one.id, one.revision, Move::Triage, None).await,
            Err(StoreError::Conflict(_))
        ));
        place.sync().await.unwrap();
        let one = findings.find(&scope, one.id).await.unwrap();
        assert_eq!((one.state, one.occurrences), (FindingState::New, 2));
        // Accepted until a day, and that day comes.
        let now = t.store.now().await.unwrap();
        let reason = Reason::new("we know").unwrap();
        let day = now.plus(Duration::from_secs(2 * 3_600 + 1));
        findings.accept(&accept, one.id, one.revision, (day, &reason)).await.unwrap();
        place.sync().await.unwrap();
        let one = findings.find(&scope, one.id).await.unwrap();
        assert_eq!(
            (one.state, one.accepted_until, one.accepted_reason.as_deref()),
            (FindingState::RiskAccepted, Some(day), Some("we know"))
        );
        place.sync().await.unwrap();
        place.sync().await.unwrap();
        assert_eq!(findings.find(&scope, one.id).await.unwrap().state, FindingState::New);
        // Closed: right as it is, also when something else changes.
        assert_eq!(findings.move_all(&triage, &FindingFilter::default(), Move::Close, Some(&reason)).await.unwrap(), 1);
        place.change(POLICY, "a", |object| object.set("technologies", Json::text("other")));
        place.sync().await.unwrap();
        assert_eq!(findings.find(&scope, one.id).await.unwrap().state, FindingState::Closed);
        described(&place, "a", "y");
        place.sync().await.unwrap();
        let one = findings.find(&scope, one.id).await.unwrap();
        assert_eq!((one.state, one.base_version), (FindingState::New, Some(3)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn something_was_compared_from_the_second_sync_on_also_where_nothing_changed() {
    on_both(async |t: TestStore| {
        let place = Place::of(&t, policies(&["a"])).await;
        let scope = place.world.tenant_scope(&place.world.owner).await;
        let compared = async || t.store.findings().compared_at(&scope).await.unwrap();
        assert_eq!(compared().await, None);
        place.sync().await;
        assert_eq!(compared().await, None, "one inventory alone");
        place.sync().await.unwrap();
        assert!(compared().await.is_some());
        assert_eq!(place.findings().await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_can_do_without_a_check_after_each_sync() {
    on_both(async |t: TestStore| {
        let place = Place::of(&t, policies(&["a"])).await;
        let permit = place.world.tenant_scope(&place.world.owner).await.permit::<can::TenantSettingsManage>().unwrap();
        let value = Some(Key::DriftAfterSync.parse("when_started").unwrap());
        t.store.settings().save_tenant(&permit, &[NewChoice { key: Key::DriftAfterSync, value, revision: 0 }]).await.unwrap();
        place.sync().await;
        described(&place, "a", "x");
        assert_eq!(place.sync().await, None);
        assert_eq!(place.open().await, []);
        assert_eq!(place.check().await.outcome, Outcome::Succeeded);
        assert_eq!(place.open().await.len(), 1, "both inventories are known, so they can be compared");
    })
    .await;
}
