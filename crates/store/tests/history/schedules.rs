//! The schedule of a history, in a database.

use model::access::can;
use model::ids::{RunId, ScheduleId};
use model::run::{RunRequest, StartBy, Started};
use model::schedule::{Cadence, CatchUp, CronText, Fire, NewSchedule, Zone};
use model::time::Moment;
use store::access::{Permit, SignedIn, TenantScope};
use testkit::reference::or_dash;
use testkit::stores::TestStore;
use testkit::world::World;

use super::product::Result;

/// More fires than a history has.
const ALL: u32 = 500;

/// Who manages the schedule, and which one it is.
pub(super) struct Schedules {
    scope: TenantScope,
    manage: Permit<can::BackupSchedulesManage>,
    run: Permit<can::BackupSchedulesRun>,
    id: Option<ScheduleId>,
}

impl Schedules {
    pub(super) async fn new(t: &TestStore, world: &World, owner: &SignedIn) -> Self {
        let scope = t.store.access().tenant(owner, world.tenant).await.unwrap();
        let (manage, run) = (scope.permit().unwrap(), scope.permit().unwrap());
        Self { scope, manage, run, id: None }
    }

    pub(super) async fn save(&mut self, t: &TestStore, request: &RunRequest, catch_up: CatchUp, bound: u32) -> Result<()> {
        let new = NewSchedule {
            name: "Every ten minutes".to_owned(),
            operation: request.operation(),
            arguments: request.context().clone(),
            cadence: Cadence::Cron { text: CronText::parse("*/10 * * * *").unwrap() },
            zone: Zone::parse("UTC").unwrap(),
            catch_up,
            bound,
        };
        let schedules = t.store.schedules();
        if let Some(id) = self.id {
            let revision = schedules.find(&self.scope, id).await?.revision;
            schedules.edit(&self.manage, id, revision, &new).await?;
        } else {
            self.id = Some(schedules.create(&self.manage, &new).await?.id);
        }
        Ok(())
    }

    pub(super) async fn switch(&self, t: &TestStore, on: bool) -> Result<()> {
        let Some(id) = self.id else { return Ok(()) };
        t.store.schedules().switch(&self.manage, id, on).await.map(|_| ())
    }

    pub(super) async fn run_now(&self, t: &TestStore, by: StartBy) -> Result<Option<Started>> {
        let Some(id) = self.id else { return Ok(None) };
        t.store.schedules().run_now(&self.run, &self.scope, id, by).await.map(Some)
    }

    /// What can be seen of it; `number`: of a run.
    pub(super) async fn ledger(&self, t: &TestStore, began: Moment, number: impl Fn(RunId) -> Option<usize>) -> Vec<String> {
        let Some(id) = self.id else { return Vec::new() };
        let seconds = |at: Moment| at.seconds() - began.seconds();
        let found = t.store.schedules().find(&self.scope, id).await.unwrap();
        let (last, next) = (found.last_fired_at.map(seconds), found.next_fire_at.map(seconds));
        let mut lines = vec![format!("schedule {} last {} next {}", found.enabled, or_dash(last), or_dash(next))];
        let fires = t.store.schedules().fires(&self.scope, id, None, ALL).await.unwrap().rows;
        let line = |fire: &Fire| {
            let run = fire.run.map(|run| number(run).expect("a run that is there"));
            format!("fire {} run {} omitted {}", seconds(fire.scheduled_for), or_dash(run), or_dash(fire.omitted))
        };
        lines.extend(fires.iter().rev().map(line));
        lines
    }
}
