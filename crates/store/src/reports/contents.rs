//! Contents for a document: packed until each is told, and never a larger one than is told.

use std::collections::BTreeMap;

use model::json::Json;

use crate::access::TenantScope;
use crate::blobs;
use crate::db::Result;
use crate::open::Store;

/// The largest content that is told, in bytes; of a larger one it is said that it is.
const LARGEST: i64 = 8 << 20;

/// Contents by hash, packed.
#[derive(Debug, Default)]
pub(super) struct Contents(BTreeMap<String, (Vec<u8>, i64)>);

impl Contents {
    /// Reads them.
    pub(super) async fn read(store: &Store, scope: &TenantScope, hashes: &[String]) -> Result<Self> {
        let mut db = store.db().read(scope.grant().reach()).await?;
        let stored = blobs::stored(&mut db, scope.workspace_id(), hashes).await?;
        db.end().await?;
        Ok(Self(stored))
    }

    /// One of them; `None` where it is too large, damaged or gone.
    pub(super) fn of(&self, hash: &str) -> Option<Json> {
        let (bytes, size) = self.0.get(hash).filter(|(_, size)| *size <= LARGEST)?;
        let text = blobs::unpack(bytes, *size).ok()?;
        Json::parse(text.as_bytes()).ok()
    }
}
