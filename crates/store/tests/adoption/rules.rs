//! What becomes of a run, in all that is told of it.

use model::run::{Outcome, Status, Trigger};
use serde_json::json;
use testkit::stores::{TestStore, on_both};

use super::older::{CANARY, Size};
use super::{adopt, older_of, person};

/// The types of ordinary runs by their number modulo 11, and what they become.
const TYPES: [(&str, &str); 11] = [
    ("inventory.sync", "inventory_sync"),
    ("inventory_sync", "inventory_sync"),
    ("directory_groups.sync", "entra_group_sync"),
    ("entra_group_sync", "entra_group_sync"),
    ("backup_schedule.run_now", "backup_schedule_run"),
    ("backup_schedule.retry", "backup_schedule_run"),
    ("backup_schedule.scheduled", "backup_schedule_run"),
    ("policy.capture_snapshot", "policy_capture_snapshot"),
    ("drift.generate", "drift_generate_findings"),
    ("provider.connection.check", "provider_connection_check"),
    ("legacy.cleanup", "legacy.cleanup"),
];

/// Their outcomes by their number modulo 6.
const OUTCOMES: [Outcome; 6] = [
    Outcome::Succeeded,
    Outcome::Failed,
    Outcome::PartiallySucceeded,
    Outcome::PartiallySucceeded,
    Outcome::Cancelled,
    Outcome::Blocked,
];

/// Every type with every outcome.
const COMBINATIONS: u64 = 66;

fn trigger(n: u64) -> Trigger {
    match n % 11 {
        4 => Trigger::Manual,
        5 => Trigger::Retry,
        6 => Trigger::Schedule,
        _ if n.is_multiple_of(2) => Trigger::Manual,
        _ => Trigger::System,
    }
}

#[tokio::test]
async fn of_a_run_come_its_canonical_type_its_state_known_figures_codes_and_ids_and_nothing_else() {
    let older = older_of(Size::SMALL).await;
    let url = older.url().to_owned();
    on_both(|t: TestStore| {
        let url = url.clone();
        async move {
            adopt(&t, &url).await;
            let people = [person(&t, 1).await, person(&t, 2).await, person(&t, 3).await];
            for n in 1..=COMBINATIONS {
                let viewer = &people[usize::try_from(n % 3).unwrap()];
                let sight = t.store.access().run_numbered(viewer, n).await.unwrap();
                let run = t.store.runs().find(&sight).await.unwrap();
                let (stored, code) = TYPES[usize::try_from(n % 11).unwrap()];
                assert_eq!((run.type_code.as_str(), run.operation.is_some()), (code, n % 11 != 10), "{n}");
                assert_eq!((run.status, run.outcome), (Status::Completed, OUTCOMES[usize::try_from(n % 6).unwrap()]), "{n}");
                assert_eq!(run.trigger, trigger(n), "{n}");

                let mut ids = json!({ "backup_set_id": n });
                if n % 11 == 6 {
                    ids["backup_schedule_id"] = json!(if n.is_multiple_of(12) { 12 } else { n % 12 });
                }
                let mut context = json!({ "adopted_from": "older", "adopted_id": n.to_string(), "adopted_ids": ids });
                if stored != code {
                    context["adopted_type"] = json!(stored);
                }
                assert_eq!(run.context, context, "{n}");
                let figures = json!({ "total": 3, "processed": 3, "succeeded": 2, "failed": 1, "items": n });
                assert_eq!(run.counts.to_value(), figures, "{n}");

                let codes: Vec<&str> = run.failures.iter().map(|line| line.code.as_str()).collect();
                let (wanted, reason): (&[&str], _) =
                    if n % 6 == 1 { (&["graph.forbidden", "run.adopted_failure"], Some("graph.forbidden")) } else { (&[], None) };
                assert_eq!((codes.as_slice(), run.reason_code.as_deref()), (wanted, reason), "{n}");
                let (user, name) = (n.is_multiple_of(2), format!("Person {}", n % 6 + 1));
                assert_eq!(
                    (run.user_id.is_some(), run.initiator_name.as_str()),
                    (user, if user { name.as_str() } else { "System" })
                );
                assert!(run.created_at < run.started_at.unwrap() && run.started_at < run.completed_at, "{n}");
                assert!(!format!("{run:?}").contains(CANARY), "{n}");
            }
        }
    })
    .await;
    older.drop().await;
}
