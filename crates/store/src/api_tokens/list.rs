//! Tokens for people: their own, and all of a workspace for its owners.

use model::access::can;
use model::api_token::ApiToken;

use super::ApiTokens;
use super::row::{TokenRow, columns};
use crate::access::{Grant, Permit, WorkspaceScope};
use crate::db::Result;
use crate::sql::{Sql, sql};

/// How many of the newest are listed.
const LISTED: u32 = 500;

impl ApiTokens<'_> {
    /// The person's own tokens of the workspace, newest first, also those that are good no more; at most 500.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn mine(&self, scope: &WorkspaceScope) -> Result<Vec<ApiToken>> {
        let grant = scope.grant();
        let Some(user) = grant.user() else { return Ok(Vec::new()) };
        self.list(grant, of_workspace(grant).push_bind(" and t.user_id = ", user.id)).await
    }

    /// Everybody's tokens of the workspace, newest first; at most 500.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn all(&self, permit: &Permit<can::WorkspaceMembersManage>) -> Result<Vec<ApiToken>> {
        self.list(permit.grant(), of_workspace(permit.grant())).await
    }

    async fn list(&self, grant: &Grant, list: Sql) -> Result<Vec<ApiToken>> {
        let mut db = self.0.db().read(grant.reach()).await?;
        let rows: Vec<TokenRow> = db.all(list.push_bind(" order by t.id desc limit ", LISTED)).await?;
        db.end().await?;
        Ok(rows.into_iter().map(ApiToken::from).collect())
    }
}

fn of_workspace(grant: &Grant) -> Sql {
    const LIST: &str =
        concat!("select ", columns!(), " from api_tokens t join users u on u.id = t.user_id where t.workspace_id = $1");
    sql(LIST).bind(grant.workspace_id())
}
