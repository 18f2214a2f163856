//! Random histories: only allowed moves occur (S1), and both databases tell the same story (V5).

use std::sync::Mutex;
use std::time::Duration;

use model::access::can;
use model::failure::{Code, Failure};
use model::ids::RunId;
use model::operations::Operation;
use model::run::{Counts, NewEvent, Outcome, Status, Trigger, may_move};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use store::access::{Permit, RunScope, SignedIn};
use store::runs::{Admission, LEASE, Progress, WorkerId};
use store::{Backend, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::{World, sync_of};

const KEYS: [&str; 3] = ["scope_tag", "named_location", "assignment_filter"];
const HISTORIES: usize = 40;

/// Something that a person, a worker or a sweeper does. Numbers choose among what there is, also what is long over.
#[derive(Debug, Clone)]
enum Step {
    Start(usize),
    Claim(u32),
    Beat(usize),
    Report(usize),
    Finish(usize, Outcome),
    HandBack(usize, bool, u64),
    Cancel(usize),
    Disable(bool),
    Rescue,
    ReleaseAll,
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let ends = prop::sample::select(vec![
        Outcome::Succeeded,
        Outcome::PartiallySucceeded,
        Outcome::Failed,
        Outcome::Blocked,
        Outcome::Cancelled,
    ]);
    prop_oneof![
        4 => (0..KEYS.len()).prop_map(Step::Start),
        5 => (1..4_u32).prop_map(Step::Claim),
        2 => (0..9_usize).prop_map(Step::Beat),
        2 => (0..9_usize).prop_map(Step::Report),
        3 => ((0..9_usize), ends).prop_map(|(n, end)| Step::Finish(n, end)),
        2 => ((0..9_usize), any::<bool>(), 0..40_u64).prop_map(|(n, counts, wait)| Step::HandBack(n, counts, wait)),
        2 => (0..9_usize).prop_map(Step::Cancel),
        1 => any::<bool>().prop_map(Step::Disable),
        3 => Just(Step::Rescue),
        1 => Just(Step::ReleaseAll),
        4 => prop::sample::select(vec![1, 15, 21, 60, 901, 7300]).prop_map(Step::Wait),
    ]
}

/// One history under way. What it tells holds no id and no time of day, so that two databases can be compared.
struct Teller<'a> {
    t: &'a TestStore,
    world: &'a World,
    permit: &'a Permit<can::InventorySync>,
    owner: &'a SignedIn,
    worker: WorkerId,
    runs: Vec<RunId>,
    scopes: Vec<(RunScope, i64)>,
}

fn short<T>(result: Result<T, StoreError>, words: impl Fn(T) -> String) -> String {
    match result {
        Ok(value) => words(value),
        Err(StoreError::Database { source, .. }) => panic!("{source}"),
        Err(error) => error.to_string(),
    }
}

impl Teller<'_> {
    fn number(&mut self, id: RunId) -> usize {
        self.runs.iter().position(|known| *known == id).unwrap_or_else(|| {
            self.runs.push(id);
            self.runs.len() - 1
        })
    }

    fn scope(&self, n: usize) -> Option<&(RunScope, i64)> {
        if self.scopes.is_empty() { None } else { self.scopes.get(n % self.scopes.len()) }
    }

    async fn claim(&mut self, max: u32) -> String {
        let queue = self.t.store.queue();
        let mut told = String::from("claimed");
        for claim in queue.claim(&self.worker, Operation::ALL, max, LEASE).await.expect("the database") {
            let (scope, verdict) = match queue.admit(&claim).await.expect("the database") {
                Admission::Admitted(scope) => (scope, "admitted".to_owned()),
                Admission::Refused(scope, failure) => (scope, failure.code().to_string()),
            };
            let n = self.number(claim.run.id);
            told.push_str(&format!(" {n} (attempt {}, token {}, {verdict})", claim.run.attempt, claim.token()));
            self.scopes.push((scope, claim.token()));
        }
        told
    }

    async fn attempt(&self, step: &Step) -> String {
        let queue = self.t.store.queue();
        let (Step::Beat(n) | Step::Report(n) | Step::Finish(n, _) | Step::HandBack(n, ..)) = step else { return String::new() };
        let Some((scope, token)) = self.scope(*n) else { return "nobody works".to_owned() };
        let state = |run: model::run::Run| format!("{} {}", run.status, run.outcome);
        match step {
            Step::Beat(_) => short(queue.heartbeat(&self.worker, &[(scope.run_id(), *token)], LEASE).await, |beats| {
                format!("held {}, cancel {}, overdue {}", beats[0].held, beats[0].cancel_requested, beats[0].overdue)
            }),
            Step::Report(_) => {
                short(queue.report(scope, Progress { phase: Some("…".to_owned()), ..Progress::default() }).await, state)
            }
            Step::Finish(_, end) => {
                let why = (*end != Outcome::Succeeded).then_some(Failure::new(Code::Internal));
                short(queue.finish(scope, *end, why.as_ref(), &Counts::default(), &[]).await, state)
            }
            Step::HandBack(_, counts, wait) => {
                let event = NewEvent::info("handed_back", "…");
                short(queue.hand_back(scope, Duration::from_secs(*wait), *counts, event).await, |run| {
                    format!("attempt {}", run.attempt)
                })
            }
            _ => String::new(),
        }
    }

    async fn tell(&mut self, step: &Step) -> String {
        let store = &self.t.store;
        match step {
            Step::Start(key) => {
                let request = sync_of(self.world.tenant, &[KEYS[*key]]);
                let started = store.runs().start(self.permit, &request, Trigger::Manual).await.expect("the database");
                let how = format!("{started:?}").split('(').next().unwrap_or("").to_owned();
                format!("{how} {}", self.number(started.run().id))
            }
            Step::Claim(max) => self.claim(*max).await,
            Step::Cancel(n) if !self.runs.is_empty() => {
                let id = self.runs[n % self.runs.len()];
                let sight = store.access().run(self.owner, id).await.expect("the owner sees it");
                short(store.runs().cancel(&sight).await, |run| format!("{} {}", run.status, run.outcome))
            }
            Step::Cancel(_) => String::new(),
            Step::Disable(off) => {
                short(store.connections().set_enabled(&self.t.operator, self.world.tenant, !off).await, |()| String::new())
            }
            Step::Rescue => short(store.queue().rescue().await, |rescued| format!("{rescued:?}")),
            Step::ReleaseAll => short(store.queue().release_all().await, |released| format!("released {released}")),
            Step::Wait(seconds) => {
                self.t.clock.advance(Duration::from_secs(*seconds));
                String::new()
            }
            _ => self.attempt(step).await,
        }
    }

    /// What is stored in the end: states, timelines and notices.
    async fn ending(&self) -> String {
        let runs = "select status || ' ' || outcome || ' ' || coalesce(reason_code, '-') || ' ' || cast(attempt as text) || ' '
            || cast(lease_token as text) || case when lease_owner is null then '' else ' held' end
          from operation_runs order by id";
        let events = "select e.level || ' ' || e.code from operation_run_events e order by e.run_id, e.id";
        let notices = "select status || ' ' || outcome from notices order by run_id";
        format!("{:?}\n{:?}\n{:?}", self.t.texts(runs).await, self.t.texts(events).await, self.t.texts(notices).await)
    }
}

/// Records every change of status or outcome in a table of its own.
async fn record_moves(t: &TestStore) {
    let record = match t.store.backend() {
        Backend::Sqlite => {
            "create table moves (was text, status text, outcome text);
             create trigger recorded_new after insert on operation_runs begin
               insert into moves values ('new', new.status, new.outcome); end;
             create trigger recorded_move after update on operation_runs
               when old.status <> new.status or old.outcome <> new.outcome begin
               insert into moves values (old.status, new.status, new.outcome); end"
        }
        Backend::Postgres => {
            "create table moves (was text, status text, outcome text);
             create function recorded() returns trigger language plpgsql as $$ begin
               if tg_op = 'INSERT' then insert into moves values ('new', new.status, new.outcome);
               elsif old.status <> new.status or old.outcome <> new.outcome then
                 insert into moves values (old.status, new.status, new.outcome);
               end if; return null; end $$;
             create trigger recorded after insert or update on operation_runs for each row execute function recorded()"
        }
    };
    t.execute(record).await;
}

async fn only_allowed_moves(t: &TestStore) {
    let moves = t.texts("select distinct was || ' ' || status || ' ' || outcome from moves").await;
    assert!(moves.len() >= 8, "the histories try little: {moves:?}");
    for line in moves {
        let words: Vec<&str> = line.split(' ').collect();
        let from = (words[0] != "new").then(|| Status::from_code(words[0]));
        let to = (Status::from_code(words[1]), Outcome::from_code(words[2]));
        assert!(may_move(from, to), "s1: {line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_v5_random_histories_make_only_allowed_moves_and_read_alike_on_both() {
    static TOLD: Mutex<Vec<Vec<String>>> = Mutex::new(Vec::new());
    let mut runner = TestRunner::default();
    let strategy = prop::collection::vec(step(), 10..40);
    let histories: Vec<Vec<Step>> =
        (0..HISTORIES).map(|_| strategy.new_tree(&mut runner).expect("a history").current()).collect();
    on_both(|t: TestStore| {
        let histories = histories.clone();
        async move {
            let world = World::of(&t).await;
            record_moves(&t).await;
            let (permit, owner) = (world.tenant_scope(&world.owner).await.permit().unwrap(), world.sign_in(&world.owner).await);
            let mut told = Vec::new();
            for history in &histories {
                t.store.connections().set_enabled(&t.operator, world.tenant, true).await.unwrap();
                let worker = WorkerId::new("w");
                let (runs, scopes) = (Vec::new(), Vec::new());
                let mut teller = Teller { t: &t, world: &world, permit: &permit, owner: &owner, worker, runs, scopes };
                let mut story = String::new();
                for step in history {
                    let answer = teller.tell(step).await;
                    story.push_str(&format!("{step:?}: {answer}\n"));
                }
                told.push(story + &teller.ending().await);
                let broken = "select count(*) from operation_runs
                  where started_at > completed_at or (status <> 'running' and lease_owner is not null)";
                assert_eq!(t.number(broken).await, 0, "s2: {}", told.last().unwrap());
                t.execute("delete from operation_runs").await;
            }
            only_allowed_moves(&t).await;
            TOLD.lock().unwrap().push(told);
        }
    })
    .await;
    let told = TOLD.lock().unwrap();
    for (sqlite, postgres) in told[0].iter().zip(&told[1]) {
        assert_eq!(sqlite, postgres, "v5: the two databases tell different stories");
    }
}
