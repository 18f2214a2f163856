//! The contents of an item: what is wanted, what was there before, and what was read back.

use std::collections::BTreeMap;

use model::canonical::Canonical;
use model::ids::{RestoreId, WorkspaceId};
use model::json::Json;

use super::Restores;
use super::choose::keep_contents;
use super::row::RestoreItem;
use crate::access::{RunScope, TenantScope};
use crate::blobs;
use crate::db::Result;
use crate::runs::fenced;
use crate::sql::sql;

/// An item with its contents, each as it is stored; one that is damaged or gone is `None` although the item names it.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemContents {
    /// The item.
    pub item: RestoreItem,
    /// As it is wanted, before references are mapped.
    pub wanted: Option<Json>,
    /// As the preview read it.
    pub before: Option<Json>,
    /// As it was read back.
    pub after: Option<Json>,
}

impl Restores<'_> {
    /// An item with its contents.
    ///
    /// # Errors
    /// As [`Restores::item`].
    pub async fn item_contents(&self, scope: &TenantScope, id: RestoreId, number: u32) -> Result<ItemContents> {
        let item = self.item(scope, id, number).await?;
        let hashes: Vec<String> = [&item.wanted, &item.before, &item.after].into_iter().flatten().cloned().collect();
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found = blobs::stored(&mut db, scope.workspace_id(), &hashes).await?;
        db.end().await?;
        let stored = found.fetch(self.0, scope.grant().reach()).await?;
        let of = |hash: &Option<String>| hash.as_deref().and_then(|hash| stored.json(hash));
        let (wanted, before, after) = (of(&item.wanted), of(&item.before), of(&item.after));
        Ok(ItemContents { item, wanted, before, after })
    }

    /// Contents to which the run's restore refers, by hash; what is damaged or gone is left out. Bound the number: all are held.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn contents_for_run(&self, run: &RunScope, id: RestoreId, hashes: &[String]) -> Result<BTreeMap<String, Json>> {
        const NAMED: &str = "select hash from restore_contents where restore_id = $1 and tenant_id = $2";
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let mut named: Vec<String> = Vec::with_capacity(hashes.len());
        for chunk in hashes.chunks(100) {
            let of = sql(NAMED).bind(id).bind(run.tenant_id()).push_in(" and hash in ", chunk.iter().map(String::as_str));
            named.extend(db.all::<(String,)>(of).await?.into_iter().map(|(hash,)| hash));
        }
        let found = blobs::stored(&mut db, run.workspace_id(), &named).await?;
        db.end().await?;
        let stored = found.fetch(self.0, run.grant().reach()).await?;
        Ok(named.into_iter().filter_map(|hash| stored.json(&hash).map(|json| (hash, json))).collect())
    }

    /// Keeps contents as they were read, for the safety snapshot: also where only the order of a list differs from what the inventory
    /// has, for which it writes nothing.
    ///
    /// # Errors
    /// [`crate::StoreError::LeaseLost`] when the attempt no longer holds its lease; nothing was written then.
    pub async fn keep(&self, run: &RunScope, id: RestoreId, contents: &[Canonical]) -> Result<()> {
        let packed = contents.iter().map(blobs::pack).collect::<Result<Vec<_>>>()?;
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        blobs::put(&mut tx, run.workspace_id(), packed).await?;
        keep_contents(&mut tx, run.grant(), id, contents.iter().map(|content| content.hash.as_str())).await?;
        tx.commit_unaudited("the safety snapshot of a restore; the run is the record").await
    }

    /// Contents by hash, for whoever may see a restore that refers to them.
    pub(super) async fn contents_of(
        &self,
        reach: &crate::reach::Reach,
        workspace: WorkspaceId,
        hashes: &[String],
    ) -> Result<BTreeMap<String, Json>> {
        let mut db = self.0.db().read(reach).await?;
        let found = blobs::stored(&mut db, workspace, hashes).await?;
        db.end().await?;
        let stored = found.fetch(self.0, reach).await?;
        Ok(hashes.iter().filter_map(|hash| stored.json(hash).map(|json| (hash.clone(), json))).collect())
    }
}
