//! Who is told of the end of a run: read once for all runs that end together.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{UserId, WorkspaceId};
use model::run::Run;
use model::settings::{Key, Level, Stored};
use uuid::Uuid;

use crate::db::{Result, Tx};
use crate::settings::warn;
use crate::sql::sql;

/// The settings of the places and people that have to do with some runs.
pub(super) struct Rules {
    /// Level, code and value, by what they belong to.
    chosen: BTreeMap<Uuid, Vec<(Level, String, String)>>,
    /// The owners and managers of a workspace that wants them to be told of something.
    managers: BTreeMap<WorkspaceId, Vec<UserId>>,
}

type Row = (Uuid, String, String, Option<Uuid>, Option<Uuid>);

const CHOSEN: &str = "select scope_id, code, value, tenant_id, user_id from settings
  where value is not null and code in ('notices.outcomes', 'notices.managers') and scope_id in ";

pub(super) async fn read(tx: &mut Tx, runs: &[&Run]) -> Result<Rules> {
    let mut scopes: BTreeSet<Uuid> = runs.iter().map(|run| run.workspace_id.uuid()).collect();
    scopes.extend(runs.iter().filter_map(|run| Some(run.tenant_id?.uuid())));
    scopes.extend(runs.iter().filter_map(|run| Some(run.user_id?.uuid())));
    let mut rules = Rules { chosen: BTreeMap::new(), managers: BTreeMap::new() };
    rules.add(tx.all_as_system(sql(CHOSEN).push_in("", scopes)).await?);
    let wanted: BTreeSet<WorkspaceId> = runs.iter().filter(|run| rules.wants_managers(run)).map(|run| run.workspace_id).collect();
    if !wanted.is_empty() {
        let managers =
            sql("select workspace_id, user_id from workspace_members where role in ('owner', 'manager') and workspace_id in ")
                .push_in("", wanted)
                .push(" order by workspace_id, user_id");
        let managers: Vec<(Uuid, Uuid)> = tx.all_as_system(managers).await?;
        rules.add(tx.all_as_system(sql(CHOSEN).push_in("", managers.iter().map(|(_, user)| *user))).await?);
        for (workspace, user) in managers {
            rules.managers.entry(WorkspaceId::from_uuid(workspace)).or_default().push(UserId::from_uuid(user));
        }
    }
    Ok(rules)
}

impl Rules {
    fn add(&mut self, rows: Vec<Row>) {
        let mut new: BTreeMap<Uuid, Vec<(Level, String, String)>> = BTreeMap::new();
        for (scope, code, value, tenant, user) in rows {
            let level = match (tenant, user) {
                (_, Some(_)) => Level::Person,
                (Some(_), _) => Level::Tenant,
                (None, None) => Level::Workspace,
            };
            new.entry(scope).or_default().push((level, code, value));
        }
        self.chosen.extend(new);
    }

    fn stored(&self, run: &Run, user: Option<UserId>) -> Stored {
        let scopes = [Some(run.workspace_id.uuid()), run.tenant_id.map(|id| id.uuid()), user.map(|id| id.uuid())];
        let rows = scopes.into_iter().flatten().filter_map(|scope| self.chosen.get(&scope)).flatten();
        let stored = Stored::read(rows.map(|(level, code, value)| (*level, code, value)));
        warn(&stored);
        stored
    }

    fn wants_managers(&self, run: &Run) -> bool {
        self.stored(run, None).find(Key::ManagerOutcomes, Level::Tenant.path()).value.tells_of(run.outcome)
    }

    /// Whether the person who started the run is told of its end: as they chose, else the tenant, else the workspace.
    pub(super) fn tells(&self, run: &Run, user: UserId) -> bool {
        let path = [Level::Person, Level::Tenant, Level::Workspace];
        self.stored(run, Some(user)).find(Key::NoticeOutcomes, &path).value.tells_of(run.outcome)
    }

    /// Everybody who is told of the end of the run, each once.
    pub(super) fn told(&self, run: &Run) -> impl Iterator<Item = UserId> {
        let mut told: BTreeSet<UserId> = run.user_id.into_iter().filter(|user| self.tells(run, *user)).collect();
        if self.wants_managers(run) {
            let managers = self.managers.get(&run.workspace_id).into_iter().flatten().copied();
            // A manager who chose for themselves is not told of more than that.
            let wants = |user: &UserId| {
                let own = self.stored(run, Some(*user)).own(Key::NoticeOutcomes, Level::Person).cloned();
                own.is_none_or(|own| own.tells_of(run.outcome))
            };
            told.extend(managers.filter(|user| Some(*user) != run.user_id && wants(user)));
        }
        told.into_iter()
    }
}
