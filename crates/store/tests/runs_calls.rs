//! The trace of a run: what it asked of Microsoft Graph.

use std::time::Duration;

use model::failure::Code;
use model::operations::probe::Probe;
use model::run::{Call, CallTotal, NewCalls, NewEvent, WaitCause};
use model::time::Moment;
use store::StoreError;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

fn call(number: i64, code: Option<Code>) -> Call {
    Call {
        number,
        at: Moment::from_micros(1_790_000_000_000_000 + number),
        method: "GET".to_owned(),
        path: "/groups/{id}".to_owned(),
        status: Some(if code.is_some() { 429 } else { 200 }),
        code,
        wait: WaitCause::Quota,
        waited_ms: 7,
        ms: 50,
        bytes: 1000,
        request_id: Some("11111111-2222-3333-4444-555555555555".to_owned()),
        parts: 0,
    }
}

fn total(calls: i64, median: i64) -> CallTotal {
    CallTotal {
        method: "GET".to_owned(),
        path: "/groups/{id}".to_owned(),
        calls,
        batched: 1,
        failed: 2,
        throttled: 2,
        bytes: 10,
        ms_median: median,
        ms_longest: median + 1,
        waited_ms: 5,
    }
}

/// Something for each of its tables.
pub(crate) fn one() -> NewCalls {
    NewCalls { calls: vec![call(1, None)], totals: vec![total(1, 40)] }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_grows_over_attempts_and_a_stale_attempt_adds_nothing() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let queue = t.store.queue();
        let run = world.probe(Probe::Plain, "a").await;
        let first = world.take_probe().await;
        let calls = vec![call(1, None), call(2, Some(Code::GraphThrottled))];
        queue.trace(&first, &NewCalls { calls: calls.clone(), totals: vec![total(2, 40)] }).await.unwrap();
        queue.trace(&first, &NewCalls { calls: vec![call(2, None), call(3, None)], totals: vec![total(3, 50)] }).await.unwrap();
        queue.hand_back(&first, Duration::ZERO, true, NewEvent::warning("retry", "…")).await.unwrap();
        let second = world.take_probe().await;
        queue.trace(&second, &NewCalls { calls: vec![call(1, None)], totals: vec![total(1, 90)] }).await.unwrap();
        let late = queue.trace(&first, &NewCalls { calls: vec![call(9, None)], totals: Vec::new() }).await;
        assert!(matches!(late, Err(StoreError::LeaseLost)));

        let owner = world.sign_in(&world.owner).await;
        let sight = t.store.access().run(&owner, run.id).await.unwrap();
        let runs = t.store.runs();
        let page = runs.calls(&sight, false, None, 3).await.unwrap();
        assert_eq!(page.rows, [calls[0].clone(), calls[1].clone(), call(3, None)], "what is written stays");
        let rest = runs.calls(&sight, false, page.next.as_ref(), 3).await.unwrap();
        assert_eq!(rest.rows, [call(1, None)]);
        assert_eq!(runs.calls(&sight, true, None, 9).await.unwrap().rows, [calls[1].clone()]);
        let totals = runs.call_totals(&sight).await.unwrap();
        assert_eq!(
            totals,
            [CallTotal { batched: 2, failed: 4, throttled: 4, bytes: 20, waited_ms: 10, ms_longest: 91, ..total(4, 50) }]
        );
    })
    .await;
}
