//! How a list of runs is read: along one index, or along one for each tenant, from the newest down; whatever else is asked for is
//! sifted from what was read. At most so many rows are read for a page; where that ends, the search can go on.

use std::time::Duration;

use model::ids::{RunId, TenantId, UserId};
use model::run::{Outcome, Status};
use model::time::Moment;
use uuid::Uuid;

use super::list::{RunFilter, RunTab};
use crate::access::WorkspaceScope;
use crate::sql::{Sql, sql};

/// Tenants of a member that are read one by one; those of who has more are sifted from the workspace's.
const ONE_BY_ONE: usize = 50;
/// How far the clock of a process that makes ids may be behind the database's, which tells when a run was created. Costs nothing:
/// rows at the end of the walk are not read unless they are needed.
pub(crate) const BEHIND: Duration = Duration::from_secs(24 * 3600);
/// How far it may be ahead: so much is read for nothing when a list begins in the past.
const AHEAD: Duration = Duration::from_secs(900);

/// What is read along an index.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    Workspace,
    Tenant(TenantId),
    OfNoTenant,
    Type(String),
    Outcome(Outcome),
    Initiator(UserId),
    Trigger(model::run::Trigger),
    Active,
    Attention,
}

/// The ways, and what they do not tell.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    scope: &'a WorkspaceScope,
    filter: &'a RunFilter,
    entitled: Option<Vec<TenantId>>,
    ways: Vec<Way>,
    /// Where to go on, and whether upwards.
    from: Option<(RunId, bool)>,
    rows: u32,
    read: u32,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        scope: &'a WorkspaceScope,
        filter: &'a RunFilter,
        from: Option<(RunId, bool)>,
        (rows, read): (u32, u32),
    ) -> Self {
        let entitled = scope.entitled();
        let ways = ways(filter, entitled.as_deref());
        Self { scope, filter, entitled, ways, from, rows, read }
    }

    /// Whether something must be sifted out, so that what was read may not be enough.
    pub(super) fn sifts(&self) -> bool {
        let Some(way) = self.ways.first() else { return true };
        let filter = self.filter;
        let asked = usize::from(filter.tenant.is_some())
            + usize::from(filter.type_code.is_some())
            + usize::from(filter.status.is_some())
            + usize::from(filter.outcome.is_some())
            + usize::from(filter.trigger.is_some())
            + usize::from(filter.initiator.is_some())
            + usize::from(filter.tab != RunTab::All);
        let told = match way {
            Way::Workspace | Way::OfNoTenant => 0,
            Way::Tenant(_) if filter.tenant.is_none() => 0,
            // Of a status it tells only that it is one of two.
            Way::Active if filter.tab != RunTab::Active => 0,
            _ => 1,
        };
        let sifts_tenants = self.entitled.is_some() && !matches!(way, Way::Tenant(_) | Way::OfNoTenant);
        asked > told || filter.until.is_some() || sifts_tenants
    }

    /// Whether the ways together tell less than one of them alone: a page of one may hide what another has not reached.
    pub(super) const fn is_split(&self) -> bool {
        self.ways.len() > 1
    }

    /// Whether the list is read upwards.
    pub(super) fn upwards(&self) -> bool {
        self.from.is_some_and(|(_, upwards)| upwards)
    }

    fn each(&self) -> u32 {
        let ways = u32::try_from(self.ways.len()).unwrap_or(u32::MAX);
        if self.sifts() { (self.read / ways).max(self.rows + 1) } else { self.rows + 1 }
    }

    /// Ends `head` with the ids of the page: `head` is put before `(select id …)`.
    pub(super) fn ids(&self, head: &'static str) -> Sql {
        let mut statement = sql(head).push("(select id from (");
        for (i, way) in self.ways.iter().enumerate() {
            statement = statement.push(if i == 0 { "select * from (" } else { " union all select * from (" }).push(
                "select id, tenant_id, type, status, outcome, trigger, user_id, created_at from operation_runs where workspace_id = ",
            );
            statement = self.along(statement, way).push_bind(" limit ", self.each()).push(") b");
        }
        let statement = self.sift(statement.push(") w where true"));
        statement.push(self.order()).push_bind(" limit ", self.rows + 1).push(")")
    }

    /// Of each way that was read as far as is read at most, the last id.
    pub(super) fn ends(&self) -> Sql {
        let mut statement = sql("");
        for (i, way) in self.ways.iter().enumerate() {
            statement = statement.push(if i == 0 { "select id from (" } else { " union all select id from (" });
            statement = statement.push("select id from operation_runs where workspace_id = ");
            statement = self.along(statement, way).push(" limit 1").push_bind(" offset ", self.each() - 1).push(") b");
        }
        statement
    }

    fn order(&self) -> &'static str {
        if self.upwards() { " order by id" } else { " order by id desc" }
    }

    fn along(&self, statement: Sql, way: &Way) -> Sql {
        let statement = statement.push_bind("", self.scope.workspace_id());
        let statement = match way {
            Way::Workspace => statement,
            Way::Tenant(tenant) => statement.push_bind(" and tenant_id = ", *tenant),
            Way::OfNoTenant => statement.push(" and tenant_id is null"),
            Way::Type(code) => statement.push_bind(" and type = ", code.as_str()),
            Way::Outcome(outcome) => statement.push_bind(" and outcome = ", outcome.code()),
            Way::Initiator(user) => statement.push_bind(" and user_id = ", *user),
            Way::Trigger(trigger) => statement.push_bind(" and trigger = ", trigger.code()),
            Way::Active => statement.push(" and status in ('queued', 'running')"),
            Way::Attention => statement.push(" and outcome in ('failed', 'partially_succeeded', 'blocked')"),
        };
        let statement = match self.from {
            Some((id, true)) => statement.push_bind(" and id > ", id),
            Some((id, false)) => statement.push_bind(" and id < ", id),
            None => statement,
        };
        // The id, by which the index is sorted, begins with the milliseconds of the process that made it, so it tells roughly when.
        let statement = match self.filter.since {
            Some(since) => statement.push_bind(" and id >= ", first_at(since.minus(BEHIND))),
            None => statement,
        };
        let statement = match self.filter.until {
            Some(until) => statement.push_bind(" and id < ", first_at(until.plus(AHEAD))),
            None => statement,
        };
        statement.push(self.order())
    }

    fn sift(&self, statement: Sql) -> Sql {
        let filter = self.filter;
        let statement = statement
            .push_if(" and tenant_id = ", filter.tenant)
            .push_if(" and type = ", filter.type_code.as_deref())
            .push_if(" and status = ", filter.status.map(Status::code))
            .push_if(" and outcome = ", filter.outcome.map(Outcome::code))
            .push_if(" and trigger = ", filter.trigger.map(model::run::Trigger::code))
            .push_if(" and user_id = ", filter.initiator)
            .push_if(" and created_at >= ", filter.since)
            .push_if(" and created_at < ", filter.until);
        let statement = match &self.entitled {
            Some(entitled) => statement.push_in(" and (tenant_id is null or tenant_id in ", entitled.iter().copied()).push(")"),
            None => statement,
        };
        statement.push(match filter.tab {
            RunTab::All => "",
            RunTab::Active => " and status in ('queued', 'running')",
            RunTab::Attention => " and outcome in ('failed', 'partially_succeeded', 'blocked')",
            RunTab::Succeeded => " and outcome = 'succeeded'",
        })
    }
}

/// The index that leaves least to sift, by what is known without asking: few runs are active, few go wrong, a person starts few.
fn ways(filter: &RunFilter, entitled: Option<&[TenantId]>) -> Vec<Way> {
    let rare = filter.outcome.filter(|outcome| *outcome != Outcome::Succeeded);
    let common = filter.outcome.or((filter.tab == RunTab::Succeeded).then_some(Outcome::Succeeded));
    let active = filter.tab == RunTab::Active || filter.status.is_some_and(|status| status != Status::Completed);
    let one = if active {
        Way::Active
    } else if let Some(outcome) = rare {
        Way::Outcome(outcome)
    } else if filter.tab == RunTab::Attention {
        Way::Attention
    } else if let Some(user) = filter.initiator {
        Way::Initiator(user)
    } else if let Some(tenant) = filter.tenant {
        Way::Tenant(tenant)
    } else if let Some(entitled) = entitled.filter(|entitled| entitled.len() <= ONE_BY_ONE) {
        return entitled.iter().map(|tenant| Way::Tenant(*tenant)).chain([Way::OfNoTenant]).collect();
    } else if let Some(trigger) = filter.trigger.filter(|trigger| *trigger != model::run::Trigger::Schedule) {
        Way::Trigger(trigger)
    } else if let Some(code) = &filter.type_code {
        Way::Type(code.clone())
    } else if let Some(outcome) = common {
        Way::Outcome(outcome)
    } else if let Some(trigger) = filter.trigger {
        Way::Trigger(trigger)
    } else {
        Way::Workspace
    };
    vec![one]
}

/// The least id of a run that was made then.
pub(crate) fn first_at(moment: Moment) -> RunId {
    let millis = u128::try_from(moment.micros().max(0) / 1000).unwrap_or(0);
    RunId::from_uuid(Uuid::from_u128(millis << 80))
}
