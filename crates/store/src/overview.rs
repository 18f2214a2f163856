//! All tenants of a workspace at a glance. Nothing is summed up ahead: a page costs a few statements of which each goes by an index of the
//! tenant, so that what is shown is what is stored now.
//!
//! `keys` finds which tenants are on the page, asking of every tenant only what decides about it: the fact that the list is narrowed to,
//! and the one by which it is sorted. `rows` then asks everything, of those on the page.

mod connections;
mod facts;
mod keys;
mod rows;

pub(crate) use connections::health;
pub(crate) use facts::{FROM, HEALTH};

use model::access::Capability;
use model::overview::{OverviewFilter, OverviewSort, TenantStanding, Trouble};
use model::page::{Cursor, Page};

use crate::access::WorkspaceScope;
use crate::db::Result;
use crate::error::StoreError;
use crate::open::Store;
use crate::sql::sql;

/// The overview of a workspace's tenants.
#[derive(Debug, Clone, Copy)]
pub struct Overview<'a>(&'a Store);

/// A tag, and how many tenants have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagCount {
    /// The tag, as one of the tenants has it.
    pub tag: String,
    /// How many of the viewer's tenants have it.
    pub tenants: i64,
}

impl Store {
    /// The overview of a workspace's tenants.
    #[must_use]
    pub const fn overview(&self) -> Overview<'_> {
        Overview(self)
    }
}

impl Overview<'_> {
    /// A page of the tenants that the person is entitled to, those put away left out.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] for a token that may not see findings, and asks for tenants by them. A cursor that is not one of this list
    /// starts at the beginning.
    pub async fn list(
        &self,
        scope: &WorkspaceScope,
        filter: &OverviewFilter,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<TenantStanding>> {
        let sees_findings = scope.grant().looks_at(Capability::FindingsView);
        let by_findings = filter.trouble == Some(Trouble::Findings) || filter.sort == Some(OverviewSort::Findings);
        if by_findings && !sees_findings {
            return Err(StoreError::Forbidden(Capability::FindingsView));
        }
        let now = self.0.now().await?;
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let page = keys::page(&mut db, scope, filter, cursor, rows, now).await?;
        let ids: Vec<_> = page.rows.iter().map(|row| row.id).collect();
        let standings = rows::of(&mut db, scope, &ids, sees_findings, now).await?;
        db.end().await?;
        Ok(Page { rows: standings, next: page.next, previous: page.previous })
    }

    /// The tags of the tenants that the person is entitled to, by name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn tags(&self, scope: &WorkspaceScope) -> Result<Vec<TagCount>> {
        const TAGS: &str = "select min(g.tag), count(*) from tenant_tags g join tenants t on t.id = g.tenant_id
          where g.workspace_id = $1 and t.status <> 'archived'";
        let mut tags = sql(TAGS).bind(scope.workspace_id());
        if let Some(entitled) = scope.entitled() {
            tags = tags.push_in(" and g.tenant_id in ", entitled);
        }
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<(String, i64)> = db.all(tags.push(" group by g.tag_key order by g.tag_key")).await?;
        db.end().await?;
        Ok(found.into_iter().map(|(tag, tenants)| TagCount { tag, tenants }).collect())
    }
}
