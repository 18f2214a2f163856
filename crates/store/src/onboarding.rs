//! Onboardings that were begun: a tenant that is not in use yet, and what was chosen for it so far. Whoever may onboard tenants in the
//! workspace goes on with them.

use model::access::{Capability, can};
use model::audit::{Action, AuditEntry};
use model::connection_check::Report;
use model::ids::{EntraTenantId, TenantId, UserId};
use model::onboarding::{Answers, Draft, OpenDraft, Step};
use model::tenant::{TenantMove, TenantStatus};
use uuid::Uuid;

use crate::access::{Permit, TenantScope};
use crate::bind::DbTime;
use crate::db::Result;
use crate::dialect::hold_alone;
use crate::error::StoreError;
use crate::open::Store;
use crate::row::DbJson;
use crate::sql::sql;
use crate::tenants::{TenantEdit, activate, change_tenant, insert_draft, step};

/// Onboardings.
#[derive(Debug, Clone, Copy)]
pub struct Onboarding<'a>(&'a Store);

/// Open onboardings that are listed, at most.
const MOST: u32 = 200;
const GONE: StoreError = StoreError::Conflict("this tenant is in use already");

type Row = (String, DbJson, Option<Uuid>, DbTime, DbTime);

#[derive(sqlx::FromRow)]
struct Line {
    tenant_id: Uuid,
    name: String,
    domain: String,
    step: Option<String>,
    created_by: Option<String>,
    updated_at: DbTime,
}

impl Store {
    /// Onboardings.
    #[must_use]
    pub const fn onboarding(&self) -> Onboarding<'_> {
        Onboarding(self)
    }
}

impl Onboarding<'_> {
    /// Begins one: binds the tenant to the workspace, as a draft.
    ///
    /// # Errors
    /// As [`Tenants::draft`](crate::Store::tenants): [`StoreError::Conflict`] for a tenant that is bound already, wherever.
    pub async fn begin(
        &self,
        permit: &Permit<can::WorkspaceTenantsOnboard>,
        entra_tenant_id: EntraTenantId,
        new: &TenantEdit,
        answers: &Answers,
    ) -> Result<TenantId> {
        let grant = permit.grant();
        if grant.entitled().is_some() {
            return Err(StoreError::Forbidden(Capability::WorkspaceTenantsOnboard));
        }
        let mut tx = self.0.db().write(grant.reach()).await?;
        let (id, entry) = insert_draft(&mut tx, grant, entra_tenant_id, new).await?;
        tx.exec(upsert(permit, id, Step::Application, answers)?).await?;
        tx.commit(grant.actor(), entry).await?;
        Ok(id)
    }

    /// The onboarding of a tenant; one that nobody began here (the tenant was made otherwise) stands at its first steps. `None` when the
    /// tenant is in use.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn find(&self, scope: &TenantScope) -> Result<Option<Draft>> {
        const FIND: &str = "select step, answers, created_by, created_at, updated_at from onboarding_drafts
          where workspace_id = $1 and tenant_id = $2";
        let tenant = scope.tenant().clone();
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<Row> = db.optional(sql(FIND).bind(scope.workspace_id()).bind(tenant.id)).await?;
        let (now,): (DbTime,) = db.one(sql("select $now")).await?;
        db.end().await?;
        Ok(match (row, tenant.status) {
            (_, TenantStatus::Active | TenantStatus::Archived | TenantStatus::Unknown) => None,
            (Some((step, answers, by, created, updated)), _) => Some(Draft {
                tenant,
                step: Step::from_code(&step),
                answers: serde_json::from_value(answers.0).unwrap_or_default(),
                created_by: by.map(UserId::from_uuid),
                created_at: created.0,
                updated_at: updated.0,
            }),
            (None, _) => Some(Draft {
                tenant,
                step: Step::Application,
                answers: Answers::default(),
                created_by: None,
                created_at: now.0,
                updated_at: now.0,
            }),
        })
    }

    /// The onboardings of the workspace that are open, the latest first; at most 200.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open(&self, permit: &Permit<can::WorkspaceTenantsOnboard>) -> Result<Vec<OpenDraft>> {
        const OPEN: &str = "select t.id as tenant_id, t.name, t.domain, d.step, u.name as created_by,
            coalesce(d.updated_at, t.created_at) as updated_at
          from tenants t left join onboarding_drafts d on d.tenant_id = t.id left join users u on u.id = d.created_by
          where t.workspace_id = $1 and t.status in ('draft', 'onboarding')";
        let grant = permit.grant();
        let mut open = sql(OPEN).bind(grant.workspace_id());
        if let Some(entitled) = grant.entitled() {
            open = open.push_in(" and t.id in ", entitled);
        }
        let open = open.push(" order by coalesce(d.updated_at, t.created_at) desc, t.id desc").push_bind(" limit ", MOST);
        let mut db = self.0.db().read(grant.reach()).await?;
        let lines: Vec<Line> = db.all(open).await?;
        db.end().await?;
        let line = |line: Line| OpenDraft {
            tenant_id: TenantId::from_uuid(line.tenant_id),
            name: line.name,
            domain: line.domain,
            step: line.step.as_deref().map_or(Step::Application, Step::from_code),
            created_by: line.created_by,
            updated_at: line.updated_at.0,
        };
        Ok(lines.into_iter().map(line).collect())
    }

    /// Keeps what was chosen; the furthest step that was reached stays. Reaching the connection takes a draft into onboarding.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for a tenant of another workspace; [`StoreError::Conflict`] when it is in use by now.
    pub async fn save(
        &self,
        permit: &Permit<can::WorkspaceTenantsOnboard>,
        tenant: TenantId,
        reached: Step,
        answers: &Answers,
    ) -> Result<()> {
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        let status = held(&mut tx, permit, tenant).await?;
        let before: Option<(String,)> =
            tx.optional(sql("select step from onboarding_drafts where tenant_id = $1").bind(tenant)).await?;
        let furthest = before.map_or(reached, |(step,)| Step::from_code(&step).max_known(reached));
        tx.exec(upsert(permit, tenant, furthest, answers)?).await?;
        let entry = if reached >= Step::Connection && status == TenantStatus::Draft {
            step(&mut tx, tenant, TenantMove::Onboard).await?
        } else {
            AuditEntry::done(Action::OnboardingSave).on("tenant", tenant.uuid())
        };
        tx.commit(grant.actor(), entry).await
    }

    /// Keeps what the tenant is called, and what was chosen.
    ///
    /// # Errors
    /// As [`Onboarding::save`]; [`StoreError::Conflict`] for a name that cannot be one.
    pub async fn rename(
        &self,
        permit: &Permit<can::WorkspaceTenantsOnboard>,
        tenant: TenantId,
        new: &TenantEdit,
        answers: &Answers,
    ) -> Result<()> {
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        held(&mut tx, permit, tenant).await?;
        change_tenant(&mut tx, tenant, new).await?;
        tx.exec(upsert_answers(permit, tenant, answers)?).await?;
        tx.commit(grant.actor(), AuditEntry::done(Action::TenantEdit).on("tenant", tenant.uuid())).await
    }

    /// Takes the tenant into use, which ends the onboarding.
    ///
    /// # Errors
    /// As [`Onboarding::save`]; [`StoreError::Conflict`] when it has no connection that is enabled, or the latest check of that connection as
    /// it is did not reach the tenant.
    pub async fn complete(&self, permit: &Permit<can::WorkspaceTenantsOnboard>, tenant: TenantId) -> Result<()> {
        const CONNECTED: &str = "select revision from provider_connections where tenant_id = $1 and enabled = $2";
        const CHECKED: &str =
            "select revision, report from connection_checks where tenant_id = $1 order by made_at desc, id desc limit 1";
        let grant = permit.grant();
        let now = self.0.now().await?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        let status = held(&mut tx, permit, tenant).await?;
        let connected: Option<(i64,)> = tx.optional(sql(CONNECTED).bind(tenant).bind(true)).await?;
        let (revision,) = connected.ok_or(StoreError::Conflict("the tenant has no connection that is enabled yet"))?;
        let checked: Option<(i64, DbJson)> = tx.optional(sql(CHECKED).bind(tenant)).await?;
        let reached = |report: DbJson| serde_json::from_value(report.0).is_ok_and(|report: Report| report.reaches_the_tenant());
        if !checked.is_some_and(|(of, report)| of == revision && reached(report)) {
            return Err(StoreError::Conflict("verify the connection first: as it is, no check has reached the tenant yet"));
        }
        if status == TenantStatus::Draft {
            step(&mut tx, tenant, TenantMove::Onboard).await?;
        }
        let entry = activate(&mut tx, grant.workspace_id(), tenant, now).await?;
        tx.exec(sql("delete from onboarding_drafts where tenant_id = $1").bind(tenant)).await?;
        tx.commit(grant.actor(), entry).await
    }

    /// Removes a tenant that never was in use, with its connection and whatever was recorded of it but the audit log.
    ///
    /// # Errors
    /// As [`Onboarding::save`]; [`StoreError::Conflict`] while something runs in it.
    pub async fn delete(&self, permit: &Permit<can::WorkspaceTenantsOnboard>, tenant: TenantId) -> Result<()> {
        const BUSY: &str = "select count(*) from operation_runs where tenant_id = $1 and status in ('queued', 'running')";
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        held(&mut tx, permit, tenant).await?;
        // A start that is about to commit refers to the row: waited for here, it is counted below and not deleted with the tenant.
        let alone = sql("select status from tenants where id = $1").bind(tenant).push(hold_alone(self.0.db().is_postgres()));
        tx.one::<(String,)>(alone).await?;
        let (busy,): (i64,) = tx.one(sql(BUSY).bind(tenant)).await?;
        if busy > 0 {
            return Err(StoreError::Conflict("something is under way in this tenant; wait for it, or cancel it"));
        }
        tx.exec(sql("delete from tenants where id = $1").bind(tenant)).await?;
        tx.commit(grant.actor(), AuditEntry::done(Action::OnboardingDelete).on("tenant", tenant.uuid())).await
    }
}

/// Holds the tenant's row until the transaction ends, and gives its status: draft or onboarding.
async fn held(tx: &mut crate::db::Tx, permit: &Permit<can::WorkspaceTenantsOnboard>, tenant: TenantId) -> Result<TenantStatus> {
    const HOLD: &str = "update tenants set status = status where id = $1 and workspace_id = $2 returning status";
    let grant = permit.grant();
    if grant.entitled().is_some_and(|entitled| !entitled.contains(&tenant)) {
        return Err(StoreError::NotVisible);
    }
    let row: Option<(String,)> = tx.optional(sql(HOLD).bind(tenant).bind(grant.workspace_id())).await?;
    match TenantStatus::from_code(&row.ok_or(StoreError::NotVisible)?.0) {
        status @ (TenantStatus::Draft | TenantStatus::Onboarding) => Ok(status),
        _ => Err(GONE),
    }
}

fn stored(answers: &Answers) -> Result<serde_json::Value> {
    serde_json::to_value(answers).map_err(|_| StoreError::Corrupt("answers"))
}

fn upsert(
    permit: &Permit<can::WorkspaceTenantsOnboard>,
    tenant: TenantId,
    step: Step,
    answers: &Answers,
) -> Result<crate::sql::Sql> {
    const UPSERT: &str =
        "insert into onboarding_drafts (tenant_id, workspace_id, step, answers, created_by, created_at, updated_at)
      values ($1, $2, $3, $4, $5, $now, $now)
      on conflict (tenant_id) do update set step = excluded.step, answers = excluded.answers, updated_at = excluded.updated_at";
    let grant = permit.grant();
    let by = grant.user().map(|user| user.id);
    Ok(sql(UPSERT).bind(tenant).bind(grant.workspace_id()).bind(step.code()).bind(stored(answers)?).bind(by))
}

fn upsert_answers(permit: &Permit<can::WorkspaceTenantsOnboard>, tenant: TenantId, answers: &Answers) -> Result<crate::sql::Sql> {
    const UPSERT: &str =
        "insert into onboarding_drafts (tenant_id, workspace_id, step, answers, created_by, created_at, updated_at)
      values ($1, $2, $3, $4, $5, $now, $now)
      on conflict (tenant_id) do update set answers = excluded.answers, updated_at = excluded.updated_at";
    let grant = permit.grant();
    let by = grant.user().map(|user| user.id);
    let step = Step::Application.code();
    Ok(sql(UPSERT).bind(tenant).bind(grant.workspace_id()).bind(step).bind(stored(answers)?).bind(by))
}
