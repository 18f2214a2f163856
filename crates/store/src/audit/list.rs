//! The audit trail of a workspace, for who may look at it: pages by time, each read along one index.

use std::collections::{BTreeMap, BTreeSet};

use model::access::can;
use model::audit::{Action, AuditOutcome, AuditRecord};
use model::ids::{AuditId, TenantId, ThingId, UserId};
use model::page::{Cursor, Direction, Page};
use model::time::Moment;
use uuid::Uuid;

use super::Audit;
use super::row::{EntryRow, columns};
use crate::access::Permit;
use crate::bind::DbTime;
use crate::db::Result;
use crate::reach::Reach;
use crate::sql::{Sql, sql};

/// Rows of an index that are read for a page.
const READ: u32 = 5_000;

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditActor {
    /// A person.
    User(UserId),
    /// Somebody at the machine's command line.
    Operator,
    /// TenantAtlas itself.
    System,
}

/// What to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Only by this one.
    pub actor: Option<AuditActor>,
    /// Only these codes; empty: any.
    pub actions: Vec<String>,
    /// Only on this kind of thing.
    pub subject_kind: Option<String>,
    /// Only on this one.
    pub subject: Option<ThingId>,
    /// Only in this tenant.
    pub tenant: Option<TenantId>,
    /// Only what came to this.
    pub outcome: Option<AuditOutcome>,
    /// Only at or after.
    pub since: Option<Moment>,
    /// Only before.
    pub until: Option<Moment>,
}

/// A page of the trail.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditList {
    /// The entries, newest first.
    pub page: Page<AuditRecord>,
    /// Where to go on, when the search stopped before the page was full because it had read as much as is read for a page.
    pub further: Option<Cursor>,
    /// What people and things of these entries are called, or were; those that were erased are missing.
    pub names: BTreeMap<ThingId, String>,
}

/// Where a page begins: behind that moment and entry, upwards or downwards.
type From = Option<(Moment, AuditId, bool)>;

impl Audit<'_> {
    /// A page of the workspace's trail, newest first. Reads at most 5,000 rows of an index for it, however many there are.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is none of this list starts at the beginning.
    pub async fn list(
        &self,
        permit: &Permit<can::WorkspaceAuditView>,
        filter: &AuditFilter,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<AuditList> {
        self.list_reading(permit, filter, cursor, rows, READ).await
    }

    /// The same with another bound than 5,000.
    ///
    /// # Errors
    /// As [`Audit::list`].
    pub async fn list_reading(
        &self,
        permit: &Permit<can::WorkspaceAuditView>,
        filter: &AuditFilter,
        cursor: Option<&Cursor>,
        rows: u32,
        read: u32,
    ) -> Result<AuditList> {
        let walk = Walk::new(permit, filter, cursor.and_then(place), rows, read);
        let up = walk.upwards();
        let mut db = self.0.db().read(permit.grant().reach()).await?;
        let found: Vec<EntryRow> =
            db.all(walk.page(concat!("select ", columns!(), " from audit_entries e where e.id in "))).await?;
        let mut records: Vec<AuditRecord> = found.into_iter().map(Into::into).collect();
        let mut further = None;
        if records.len() <= rows as usize && walk.sifts() {
            let ends: Vec<(DbTime, Uuid)> = db.all(walk.ends()).await?;
            let ends = ends.into_iter().map(|(at, id)| (at.0, AuditId::from_uuid(id)));
            // Beyond the end of a way that was not read to its end, the others tell only a part.
            if let Some(end) = if up { ends.min() } else { ends.max() } {
                let within =
                    |record: &AuditRecord| if up { (record.at, record.id) <= end } else { (record.at, record.id) >= end };
                records.retain(within);
                let direction = if up { Direction::Backward } else { Direction::Forward };
                further = Some(Cursor { direction, key: key(end.0, end.1) });
            }
        }
        db.end().await?;
        let page = crate::runs::page(records, rows, walk.from.is_some(), up, |record| key(record.at, record.id));
        let names = self.names(&page.rows).await?;
        Ok(AuditList { page, further, names })
    }

    /// How the database would read a page: its plan, line by line.
    ///
    /// # Errors
    /// When the database refuses.
    #[cfg(feature = "testing")]
    pub async fn explain(
        &self,
        permit: &Permit<can::WorkspaceAuditView>,
        filter: &AuditFilter,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<String> {
        let walk = Walk::new(permit, filter, cursor.and_then(place), rows, READ);
        let postgres = self.0.db().is_postgres();
        let mut db = self.0.db().read(permit.grant().reach()).await?;
        let lines: Vec<String> = if postgres {
            let plan = walk.page("explain (costs off) select * from audit_entries e where e.id in ");
            db.all::<(String,)>(plan).await?.into_iter().map(|(line,)| line).collect()
        } else {
            let plan = walk.page("explain query plan select * from audit_entries e where e.id in ");
            db.all::<(i64, i64, i64, String)>(plan).await?.into_iter().map(|(.., line)| line).collect()
        };
        db.end().await?;
        Ok(lines.join("\n"))
    }

    /// What stands in these entries is called so. As the system: whoever may see an entry may know whom and what it speaks of, also
    /// somebody who is no member any more.
    async fn names(&self, records: &[AuditRecord]) -> Result<BTreeMap<ThingId, String>> {
        const NAMES: &str =
            "select id, name from audit_names where kind in ('user', 'workspace', 'tenant', 'schedule') and id in ";
        let mut ids: BTreeSet<ThingId> = BTreeSet::new();
        for record in records {
            ids.extend(record.actor_id.into_iter().chain(record.subject_id));
            ids.extend(record.tenant_id.map(|id| ThingId::from_uuid(id.uuid())));
            ids.extend(record.workspace_id.map(|id| ThingId::from_uuid(id.uuid())));
            ids.extend(record.details().filter_map(|name| record.detail(name)?.parse::<ThingId>().ok()));
        }
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut db = self.0.db().read(&Reach::system()).await?;
        let names: Vec<(Uuid, String)> = db.all(sql(NAMES).push_in("", ids)).await?;
        db.end().await?;
        Ok(names.into_iter().map(|(id, name)| (ThingId::from_uuid(id), name)).collect())
    }
}

fn key(at: Moment, id: AuditId) -> String {
    format!("{id}{}", at.micros())
}

fn place(cursor: &Cursor) -> From {
    let (id, micros) = cursor.key.split_at_checked(36)?;
    Some((Moment::from_micros(micros.parse().ok()?), id.parse().ok()?, cursor.direction == Direction::Backward))
}

/// What is read along an index: the part of the filter that leaves least to sift.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    Workspace,
    Subject(ThingId),
    Actor(UserId),
    Denied,
    Action(String),
    Tenant(TenantId),
}

struct Walk<'a> {
    permit: &'a Permit<can::WorkspaceAuditView>,
    filter: &'a AuditFilter,
    ways: Vec<Way>,
    from: From,
    rows: u32,
    read: u32,
}

impl<'a> Walk<'a> {
    fn new(permit: &'a Permit<can::WorkspaceAuditView>, filter: &'a AuditFilter, from: From, rows: u32, read: u32) -> Self {
        let ways = match filter {
            AuditFilter { subject: Some(subject), .. } => vec![Way::Subject(*subject)],
            AuditFilter { outcome: Some(AuditOutcome::Denied), .. } => vec![Way::Denied],
            AuditFilter { actor: Some(AuditActor::User(user)), .. } => vec![Way::Actor(*user)],
            AuditFilter { actions, .. } if !actions.is_empty() => actions.iter().cloned().map(Way::Action).collect(),
            AuditFilter { tenant: Some(tenant), .. } => vec![Way::Tenant(*tenant)],
            _ => vec![Way::Workspace],
        };
        Self { permit, filter, ways, from, rows, read }
    }

    fn upwards(&self) -> bool {
        self.from.is_some_and(|(.., upwards)| upwards)
    }

    /// Whether something is sifted out of what was read, so that it may not be enough for a page.
    fn sifts(&self) -> bool {
        let filter = self.filter;
        let asked = usize::from(filter.actor.is_some())
            + usize::from(!filter.actions.is_empty())
            + usize::from(filter.subject_kind.is_some())
            + usize::from(filter.subject.is_some())
            + usize::from(filter.tenant.is_some())
            + usize::from(filter.outcome.is_some())
            + usize::from(self.permit.grant().entitled().is_some());
        asked > usize::from(self.ways != [Way::Workspace])
    }

    fn each(&self) -> u32 {
        let ways = u32::try_from(self.ways.len()).unwrap_or(u32::MAX);
        if self.sifts() { (self.read / ways).max(self.rows + 1) } else { self.rows + 1 }
    }

    /// Ends `head`, after which the ids of the page follow in parentheses.
    fn page(&self, head: &'static str) -> Sql {
        let mut statement = sql(head).push("(select id from (");
        for (i, way) in self.ways.iter().enumerate() {
            statement = statement
                .push(if i == 0 { "select * from (" } else { " union all select * from (" })
                .push("select id, at, tenant_id, actor_kind, actor_id, action, outcome, subject_kind, subject_id from audit_entries where ");
            statement = self.along(statement, way).push_bind(" limit ", self.each()).push(") b");
        }
        let statement = self.sift(statement.push(") w where true"));
        statement.push(self.order()).push_bind(" limit ", self.rows + 1).push(")").push(self.order())
    }

    /// Of each way that was read as far as is read at most, the last entry.
    fn ends(&self) -> Sql {
        let mut statement = sql("");
        for (i, way) in self.ways.iter().enumerate() {
            statement = statement
                .push(if i == 0 { "select at, id from (" } else { " union all select at, id from (" })
                .push("select id, at from audit_entries where ");
            statement = self.along(statement, way).push(" limit 1").push_bind(" offset ", self.each() - 1).push(") b");
        }
        statement
    }

    fn order(&self) -> &'static str {
        if self.upwards() { " order by at, id" } else { " order by at desc, id desc" }
    }

    fn along(&self, statement: Sql, way: &Way) -> Sql {
        let statement = statement.push_bind("workspace_id = ", self.permit.grant().workspace_id());
        let statement = match way {
            Way::Workspace => statement,
            Way::Subject(subject) => statement.push_bind(" and subject_id = ", *subject),
            Way::Actor(user) => statement.push_bind(" and actor_id = ", *user),
            Way::Denied => statement.push(" and outcome = 'denied'"),
            Way::Action(code) => statement.push_bind(" and action = ", code.as_str()),
            Way::Tenant(tenant) => statement.push_bind(" and tenant_id = ", *tenant),
        };
        let statement = statement.push_if(" and at >= ", self.filter.since).push_if(" and at < ", self.filter.until);
        let statement = match self.from {
            Some((at, id, true)) => statement.push_bind(" and (at, id) > (", at).push_bind(", ", id).push(")"),
            Some((at, id, false)) => statement.push_bind(" and (at, id) < (", at).push_bind(", ", id).push(")"),
            None => statement,
        };
        statement.push(self.order())
    }

    fn sift(&self, statement: Sql) -> Sql {
        let filter = self.filter;
        let statement = match filter.actor {
            Some(AuditActor::User(user)) => statement.push_bind(" and actor_id = ", user),
            Some(AuditActor::Operator) => statement.push(" and actor_kind = 'operator'"),
            Some(AuditActor::System) => statement.push(" and actor_kind = 'system'"),
            None => statement,
        };
        let statement = match filter.actions.as_slice() {
            [] => statement,
            actions => statement.push_in(" and action in ", actions.iter().map(String::as_str)),
        };
        // A token that is narrowed to tenants: what happens to the workspace may tell of the others.
        let statement = match self.permit.grant().entitled() {
            Some(entitled) => statement.push_in(" and tenant_id in ", entitled),
            None => statement,
        };
        statement
            .push_if(" and subject_kind = ", filter.subject_kind.as_deref())
            .push_if(" and subject_id = ", filter.subject)
            .push_if(" and tenant_id = ", filter.tenant)
            .push_if(" and outcome = ", filter.outcome.map(AuditOutcome::code))
    }
}

/// The codes of a group of actions: `run` has `run.start`, `run.cancel` and others.
#[must_use]
pub fn actions_of_group(group: &str) -> Vec<String> {
    let of = |action: &Action| action.code().split('.').next() == Some(group);
    Action::ALL.iter().filter(|action| of(action)).map(|action| action.code().to_owned()).collect()
}
