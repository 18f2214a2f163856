//! How much findings matter in a workspace: its own rules and days, and what they make of findings that are there already.

use std::collections::BTreeMap;

use model::access::{Capability, can};
use model::audit::{Action, AuditEntry};
use model::finding::{FindingKind, FindingState, Fits, HistoryEvent, Ratings, Severity};
use model::ids::{FindingId, TenantId, WorkspaceId};
use model::label::Labelled as _;
use model::time::Moment;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::history::{Line, tell_in};
use super::{BY_RUN, Findings, MOST_AT_ONCE};
use crate::access::{Grant, Permit, RunScope, WorkspaceScope};
use crate::bind::DbTime;
use crate::db::{Reader, Result, Tx};
use crate::error::StoreError;
use crate::row::DbJson;
use crate::runs::fenced;
use crate::sql::{Sql, sql};

/// What a workspace says itself, as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownRatings {
    /// Its rules and days.
    pub ratings: Ratings,
    /// How often they were changed; whoever changes them names the one that they saw.
    pub revision: i64,
}

/// What came of changing them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rated {
    /// Findings that matter otherwise, or are due at another time, from now on.
    pub findings: i64,
    /// Whether there are more, which the next drift check of their tenant looks at.
    pub more: bool,
}

#[derive(Serialize, Deserialize)]
struct StoredRule {
    #[serde(rename = "type")]
    resource_type: Option<String>,
    kind: Option<String>,
    property: Option<String>,
    severity: String,
}

type Row = (DbJson, DbJson, i64);

/// What is stored; what this version does not know says nothing.
fn known((rules, days, revision): Row) -> KnownRatings {
    let mut ratings = Ratings::default();
    for rule in serde_json::from_value::<Vec<StoredRule>>(rules.0).unwrap_or_default() {
        let kind = rule.kind.as_deref().map(FindingKind::from_code);
        if let Ok(fits) = Fits::new(rule.resource_type.as_deref(), kind, rule.property.as_deref()) {
            _ = ratings.set(fits, Severity::from_code(&rule.severity));
        }
    }
    for (code, days) in serde_json::from_value::<BTreeMap<String, u32>>(days.0).unwrap_or_default() {
        _ = ratings.set_days(Severity::from_code(&code), Some(days));
    }
    KnownRatings { ratings, revision }
}

fn read(workspace: WorkspaceId) -> Sql {
    sql("select rules, due_days, revision from finding_ratings where workspace_id = $1").bind(workspace)
}

/// Those of the workspace in which a transaction acts.
pub(super) async fn ratings_in(tx: &mut Tx, workspace: WorkspaceId) -> Result<KnownRatings> {
    Ok(tx.optional::<Row>(read(workspace)).await?.map(known).unwrap_or_default())
}

impl Findings<'_> {
    /// What the workspace says itself.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn ratings(&self, scope: &WorkspaceScope) -> Result<KnownRatings> {
        let mut db: Reader = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<Row> = db.optional(read(scope.workspace_id())).await?;
        db.end().await?;
        Ok(row.map(known).unwrap_or_default())
    }

    /// Changes what the workspace says, as somebody saw it in that revision. Findings that deviate go by it at once, those that were
    /// opened last first and at most [`MOST_AT_ONCE`]; the rest, and those that are opened again, go by it when a check looks at their tenant.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] for a token that opens only some tenants; [`StoreError::Conflict`] when it was changed meanwhile.
    pub async fn save_ratings(
        &self,
        permit: &Permit<can::WorkspaceSettingsManage>,
        revision: i64,
        ratings: &Ratings,
    ) -> Result<Rated> {
        const SAVE: &str = "insert into finding_ratings (workspace_id, rules, due_days, revision, changed_at)
          values ($1, $2, $3, $4 + 1, $now)
          on conflict (workspace_id) do update set rules = excluded.rules, due_days = excluded.due_days, revision = excluded.revision,
            changed_at = excluded.changed_at
          where finding_ratings.revision = $4 returning revision";
        let grant = permit.grant();
        // It says how much findings of every tenant matter.
        if grant.entitled().is_some() {
            return Err(StoreError::Forbidden(Capability::WorkspaceSettingsManage));
        }
        let mut tx = self.0.db().write(grant.reach()).await?;
        let old = ratings_in(&mut tx, grant.workspace_id()).await?;
        let rules: Vec<StoredRule> = ratings.rules().map(stored).collect();
        let days: BTreeMap<&str, u32> =
            Severity::ALL.iter().filter_map(|severity| Some((severity.code(), ratings.own_days(*severity)?))).collect();
        let save = sql(SAVE).bind(grant.workspace_id()).bind(json!(rules)).bind(json!(days)).bind(revision);
        let row: Option<(i64,)> = if old.revision == revision { tx.optional(save).await? } else { None };
        let (revision,) = row.ok_or(StoreError::Conflict("the rules were changed meanwhile; look at them again"))?;
        let now = KnownRatings { ratings: ratings.clone(), revision };
        let rated = rate(&mut tx, grant, None, &now, MOST_AT_ONCE).await?;
        let changed = i64::try_from(differing(&old.ratings, ratings)).unwrap_or(i64::MAX);
        let entry = AuditEntry::done(Action::FindingRatings)
            .on("workspace", grant.workspace_id().uuid())
            .with("changed", changed)
            .with("rules", i64::try_from(rules.len()).unwrap_or(i64::MAX))
            .with("findings", rated.findings);
        tx.commit(grant.actor(), entry).await?;
        Ok(rated)
    }

    /// Rates the findings of a tenant that deviate and were rated by other rules than now; how many matter otherwise, or are due at another
    /// time, from now on.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`](crate::StoreError::LeaseLost) when the attempt no longer holds its lease.
    pub async fn rate_again(&self, run: &RunScope) -> Result<i64> {
        let mut findings = 0;
        loop {
            let (mut tx, _) = fenced(self.0.db(), run).await?;
            let now = ratings_in(&mut tx, run.workspace_id()).await?;
            let rated = rate(&mut tx, run.grant(), run.tenant_id(), &now, PORTION).await?;
            tx.commit_unaudited(BY_RUN).await?;
            findings += rated.findings;
            if !rated.more {
                return Ok(findings);
            }
        }
    }
}

/// Findings that a check rates in one transaction.
const PORTION: u32 = 1_000;
/// Findings per statement.
const CHUNK: usize = 200;

fn stored((fits, severity): (&Fits, Severity)) -> StoredRule {
    StoredRule {
        resource_type: fits.resource_type.clone(),
        kind: fits.kind.map(|kind| kind.code().to_owned()),
        property: fits.property.clone(),
        severity: severity.code().to_owned(),
    }
}

/// Rules and days of the one that the other does not have.
fn differing(old: &Ratings, new: &Ratings) -> usize {
    let of = |one: &Ratings| -> Vec<_> { one.rules().map(|(fits, severity)| (fits.clone(), severity)).collect() };
    let (before, after) = (of(old), of(new));
    let rules =
        before.iter().filter(|one| !after.contains(one)).count() + after.iter().filter(|one| !before.contains(one)).count();
    rules + Severity::ALL.iter().filter(|severity| old.own_days(**severity) != new.own_days(**severity)).count()
}

#[derive(sqlx::FromRow)]
struct OpenRow {
    id: Uuid,
    tenant_id: Uuid,
    resource_type: String,
    kind: String,
    property: String,
    severity: String,
    state: String,
    opened_at: DbTime,
    due_at: Option<DbTime>,
}

/// What becomes of findings of one tenant: how much they matter, and when they are due.
type Becomes = (Uuid, Severity, Moment);

/// Rates those that were rated otherwise, the latest first.
async fn rate(tx: &mut Tx, grant: &Grant, tenant: Option<TenantId>, now: &KnownRatings, most: u32) -> Result<Rated> {
    const OLD: &str = "select id, tenant_id, resource_type, kind, property, severity, state, opened_at, due_at from findings
      where workspace_id = $1 and rated <> $2 and state in ('new', 'triaged', 'in_progress', 'risk_accepted')";
    let old = sql(OLD).bind(grant.workspace_id()).bind(now.revision).push_if(" and tenant_id = ", tenant);
    let rows: Vec<OpenRow> = tx.all(old.push_bind(" order by opened_at desc, id desc limit ", most)).await?;
    let more = rows.len() >= most as usize;
    let mut becomes: BTreeMap<Becomes, Vec<(Uuid, FindingState)>> = BTreeMap::new();
    let mut stays: Vec<Uuid> = Vec::new();
    for row in rows {
        let severity = now.ratings.severity(&row.resource_type, FindingKind::from_code(&row.kind), &row.property);
        let due = row.opened_at.0.plus(now.ratings.due_after(severity));
        if severity.code() == row.severity && row.due_at.is_some_and(|at| at.0 == due) {
            stays.push(row.id);
        } else {
            becomes.entry((row.tenant_id, severity, due)).or_default().push((row.id, FindingState::from_code(&row.state)));
        }
    }
    for some in stays.chunks(CHUNK) {
        let mark = sql("update findings set rated = $1").bind(now.revision).push_in(" where id in ", some.iter().copied());
        tx.exec(mark).await?;
    }
    let mut findings = 0;
    for ((tenant, severity, due), all) in becomes {
        let note = format!("{}, due in {} days", severity.badge().word, now.ratings.days(severity));
        for some in all.chunks(CHUNK) {
            let set = sql("update findings set rated = $1, severity = $2, due_at = $3, revision = revision + 1")
                .bind(now.revision)
                .bind(severity.code())
                .bind(due)
                .push_in(" where id in ", some.iter().map(|(id, _)| *id));
            tx.exec(set).await?;
            let line = |(id, state): &(Uuid, FindingState)| Line {
                note: Some(&note),
                ..Line::of(FindingId::from_uuid(*id), HistoryEvent::Rated, *state)
            };
            let lines: Vec<Line<'_>> = some.iter().map(line).collect();
            tell_in(tx, grant, Some(TenantId::from_uuid(tenant)), None, &lines).await?;
            findings += i64::try_from(some.len()).unwrap_or(i64::MAX);
        }
    }
    Ok(Rated { findings, more })
}
