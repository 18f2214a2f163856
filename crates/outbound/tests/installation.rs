//! Several processes share one quota: nobody is refused, nobody is left out, whatever the others do. All on a virtual clock.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod virtual_time;

use std::sync::Arc;
use std::time::Duration;

use graph_sim::{Effect, EntryKind, Fault, Filter, Limits as Quota, Rate, Which};
use model::resource_types::ApiVersion;
use outbound::graph::{GraphSession, Priority, Question};
use tokio::time::{Instant, sleep, timeout};
use virtual_time::{Away, Ledger, World, read};

const SECOND: Duration = Duration::from_secs(1);
const POLICIES: &str = "/identity/conditionalAccess/policies";

struct Installation {
    world: World,
    ledger: Arc<Ledger>,
}

impl Installation {
    fn limited(quota: Quota) -> Self {
        Self { world: World::limited(quota), ledger: Arc::default() }
    }

    /// A session of a process of its own.
    fn process(&self, name: &str) -> GraphSession {
        self.world.session(&self.world.graph(Some(self.ledger.process(name, &self.world.clock))))
    }

    /// Requests that were sent as parts of batches.
    fn asked(&self) -> u64 {
        self.world.sim.count(&Filter { kind: Some(EntryKind::BatchPart), ..Filter::default() })
    }
}

fn slowly(count: usize) -> Vec<Question> {
    (0..count).map(|_| Question::new(POLICIES, POLICIES, ApiVersion::Beta)).collect()
}

#[tokio::test(start_paused = true)]
async fn two_processes_share_the_quota_of_an_installation() {
    let all = Installation::limited(Quota::published());
    let (one, two) = (all.process("1"), all.process("2"));
    let started = Instant::now();
    let (_, second) = tokio::join!(read(&one, all.world.details(4000)), async {
        sleep(7 * SECOND).await;
        read(&two, all.world.details(2000)).await
    });
    assert_eq!(all.world.refused(), 0);
    assert!(started.elapsed() <= 165 * SECOND, "{:?}", started.elapsed());
    assert!(second < 90 * SECOND, "the second got its part: {second:?}");
}

#[tokio::test(start_paused = true)]
async fn a_process_with_a_little_to_ask_does_not_wait_for_one_with_much() {
    let all = Installation::limited(Quota::published());
    let busy = all.process("1").at(Priority::Background);
    let urgent = all.process("2").at(Priority::Urgent);
    let backlog = read(&busy, all.world.details(20_000));
    let little = async {
        sleep(30 * SECOND).await;
        read(&urgent, all.world.details(300)).await
    };
    tokio::pin!(backlog);
    let waited = tokio::select! {
        waited = little => waited,
        all = &mut backlog => panic!("the busy one was done first, after {all:?}"),
    };
    assert!(waited < 25 * SECOND, "at most until what the busy one sent no longer counts: {waited:?}");
    assert_eq!(all.world.refused(), 0);
}

#[tokio::test(start_paused = true)]
async fn one_request_a_second_goes_round_among_processes() {
    let all = Installation::limited(Quota::published());
    let (one, two) = (all.process("1"), all.process("2"));
    let (first, second) = tokio::join!(read(&one, slowly(15)), read(&two, slowly(15)));
    assert_eq!(all.world.refused(), 0);
    assert!(first.max(second) < 60 * SECOND, "{first:?} {second:?}");
    // However much one has to ask, the other one comes next.
    let (one, two) = (all.process("3"), all.process("4"));
    let backlog = read(&one, slowly(300));
    let little = async {
        sleep(3 * SECOND).await;
        read(&two, slowly(1)).await
    };
    tokio::pin!(backlog);
    let waited = tokio::select! {
        waited = little => waited,
        all = &mut backlog => panic!("the busy one was done first, after {all:?}"),
    };
    assert!(waited < 15 * SECOND, "{waited:?}");
    assert_eq!(all.world.refused(), 0);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_before_there_is_a_share() {
    let all = Installation::limited(Quota::published());
    let away = all.world.session(&all.world.graph(Some(Arc::new(Away))));
    let mut waiting = away.waiting();
    assert!(timeout(60 * SECOND, away.read_many(all.world.details(100))).await.is_err());
    assert_eq!(all.asked(), 0, "the database is away");
    let shown = waiting.borrow_and_update().clone();
    assert_eq!(shown, None, "who waits no longer shows nothing");

    // All of it is another process's, which holds it still.
    let one = all.process("1");
    read(&one, all.world.details(1000)).await;
    let before = all.asked();
    let two = all.process("2");
    let mut waiting = two.waiting();
    let asked = two.read_many(all.world.details(100));
    let (held, words) = tokio::join!(timeout(10 * SECOND, asked), async {
        waiting.wait_for(Option::is_some).await.unwrap().clone().unwrap().words()
    });
    assert!(held.is_err());
    assert_eq!((words.as_str(), all.asked()), ("waiting for quota that other workers use", before));
}

#[tokio::test(start_paused = true)]
async fn who_has_nothing_more_to_ask_gives_its_share_back() {
    let all = Installation::limited(Quota::published());
    read(&all.process("1"), all.world.details(100)).await;
    assert_eq!(all.ledger.held("|configuration"), 2000 + 1000);
    sleep(4 * SECOND).await;
    assert_eq!(all.ledger.held("|configuration"), 100 + 100, "what it sent still counts");
    let time = read(&all.process("2"), all.world.details(800)).await;
    assert!(time < 3 * SECOND, "{time:?}");
    sleep(25 * SECOND).await;
    assert_eq!(all.ledger.held("|configuration"), 0);
    assert_eq!(all.world.refused(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_lower_limit_is_learned_by_all_and_locks_nobody_out() {
    let all = Installation::limited(Quota { intune: Rate::new(400, 20), ..Quota::published() });
    let (one, two) = (all.process("1"), all.process("2"));
    let learning = tokio::join!(read(&one, all.world.details(2000)), read(&two, all.world.details(2000)));
    let refused = all.world.refused();
    assert!(refused <= 1500, "{refused} requests were refused until it was learned, in {learning:?}");
    let (first, second) = tokio::join!(read(&one, all.world.details(1000)), read(&two, all.world.details(1000)));
    let more = all.world.refused() - refused;
    assert!(more <= 400, "{more} more were refused afterwards");
    assert!(first.max(second) < 200 * SECOND, "twice 1,000 at 400 in 20 s: {first:?} {second:?}");
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_is_told_to_slow_down_stops_its_tenant_only() {
    let all = Installation::limited(Quota::published());
    let (tenant, other) = (all.world.tenant, all.world.other);
    let token = format!("/{tenant}/oauth2/v2.0/token");
    let fault = Fault::new(Effect::Throttled { retry_after: Some("60".to_owned()) }).on(&token).which(Which::Nth(1));
    all.world.sim.inject(fault);
    let ask = async |session: &GraphSession| {
        let started = Instant::now();
        session.read("/groups", "/groups?$top=5", ApiVersion::V1).await.unwrap();
        started.elapsed()
    };
    let here = || all.world.graph(Some(all.ledger.process("1", &all.world.clock)));
    let (one, two) = (here(), all.world.graph(Some(all.ledger.process("2", &all.world.clock))));
    let throttled = all.world.session(&one);
    let asked = tokio::spawn(async move { throttled.check().await });
    sleep(5 * SECOND).await;
    for graph in [&one, &two] {
        let time = ask(&all.world.session_in(graph, other)).await;
        assert!(time < 2 * SECOND, "another tenant: {time:?}");
    }
    let time = ask(&all.world.session(&two)).await;
    assert!(time > 50 * SECOND, "the other process heard of it: {time:?}");
    asked.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_cool_down_holds_for_every_process_and_every_application_of_the_tenant() {
    let all = Installation::limited(Quota::published());
    let fault =
        Fault::new(Effect::Throttled { retry_after: Some("30".to_owned()) }).on("/beta/deviceManagement").which(Which::Nth(1));
    all.world.sim.inject(fault);
    let (one, two) = (all.process("1"), all.process("2"));
    let first = all.world.details(1);
    let asked = tokio::spawn(async move { read(&one, first).await });
    sleep(2 * SECOND).await;
    let time = read(&two, all.world.details(10)).await;
    assert!(time > 25 * SECOND, "{time:?}");
    asked.await.unwrap();
    assert_eq!(all.world.sim.requests_in_cool_down(), 0);
}
