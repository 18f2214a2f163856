//! Who answers for a finding, and who works on it.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::finding::{FindingState, HistoryEvent};
use model::ids::{FindingId, UserId};

use super::Findings;
use super::history::{Line, tell};
use crate::access::{Grant, Permit, effective};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;

impl Findings<'_> {
    /// Says who answers for a finding and who works on it, as somebody saw it in that revision.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant has no such finding, or nobody of that id is entitled to it; [`StoreError::Conflict`] when it
    /// was changed meanwhile.
    pub async fn assign(
        &self,
        permit: &Permit<can::FindingsTriage>,
        id: FindingId,
        revision: i64,
        (owner, assignee): (Option<UserId>, Option<UserId>),
    ) -> Result<()> {
        const FIND: &str = "select revision from findings where tenant_id = $1 and id = $2";
        const ASSIGN: &str = "update findings set owner_user_id = $3, assignee_user_id = $4, revision = revision + 1
          where tenant_id = $1 and id = $2 and revision = $5 returning state";
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        let (now,): (i64,) =
            tx.optional(sql(FIND).bind(grant.tenant_id()).bind(id.uuid())).await?.ok_or(StoreError::NotVisible)?;
        if now != revision {
            return Err(StoreError::Conflict("the finding was changed meanwhile; look at it again"));
        }
        for person in [owner, assignee].into_iter().flatten() {
            reaches(&mut tx, grant, person).await?;
        }
        let assign = sql(ASSIGN).bind(grant.tenant_id()).bind(id.uuid()).bind(owner).bind(assignee).bind(revision);
        let row: Option<(String,)> = tx.optional(assign).await?;
        let (state,) = row.ok_or(StoreError::Conflict("the finding was changed meanwhile; look at it again"))?;
        let line = Line::of(id, HistoryEvent::Assigned, FindingState::from_code(&state));
        tell(&mut tx, grant, None, &[line]).await?;
        tx.commit(grant.actor(), AuditEntry::done(Action::FindingAssign).on("finding", id.uuid())).await
    }
}

/// Refuses somebody who is not entitled to the tenant of the grant.
pub(super) async fn reaches(tx: &mut Tx, grant: &Grant, person: UserId) -> Result<()> {
    const ROLES: &str = "select m.role, t.role from workspace_members m
      left join tenant_members t on t.tenant_id = $3 and t.user_id = m.user_id where m.workspace_id = $1 and m.user_id = $2";
    let roles = sql(ROLES).bind(grant.workspace_id()).bind(person).bind(grant.tenant_id());
    let row: Option<(String, Option<String>)> = tx.all_as_system(roles).await?.pop();
    let role = row.and_then(|(role, of_tenant)| effective(Some(&role), of_tenant.as_deref()));
    role.map(drop).ok_or(StoreError::NotVisible)
}
