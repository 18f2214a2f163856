//! Making sure that the contents of a set are what was stored.

use model::backup::ItemProblem;
use model::ids::{BackupSetId, InventoryItemId};
use uuid::Uuid;

use super::Backups;
use crate::access::RunScope;
use crate::blobs;
use crate::db::Result;
use crate::error::StoreError;
use crate::runs::fenced;
use crate::sql::sql;

/// Objects that are looked at together, and the size of their contents together, uncompressed, in bytes; one content may be larger.
const AT_ONCE: u32 = 200;
const BYTES_AT_ONCE: i64 = 16 << 20;

/// What was found in a part of a set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Portion {
    /// Objects that were looked at.
    pub checked: i64,
    /// What is wrong, with type and name of the object.
    pub wrong: Vec<(ItemProblem, String, String)>,
    /// The last object; the next part begins behind it. `None`: there was none left.
    pub last: Option<InventoryItemId>,
}

#[derive(sqlx::FromRow)]
struct Row {
    item_id: Uuid,
    resource_type: String,
    name: String,
    content_hash: String,
    plain_size: Option<i64>,
}

/// The first of them whose contents are small enough together; at least one.
fn portion(rows: Vec<Row>) -> Vec<Row> {
    let mut size = 0_i64;
    let mut fits = |row: &Row| {
        let first = size == 0;
        // At least a byte each, whatever a damaged row says.
        size = size.saturating_add(row.plain_size.unwrap_or(0).max(1));
        first || size <= BYTES_AT_ONCE
    };
    rows.into_iter().take_while(|row| fits(row)).collect()
}

impl Backups<'_> {
    /// How many objects a set of the run's tenant holds.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when there is no such set, or it is not sealed.
    pub async fn to_verify(&self, run: &RunScope, set: BackupSetId) -> Result<i64> {
        const COUNT: &str = "select items from backup_sets where tenant_id = $1 and id = $2 and completed_at is not null";
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let row: Option<(i64,)> = db.optional(sql(COUNT).bind(run.tenant_id()).bind(set)).await?;
        db.end().await?;
        Ok(row.ok_or(StoreError::NotVisible)?.0)
    }

    /// Reads the contents of the next objects of a set behind `after`, and records for each whether it is what was stored. They are
    /// unpacked and hashed before the transaction begins: nobody waits for that.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn verify(&self, run: &RunScope, set: BackupSetId, after: Option<InventoryItemId>) -> Result<Portion> {
        const NEXT: &str = "select s.item_id, i.resource_type, v.name, v.content_hash, b.plain_size
          from backup_set_items s join policy_versions v on v.id = s.version_id join inventory_items i on i.id = s.item_id
          left join blobs b on b.workspace_id = v.workspace_id and b.hash = v.content_hash
          where s.tenant_id = $1 and s.set_id = $2";
        const FINE: &str = "update backup_set_items set problem = null where set_id = $1 and problem is not null";
        const WRONG: &str = "update backup_set_items set problem = $3 where set_id = $1 and item_id = $2";
        const UNTOLD: &str = "update inventory_items set list_fingerprint = null where id = $1";
        let next = sql(NEXT).bind(run.tenant_id()).bind(set).push_if(" and s.item_id > ", after);
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<Row> = db.all(next.push_bind(" order by s.item_id limit ", AT_ONCE)).await?;
        let rows = portion(rows);
        let mut found = Portion { checked: i64::try_from(rows.len()).unwrap_or(0), ..Portion::default() };
        found.last = rows.last().map(|row| InventoryItemId::from_uuid(row.item_id));
        if rows.is_empty() {
            db.end().await?;
            return Ok(found);
        }
        let hashes: Vec<String> = rows.iter().map(|row| row.content_hash.clone()).collect();
        let contents = blobs::stored(&mut db, run.workspace_id(), &hashes).await?;
        db.end().await?;
        let stored = contents.fetch(self.0, run.grant().reach()).await?;
        let problems = tokio::task::spawn_blocking(move || {
            hashes.iter().map(|hash| stored.text(hash).err()).collect::<Vec<Option<ItemProblem>>>()
        });
        let problems = problems.await.map_err(|_| StoreError::Corrupt("a verification broke down"))?;
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        tx.exec(sql(FINE).bind(set).push_in(" and item_id in ", rows.iter().map(|row| row.item_id))).await?;
        for (row, problem) in rows.into_iter().zip(problems) {
            let Some(problem) = problem else { continue };
            tx.exec(sql(WRONG).bind(set).bind(row.item_id).bind(problem.code())).await?;
            // Whatever its list tells next, it is read again: what comes may be what was lost.
            tx.exec(sql(UNTOLD).bind(row.item_id)).await?;
            found.wrong.push((problem, row.resource_type, row.name));
        }
        tx.commit_unaudited("what a run found of contents; the run is the record").await?;
        Ok(found)
    }

    /// Records that every content of a set was looked at, and how many are not what was stored.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn verified(&self, run: &RunScope, set: BackupSetId) -> Result<i64> {
        const DONE: &str = "update backup_sets set verified_at = $now, verify_operation_run_id = $3,
            corrupt = (select count(*) from backup_set_items where set_id = $2 and problem is not null)
              + (select count(*) from backup_set_objects where set_id = $2 and problem is not null)
          where tenant_id = $1 and id = $2 returning corrupt";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let row: Option<(i64,)> = tx.optional(sql(DONE).bind(run.tenant_id()).bind(set).bind(run.run_id())).await?;
        tx.commit_unaudited("what a run found of contents; the run is the record").await?;
        Ok(row.ok_or(StoreError::NotVisible)?.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(size: Option<i64>) -> Row {
        let (item_id, text) = (Uuid::nil(), String::new);
        Row { item_id, resource_type: text(), name: text(), content_hash: text(), plain_size: size }
    }

    #[test]
    fn a_portion_is_bounded_by_the_size_of_its_contents_and_never_empty() {
        let count = |sizes: &[Option<i64>]| portion(sizes.iter().map(|size| row(*size)).collect()).len();
        assert_eq!(count(&[]), 0);
        assert_eq!(count(&[Some(BYTES_AT_ONCE * 4), Some(1)]), 1, "one that is too large comes by itself");
        assert_eq!(count(&[Some(BYTES_AT_ONCE - 1), Some(1), Some(1)]), 2);
        assert_eq!(count(&[Some(i64::MAX), Some(i64::MAX)]), 1);
        assert_eq!(count(&[None, Some(-5), Some(1)]), 3, "what a damaged row says");
    }

    #[test]
    fn a_size_that_is_not_that_of_the_content_is_found_before_room_is_made_for_it() {
        let packed = zstd::bulk::compress(b"{}", 3).unwrap();
        let hash = blake3::hash(b"{}").to_hex().to_string();
        let problem = |hash: &str, stored: Option<&(Vec<u8>, i64)>| {
            blobs::checked(stored.map(|(bytes, size)| (bytes.as_slice(), *size)), hash).err()
        };
        assert_eq!(problem(&hash, Some(&(packed.clone(), 2))), None);
        assert_eq!(problem(&hash, Some(&(packed.clone(), 200 << 20))), Some(ItemProblem::Unreadable));
        assert_eq!(problem("other", Some(&(packed, 2))), Some(ItemProblem::Altered));
        assert_eq!(problem(&hash, None), Some(ItemProblem::Missing));
        assert_eq!(problem(&hash, Some(&(b"no zstd".to_vec(), 2))), Some(ItemProblem::Unreadable));
    }
}
