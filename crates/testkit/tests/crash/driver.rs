//! Makes a history happen, step by step.

use std::time::Duration;

use model::ids::{RunId, ScheduleId};
use model::operations::Operation;
use model::operations::probe::{Arguments, Probe};
use model::run::{PauseTarget, StartBy, StartKey, Started, Trigger};
use model::schedule::{Cadence, CatchUp, CronText, NewSchedule, Zone};
use store::StoreError;
use testkit::process::Signal;

use crate::plan::{Job, Place, Step};
use crate::scene::{LEASE, Scene, State};
use crate::server::Server;

/// What the people in a history were told.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Each key that was sent, with the runs that the answers named.
    pub(crate) keys: Vec<(StartKey, Vec<RunId>)>,
    /// Each run that somebody was told of.
    pub(crate) runs: Vec<RunId>,
    /// Each schedule: its tenant and id.
    pub(crate) schedules: Vec<(usize, ScheduleId)>,
    /// Processes that ended when they were asked to, with another code than 0.
    pub(crate) bad_ends: Vec<String>,
    /// Blows that were dealt.
    pub(crate) kills: usize,
    pub(crate) stops: usize,
    pub(crate) cuts: usize,
}

/// At most so many processes at a time.
const MOST_WORKERS: usize = 4;

/// Lets time pass in a history: the processes go on meanwhile.
pub(crate) async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}

pub(crate) struct Driver<'a> {
    pub(crate) scene: &'a mut Scene,
    pub(crate) server: Option<&'a Server>,
    pub(crate) told: Told,
}

impl Driver<'_> {
    pub(crate) async fn step(&mut self, step: Step) {
        match step {
            Step::Start(job) => self.start(job).await,
            Step::DoubleClick(job) => self.double_click(job).await,
            Step::Schedules { count, minutes, tenant, bound } => {
                for n in 0..count {
                    self.schedule(minutes + n, tenant, bound).await;
                }
            }
            Step::Cancel(n) => self.cancel(n, false).await,
            Step::Force(n) => self.cancel(n, true).await,
            Step::Pause(n) => self.pause(n).await,
            Step::Resume => self.resume().await,
            Step::Kill(n) => {
                if let Some(i) = self.scene.nth(n, State::Live) {
                    self.told.kills += 1;
                    self.scene.kill(i).await;
                }
            }
            Step::Terminate(n) => self.terminate(n).await,
            Step::Stop(n) => self.stop(n).await,
            Step::Continue(n) => {
                if let Some(i) = self.scene.nth(n, State::Stopped) {
                    self.scene.wake(i).await;
                }
            }
            Step::NewWorker => self.new_worker().await,
            Step::Cut(job) => self.cut(job).await,
            Step::Restart(job) => self.restart(job).await,
            Step::Wait(millis) => pass(Duration::from_millis(millis)).await,
        }
    }

    async fn ask(&self, job: Job, key: &StartKey) -> Result<Started, StoreError> {
        let scene = &*self.scene;
        let arguments = Arguments {
            name: format!("n{}", job.name),
            items: job.items,
            item_millis: job.item_millis,
            steps: job.steps,
            fail_every: job.fail_every,
            effects: Some(scene.effects().display().to_string()),
            only: None,
        };
        let request = job.probe.request(&arguments);
        let permit = &scene.tenants[job.tenant].start;
        let by = || StartBy::from(Trigger::Manual).with_key(Some(key.clone()));
        // Whoever gets no answer sends the same wish under the same key again.
        scene.asking(async || scene.store.runs().start(permit, &request, by()).await).await
    }

    fn hear(&mut self, key: StartKey, answers: Vec<Result<Started, StoreError>>) {
        let mut named = Vec::new();
        for answer in answers {
            match answer {
                // No run for this wish: its key was not used up either.
                Ok(Started::ScopeBusy(run)) => self.told.runs.push(run.id),
                Ok(started) => named.push(started.run().id),
                Err(StoreError::Conflict(_)) => {}
                Err(error) => panic!("a start is answered: {error:?}"),
            }
        }
        self.told.runs.extend(&named);
        self.told.keys.push((key, named));
    }

    async fn start(&mut self, job: Job) {
        let key = StartKey::generate();
        let answer = self.ask(job, &key).await;
        self.hear(key, vec![answer]);
    }

    async fn double_click(&mut self, job: Job) {
        let key = StartKey::generate();
        let (a, b) = tokio::join!(self.ask(job, &key), self.ask(job, &key));
        let c = self.ask(job, &key).await;
        self.hear(key, vec![a, b, c]);
    }

    async fn schedule(&mut self, minutes: u32, tenant: usize, bound: u32) {
        let scene = &*self.scene;
        let name = format!("s{}", self.told.schedules.len());
        let new = NewSchedule {
            name: name.clone(),
            operation: Operation::Probe(if bound.is_multiple_of(2) { Probe::Plain } else { Probe::Click }),
            arguments: serde_json::to_value(Arguments { items: 1, ..Arguments::named(name) }).unwrap(),
            cadence: Cadence::Cron { text: CronText::parse("* * * * *").unwrap() },
            zone: Zone::parse("Europe/Berlin").unwrap(),
            catch_up: CatchUp::All,
            bound,
        };
        let permit = &scene.tenants[tenant].schedules;
        // Made as one that was not looked after for some minutes. A schedule whose answer was lost may be there twice: it is another one.
        let made = scene.asking(async || scene.store.schedules().create(permit, &new).await).await.unwrap();
        let past =
            scene.asking(async || scene.store.now().await).await.unwrap().minus(Duration::from_secs(60 * u64::from(minutes)));
        let past = past.to_fixed_text();
        let id = store::testing::literal(&scene.store, made.id.uuid());
        let backdate = format!(
            "update schedules set holds_from = '{past}', next_fire_at = '{past}' where id = {id} and last_fired_at is null"
        );
        scene.asking(async || store::testing::execute(&scene.store, &backdate).await).await.unwrap();
        self.told.schedules.push((tenant, made.id));
    }

    async fn cancel(&mut self, n: usize, force: bool) {
        let Some(run) = self.told.runs.iter().rev().nth(n).copied() else { return };
        let scene = &*self.scene;
        let sight = scene.asking(async || scene.store.access().run(&scene.owner, run).await).await.unwrap();
        let mut answers = vec![scene.asking(async || scene.store.runs().cancel(&sight).await).await];
        if force {
            let permit = scene.manage().await;
            answers.push(scene.asking(async || scene.store.runs().force(&permit, &sight).await).await);
        }
        for answer in answers {
            assert!(matches!(answer, Ok(_) | Err(StoreError::Conflict(_))), "a cancel is answered: {answer:?}");
        }
    }

    fn target(&self, n: usize) -> PauseTarget {
        match n {
            0..3 => PauseTarget::Tenant(self.scene.tenants[n % 2].id),
            _ => PauseTarget::Operation(Operation::Probe([Probe::Plain, Probe::Click][n % 2])),
        }
    }

    async fn pause(&mut self, n: usize) {
        let (scene, target) = (&*self.scene, self.target(n));
        let permit = scene.manage().await;
        scene.asking(async || scene.store.runs().pause(&permit, target, "a test").await).await.unwrap();
    }

    /// Resumes everything.
    pub(crate) async fn resume(&mut self) {
        let scene = &*self.scene;
        let permit = scene.manage().await;
        for target in (1..5).map(|n| self.target(n)) {
            scene.asking(async || scene.store.runs().resume(&permit, target).await).await.unwrap();
        }
    }

    async fn terminate(&mut self, n: usize) {
        let Some(i) = self.scene.nth(n, State::Live) else { return };
        let worker = &mut self.scene.workers[i];
        worker.program.signal(Signal::Terminate).await;
        let ended = worker.program.ended().await;
        worker.state = State::Gone;
        if ended.code != Some(0) {
            self.told.bad_ends.push(format!("{} ended with {:?}\n{}", worker.name, ended.code, ended.err));
        }
    }

    async fn stop(&mut self, n: usize) {
        let Some(i) = self.scene.nth(n, State::Live) else { return };
        self.told.stops += 1;
        self.scene.stop(i).await;
        if self.scene.place == Place::Sqlite {
            // A file has one writer at a time: whoever would come now waits for the one that is stopped.
            pass(LEASE + LEASE / 4).await;
            self.scene.wake(i).await;
        }
    }

    pub(crate) async fn new_worker(&mut self) {
        let there = self.scene.count(State::Live) + self.scene.count(State::Stopped);
        let room = if self.scene.place == Place::Sqlite { 1 } else { MOST_WORKERS };
        if there < room {
            self.scene.start_worker().await;
        }
    }

    async fn cut(&mut self, job: Job) {
        const CUT: &str = "select count(pg_terminate_backend(pid)) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()";
        let key = StartKey::generate();
        let scene = &*self.scene;
        let cut = scene.asking(async || store::testing::number(&scene.store, CUT, true).await);
        let (answer, cut) = tokio::join!(self.ask(job, &key), cut);
        cut.unwrap();
        self.told.cuts += 1;
        self.hear(key, vec![answer]);
    }

    async fn restart(&mut self, job: Job) {
        let Some(server) = self.server else { return };
        let key = StartKey::generate();
        let (answer, ()) = tokio::join!(self.ask(job, &key), async {
            server.stop().await;
            pass(LEASE / 4).await;
            server.start().await;
        });
        self.told.cuts += 1;
        self.hear(key, vec![answer]);
    }
}
