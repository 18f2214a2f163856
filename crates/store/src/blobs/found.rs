//! Reading contents, wherever their bytes are.

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use model::backup::ItemProblem;
use model::ids::WorkspaceId;
use model::json::Json;
use model::vault::VaultError;

use super::{CHUNK, MAX_PLAIN, checked};
use crate::db::{Reader, Result};
use crate::error::StoreError;
use crate::open::Store;
use crate::reach::Reach;
use crate::sql::sql;

/// Objects that are fetched at the same time.
const AT_ONCE: usize = 8;
/// How often a content is looked up anew whose object is gone: it may have been stored, and moved, again in between.
const LOOKS: usize = 3;

/// Where the bytes of a content are.
enum Place {
    Here(Vec<u8>),
    /// An object, and how many bytes it has.
    Moved(String, u64),
}

/// Contents as the database has them, by hash, at the moment of a transaction: some with their bytes, of others it knows where they are.
pub(crate) struct Found {
    workspace: WorkspaceId,
    contents: BTreeMap<String, (Place, i64)>,
}

/// Contents with their bytes, by hash.
#[derive(Debug, Default)]
pub(crate) struct Stored(BTreeMap<String, (Vec<u8>, i64)>);

#[derive(sqlx::FromRow)]
struct Row {
    hash: String,
    bytes: Vec<u8>,
    plain_size: i64,
    moved_to: Option<String>,
    packed_size: Option<i64>,
}

/// Contents by hash. What is not there is left out. End the transaction, then [`Found::fetch`].
pub(crate) async fn stored(db: &mut Reader, workspace: WorkspaceId, hashes: &[String]) -> Result<Found> {
    let mut contents = BTreeMap::new();
    for chunk in hashes.chunks(CHUNK) {
        let get = sql("select hash, bytes, plain_size, moved_to, packed_size from blobs where workspace_id = $1").bind(workspace);
        let rows: Vec<Row> = db.all(get.push_in(" and hash in ", chunk.iter().map(String::as_str))).await?;
        contents.extend(rows.into_iter().map(Row::place));
    }
    Ok(Found { workspace, contents })
}

impl Row {
    fn place(self) -> (String, (Place, i64)) {
        // Nothing is packed into nothing: bytes that are here count, also of a content that was moved before.
        let place = match self.moved_to {
            Some(object) if self.bytes.is_empty() => Place::Moved(object, bound(self.packed_size)),
            _ => Place::Here(self.bytes),
        };
        (self.hash, (place, self.plain_size))
    }
}

/// The most that an object may have, whatever a damaged row says.
fn bound(packed: Option<i64>) -> u64 {
    packed.and_then(|size| u64::try_from(size).ok()).unwrap_or(0).min(MAX_PLAIN as u64)
}

impl Found {
    /// Fetches what was moved. Not while a transaction is open: the storage may take its time.
    ///
    /// # Errors
    /// [`StoreError::ObjectStorage`] when it cannot be reached, or none is configured. An object that is gone is left out, as a
    /// content that is gone.
    pub(crate) async fn fetch(self, store: &Store, reach: &Reach) -> Result<Stored> {
        let workspace = self.workspace;
        let (mut fetched, mut moved) = (BTreeMap::new(), Vec::new());
        let sort = |contents: BTreeMap<String, (Place, i64)>, fetched: &mut BTreeMap<_, _>, moved: &mut Vec<_>| {
            for (hash, (place, size)) in contents {
                match place {
                    Place::Here(bytes) => _ = fetched.insert(hash, (bytes, size)),
                    Place::Moved(object, packed) => moved.push((hash, object, packed, size)),
                }
            }
        };
        sort(self.contents, &mut fetched, &mut moved);
        let mut gone: BTreeMap<String, String> = BTreeMap::new();
        for _ in 0..LOOKS {
            if moved.is_empty() {
                break;
            }
            let vault = store.vault().ok_or(StoreError::ObjectStorage(NONE))?;
            let get = |(hash, object, packed, size): (String, String, u64, i64)| async move {
                match vault.get(&object, packed).await {
                    Ok(bytes) => Ok((hash, object, Some((bytes, size)))),
                    // Whoever looks at it finds that it is not what was stored.
                    Err(VaultError::Altered) => Ok((hash, object, Some((Vec::new(), size)))),
                    Err(VaultError::Missing) => Ok((hash, object, None)),
                    Err(VaultError::Unreachable) => Err(StoreError::ObjectStorage(AWAY)),
                }
            };
            let got: Vec<_> = stream::iter(moved.drain(..).map(get)).buffer_unordered(AT_ONCE).try_collect().await?;
            let mut again = Vec::new();
            for (hash, object, bytes) in got {
                match bytes {
                    Some(bytes) => _ = fetched.insert(hash, bytes),
                    // Looked up before, and still there: it is gone.
                    None if gone.get(&hash) == Some(&object) => {}
                    None => {
                        gone.insert(hash.clone(), object);
                        again.push(hash);
                    }
                }
            }
            if !again.is_empty() {
                let mut db = store.db().read(reach).await?;
                let found = stored(&mut db, workspace, &again).await?;
                db.end().await?;
                sort(found.contents, &mut fetched, &mut moved);
            }
        }
        Ok(Stored(fetched))
    }
}

/// Why an object cannot be had.
pub(crate) const AWAY: &str = "the object storage cannot be reached";
/// As [`AWAY`].
pub(crate) const NONE: &str = "contents are in an object storage, and this process has none configured";

impl Stored {
    /// The text of a content, if it is what its hash says; else what is wrong with it.
    pub(crate) fn text(&self, hash: &str) -> std::result::Result<String, ItemProblem> {
        checked(self.0.get(hash).map(|(bytes, size)| (bytes.as_slice(), *size)), hash)
    }

    /// The text of a content, where it is there and what its hash says.
    pub(crate) fn whole(&self, hash: &str) -> Result<String> {
        self.text(hash).map_err(|problem| match problem {
            ItemProblem::Missing => StoreError::Corrupt("a content is missing"),
            _ => StoreError::Corrupt("a content is not what was stored"),
        })
    }

    /// A content, where it is there and what its hash says.
    pub(crate) fn json(&self, hash: &str) -> Option<Json> {
        Json::parse(self.text(hash).ok()?.as_bytes()).ok()
    }

    /// The size that a content had.
    pub(crate) fn size(&self, hash: &str) -> Option<i64> {
        Some(self.0.get(hash)?.1)
    }

    /// The bytes of a content, as they are stored.
    pub(crate) fn bytes(&self, hash: &str) -> Option<&[u8]> {
        Some(self.0.get(hash)?.0.as_slice())
    }
}
