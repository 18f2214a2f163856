//! Everything that a person is, in one value: for noticing that it changed.

use model::ids::UserId;
use uuid::Uuid;

use super::entitle::Access;
use super::grant::SignedIn;
use crate::db::Result;
use crate::reach::Reach;
use crate::sql::sql;

/// A person's roles in all workspaces and tenants. Opens nothing; two of them can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    user: UserId,
    roles: Vec<(Uuid, String)>,
}

impl Access<'_> {
    /// How the person stands now.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn standing(&self, who: &SignedIn) -> Result<Standing> {
        const ROLES: &str = "select workspace_id, role from workspace_members where user_id = $1
          union all select tenant_id, role from tenant_members where user_id = $1";
        let user = who.user().id;
        let mut db = self.0.db().read(&Reach::system()).await?;
        let mut roles: Vec<(Uuid, String)> = db.all(sql(ROLES).bind(user)).await?;
        db.end().await?;
        roles.sort_unstable();
        Ok(Standing { user, roles })
    }
}
