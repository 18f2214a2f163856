//! Forgetting what a person was called. What they did stays on record under their id, and the chain with it.

use model::audit::{Action, AuditEntry};
use model::ids::UserId;
use uuid::Uuid;

use super::{Actor, Audit};
use crate::access::Operator;
use crate::db::Result;
use crate::error::StoreError;
use crate::reach::Reach;
use crate::sql::sql;

/// What stands where their name stood.
const ERASED: &str = "Erased person";

impl Audit<'_> {
    /// Erases a person, named by their mail address (in its normal form) or by their id: their account with sessions, memberships,
    /// notices and settings; their name in the audit trail, on runs that they started and pauses that they made. The id of whom was
    /// erased; `None` when there is nobody of that name.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when they are the last owner of a workspace, or started something that is not over yet.
    pub async fn erase_person(&self, _: &Operator, who: &str) -> Result<Option<UserId>> {
        const BY_EMAIL: &str = "select id from users where email = $1";
        const BY_ID: &str = "select id from audit_names where kind = 'user' and id = $1";
        // Workspaces of which they are an owner are held, so that of two last owners one stays.
        const HOLD: &str = "update workspaces set name = name
            where id in (select workspace_id from workspace_members where user_id = $1 and role = 'owner')";
        const LAST_OF: &str = "select count(*) from workspace_members m where m.user_id = $1 and m.role = 'owner' and not exists
            (select 1 from workspace_members o join users u on u.id = o.user_id and u.disabled_at is null
              where o.workspace_id = m.workspace_id and o.role = 'owner' and o.user_id <> $1)";
        const INVITED: &str = "delete from invitations where accepted_by = $1 or email = (select email from users where id = $1)";
        const ACTIVE: &str = "select count(*) from operation_runs where user_id = $1 and status in ('queued', 'running')";
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let found: Option<(Uuid,)> = match who.parse::<UserId>() {
            Ok(id) => tx.optional(sql(BY_ID).bind(id)).await?,
            Err(_) => tx.optional(sql(BY_EMAIL).bind(who)).await?,
        };
        let Some(user) = found.map(|(id,)| UserId::from_uuid(id)) else { return Ok(None) };
        tx.exec(sql(HOLD).bind(user)).await?;
        let (last,): (i64,) = tx.one(sql(LAST_OF).bind(user)).await?;
        if last > 0 {
            return Err(StoreError::Conflict("they are the last owner of a workspace: name another one first"));
        }
        crate::runs::forget_name(&mut tx, user, ERASED).await?;
        crate::restores::forget_name(&mut tx, user, ERASED).await?;
        tx.exec(sql(INVITED).bind(user)).await?;
        tx.exec(sql("delete from users where id = $1").bind(user)).await?;
        // After the account is gone nobody can start anything for it any more.
        let (active,): (i64,) = tx.one(sql(ACTIVE).bind(user)).await?;
        if active > 0 {
            return Err(StoreError::Conflict("what they started is not over yet: cancel it first"));
        }
        tx.exec(sql("delete from audit_names where kind = 'user' and id = $1").bind(user)).await?;
        let entry = AuditEntry::done(Action::UserErase).on("user", user.uuid());
        tx.commit(&Actor::operator(None, None), entry).await?;
        Ok(Some(user))
    }
}
