//! The quota: nobody is refused, nearly nothing of it is left unused, and who is in a hurry goes first. All on a virtual clock.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod virtual_time;

use std::time::Duration;

use graph_sim::{Limits as Quota, Rate};
use outbound::graph::Priority;
use tokio::time::{Instant, sleep};
use virtual_time::{World, read};

/// Seconds that so many requests need at 1,000 in 20 s, from a full quota.
fn floor(requests: usize) -> Duration {
    Duration::from_secs(20) * u32::try_from(requests.div_ceil(1000) - 1).unwrap()
}

fn within(time: Duration, floor: Duration) -> bool {
    time <= floor + floor / 20
}

#[tokio::test(start_paused = true)]
async fn five_thousand_details_take_hardly_longer_than_the_quota_demands_and_none_is_refused() {
    let world = World::limited(Quota::published());
    let session = world.session(&world.graph(None));
    let time = read(&session, world.details(5000)).await;
    assert_eq!(world.refused(), 0);
    assert!(time >= floor(5000) && within(time, floor(5000)), "{time:?}");
    let reading = session.meter().snapshot();
    assert_eq!((reading.requests, reading.retries, reading.throttled), (5000, 0, 0));
    assert!(reading.batches <= 260, "{}", reading.batches);
}

#[tokio::test(start_paused = true)]
async fn several_runs_share_one_quota_without_a_refusal() {
    let world = World::limited(Quota::published());
    let graph = world.graph(None);
    let started = Instant::now();
    let runs = (0..5).map(|_| {
        let (session, details) = (world.session(&graph), world.details(800));
        async move { read(&session, details).await }
    });
    futures_util::future::join_all(runs).await;
    assert_eq!(world.refused(), 0);
    assert!(within(started.elapsed(), floor(4000)), "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_urgent_run_overtakes_and_a_background_run_does_not_starve() {
    let world = World::limited(Quota::published());
    let graph = world.graph(None);
    let background = world.session(&graph).at(Priority::Background);
    let urgent = world.session(&graph).at(Priority::Urgent);
    let (slow, quick) = tokio::join!(read(&background, world.details(4000)), async {
        sleep(Duration::from_secs(10)).await;
        let started = Instant::now();
        read(&urgent, world.details(100)).await;
        started.elapsed()
    });
    assert!(quick < Duration::from_secs(12), "it had to wait for the next window only: {quick:?}");
    assert!(within(slow, floor(4100)), "{slow:?}");
    // A stream of urgent requests that would use all of the quota leaves something to the other one all the same.
    let starving = async {
        let started = Instant::now();
        read(&background, world.details(100)).await;
        started.elapsed()
    };
    let stream = read(&urgent, world.details(5000));
    let (waited, all) = tokio::join!(starving, stream);
    assert!(waited < Duration::from_secs(100) && waited < all, "{waited:?} of {all:?}");
    assert_eq!(world.refused(), 0);
}

#[tokio::test(start_paused = true)]
async fn conditional_access_is_asked_once_a_second() {
    let world = World::limited(Quota::published());
    let session = world.session(&world.graph(None));
    let path = "/identity/conditionalAccess/policies";
    let question = || outbound::graph::Question::new(path, path, model::resource_types::ApiVersion::Beta);
    let time = read(&session, (0..30).map(|_| question()).collect()).await;
    assert_eq!(world.refused(), 0);
    assert!(time < Duration::from_secs(32), "{time:?}");
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_others_use_too_is_learned_within_a_few_refusals() {
    let world = World::limited(Quota { intune: Rate::new(400, 20), ..Quota::published() });
    let session = world.session(&world.graph(None));
    let questions = world.details(4000);
    let learning = read(&session, questions[..2000].to_vec()).await;
    let refused = world.refused();
    let cool_downs = world.sim.requests_in_cool_down();
    let steady = read(&session, questions[2000..].to_vec()).await;
    assert!(refused <= 500, "{refused} requests were refused until it was learned, in {learning:?}");
    assert_eq!(cool_downs, 0, "nothing is sent in a cool-down");
    assert!(world.refused() - refused <= 200, "{} more were refused afterwards", world.refused() - refused);
    assert!(steady < Duration::from_secs(150), "{steady:?}");
}

#[tokio::test(start_paused = true)]
async fn an_estimate_is_right_within_a_tenth_once_a_quarter_is_done() {
    let world = World::limited(Quota::published());
    let session = world.session(&world.graph(None));
    let template = "/deviceManagement/configurationPolicies/{id}";
    assert_eq!(session.eta([(template, 10)]), None, "nothing tells before the first answer");
    let total = 5000;
    let started = Instant::now();
    let mut estimates = Vec::new();
    for done in (0..total).step_by(250) {
        read(&session, world.details(250)).await;
        let (done, left) = (done + 250, total - done - 250);
        if done * 4 >= total && left > 0 {
            estimates.push(started.elapsed() + session.eta([(template, left as u64)]).unwrap());
        }
    }
    let all = started.elapsed();
    for estimate in estimates {
        assert!(estimate.abs_diff(all) <= all / 10, "{estimate:?} of {all:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_quota_says_so() {
    let world = World::limited(Quota::published());
    let session = world.session(&world.graph(None));
    let mut waiting = session.waiting();
    let (_, said) = tokio::join!(read(&session, world.details(1500)), async {
        let said = waiting.wait_for(Option::is_some).await.unwrap().clone().unwrap();
        said.words()
    });
    assert!(said.starts_with("waiting for quota until 10:00:2"), "{said}");
    assert!(said.ends_with("UTC, 1000 of 1000 requests in 20 s"), "{said}");
    assert_eq!(*session.waiting().borrow(), None);
}
