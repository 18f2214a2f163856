//! The same commands, done to a database.

use std::time::Duration;

use model::access::can;
use model::failure::{Code, Failure};
use model::ids::{RunId, TenantId};
use model::operations::Operation;
use model::operations::probe::Arguments;
use model::operations::{inventory_sync, operation_runs_retention};
use model::run::{
    Counts, NewEvent, NewItem, Outcome, PauseTarget, Run, RunRequest, RunSettings, StartBy, StartKey, Started, Trigger,
};

use super::schedules::Schedules;
use store::StoreError;
use store::access::{Permit, RunScope, RunSight, SignedIn};
use store::runs::{Admission, Again, Claim, End, LEASE, Progress, WorkerId};
use testkit::reference::{Command, FEW, ITEMS, Paused, Place, Wish, newest, reported};
use testkit::stores::TestStore;
use testkit::world::World;

pub(super) type Result<T> = std::result::Result<T, StoreError>;

/// What a person may do in a workspace.
struct Person {
    who: SignedIn,
    settings: Permit<can::WorkspaceSettingsManage>,
}

/// A history of a database.
pub(super) struct Product<'a> {
    pub(super) t: &'a TestStore,
    pub(super) world: &'a World,
    pub(super) schedules: Schedules,
    people: [Person; 2],
    /// What may be started in the three tenants.
    tenants: [Permit<can::InventorySync>; 3],
    pub(super) workers: [WorkerId; 2],
    /// Every run by number, with its workspace.
    runs: Vec<(RunId, usize)>,
    attempts: Vec<(RunScope, i64, usize)>,
}

impl<'a> Product<'a> {
    /// An empty database, in the world.
    pub(super) async fn new(t: &'a TestStore, world: &'a World) -> Self {
        for table in ["operation_runs", "run_start_keys", "operation_pauses", "run_limits", "settings", "schedules"] {
            t.execute(&format!("delete from {table}")).await;
        }
        t.store.connections().set_enabled(&t.operator, world.tenant, true).await.unwrap();
        // Histories begin when a schedule is due.
        let into = u64::try_from(t.store.now().await.unwrap().seconds().rem_euclid(600)).unwrap();
        t.clock.advance(Duration::from_secs(600 - into));
        let (owner, stranger) = (world.sign_in(&world.owner).await, world.sign_in(&world.stranger).await);
        let access = t.store.access();
        let settings = access.workspace(&owner, world.workspace).await.unwrap().permit().unwrap();
        let foreign = access.workspace(&stranger, world.foreign_workspace).await.unwrap().permit().unwrap();
        let tenants = [
            access.tenant(&owner, world.tenant).await.unwrap().permit().unwrap(),
            access.tenant(&owner, world.other_tenant).await.unwrap().permit().unwrap(),
            access.tenant(&stranger, world.foreign_tenant).await.unwrap().permit().unwrap(),
        ];
        let people = [Person { who: owner, settings }, Person { who: stranger, settings: foreign }];
        let workers = [WorkerId::new("a"), WorkerId::new("b")];
        let schedules = Schedules::new(t, world, &people[0].who).await;
        Self { t, world, schedules, people, tenants, workers, runs: Vec::new(), attempts: Vec::new() }
    }

    /// The number of a run: the next one for a new run.
    pub(super) fn number(&mut self, run: &Run) -> usize {
        self.known(run.id).unwrap_or_else(|| {
            self.runs.push((run.id, usize::from(run.workspace_id != self.world.workspace)));
            self.runs.len() - 1
        })
    }

    /// The number of a run that was seen before.
    pub(super) fn known(&self, id: RunId) -> Option<usize> {
        self.runs.iter().position(|(known, _)| *known == id)
    }

    /// Who sees the runs of each workspace.
    pub(super) fn people(&self) -> impl Iterator<Item = &SignedIn> {
        self.people.iter().map(|person| &person.who)
    }

    fn tenant(&self, tenant: usize) -> TenantId {
        [self.world.tenant, self.world.other_tenant, self.world.foreign_tenant][tenant]
    }

    async fn sight(&self, number: usize) -> Result<Option<(RunSight, &Person)>> {
        let Some(index) = newest(number, self.runs.len()) else { return Ok(None) };
        let (id, workspace) = self.runs[index];
        let person = &self.people[workspace];
        Ok(Some((self.t.store.access().run(&person.who, id).await?, person)))
    }

    fn attempt(&self, number: usize) -> Option<&(RunScope, i64, usize)> {
        newest(number, self.attempts.len()).map(|index| &self.attempts[index])
    }

    /// Does it, and says what came of it.
    pub(super) async fn step(&mut self, command: &Command) -> String {
        match self.apply(command).await {
            Ok(answer) => answer,
            Err(StoreError::Database { source, kind }) => panic!("{kind}: {source}"),
            Err(StoreError::NotVisible) => "not visible".to_owned(),
            Err(StoreError::Conflict(_)) => "conflict".to_owned(),
            Err(StoreError::KeyMismatch) => "key mismatch".to_owned(),
            Err(StoreError::LeaseLost) => "lease lost".to_owned(),
            Err(StoreError::Forbidden(_)) => "forbidden".to_owned(),
            Err(StoreError::Corrupt(_)) => "corrupt".to_owned(),
            Err(error) => panic!("{error:?}"),
        }
    }

    async fn apply(&mut self, command: &Command) -> Result<String> {
        let store = &self.t.store;
        match command {
            Command::Start { wish, trigger, key } => {
                let by = StartBy::from(*trigger).with_key(start_key(*key));
                let started = match wish.place {
                    Place::Tenant(tenant) => {
                        let request = request(wish, self.tenant(tenant));
                        store.runs().start(&self.tenants[tenant], &request, by).await?
                    }
                    Place::Workspace(workspace) => {
                        let settings = &self.people[workspace].settings;
                        let request =
                            operation_runs_retention::request([self.world.workspace, self.world.foreign_workspace][workspace]);
                        store.runs().start(settings, &request, by).await?
                    }
                };
                Ok(self.started(&started))
            }
            Command::Retry { run, failed, key } => {
                let Some((sight, _)) = self.sight(*run).await? else { return Ok(String::new()) };
                let again = if *failed { Again::Failed } else { Again::Whole };
                let started = store.runs().retry(&sight, again, start_key(*key)).await?;
                Ok(self.started(&started))
            }
            Command::Cancel(run) => {
                let Some((sight, _)) = self.sight(*run).await? else { return Ok(String::new()) };
                store.runs().cancel(&sight).await.map(state)
            }
            Command::Force(run) => {
                let Some((sight, person)) = self.sight(*run).await? else { return Ok(String::new()) };
                store.runs().force(&person.settings, &sight).await.map(state)
            }
            Command::Claim { worker, max, few } => self.claim(*worker, *max, *few).await,
            Command::Pause(paused, on) => {
                let (workspace, target) = match paused {
                    Paused::Tenant(tenant) => (tenant / 2, PauseTarget::Tenant(self.tenant(*tenant))),
                    Paused::Kind(workspace, kind) => (*workspace, PauseTarget::Operation(*kind)),
                };
                let settings = &self.people[workspace].settings;
                let runs = store.runs();
                if *on {
                    runs.pause(settings, target, "").await?
                } else {
                    runs.resume(settings, target).await?
                }
                Ok(String::new())
            }
            Command::Limit { workspace, tenant, all, days } => {
                let new = RunSettings { tenant_limit: *tenant, workspace_limit: *all, keep_days: *days };
                store.runs().save_settings(&self.people[*workspace].settings, new).await.map(|()| String::new())
            }
            Command::Connect(on) => {
                store.connections().set_enabled(&self.t.operator, self.world.tenant, *on).await.map(|()| String::new())
            }
            Command::Schedule { wish, catch_up, bound } => {
                let request = request(wish, self.world.tenant);
                self.schedules.save(self.t, &request, *catch_up, *bound).await.map(|()| String::new())
            }
            Command::Switch(on) => self.schedules.switch(self.t, *on).await.map(|()| String::new()),
            Command::Dispatch => store.queue().fire_due(9).await.map(|done| format!("{done:?}")),
            Command::RunNow(key) => {
                let by = StartBy::from(Trigger::Manual).with_key(start_key(*key));
                let started = self.schedules.run_now(self.t, by).await?;
                Ok(started.map_or_else(String::new, |started| self.started(&started)))
            }
            Command::Rescue => store.queue().rescue().await.map(|rescued| format!("{rescued:?}")),
            Command::ReleaseAll => store.queue().release_all().await.map(|released| format!("released {released}")),
            Command::Wait(seconds) => {
                self.t.clock.advance(Duration::from_secs(*seconds));
                Ok(String::new())
            }
            _ => self.attempt_step(command).await,
        }
    }

    fn started(&mut self, started: &Started) -> String {
        let how = match started {
            Started::Accepted(_) => "Accepted",
            Started::Deduplicated(_) => "Deduplicated",
            Started::ScopeBusy(_) => "ScopeBusy",
            Started::Blocked(_) => "Blocked",
        };
        format!("{how} {}", self.number(started.run()))
    }

    async fn claim(&mut self, worker: usize, max: u32, few: bool) -> Result<String> {
        let queue = self.t.store.queue();
        let types = if few { FEW.to_vec() } else { World::all_operations() };
        let claims: Vec<Claim> = queue.claim(&self.workers[worker], &types, max, LEASE).await?;
        let mut told = String::from("claimed");
        for (claim, admission) in claims.iter().zip(queue.admit_many(&claims).await?) {
            let (scope, verdict) = match admission {
                Admission::Admitted(scope) => (scope, "admitted"),
                Admission::Refused(scope, failure) => (scope, failure.code().code()),
            };
            let number = self.number(&claim.run);
            told.push_str(&format!(" {number} (attempt {}, token {}, {verdict})", claim.run.attempt, claim.token()));
            self.attempts.push((scope, claim.token(), worker));
        }
        Ok(told)
    }

    async fn attempt_step(&mut self, command: &Command) -> Result<String> {
        let (Command::Beat { attempt, .. }
        | Command::Report { attempt, .. }
        | Command::Record { attempt, .. }
        | Command::Finish { attempt, .. }
        | Command::FinishTogether { attempts: [attempt, _], .. }
        | Command::HandBack { attempt, .. }
        | Command::Prune { attempt, .. }) = command
        else {
            return Ok(String::new());
        };
        let Some((scope, token, worker)) = self.attempt(*attempt) else { return Ok("nobody works".to_owned()) };
        let queue = self.t.store.queue();
        match command {
            Command::Beat { other, .. } => {
                let by = &self.workers[if *other { 1 - worker } else { *worker }];
                let beat = queue.heartbeat(by, &[(scope.run_id(), *token)], LEASE).await?[0];
                Ok(format!("held {}, cancel {}, overdue {}", beat.held, beat.cancel_requested, beat.overdue))
            }
            Command::Report { done, wrong, .. } => queue.report(scope, progress(*done, *wrong)).await.map(state),
            Command::Record { item, status, done, .. } => {
                let item = NewItem { status: *status, ..NewItem::succeeded(ITEMS[item % ITEMS.len()]) };
                queue.record(scope, &[item], progress(*done, false)).await.map(|()| String::new())
            }
            Command::Finish { outcome, done, .. } => {
                let end = end(*outcome, *done);
                queue.finish(scope, *outcome, end.reason.as_ref(), &end.counts, &[]).await.map(state)
            }
            Command::FinishTogether { attempts: [first, second], outcomes } => {
                let mut ends = vec![(scope.clone(), end(outcomes[0], 0))];
                let many = self.attempts.len();
                if newest(*first, many) != newest(*second, many) {
                    ends.extend(self.attempt(*second).map(|(scope, ..)| (scope.clone(), end(outcomes[1], 0))));
                }
                queue.finish_many(&ends).await.map(|held| format!("{held:?}"))
            }
            Command::HandBack { counts, after, .. } => {
                let event = NewEvent::info("handed_back", "…");
                queue.hand_back(scope, Duration::from_secs(*after), *counts, event).await.map(state)
            }
            Command::Prune { limit, .. } => queue.prune(scope, *limit).await.map(|removed| format!("removed {removed}")),
            _ => Ok(String::new()),
        }
    }
}

fn state(run: Run) -> String {
    format!("{} {}", run.status, run.outcome)
}

fn start_key(key: Option<usize>) -> Option<StartKey> {
    key.map(|key| StartKey::parse(&format!("key-{key}")).unwrap())
}

fn request(wish: &Wish, tenant: TenantId) -> RunRequest {
    match wish.operation {
        Operation::Probe(probe) => probe.request(&Arguments::named(wish.name.as_str())),
        _ => inventory_sync::Arguments::only(wish.name.split(',')).unwrap().request(tenant),
    }
}

fn progress(done: i64, wrong: bool) -> Progress {
    Progress { counts: reported(done, wrong), ..Progress::default() }
}

fn end(outcome: Outcome, done: i64) -> End {
    let reason = (outcome != Outcome::Succeeded).then_some(Failure::new(Code::Internal));
    let counts: Counts = reported(done, false);
    End { outcome, reason, counts, failures: Vec::new() }
}
