//! Content, stored once per workspace under its hash, compressed. It is always written here; later its bytes may be moved to an object
//! storage ([`crate::Contents`]). Whoever reads goes through [`stored`] and `Found::fetch`, and need not know where it is.

mod found;

pub(crate) use found::{AWAY, NONE, Stored, stored};

use std::collections::BTreeMap;

use model::backup::ItemProblem;
use model::canonical::Canonical;
use model::ids::WorkspaceId;

use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;

/// zstd's own default: beyond it time grows faster than size shrinks for texts of some kilobytes.
const LEVEL: i32 = 3;
/// A canonical text larger than this is refused when read back; Graph's largest policies stay below 10 MB.
const MAX_PLAIN: usize = 256 << 20;
/// Rows per statement: named parameters are looked up one by one on SQLite, so longer statements are slower there.
const CHUNK: usize = 40;

/// A compressed content, ready to be stored. Made before the transaction begins.
#[derive(Debug)]
pub(crate) struct Packed {
    hash: String,
    bytes: Vec<u8>,
    plain_size: i64,
}

pub(crate) fn pack(content: &Canonical) -> Result<Packed> {
    let bytes = zstd::bulk::compress(content.text.as_bytes(), LEVEL).map_err(|_| StoreError::Corrupt("compression"))?;
    Ok(Packed { hash: content.hash.clone(), bytes, plain_size: i64::try_from(content.text.len()).unwrap_or(i64::MAX) })
}

/// Stores contents that are not there yet, and holds those that are until the transaction ends, so that whoever collects what nobody
/// refers to leaves them alone (`backups::collect`). One that is there is written again: what is stored may have been damaged, and this
/// is what its hash says. One whose bytes were moved has them here again, which is what counts, until it is moved again. Sorted by hash, so that two runs never wait for each other in a circle.
pub(crate) async fn put(tx: &mut Tx, workspace: WorkspaceId, contents: Vec<Packed>) -> Result<()> {
    let sorted: BTreeMap<String, Packed> = contents.into_iter().map(|packed| (packed.hash.clone(), packed)).collect();
    let mut rest: Vec<Packed> = sorted.into_values().collect();
    while !rest.is_empty() {
        let chunk: Vec<Packed> = rest.drain(..CHUNK.min(rest.len())).collect();
        let mut insert = sql("insert into blobs (workspace_id, hash, bytes, plain_size, created_at) values ");
        for (i, packed) in chunk.into_iter().enumerate() {
            insert = insert
                .push_bind(if i == 0 { "(" } else { ", (" }, workspace)
                .push_bind(", ", packed.hash)
                .push_bind(", ", packed.bytes)
                .push_bind(", ", packed.plain_size)
                .push(", $now)");
        }
        let again = " on conflict (workspace_id, hash) do update set bytes = excluded.bytes, plain_size = excluded.plain_size,
          created_at = excluded.created_at";
        tx.exec(insert.push(again)).await?;
    }
    Ok(())
}

/// The text of a content as it is stored, with the size that it had.
pub(crate) fn unpack(bytes: &[u8], size: i64) -> Result<String> {
    let told = u64::try_from(size).ok();
    let size = usize::try_from(size).ok().filter(|size| *size <= MAX_PLAIN).ok_or(StoreError::Corrupt("a content's size"))?;
    // Room is made for what the content itself says, not for what a damaged row claims.
    if !matches!(zstd::zstd_safe::get_frame_content_size(bytes), Ok(said) if said.is_some() && said == told) {
        return Err(StoreError::Corrupt("a content's size"));
    }
    let plain = zstd::bulk::decompress(bytes, size).map_err(|_| StoreError::Corrupt("a content cannot be unpacked"))?;
    String::from_utf8(plain).map_err(|_| StoreError::Corrupt("a content is no text"))
}

/// The text of a content as it is stored, if it is what its hash says; else what is wrong with it.
pub(crate) fn checked(stored: Option<(&[u8], i64)>, hash: &str) -> std::result::Result<String, ItemProblem> {
    let (bytes, size) = stored.ok_or(ItemProblem::Missing)?;
    let text = unpack(bytes, size).map_err(|_| ItemProblem::Unreadable)?;
    let is_it = blake3::hash(text.as_bytes()).to_hex().as_str() == hash;
    if is_it { Ok(text) } else { Err(ItemProblem::Altered) }
}
