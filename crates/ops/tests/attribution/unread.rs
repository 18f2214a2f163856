//! Logs that cannot be read, or not wholly.

use std::time::Duration;

use graph_sim::{Effect, Fault};
use model::attribution::{Attribution, EventSource};
use model::coverage::TypeState;
use model::run::Outcome;
use testkit::stores::{TestStore, on_both};

use crate::help::{HOUR, by, change, counts, events, made, sync};

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_refused_does_not_stop_the_other_and_is_told() {
    on_both(async |t: TestStore| {
        let (world, graph) = made(&t).await;
        sync(&world, &graph).await;
        t.clock.advance(HOUR);
        let object = change(&graph, "changed");
        t.clock.advance(HOUR);
        sync(&world, &graph).await;
        t.clock.advance(HOUR * 2);
        graph.sim.change_apps(graph.tenant, |apps| _ = apps[0].roles.remove("AuditLog.Read.All")).unwrap();
        let run = events(&world, &graph).await;
        assert_eq!((run.outcome, counts(&run)), (Outcome::PartiallySucceeded, [1, 1, 0]), "{:?}", run.failures);
        let scope = world.tenant_scope(&world.owner).await;
        let sources = t.store.tenant_events().sources(&scope).await.unwrap();
        let told: Vec<_> = sources.iter().map(|s| (s.source, s.state.unwrap(), s.complete_until.is_some())).collect();
        assert_eq!(
            told,
            [(EventSource::Intune, TypeState::Complete, true), (EventSource::Directory, TypeState::Forbidden, false)]
        );
        assert!(matches!(&by(&world, &object).await[1], Attribution::One(_)));
        // The other way round: what was read stays, and its silence is worth nothing from then on.
        graph.sim.inject(Fault::new(Effect::Forbidden).on("/v1.0/deviceManagement/auditEvents"));
        graph.sim.change_apps(graph.tenant, |apps| _ = apps[0].roles.insert("AuditLog.Read.All".to_owned())).unwrap();
        t.clock.advance(HOUR);
        assert_eq!(events(&world, &graph).await.outcome, Outcome::PartiallySucceeded);
        let again = t.store.tenant_events().sources(&scope).await.unwrap();
        assert_eq!((again[0].state, again[0].complete_until), (Some(TypeState::Forbidden), sources[0].complete_until));
        assert_eq!(again[1].state, Some(TypeState::Complete));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_event_leaves_a_log_unread_and_a_secret_that_is_wrong_both() {
    on_both(async |t: TestStore| {
        let (world, graph) = made(&t).await;
        change(&graph, "changed");
        t.clock.advance(HOUR);
        for effect in [Effect::Html, Effect::LoopingNextLink] {
            let fault = graph.sim.inject(Fault::new(effect.clone()).on("/v1.0/deviceManagement/auditEvents"));
            let run = events(&world, &graph).await;
            assert_eq!(run.outcome, Outcome::PartiallySucceeded, "{effect:?} {:?}", run.failures);
            graph.sim.remove_fault(fault);
        }
        graph.sim.change_apps(graph.tenant, |apps| apps[0].secret = "rotated".to_owned()).unwrap();
        graph.sim.expire_tokens(graph.tenant);
        t.clock.advance(HOUR * 2);
        let run = events(&world, &graph).await;
        assert_eq!((run.outcome, run.reason_code.as_deref()), (Outcome::Failed, Some("connection.credentials_invalid")));
        let scope = world.tenant_scope(&world.owner).await;
        let sources = t.store.tenant_events().sources(&scope).await.unwrap();
        assert!(sources.iter().all(|s| s.failure_code.as_deref() == Some("connection.credentials_invalid")), "{sources:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_event_is_passed_over_after_two_days() {
    on_both(async |t: TestStore| {
        const DAY: Duration = Duration::from_secs(86_400);
        let (world, graph) = made(&t).await;
        change(&graph, "changed");
        t.clock.advance(HOUR);
        assert_eq!(events(&world, &graph).await.outcome, Outcome::Succeeded);
        let scope = world.tenant_scope(&world.owner).await;
        let intune = async || t.store.tenant_events().sources(&scope).await.unwrap().remove(0);
        let first = intune().await;
        // From now on something in the log has no time.
        graph.sim.change_settings(|settings| settings.audit_odd = true);
        for _ in 0..2 {
            t.clock.advance(DAY / 2);
            let run = events(&world, &graph).await;
            assert_eq!((run.outcome, run.attempt), (Outcome::PartiallySucceeded, 1), "{:?}", run.failures);
            assert_eq!(intune().await.complete_until, first.complete_until, "it does not count as read");
        }
        t.clock.advance(DAY * 2);
        assert_eq!(events(&world, &graph).await.outcome, Outcome::PartiallySucceeded, "it is told");
        let passed = intune().await;
        assert_eq!(passed.complete_from, passed.complete_until, "the record begins anew");
        assert!(passed.complete_from > first.complete_until);
        graph.sim.change_settings(|settings| settings.audit_odd = false);
        t.clock.advance(HOUR);
        assert_eq!(events(&world, &graph).await.outcome, Outcome::Succeeded);
        assert!(intune().await.complete_from <= passed.complete_from, "and goes on");
    })
    .await;
}
