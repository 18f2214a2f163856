//! Bringing contents back into the database, before the storage is given up.

use model::ids::WorkspaceId;
use uuid::Uuid;

use super::{ContentPlace, Contents, MovedPart};
use crate::access::Operator;
use crate::blobs;
use crate::db::Result;
use crate::reach::Reach;
use crate::sql::sql;

impl Contents<'_> {
    /// Brings up to `most` contents of any workspace back, behind `after`. What is gone or altered in the storage stays as it is, and is
    /// counted as damaged. Turn moving off first: else it moves them out again.
    ///
    /// # Errors
    /// [`crate::StoreError::ObjectStorage`] when the storage cannot be reached: none of these was brought back then.
    pub async fn move_back(&self, _: &Operator, after: Option<&ContentPlace>, most: u32) -> Result<MovedPart> {
        type Row = (Uuid, String, String);
        const NEXT: &str = "select workspace_id, hash, moved_to from blobs where moved_to is not null";
        const BACK: &str = "update blobs set bytes = case when length(bytes) > 0 then bytes else $3 end, moved_to = null,
            packed_size = null where workspace_id = $1 and hash = $2 and moved_to = $4";
        const LEFT: &str =
            "insert into blob_objects (object, workspace_id, hash, since, removing) values ($1, $2, $3, $now, false)
          on conflict (object) do nothing";
        let mut next = sql(NEXT);
        if let Some(place) = after {
            next =
                next.push_bind(" and (workspace_id, hash) > (", place.workspace).push_bind(", ", place.hash.as_str()).push(")");
        }
        let mut db = self.0.db().read(&Reach::system()).await?;
        let rows: Vec<Row> = db.all(next.push_bind(" order by workspace_id, hash limit ", most)).await?;
        let Some((workspace, hash, _)) = rows.last().cloned() else { return Ok(MovedPart::default()) };
        let last = ContentPlace { at: None, workspace, hash };
        let mut part = MovedPart { last: Some(last), ..MovedPart::default() };
        let mut found = Vec::new();
        for (workspace, hash, object) in rows {
            let of = WorkspaceId::from_uuid(workspace);
            let content = blobs::stored(&mut db, of, std::slice::from_ref(&hash)).await?;
            found.push((of, hash, object, content));
        }
        db.end().await?;
        let mut whole = Vec::new();
        for (workspace, hash, object, content) in found {
            let stored = content.fetch(self.0, &Reach::system()).await?;
            match stored.text(&hash) {
                Ok(_) => whole.push((workspace, object, stored.bytes(&hash).unwrap_or_default().to_vec(), hash)),
                Err(_) => part.damaged += 1,
            }
        }
        let mut tx = self.0.db().write(&Reach::system()).await?;
        for (workspace, object, bytes, hash) in whole {
            let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
            let back = sql(BACK).bind(workspace).bind(hash.as_str()).bind(bytes).bind(object.as_str());
            if tx.exec(back).await? == 0 {
                continue;
            }
            tx.exec(sql(LEFT).bind(object.as_str()).bind(workspace).bind(hash.as_str())).await?;
            part.contents += 1;
            part.bytes += size;
        }
        tx.commit_unaudited("where bytes are; what is stored stays the same").await?;
        Ok(part)
    }
}
