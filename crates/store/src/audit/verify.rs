//! Looking through the whole chain: page by page, so that it needs the same memory for millions of entries.

use std::collections::BTreeMap;

use model::audit::{AuditRecord, ChainHead, ChainReport, Flaw, FlawKind, Link, link};
use uuid::Uuid;

use super::Audit;
use super::row::{EntryRow, columns};
use super::seal::as_link;
use crate::access::Operator;
use crate::db::Result;
use crate::error::StoreError;
use crate::reach::Reach;
use crate::sql::sql;

/// Links that are read at a time.
const PAGE: u32 = 2_000;

#[derive(sqlx::FromRow)]
struct LinkRow {
    sequence: i64,
    entry_id: Uuid,
    hash: Vec<u8>,
    previous_hash: Option<Vec<u8>>,
}

/// What stands where an entry should.
enum Entry {
    Is(Box<AuditRecord>),
    Gone,
    /// It cannot even be read.
    Unreadable,
}

impl Audit<'_> {
    /// Looks through the chain from its beginning to the first thing that does not fit; then for entries that were never sealed nor
    /// wait for it. `expected`: a head that was written down earlier. `progress` hears how many links were looked at.
    ///
    /// # Errors
    /// When the database refuses. Tampering is no error but a [`Flaw`].
    pub async fn verify(
        &self,
        _: &Operator,
        expected: Option<ChainHead>,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<ChainReport> {
        let mut report = ChainReport { sealed: 0, unsealed: self.waiting().await?, head: None, flaw: None };
        loop {
            let links = self.links(report.head.map_or(0, |head| head.sequence)).await?;
            let Some((first, last)) = links.first().zip(links.last()) else { break };
            let entries = self.entries(first.sequence, last.sequence).await;
            let entries = match entries {
                Err(error) if is_unreadable(&error) => None,
                read => Some(read?),
            };
            for row in &links {
                let entry = match &entries {
                    Some(entries) => entries.get(&row.entry_id).cloned().map_or(Entry::Gone, |one| Entry::Is(Box::new(one))),
                    None => self.entry(row.entry_id).await?,
                };
                let at = |kind| Flaw { kind, entry: Some(row.entry_id), sequence: Some(row.sequence) };
                if let Some(kind) = misfit(report.head, row, &entry) {
                    return Ok(ChainReport { flaw: Some(at(kind)), ..report });
                }
                let head = ChainHead { sequence: row.sequence, link: as_link(&row.hash)? };
                if expected.is_some_and(|expected| expected.sequence == head.sequence && expected.link != head.link) {
                    return Ok(ChainReport { flaw: Some(at(FlawKind::HeadLost)), ..report });
                }
                (report.head, report.sealed) = (Some(head), report.sealed + 1);
            }
            progress(report.sealed);
        }
        if let Some(expected) = expected.filter(|expected| report.head.is_none_or(|head| head.sequence < expected.sequence)) {
            let flaw = Flaw { kind: FlawKind::HeadLost, entry: None, sequence: Some(expected.sequence) };
            return Ok(ChainReport { flaw: Some(flaw), ..report });
        }
        report.flaw = match self.stranger().await? {
            Some(entry) => Some(Flaw { kind: FlawKind::Inserted, entry: Some(entry), sequence: None }),
            None => self.lost().await?.map(|entry| Flaw { kind: FlawKind::Removed, entry: Some(entry), sequence: None }),
        };
        Ok(report)
    }

    async fn links(&self, after: i64) -> Result<Vec<LinkRow>> {
        const LINKS: &str = "select sequence, entry_id, hash, previous_hash from audit_chain where sequence > $1
          order by sequence limit $2";
        let mut db = self.0.db().read(&Reach::system()).await?;
        let rows = db.all(sql(LINKS).bind(after).bind(PAGE)).await?;
        db.end().await?;
        Ok(rows)
    }

    async fn entries(&self, first: i64, last: i64) -> Result<BTreeMap<Uuid, AuditRecord>> {
        const ENTRIES: &str = concat!(
            "select ",
            columns!(),
            " from audit_chain c join audit_entries e on e.id = c.entry_id where c.sequence >= $1 and c.sequence <= $2"
        );
        let mut db = self.0.db().read(&Reach::system()).await?;
        let rows: Vec<EntryRow> = db.all(sql(ENTRIES).bind(first).bind(last)).await?;
        db.end().await?;
        Ok(rows.into_iter().map(AuditRecord::from).map(|record| (record.id.uuid(), record)).collect())
    }

    async fn entry(&self, id: Uuid) -> Result<Entry> {
        const ENTRY: &str = concat!("select ", columns!(), " from audit_entries e where e.id = $1");
        let mut db = self.0.db().read(&Reach::system()).await?;
        match db.optional::<EntryRow>(sql(ENTRY).bind(id)).await {
            Ok(row) => Ok(row.map_or(Entry::Gone, |row| Entry::Is(Box::new(row.into())))),
            Err(error) if is_unreadable(&error) => Ok(Entry::Unreadable),
            Err(error) => Err(error),
        }
    }

    async fn waiting(&self) -> Result<u64> {
        let mut db = self.0.db().read(&Reach::system()).await?;
        let (count,): (i64,) = db.one(sql("select count(*) from audit_unsealed")).await?;
        db.end().await?;
        Ok(count.unsigned_abs())
    }

    /// An entry that is neither sealed nor waits for it.
    async fn stranger(&self) -> Result<Option<Uuid>> {
        const KNOWN: &str = "select e.id, case when exists (select 1 from audit_chain c where c.entry_id = e.id)
              or exists (select 1 from audit_unsealed u where u.entry_id = e.id) then 1 else 0 end
            from audit_entries e where true";
        let mut after: Option<Uuid> = None;
        loop {
            let page = sql(KNOWN).push_if(" and e.id > ", after).push_bind(" order by e.id limit ", PAGE);
            let mut db = self.0.db().read(&Reach::system()).await?;
            let rows: Vec<(Uuid, i32)> = db.all(page).await?;
            db.end().await?;
            if let Some((id, _)) = rows.iter().find(|(_, known)| *known == 0) {
                return Ok(Some(*id));
            }
            after = rows.last().map(|(id, _)| *id);
            if after.is_none() {
                return Ok(None);
            }
        }
    }

    /// An entry that waits to be sealed and is gone.
    async fn lost(&self) -> Result<Option<Uuid>> {
        const LOST: &str = "select u.entry_id from audit_unsealed u
            where not exists (select 1 from audit_entries e where e.id = u.entry_id) order by u.entry_id limit 1";
        let mut db = self.0.db().read(&Reach::system()).await?;
        let found: Option<(Uuid,)> = db.optional(sql(LOST)).await?;
        db.end().await?;
        Ok(found.map(|(id,)| id))
    }
}

/// How a link does not fit behind the one before it.
fn misfit(before: Option<ChainHead>, row: &LinkRow, entry: &Entry) -> Option<FlawKind> {
    let previous: Option<&Link> = before.as_ref().map(|head| &head.link);
    let follows = row.sequence == before.map_or(1, |head| head.sequence + 1)
        && row.previous_hash.as_deref() == previous.map(|link| link.as_slice());
    match entry {
        Entry::Gone => Some(FlawKind::Removed),
        Entry::Unreadable => Some(FlawKind::Changed),
        Entry::Is(_) if !follows => Some(FlawKind::Reordered),
        Entry::Is(record) => (link(previous, record).as_slice() != row.hash.as_slice()).then_some(FlawKind::Changed),
    }
}

/// Whether a row is there, and holds what nobody of us wrote.
fn is_unreadable(error: &StoreError) -> bool {
    matches!(error, StoreError::Database { kind, .. } if kind.starts_with("column "))
}
