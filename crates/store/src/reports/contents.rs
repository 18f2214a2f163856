//! Contents for a document: packed until each is told, and never a larger one than is told.

use model::json::Json;

use crate::access::TenantScope;
use crate::blobs;
use crate::db::Result;
use crate::open::Store;

/// The largest content that is told, in bytes; of a larger one it is said that it is.
const LARGEST: i64 = 8 << 20;

/// Contents by hash, packed.
#[derive(Debug, Default)]
pub(super) struct Contents(blobs::Stored);

impl Contents {
    /// Reads them.
    pub(super) async fn read(store: &Store, scope: &TenantScope, hashes: &[String]) -> Result<Self> {
        let mut db = store.db().read(scope.grant().reach()).await?;
        let found = blobs::stored(&mut db, scope.workspace_id(), hashes).await?;
        db.end().await?;
        Ok(Self(found.fetch(store, scope.grant().reach()).await?))
    }

    /// One of them; `None` where it is too large, damaged or gone.
    pub(super) fn of(&self, hash: &str) -> Option<Json> {
        self.0.size(hash).filter(|size| *size <= LARGEST)?;
        self.0.json(hash)
    }
}
