//! Removing objects to which no content refers.

use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};

use super::{AT_ONCE, Contents};
use crate::blobs::AWAY;
use crate::db::Result;
use crate::error::StoreError;
use crate::reach::Reach;
use crate::sql::sql;

/// What was removed of the storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TidiedObjects {
    /// Lines that were looked at; none: there is none left whose time has come.
    pub looked: i64,
    /// Objects that were removed.
    pub removed: i64,
}

impl Contents<'_> {
    /// Removes up to `most` objects to which no content has referred for `keep`: a copy of the database that is younger finds all that
    /// it refers to.
    ///
    /// # Errors
    /// [`StoreError::ObjectStorage`] when the storage cannot be reached: what was not removed is removed another time.
    pub async fn tidy(&self, keep: Duration, most: u32) -> Result<TidiedObjects> {
        const SAY: &str = "update blob_objects set since = $now where since is null";
        const MARK: &str = "update blob_objects set removing = true where object in (
            select object from blob_objects where since < $1 order by since, object limit $2) returning object, workspace_id, hash";
        const REFERS: &str = "select o.object from blob_objects o
          join blobs b on b.workspace_id = o.workspace_id and b.hash = o.hash and b.moved_to = o.object where o.removing";
        let vault = self.vault()?;
        let before = self.0.now().await?.minus(keep);
        let mut tx = self.0.db().write(&Reach::system()).await?;
        tx.exec(sql(SAY)).await?;
        let marked: Vec<(String, uuid::Uuid, String)> = tx.all(sql(MARK).bind(before).bind(most)).await?;
        // Never so, but in a database that somebody put together from two: a line too many must cost no content.
        let referred: Vec<(String,)> = if marked.is_empty() { Vec::new() } else { tx.all(sql(REFERS)).await? };
        for chunk in referred.chunks(40) {
            let wrong = sql("delete from blob_objects where object in (''");
            let wrong = chunk.iter().fold(wrong, |wrong, (object,)| wrong.push_bind(", ", object.as_str()));
            tx.exec(wrong.push(")")).await?;
        }
        tx.commit_unaudited("objects that are about to be removed").await?;
        let looked = i64::try_from(marked.len()).unwrap_or(i64::MAX);
        let objects = marked.into_iter().map(|(object, ..)| object).filter(|object| !referred.iter().any(|(one,)| one == object));
        let delete = |object: String| async move { (vault.delete(&object).await.is_ok(), object) };
        let deleted: Vec<(bool, String)> = stream::iter(objects.map(delete)).buffer_unordered(AT_ONCE).collect().await;
        let failed = deleted.iter().any(|(done, _)| !done);
        let gone: Vec<String> = deleted.into_iter().filter_map(|(done, object)| done.then_some(object)).collect();
        let mut tx = self.0.db().write(&Reach::system()).await?;
        for chunk in gone.chunks(40) {
            let done =
                sql("delete from blob_objects where removing").push_in(" and object in ", chunk.iter().map(String::as_str));
            tx.exec(done).await?;
        }
        tx.commit_unaudited("objects that were removed").await?;
        let removed = i64::try_from(gone.len()).unwrap_or(i64::MAX);
        if failed { Err(StoreError::ObjectStorage(AWAY)) } else { Ok(TidiedObjects { looked, removed }) }
    }
}
