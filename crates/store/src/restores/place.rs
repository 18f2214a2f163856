//! The other tenant of a restore: whoever looks at one must be entitled to it as well.

use model::ids::TenantId;
use model::restore::Source;
use uuid::Uuid;

use super::Restores;
use crate::access::{Grant, effective};
use crate::db::Result;
use crate::reach::Reach;
use crate::sql::sql;

impl Restores<'_> {
    /// Whether the grant's person may look into the tenant that the wanted state is from: the grant's own, or one of the same workspace
    /// to which they are entitled. A tenant that is gone hides nothing.
    pub(super) async fn opens(&self, grant: &Grant, source_tenant: Option<TenantId>) -> Result<bool> {
        const ROLES: &str = "select m.role, tm.role from tenants t
          left join workspace_members m on m.workspace_id = t.workspace_id and m.user_id = $3
          left join tenant_members tm on tm.tenant_id = t.id and tm.user_id = $3
          where t.id = $1 and t.workspace_id = $2";
        let Some(other) = source_tenant.filter(|other| Some(*other) != grant.tenant_id()) else { return Ok(true) };
        // The system and whoever runs the program on its machine are no members of anything.
        let Some(user) = grant.user() else { return Ok(true) };
        if !grant.token_opens(other) {
            return Ok(false);
        }
        let mut db = self.0.db().read(&Reach::system()).await?;
        let roles = sql(ROLES).bind(other).bind(grant.workspace_id()).bind(user.id);
        let row: Option<(Option<String>, Option<String>)> = db.optional(roles).await?;
        db.end().await?;
        Ok(row.is_some_and(|(workspace, tenant)| effective(workspace.as_deref(), tenant.as_deref()).is_some()))
    }
}

/// The set that a source names.
pub(super) const fn set_of(source: &Source) -> Option<Uuid> {
    match source {
        Source::BackupSet { set } => Some(set.uuid()),
        _ => None,
    }
}
