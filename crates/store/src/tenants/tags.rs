//! Tags of a tenant: short words by which people find it.

use std::collections::BTreeMap;

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::overview::{self, MOST_TAGS};

use super::Tenants;
use crate::access::{Permit, TenantScope};
use crate::db::Result;
use crate::error::StoreError;
use crate::row::name_key;
use crate::sql::sql;

impl Tenants<'_> {
    /// The tags of a tenant, by name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn tags(&self, scope: &TenantScope) -> Result<Vec<String>> {
        let tags = sql("select tag from tenant_tags where tenant_id = $1 order by tag_key").bind(scope.tenant_id());
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<(String,)> = db.all(tags).await?;
        db.end().await?;
        Ok(rows.into_iter().map(|(tag,)| tag).collect())
    }

    /// Gives the tenant these tags, and no others. One that is there twice, case aside, is there once.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] for one that cannot be a tag, or more than 20.
    pub async fn set_tags(&self, permit: &Permit<can::TenantSettingsManage>, tags: &[String]) -> Result<()> {
        let grant = permit.grant();
        let tenant = grant.tenant_id().ok_or(StoreError::NotVisible)?;
        let mut wanted = BTreeMap::new();
        for tag in tags {
            let tag = overview::tag(tag).map_err(|_| StoreError::Conflict("a tag has 1 to 50 characters, without a comma"))?;
            wanted.entry(name_key(&tag)).or_insert(tag);
        }
        if wanted.len() > MOST_TAGS {
            return Err(StoreError::Conflict("a tenant has 20 tags at most"));
        }
        let count = wanted.len();
        let mut tx = self.0.db().write(grant.reach()).await?;
        tx.exec(sql("delete from tenant_tags where tenant_id = $1").bind(tenant)).await?;
        for (key, tag) in wanted {
            const INSERT: &str = "insert into tenant_tags (tenant_id, tag_key, tag, workspace_id) values ($1, $2, $3, $4)
              on conflict (tenant_id, tag_key) do update set tag = excluded.tag";
            tx.exec(sql(INSERT).bind(tenant).bind(key).bind(tag).bind(grant.workspace_id())).await?;
        }
        let entry = AuditEntry::done(Action::TenantTags).on("tenant", tenant.uuid());
        tx.commit(grant.actor(), entry.with("tags", i64::try_from(count).unwrap_or(i64::MAX))).await
    }
}
