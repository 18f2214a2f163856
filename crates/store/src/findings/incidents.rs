//! Incidents: the same cause in many tenants of a workspace, and one decision for all of them.

use std::collections::BTreeMap;

use model::access::{Capable, can};
use model::audit::{Action, AuditEntry};
use model::finding::{
    Cause, Finding, FindingKind, FindingState, HistoryEvent, Incident, IncidentDecided, IncidentFinding, Move, Reason, Wish,
};
use model::ids::{FindingId, TenantId};
use uuid::Uuid;

use super::act::moved;
use super::history::{Line, tell_in};
use super::row::{FindingRow, SELECT};
use super::{BY_RUN, Findings, MOST_AT_ONCE};
use crate::access::{Across, Grant, RunScope, WorkspaceScope};
use crate::audit::{self, Actor};
use crate::bind::DbTime;
use crate::db::{Reader, Result, Tx};
use crate::error::StoreError;
use crate::runs::fenced;
use crate::sql::{Sql, sql};

/// Incidents that a page shows.
pub const MOST_INCIDENTS: u32 = 200;
/// Incidents that are looked through for those, the latest first.
const LOOKED_THROUGH: u32 = 1_000;
/// Findings of an incident that a page shows.
pub const MOST_OF_INCIDENT: u32 = 200;

#[derive(sqlx::FromRow)]
struct IncidentRow {
    cause: String,
    resource_type: String,
    kind: String,
    property: String,
    latest_at: DbTime,
    tenants: i64,
    open: i64,
}

fn incident(row: IncidentRow) -> Option<Incident> {
    Some(Incident {
        cause: row.cause.parse().ok()?,
        resource_type: row.resource_type,
        kind: FindingKind::from_code(&row.kind),
        property: row.property,
        tenants: row.tenants,
        open: row.open,
        latest_at: row.latest_at.0,
    })
}

/// The findings `f` of the incident `i` in tenants that the person is entitled to.
fn of_theirs(statement: Sql, grant: &Grant) -> Sql {
    let statement = statement.push(" from findings f where f.workspace_id = i.workspace_id and f.cause = i.cause");
    match grant.entitled() {
        Some(tenants) => statement.push_in(" and f.tenant_id in ", tenants),
        None => statement,
    }
}

const OPEN: &str = " and f.state in ('new', 'triaged', 'in_progress')";

impl Findings<'_> {
    /// Finds incidents among what deviates in the tenant of a run: what deviates so in another tenant of the workspace, too. To be asked
    /// after findings were kept: of two checks at once the later one sees what the other found.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`](crate::StoreError::LeaseLost) when the attempt no longer holds its lease.
    pub async fn fold_incidents(&self, run: &RunScope) -> Result<i64> {
        const FOLD: &str = "insert into incidents (workspace_id, cause, resource_type, kind, property, latest_at)
          select f.workspace_id, f.cause, max(f.resource_type), max(f.kind), max(f.property), max(f.opened_at) from findings f
          where f.tenant_id = $1 and f.cause is not null and f.state in ('new', 'triaged', 'in_progress')
            and not exists (select 1 from incidents i where i.workspace_id = f.workspace_id and i.cause = f.cause
              and i.latest_at >= f.opened_at)
            and exists (select 1 from findings o where o.workspace_id = f.workspace_id and o.cause = f.cause
              and o.tenant_id <> f.tenant_id and o.state in ('new', 'triaged', 'in_progress'))
          group by f.workspace_id, f.cause
          on conflict (workspace_id, cause) do update set latest_at = excluded.latest_at
            where incidents.latest_at < excluded.latest_at
          returning cause";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        // As the system: what deviates in other tenants is in no run's reach, and nothing of it is kept here but that it is there.
        let rows: Vec<(String,)> = tx.all_as_system(sql(FOLD).bind(run.tenant_id())).await?;
        tx.commit_unaudited(BY_RUN).await?;
        Ok(i64::try_from(rows.len()).unwrap_or(i64::MAX))
    }

    /// The incidents of the workspace with open findings in two or more tenants that the person is entitled to, the latest first, at most
    /// [`MOST_INCIDENTS`] of the latest thousand.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn incidents(&self, scope: &WorkspaceScope) -> Result<Vec<Incident>> {
        const LATEST: &str = ") as open from (select * from incidents where workspace_id = ";
        let grant = scope.grant();
        let counted = sql(
            "select * from (select i.cause, i.resource_type, i.kind, i.property, i.latest_at, (select count(distinct f.tenant_id)",
        );
        let counted = of_theirs(counted, grant).push(OPEN).push(") as tenants, (select count(*)");
        let list = of_theirs(counted, grant)
            .push(OPEN)
            .push_bind(LATEST, grant.workspace_id())
            .push_bind(" order by latest_at desc, cause limit ", LOOKED_THROUGH)
            .push_bind(") i) as counted where tenants > 1 order by latest_at desc, cause limit ", MOST_INCIDENTS);
        let mut db = self.0.db().read(grant.reach()).await?;
        let rows: Vec<IncidentRow> = db.all(list).await?;
        db.end().await?;
        Ok(rows.into_iter().filter_map(incident).collect())
    }

    /// An incident with its findings, by tenant, at most [`MOST_OF_INCIDENT`].
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the person is not entitled to two tenants that have, or had, a finding of it.
    pub async fn incident(&self, scope: &WorkspaceScope, cause: &Cause) -> Result<(Incident, Vec<IncidentFinding>)> {
        let grant = scope.grant();
        let mut db = self.0.db().read(grant.reach()).await?;
        let found = find(&mut db, grant, cause).await?;
        let some =
            sql(SELECT).push_bind(" where f.workspace_id = ", grant.workspace_id()).push_bind(" and f.cause = ", cause.as_str());
        let some = theirs(some, grant.entitled().as_deref());
        let some = some.push_bind(" order by f.tenant_id, f.name_key, f.id limit ", MOST_OF_INCIDENT);
        let rows: Vec<FindingRow> = db.all(some).await?;
        let tenants: BTreeMap<Uuid, (Uuid, String)> = {
            let ids: std::collections::BTreeSet<Uuid> = rows.iter().map(|row| row.tenant_id).collect();
            let names = sql("select id, name from tenants").push_in(" where id in ", ids);
            db.all::<(Uuid, String)>(names).await?.into_iter().map(|row| (row.0, row)).collect()
        };
        db.end().await?;
        let with = |row: FindingRow| {
            let tenant = row.tenant_id;
            let tenant_name = tenants.get(&tenant).map_or_else(String::new, |(_, name)| name.clone());
            IncidentFinding { tenant: TenantId::from_uuid(tenant), tenant_name, finding: Finding::from(row) }
        };
        Ok((found, rows.into_iter().map(with).collect()))
    }

    /// Moves all findings of an incident along their workflow, in every tenant where the person may: those that can be moved there from
    /// where they stand, at most [`MOST_AT_ONCE`].
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] as for [`Findings::incident`]; [`StoreError::Conflict`] for what takes [`Findings::accept_incident`].
    pub async fn move_incident(
        &self,
        across: &Across<can::FindingsTriage>,
        cause: &Cause,
        to: Move,
        note: Option<&Reason>,
    ) -> Result<IncidentDecided> {
        self.decide(across, cause, &moved(to, note)?).await
    }

    /// Accepts the risk of all findings of an incident until a day, a year away at most, as [`Findings::move_incident`].
    ///
    /// # Errors
    /// As there; [`StoreError::Conflict`] for a day that is past or too far away.
    pub async fn accept_incident(
        &self,
        across: &Across<can::FindingsAcceptRisk>,
        cause: &Cause,
        (until, reason): (model::time::Moment, &Reason),
    ) -> Result<IncidentDecided> {
        self.decide(across, cause, &Wish::Accept(until, reason.clone())).await
    }

    async fn decide<C: Capable>(&self, across: &Across<C>, cause: &Cause, wish: &Wish) -> Result<IncidentDecided> {
        let grant = across.grant();
        let mut db = self.0.db().read(grant.reach()).await?;
        find(&mut db, grant, cause).await?;
        db.end().await?;
        let to = self.possible(wish).await?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        let rows: Vec<(Uuid, Uuid)> = tx.all(decided(grant, across.tenants(), cause, wish, to)).await?;
        let (left_theirs, left_all) = (left(&mut tx, grant, across.tenants(), cause, to).await?, {
            let entitled = grant.entitled();
            left(&mut tx, grant, entitled.as_deref(), cause, to).await?
        });
        let mut by_tenant: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
        rows.iter().for_each(|(id, tenant)| by_tenant.entry(*tenant).or_default().push(*id));
        let note = wish.words();
        let action = if to == FindingState::RiskAccepted { Action::FindingAccept } else { Action::FindingMove };
        for (tenant, ids) in &by_tenant {
            let tenant = TenantId::from_uuid(*tenant);
            let line = |id: &Uuid| Line { note, ..Line::of(FindingId::from_uuid(*id), HistoryEvent::Moved, to) };
            let lines: Vec<Line<'_>> = ids.iter().map(line).collect();
            tell_in(&mut tx, grant, Some(tenant), None, &lines).await?;
            // Each tenant's trail says what became of its own.
            let actor = Actor { tenant_id: Some(tenant), ..grant.actor().clone() };
            audit::insert(&mut tx, &actor, AuditEntry::done(action).with("state", to).with("findings", count(ids.len()))).await?;
        }
        let done = IncidentDecided {
            findings: count(rows.len()),
            tenants: count(by_tenant.len()),
            refused: left_all - left_theirs,
            left: left_theirs,
        };
        if rows.is_empty() {
            return Ok(done);
        }
        let entry = AuditEntry::done(Action::IncidentDecide)
            .with("state", to)
            .with("findings", done.findings)
            .with("tenants", done.tenants);
        tx.commit(grant.actor(), entry).await?;
        Ok(done)
    }
}

fn count(some: usize) -> i64 {
    i64::try_from(some).unwrap_or(i64::MAX)
}

fn theirs(statement: Sql, tenants: Option<&[TenantId]>) -> Sql {
    match tenants {
        Some(tenants) => statement.push_in(" and f.tenant_id in ", tenants.iter().copied()),
        None => statement,
    }
}

/// The incident, where two tenants that the person is entitled to have, or had, a finding of it.
async fn find(db: &mut Reader, grant: &Grant, cause: &Cause) -> Result<Incident> {
    let found = sql("select i.cause, i.resource_type, i.kind, i.property, i.latest_at, (select count(distinct f.tenant_id)");
    let found = of_theirs(found, grant).push(OPEN).push(") as tenants, (select count(*)");
    let found = of_theirs(found, grant)
        .push(OPEN)
        .push_bind(") as open from incidents i where i.workspace_id = ", grant.workspace_id())
        .push_bind(" and i.cause = ", cause.as_str())
        .push(" and (select count(distinct f.tenant_id)");
    let found = of_theirs(found, grant).push(") > 1");
    let row: Option<IncidentRow> = db.optional(found).await?;
    row.and_then(incident).ok_or(StoreError::NotVisible)
}

/// The findings `f` of the incident that can be moved there, in those tenants.
fn movable(statement: Sql, grant: &Grant, tenants: Option<&[TenantId]>, cause: &Cause, to: FindingState) -> Sql {
    let from = FindingState::ALL.iter().filter(|from| from.deviates() && from.may_become(to)).map(|from| from.code());
    let some = statement
        .push_bind(" where f.workspace_id = ", grant.workspace_id())
        .push_bind(" and f.cause = ", cause.as_str())
        .push_in(" and f.state in ", from);
    theirs(some, tenants)
}

fn decided(grant: &Grant, tenants: Option<&[TenantId]>, cause: &Cause, wish: &Wish, to: FindingState) -> Sql {
    let some = super::act::setting(wish, to);
    movable(some, grant, tenants, cause, to)
        .push_bind(" order by f.opened_at desc, f.id desc limit ", MOST_AT_ONCE)
        .push(") returning id, tenant_id")
}

async fn left(tx: &mut Tx, grant: &Grant, tenants: Option<&[TenantId]>, cause: &Cause, to: FindingState) -> Result<i64> {
    let (count,): (i64,) = tx.one(movable(sql("select count(*) from findings f"), grant, tenants, cause, to)).await?;
    Ok(count)
}
