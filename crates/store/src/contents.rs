//! Contents in an object storage: their bytes are moved there some time after they were stored, and looked up there.
//!
//! What is promised:
//! - A content is always in one of the two: its bytes leave the database in the transaction that says which object has them, and that
//!   object was written, and answered for, before.
//! - An object's key is used once. An object to which a content refers is never removed: a line in `blob_objects` stands for each that
//!   nothing refers to, from before it is written until after it is removed. It is taken out in the transaction that makes a content
//!   refer to the object, put in by the one that ends that (a trigger, where the content itself goes), and whoever removes the object
//!   marks the line first, so that no content refers to it any more.
//! - Killed at any point, what is left is a line, and with it the object.

mod back;
mod tidy;

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use model::ids::{ThingId, WorkspaceId};
use model::time::Moment;
use model::vault::Vault;
use uuid::Uuid;

pub use tidy::TidiedObjects;

use crate::access::Operator;
use crate::bind::DbTime;
use crate::blobs::{self, AWAY, NONE};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::open::Store;
use crate::reach::Reach;
use crate::sql::sql;

/// Objects that are written, or removed, at the same time.
const AT_ONCE: usize = 8;
/// Bytes that are held together.
const MOST_BYTES: i64 = 16 << 20;
/// Whoever is about to move a content has this long; meanwhile others leave it alone.
const OTHERS_WAIT: Duration = Duration::from_secs(3600);

/// Contents, and where their bytes are.
#[derive(Debug, Clone, Copy)]
pub struct Contents<'a>(&'a Store);

impl Store {
    /// Contents, and where their bytes are.
    #[must_use]
    pub const fn contents(&self) -> Contents<'_> {
        Contents(self)
    }
}

/// How many contents are in an object storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MovedContents {
    /// Contents.
    pub contents: i64,
    /// Their size as they are stored, in bytes.
    pub bytes: i64,
}

/// What was moved of the next contents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MovedPart {
    /// Contents whose bytes were moved.
    pub contents: i64,
    /// Those bytes.
    pub bytes: i64,
    /// Contents that stay where they are, because they are not what was stored.
    pub damaged: i64,
    /// The last that was looked at; the next part begins behind it. `None`: there was none left.
    pub last: Option<ContentPlace>,
}

/// A content's place in the order in which contents are moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentPlace {
    at: Option<Moment>,
    workspace: Uuid,
    hash: String,
}

/// A content that is to be moved.
struct Waiting {
    workspace: Uuid,
    hash: String,
    /// The object that it was moved to before, if it was.
    before: Option<String>,
    object: String,
    bytes: Vec<u8>,
}

/// What `before` stands for in a statement: nothing equals no value.
fn or_none(before: Option<&String>) -> String {
    before.cloned().unwrap_or_default()
}

impl Contents<'_> {
    fn vault(&self) -> Result<&dyn Vault> {
        self.0.vault().ok_or(StoreError::ObjectStorage(NONE))
    }

    /// Whether an object storage is configured.
    #[must_use]
    pub fn has_storage(&self) -> bool {
        self.0.vault().is_some()
    }

    /// How many contents are in the storage.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn moved(&self, _: &Operator) -> Result<MovedContents> {
        const COUNT: &str = "select count(*), cast(coalesce(sum(packed_size), 0) as bigint) from blobs where moved_to is not null
          and length(bytes) = 0";
        let mut db = self.0.db().read(&Reach::system()).await?;
        let (contents, bytes) = db.one(sql(COUNT)).await?;
        db.end().await?;
        Ok(MovedContents { contents, bytes })
    }

    /// Moves the bytes of up to `most` contents of any workspace to the storage, of those that were stored, or found stored, at least
    /// `rest` ago, behind `after`. What is damaged stays.
    ///
    /// # Errors
    /// [`StoreError::ObjectStorage`] when the storage cannot be reached: what was written there by then is moved.
    pub async fn move_out(&self, rest: Duration, after: Option<&ContentPlace>, most: u32) -> Result<MovedPart> {
        let vault = self.vault()?;
        let before = self.0.now().await?.minus(rest);
        let Some((waiting, mut part)) = self.waiting(before, after, most).await? else { return Ok(MovedPart::default()) };
        vault.open(self.none_moved().await?).await.map_err(|_| StoreError::ObjectStorage(AWAY))?;
        self.announce(&waiting).await?;
        let away = AtomicBool::new(false);
        let put = |one: Waiting| {
            let away = &away;
            async move {
                // One that does not get there is enough: the rest waits for another time.
                let done = !away.load(Relaxed) && vault.put(&one.object, one.bytes.clone()).await.is_ok();
                away.fetch_or(!done, Relaxed);
                (done, one)
            }
        };
        let put: Vec<(bool, Waiting)> = stream::iter(waiting.into_iter().map(put)).buffer_unordered(AT_ONCE).collect().await;
        let mut there: Vec<Waiting> = put.into_iter().filter_map(|(done, one)| done.then_some(one)).collect();
        // In the order in which contents are stored, so that nobody waits in a circle.
        there.sort_by(|a, b| (a.workspace, &a.hash).cmp(&(b.workspace, &b.hash)));
        let mut tx = self.0.db().write(&Reach::system()).await?;
        for one in there {
            let size = i64::try_from(one.bytes.len()).unwrap_or(i64::MAX);
            if settle(&mut tx, one).await? {
                part.contents += 1;
                part.bytes += size;
            }
        }
        tx.commit_unaudited("where bytes are; what is stored stays the same").await?;
        if away.into_inner() { Err(StoreError::ObjectStorage(AWAY)) } else { Ok(part) }
    }

    /// Whether no content refers to the storage, so that any may become it.
    async fn none_moved(&self) -> Result<bool> {
        const ANY: &str = "select count(*) from (select 1 from blobs where moved_to is not null limit 1) k";
        let mut db = self.0.db().read(&Reach::system()).await?;
        let (any,): (i64,) = db.one(sql(ANY)).await?;
        db.end().await?;
        Ok(any == 0)
    }

    /// The next contents with bytes, and what is said of those that stay.
    async fn waiting(
        &self,
        before: Moment,
        after: Option<&ContentPlace>,
        most: u32,
    ) -> Result<Option<(Vec<Waiting>, MovedPart)>> {
        type Row = (Uuid, String, DbTime, i64, Option<String>);
        const NEXT: &str = "select b.workspace_id, b.hash, b.created_at, cast(length(b.bytes) as bigint), b.moved_to from blobs b
          where length(b.bytes) > 0 and b.created_at < $1";
        const OTHERS: &str =
            " and not exists (select 1 from blob_objects o where o.workspace_id = b.workspace_id and o.hash = b.hash
          and not o.removing and o.since > ";
        let mut next = sql(NEXT).bind(before);
        if let Some(place) = after {
            next = next
                .push_bind(" and (b.created_at, b.workspace_id, b.hash) > (", place.at)
                .push_bind(", ", place.workspace)
                .push_bind(", ", place.hash.as_str())
                .push(")");
        }
        let others = self.0.now().await?.minus(OTHERS_WAIT);
        next = next.push_bind(OTHERS, others).push_bind(") order by b.created_at, b.workspace_id, b.hash limit ", most);
        let mut db = self.0.db().read(&Reach::system()).await?;
        let mut rows: Vec<Row> = db.all(next).await?;
        let mut room = MOST_BYTES;
        let fits = rows.iter().take_while(|(.., size, _)| {
            let left = room;
            room = room.saturating_sub(*size);
            left > 0
        });
        let fits = fits.count();
        rows.truncate(fits);
        let Some((workspace, hash, at, ..)) = rows.last() else {
            db.end().await?;
            return Ok(None);
        };
        let last = ContentPlace { at: Some(at.0), workspace: *workspace, hash: hash.clone() };
        let mut part = MovedPart { last: Some(last), ..MovedPart::default() };
        let mut waiting = Vec::with_capacity(rows.len());
        for (workspace, hash, _, _, moved_to) in rows {
            let of = WorkspaceId::from_uuid(workspace);
            let bytes: Option<(Vec<u8>, i64)> = db
                .optional(
                    sql("select bytes, plain_size from blobs where workspace_id = $1 and hash = $2").bind(of).bind(hash.as_str()),
                )
                .await?;
            let Some((bytes, size)) = bytes.filter(|(bytes, _)| !bytes.is_empty()) else { continue };
            if blobs::checked(Some((&bytes, size)), &hash).is_err() {
                part.damaged += 1;
                continue;
            }
            let object = format!("{workspace}/{hash}/{}", ThingId::generate().uuid().simple());
            waiting.push(Waiting { workspace, hash, before: moved_to, object, bytes });
        }
        db.end().await?;
        Ok(Some((waiting, part)))
    }

    /// A line for each object that is about to be written: whatever happens then, somebody removes it or refers to it.
    async fn announce(&self, waiting: &[Waiting]) -> Result<()> {
        const LINE: &str =
            "insert into blob_objects (object, workspace_id, hash, since, removing) values ($1, $2, $3, $now, false)";
        if waiting.is_empty() {
            return Ok(());
        }
        let mut tx = self.0.db().write(&Reach::system()).await?;
        for one in waiting {
            let line = sql(LINE).bind(one.object.as_str()).bind(WorkspaceId::from_uuid(one.workspace)).bind(one.hash.as_str());
            tx.exec(line).await?;
        }
        tx.commit_unaudited("objects that are about to be written").await
    }
}

/// Lets the content refer to its object and empties its bytes, if they are still those that were written there, and nobody is about to
/// remove the object.
async fn settle(tx: &mut Tx, one: Waiting) -> Result<bool> {
    // Holds the line, or finds that it is gone or marked.
    const HOLD: &str = "update blob_objects set removing = removing where object = $1 and not removing";
    const MOVE: &str = "update blobs set bytes = $4, moved_to = $5, packed_size = length(bytes)
      where workspace_id = $1 and hash = $2 and bytes = $3 and coalesce(moved_to, '') = $6";
    const REFERRED: &str = "delete from blob_objects where object = $1";
    const LEFT: &str = "insert into blob_objects (object, workspace_id, hash, since, removing) values ($1, $2, $3, $now, false)
      on conflict (object) do nothing";
    let workspace = WorkspaceId::from_uuid(one.workspace);
    if tx.exec(sql(HOLD).bind(one.object.as_str())).await? == 0 {
        return Ok(false);
    }
    let moving = sql(MOVE)
        .bind(workspace)
        .bind(one.hash.as_str())
        .bind(one.bytes)
        .bind(Vec::new())
        .bind(one.object.as_str())
        .bind(or_none(one.before.as_ref()));
    if tx.exec(moving).await? == 0 {
        return Ok(false);
    }
    tx.exec(sql(REFERRED).bind(one.object.as_str())).await?;
    if let Some(before) = &one.before {
        tx.exec(sql(LEFT).bind(before.as_str()).bind(workspace).bind(one.hash.as_str())).await?;
    }
    Ok(true)
}
