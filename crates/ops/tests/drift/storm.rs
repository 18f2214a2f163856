//! Very many changes at once.

use std::time::{Duration, Instant};

use model::access::can;
use model::finding::{FindingFilter, Move};
use model::json::Json;
use model::run::{CountKey, Outcome};
use testkit::stores::{TestStore, on_both};

use crate::help::{POLICY, Place, count, policies};

const OBJECTS: usize = 1_000;
/// Ten properties of each.
const PROPERTIES: usize = 10;

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_changes_at_once_are_bounded_and_clear() {
    on_both(async |t: TestStore| {
        let names: Vec<String> = (0..OBJECTS).map(|n| format!("policy-{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let place = Place::of(&t, policies(&names)).await;
        place.sync().await;
        for (at, name) in names.iter().enumerate() {
            place.change(POLICY, name, |object| {
                // Values of each object's own: nothing that the service would give to all.
                (0..PROPERTIES).for_each(|n| object.set(&format!("somebodys{n}"), Json::int(i64::try_from(at).unwrap())));
            });
        }
        let began = Instant::now();
        let run = place.sync().await.unwrap();
        assert_eq!(run.outcome, Outcome::Succeeded);
        assert_eq!(count(&run, CountKey::Created), i64::try_from(OBJECTS * PROPERTIES).unwrap());
        assert!(began.elapsed() < Duration::from_secs(180), "{:?}", began.elapsed());
        let scope = place.world.tenant_scope(&place.world.owner).await;
        let findings = t.store.findings();
        let totals = findings.totals(&scope).await.unwrap();
        assert_eq!(totals.open(), 10_000);
        assert_eq!(findings.count(&scope, &FindingFilter::default(), 1_001).await.unwrap(), 1_001);
        let page = findings.list(&scope, &FindingFilter::default(), None, 50).await.unwrap();
        assert!(page.rows.len() == 50 && page.next.is_some());
        // And done away with at once.
        let triage = scope.permit::<can::FindingsTriage>().unwrap();
        assert_eq!(findings.move_all(&triage, &FindingFilter::default(), Move::Close, None).await.unwrap(), 10_000);
        assert_eq!(findings.totals(&scope).await.unwrap().open(), 0);
    })
    .await;
}
