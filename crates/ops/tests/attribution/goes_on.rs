//! Readings that break off, or were not made for long.

use std::time::Duration;

use graph_sim::{Effect, Fault};
use model::coverage::TypeState;
use model::run::Outcome;
use testkit::stores::{TestStore, on_both};

use crate::help::{HOUR, ann, change, counts, events, made, sync, terraform, words};

/// Thirty days in slices of seven.
const FIRST_SLICES: i64 = 5;

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_not_read_for_months_is_not_silent_about_them() {
    on_both(async |t: TestStore| {
        const DAY: Duration = Duration::from_secs(86_400);
        let (world, graph) = made(&t).await;
        sync(&world, &graph).await;
        // The reading of the log is allowed only long after the first change.
        t.clock.advance(DAY);
        graph.sim.act_as(ann());
        let object = change(&graph, "by Ann, long ago");
        t.clock.advance(DAY);
        sync(&world, &graph).await;
        t.clock.advance(DAY * 40);
        graph.sim.act_as(terraform());
        change(&graph, "by Terraform");
        t.clock.advance(DAY);
        sync(&world, &graph).await;
        t.clock.advance(DAY);
        assert_eq!(counts(&events(&world, &graph).await)[0], 1, "slice by slice, the last 30 days");
        assert_eq!(words(&world, &object).await, ["before", "not recorded", "at least application Terraform"]);
        let scope = world.tenant_scope(&world.owner).await;
        let sources = async || t.store.tenant_events().sources(&scope).await.unwrap();
        let now = t.store.now().await.unwrap();
        let first = sources().await;
        let ago = |at: Option<model::time::Moment>| at.map(|at| (now.micros() - at.micros()) / 86_400_000_000);
        assert_eq!(ago(first[0].complete_from), Some(30));
        assert_eq!(ago(first[1].complete_from), Some(7), "of a directory no event tells that its log reaches further back");
        // Every day from then on: the record grows, and its begin stays.
        t.clock.advance(DAY);
        events(&world, &graph).await;
        assert_eq!(
            sources().await.iter().map(|s| s.complete_from).collect::<Vec<_>>(),
            first.iter().map(|s| s.complete_from).collect::<Vec<_>>()
        );
        // Then not for two months: what was between is not on record.
        t.clock.advance(DAY * 60);
        events(&world, &graph).await;
        let later = sources().await;
        assert!(later[0].complete_from > first[0].complete_until, "{later:?}");
        assert!(later[1].complete_from > first[1].complete_until, "{later:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_away_for_a_moment_is_read_by_the_next_attempt() {
    on_both(async |t: TestStore| {
        let (world, graph) = made(&t).await;
        change(&graph, "changed");
        t.clock.advance(HOUR);
        // Five requests are one attempt.
        graph.sim.inject(Fault::new(Effect::ServerError { status: 503 }).on("/v1.0/deviceManagement/auditEvents").times(7));
        let run = events(&world, &graph).await;
        assert_eq!((run.outcome, run.attempt, counts(&run)), (Outcome::Succeeded, 2, [1, 1, 0]), "{:?}", run.failures);
        let scope = world.tenant_scope(&world.owner).await;
        let sources = t.store.tenant_events().sources(&scope).await.unwrap();
        assert!(sources.iter().all(|source| source.state == Some(TypeState::Complete)), "{sources:?}");
        let directory = "select count(*) from operation_run_calls where path like '%directoryAudits'";
        assert_eq!(t.number(directory).await, FIRST_SLICES, "the other log was read once");
        // One that stays away is told as failed in the end.
        graph.sim.inject(Fault::new(Effect::ServerError { status: 503 }).on("/v1.0/deviceManagement/auditEvents"));
        t.clock.advance(HOUR);
        let run = events(&world, &graph).await;
        assert_eq!((run.outcome, run.attempt), (Outcome::PartiallySucceeded, 3), "{:?}", run.failures);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_breaks_off_goes_on_where_it_was() {
    on_both(async |t: TestStore| {
        const DAY: Duration = Duration::from_secs(86_400);
        let (world, graph) = made(&t).await;
        change(&graph, "weeks ago");
        t.clock.advance(DAY * 25);
        change(&graph, "lately");
        t.clock.advance(HOUR * 2);
        let from = t.store.now().await.unwrap().minus(DAY * 30);
        // The third of five slices cannot be had.
        let third = from.plus(DAY * 21).to_fixed_text();
        let away =
            Fault::new(Effect::ServerError { status: 503 }).on("/v1.0/deviceManagement/auditEvents").with_query(&third[..16]);
        graph.sim.inject(away.times(5));
        let run = events(&world, &graph).await;
        assert_eq!((run.outcome, run.attempt), (Outcome::Succeeded, 2), "{:?}", run.failures);
        let calls = "select count(*) from operation_run_calls where path like '%auditEvents'";
        assert_eq!(t.number(calls).await, 2 + 5 + 3, "two slices, five times the third, and on from there");
        let scope = world.tenant_scope(&world.owner).await;
        let intune = async || t.store.tenant_events().sources(&scope).await.unwrap().remove(0);
        let minutes = |at: Option<model::time::Moment>| at.map(|at| (at.micros() - from.micros()) / 60_000_000);
        let whole = intune().await;
        assert_eq!((minutes(whole.complete_from), whole.state), (Some(0), Some(TypeState::Complete)));
        assert!(whole.complete_until >= Some(from.plus(DAY * 30)));
        assert_eq!(t.number("select count(*) from tenant_audit_events").await, 2);
    })
    .await;
}
