//! The quota of Microsoft Graph among processes: never more than the limit, and nobody is left out.

use std::time::Duration;

use model::quota::{Allowance, Claim, Learned, VALID};
use testkit::stores::{TestStore, on_both};

const WINDOW: Duration = Duration::from_secs(20);

fn claim(used: u32) -> Claim {
    let scope = "graph|app|tenant|configuration".to_owned();
    Claim { scope, published: 1000, window: WINDOW, used, passed: used, learned: None }
}

/// A row in each of its tables.
pub(crate) async fn shared(t: &TestStore) {
    t.store.shared_quota("one").share(claim(0)).await.unwrap();
}

async fn ask(process: &dyn Allowance, used: u32) -> u32 {
    process.share(claim(used)).await.unwrap().units
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_is_divided_and_what_a_lost_process_held_comes_back() {
    on_both(async |t: TestStore| {
        let (one, two) = (t.store.shared_quota("one"), t.store.shared_quota("two"));
        assert_eq!(ask(&one, 0).await, 1000, "who is alone has all");
        assert_eq!(ask(&two, 0).await, 0, "it is all given out");
        assert_eq!(ask(&one, 800).await, 500, "no more is sent than the equal part");
        assert_eq!(ask(&two, 0).await, 200, "what was sent counts on");
        assert_eq!(ask(&one, 500).await, 500);
        assert_eq!(ask(&two, 150).await, 500);
        let other = Claim { scope: "graph|app|other|configuration".to_owned(), ..claim(0) };
        assert_eq!(two.share(other).await.unwrap().units, 1000, "another quota");
        // The first process is gone: it may have used its share at the last moment.
        t.clock.advance(VALID + WINDOW - Duration::from_secs(1));
        assert_eq!(ask(&two, 0).await, 500);
        t.clock.advance(Duration::from_secs(2));
        assert_eq!(ask(&two, 0).await, 1000);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_needs_its_share_no_longer_leaves_it_to_the_others() {
    on_both(async |t: TestStore| {
        let (one, two) = (t.store.shared_quota("one"), t.store.shared_quota("two"));
        assert_eq!(ask(&one, 0).await, 1000);
        one.give_back(claim(300)).await.unwrap();
        assert_eq!(ask(&two, 0).await, 700, "what was sent counts on");
        one.give_back(claim(0)).await.unwrap();
        assert_eq!(ask(&two, 0).await, 1000);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_one_process_learned_holds_for_all_until_it_has_grown_back() {
    on_both(async |t: TestStore| {
        let (one, two) = (t.store.shared_quota("one"), t.store.shared_quota("two"));
        assert_eq!(ask(&one, 500).await, 1000);
        let learned = Some(Learned { units: 380, age: Duration::ZERO });
        let first = two.share(Claim { learned, ..claim(0) }).await.unwrap();
        assert_eq!((first.units, first.others, first.learned), (0, 500, learned), "more than that is in use");
        let told = one.share(claim(190)).await.unwrap();
        assert_eq!((told.units, told.learned.unwrap().units), (190, 380));
        assert_eq!(ask(&two, 0).await, 190);
        t.clock.advance(WINDOW * 7);
        assert_eq!(ask(&one, 0).await, 580, "it grows back");
        t.clock.advance(WINDOW * 10);
        assert_eq!(two.share(claim(0)).await.unwrap().learned, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_ask_at_once_never_hold_more_than_there_is() {
    on_both(async |t: TestStore| {
        let asks: Vec<_> = (0..8)
            .map(|n| {
                let process = t.store.shared_quota(&format!("process {n}"));
                tokio::spawn(async move { ask(&process, 0).await })
            })
            .collect();
        let mut held = 0;
        for asked in asks {
            held += asked.await.unwrap();
        }
        assert_eq!(held, 1000);
        assert_eq!(t.number("select cast(sum(units) as bigint) from graph_shares").await, 1000);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cool_down_reaches_every_process() {
    on_both(async |t: TestStore| {
        let (one, two) = (t.store.shared_quota("one"), t.store.shared_quota("two"));
        let scope = || "graph||tenant|configuration".to_owned();
        assert_eq!(two.cooling(scope()).await, Some(Duration::ZERO));
        one.cool_down(scope(), Duration::from_secs(30)).await.unwrap();
        one.cool_down(scope(), Duration::from_secs(10)).await.unwrap();
        let told = two.cooling(scope()).await.unwrap();
        assert!((29..=30).contains(&told.as_secs()), "the longer one stands: {told:?}");
        assert_eq!(two.cooling("graph||other|configuration".to_owned()).await, Some(Duration::ZERO));
        t.clock.advance(Duration::from_secs(31));
        assert_eq!(two.cooling(scope()).await, Some(Duration::ZERO));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quotas_that_nobody_uses_are_forgotten() {
    on_both(async |t: TestStore| {
        let (one, two) = (t.store.shared_quota("one"), t.store.shared_quota("two"));
        ask(&one, 1000).await;
        one.cool_down("graph||tenant|reports".to_owned(), Duration::from_secs(30)).await.unwrap();
        t.clock.advance(Duration::from_secs(7000));
        assert_eq!(t.store.forget_quotas().await.unwrap(), 0);
        let other = Claim { scope: "graph|app|other|configuration".to_owned(), ..claim(0) };
        two.share(other).await.unwrap();
        t.clock.advance(Duration::from_secs(300));
        assert_eq!(t.store.forget_quotas().await.unwrap(), 2);
        assert_eq!(t.number("select count(*) from graph_quotas").await, 1);
        assert_eq!(t.number("select count(*) from graph_shares").await, 1, "the dead process's share went with it");
    })
    .await;
}
