//! What an operator sees of the workspace that they opened: read only, with that workspace's reach, so that row-level security
//! holds them to it.

use model::access::Role;
use model::failure::FailureLine;
use model::ids::{AuditId, RunId};
use model::operations::Operation;
use model::page::{Cursor, Direction, Page};
use model::run::{Outcome, Status};
use model::tenant::{Environment, TenantStatus};
use model::time::Moment;
use sqlx::types::Json;
use uuid::Uuid;

use super::Glass;
use crate::access::GlassScope;
use crate::bind::DbTime;
use crate::db::Result;
use crate::sql::{Sql, sql};

/// Tenants and members, at most.
const MOST: u32 = 500;

/// A tenant of the open workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlassTenant {
    /// Its name.
    pub name: String,
    /// Its initial domain.
    pub domain: String,
    /// What depends on it.
    pub environment: Environment,
    /// Where it is in its life.
    pub status: TenantStatus,
}

/// A member of the open workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlassMember {
    /// What they are called.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// Their role in the workspace.
    pub role: Role,
    /// The tenants that they were added to.
    pub tenants: i64,
}

/// A run of the open workspace.
#[derive(Debug, Clone, PartialEq)]
pub struct GlassRun {
    /// Its id.
    pub id: RunId,
    /// What it does, in words.
    pub label: &'static str,
    /// Where it is.
    pub status: Status,
    /// What came of it.
    pub outcome: Outcome,
    /// The name of its tenant.
    pub tenant: Option<String>,
    /// Who started it.
    pub initiator: String,
    /// When it was asked for.
    pub created_at: Moment,
    /// When it was over.
    pub completed_at: Option<Moment>,
    /// What failed.
    pub failures: Vec<FailureLine>,
}

/// An entry of the open workspace's trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlassTrail {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: Moment,
    /// `user`, `operator` or `system`.
    pub actor_kind: String,
    /// What the person is called, if they are still a member.
    pub actor: Option<String>,
    /// The code of what was done.
    pub action: String,
    /// The code of what came of it.
    pub outcome: String,
    /// To what kind of thing it was done.
    pub subject: Option<String>,
    /// The name of the tenant.
    pub tenant: Option<String>,
}

#[derive(sqlx::FromRow)]
struct RunRow {
    id: Uuid,
    r#type: String,
    status: String,
    outcome: String,
    tenant_name: Option<String>,
    initiator_name: String,
    created_at: DbTime,
    completed_at: Option<DbTime>,
    failure_summary: Json<Vec<FailureLine>>,
}

#[derive(sqlx::FromRow)]
struct TrailRow {
    id: Uuid,
    at: DbTime,
    actor_kind: String,
    actor_name: Option<String>,
    action: String,
    outcome: String,
    subject_kind: Option<String>,
    tenant_name: Option<String>,
}

/// A list by id, newest first, from a cursor; and whether there was one, and which way it goes.
fn by_id(list: Sql, id: &'static str, cursor: Option<&Cursor>, rows: u32) -> (Sql, bool, bool) {
    let at = cursor.and_then(|cursor| Some((cursor.direction, Uuid::parse_str(&cursor.key).ok()?)));
    let back = matches!(at, Some((Direction::Backward, _)));
    let list = match at {
        Some((_, key)) => list.push(" and ").push(id).push_bind(if back { " > " } else { " < " }, key),
        None => list,
    };
    let list = list.push(" order by ").push(id).push(if back { "" } else { " desc" }).push_bind(" limit ", rows + 1);
    (list, at.is_some(), back)
}

impl Glass<'_> {
    /// The tenants of the open workspace, by name; at most 500.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn tenants(&self, scope: &GlassScope) -> Result<Vec<GlassTenant>> {
        const TENANTS: &str = "select name, domain, environment, status from tenants where workspace_id = $1
          order by name_key, id limit $2";
        let mut db = self.0.db().read(&scope.reach()).await?;
        let rows: Vec<(String, String, String, String)> = db.all(sql(TENANTS).bind(scope.workspace_id()).bind(MOST)).await?;
        db.end().await?;
        let tenant = |(name, domain, environment, status): (String, String, String, String)| GlassTenant {
            name,
            domain,
            environment: Environment::from_code(&environment),
            status: TenantStatus::from_code(&status),
        };
        Ok(rows.into_iter().map(tenant).collect())
    }

    /// The members of the open workspace, by name; at most 500.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn members(&self, scope: &GlassScope) -> Result<Vec<GlassMember>> {
        const MEMBERS: &str = "select u.name, u.email, m.role, (select count(*) from tenant_members t
              where t.workspace_id = m.workspace_id and t.user_id = m.user_id)
          from workspace_members m join users u on u.id = m.user_id where m.workspace_id = $1 order by lower(u.name), u.id limit $2";
        let mut db = self.0.db().read(&scope.reach()).await?;
        let rows: Vec<(String, String, String, i64)> = db.all(sql(MEMBERS).bind(scope.workspace_id()).bind(MOST)).await?;
        db.end().await?;
        let member = |(name, email, role, tenants): (String, String, String, i64)| GlassMember {
            name,
            email,
            role: Role::from_code(&role),
            tenants,
        };
        Ok(rows.into_iter().map(member).collect())
    }

    /// A page of the open workspace's runs, newest first.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is no id starts at the beginning.
    pub async fn runs(&self, scope: &GlassScope, cursor: Option<&Cursor>, rows: u32) -> Result<Page<GlassRun>> {
        const RUNS: &str = "select r.id, r.type, r.status, r.outcome, t.name as tenant_name, r.initiator_name, r.created_at,
            r.completed_at, r.failure_summary
          from operation_runs r left join tenants t on t.id = r.tenant_id where r.workspace_id = $1";
        let (list, on, back) = by_id(sql(RUNS).bind(scope.workspace_id()), "r.id", cursor, rows);
        let mut db = self.0.db().read(&scope.reach()).await?;
        let found: Vec<RunRow> = db.all(list).await?;
        db.end().await?;
        let page = crate::runs::page(found, rows, on, back, |row: &RunRow| row.id.to_string());
        Ok(page.map(|row| GlassRun {
            id: RunId::from_uuid(row.id),
            label: Operation::from_code(&row.r#type).map_or("Unknown operation", |operation| operation.entry().label),
            status: Status::from_code(&row.status),
            outcome: Outcome::from_code(&row.outcome),
            tenant: row.tenant_name,
            initiator: row.initiator_name,
            created_at: row.created_at.0,
            completed_at: row.completed_at.map(|at| at.0),
            failures: row.failure_summary.0,
        }))
    }

    /// A page of the open workspace's trail, newest first.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is no id starts at the beginning.
    pub async fn trail(&self, scope: &GlassScope, cursor: Option<&Cursor>, rows: u32) -> Result<Page<GlassTrail>> {
        const TRAIL: &str = "select e.id, e.at, e.actor_kind, u.name as actor_name, e.action, e.outcome, e.subject_kind,
            t.name as tenant_name
          from audit_entries e
          left join users u on u.id = e.actor_id
            and exists (select 1 from workspace_members m where m.workspace_id = e.workspace_id and m.user_id = u.id)
          left join tenants t on t.id = e.tenant_id
          where e.workspace_id = $1";
        let (list, on, back) = by_id(sql(TRAIL).bind(scope.workspace_id()), "e.id", cursor, rows);
        let mut db = self.0.db().read(&scope.reach()).await?;
        let found: Vec<TrailRow> = db.all(list).await?;
        db.end().await?;
        let page = crate::runs::page(found, rows, on, back, |row: &TrailRow| row.id.to_string());
        Ok(page.map(|row| GlassTrail {
            id: AuditId::from_uuid(row.id),
            at: row.at.0,
            actor_kind: row.actor_kind,
            actor: row.actor_name,
            action: row.action,
            outcome: row.outcome,
            subject: row.subject_kind,
            tenant: row.tenant_name,
        }))
    }
}
