//! The sealer: appends entries that are committed to the chain.
//!
//! Any number of processes may try. They take turns under a lock, and a link's number is unique: two that believed to have the turn
//! could not both write. A link and the end of the entry's waiting are one transaction, so a sealer that is killed leaves either both or
//! neither, and the next one goes on. Entries become visible in another order than their ids were made in; each waits in a queue of its
//! own until it is sealed, however late it comes.

use model::audit::{AuditRecord, Link, link};

use super::Audit;
use super::row::{EntryRow, columns};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::reach::Reach;
use crate::sql::sql;

/// Entries of one transaction.
const AT_ONCE: u32 = 500;

/// A link as stored: its number and its hash.
pub(super) type Last = Option<(i64, Vec<u8>)>;

impl Audit<'_> {
    /// Seals what is committed and not sealed yet, at most 500 entries, in the order of their ids; how many it sealed.
    ///
    /// # Errors
    /// When the database refuses; nothing was sealed then.
    pub async fn seal(&self) -> Result<u32> {
        const ANY: &str = "select count(*) from (select 1 as one from audit_unsealed limit 1) q";
        const WAITING: &str = concat!(
            "select ",
            columns!(),
            " from audit_unsealed u join audit_entries e on e.id = u.entry_id
              where not exists (select 1 from audit_chain c where c.entry_id = u.entry_id) order by u.entry_id limit $1"
        );
        let mut db = self.0.db().read(&Reach::system()).await?;
        let (any,): (i64,) = db.one(sql(ANY)).await?;
        db.end().await?;
        if any == 0 {
            return Ok(0);
        }
        let mut tx = self.0.db().write_sealing(&Reach::system()).await?;
        let rows: Vec<EntryRow> = tx.all(sql(WAITING).bind(AT_ONCE)).await?;
        if rows.is_empty() {
            return Ok(0);
        }
        let records: Vec<AuditRecord> = rows.into_iter().map(Into::into).collect();
        append(&mut tx, &records).await?;
        tx.commit_unaudited("the chain of the audit trail itself").await?;
        Ok(u32::try_from(records.len()).unwrap_or(AT_ONCE))
    }
}

async fn append(tx: &mut Tx, records: &[AuditRecord]) -> Result<()> {
    const LAST: &str = "select sequence, hash from audit_chain order by sequence desc limit 1";
    let last: Last = tx.optional(sql(LAST)).await?;
    let (mut sequence, mut previous) = match last {
        Some((sequence, hash)) => (sequence, Some(as_link(&hash)?)),
        None => (0, None),
    };
    let mut insert = sql("insert into audit_chain (sequence, entry_id, hash, previous_hash, sealed_at) values ");
    for (i, record) in records.iter().enumerate() {
        let next: Link = link(previous.as_ref(), record);
        sequence += 1;
        insert = insert
            .push_bind(if i == 0 { "(" } else { ", (" }, sequence)
            .push_bind(", ", record.id)
            .push_bind(", ", next.to_vec())
            .push_bind(", ", previous.map(|link| link.to_vec()))
            .push(", $now)");
        previous = Some(next);
    }
    tx.exec(insert).await?;
    let ids = records.iter().map(|record| record.id);
    tx.exec(sql("delete from audit_unsealed where entry_id in ").push_in("", ids)).await?;
    Ok(())
}

/// A stored hash.
pub(super) fn as_link(hash: &[u8]) -> Result<Link> {
    hash.try_into().map_err(|_| StoreError::Corrupt("a hash of the audit chain"))
}
