//! Taking the contents of new versions into the index.
//!
//! Any number of processes may. What one takes it takes out of the waiting contents in the transaction that indexes it, and the row of the
//! tenant's index is held until then, so that no number is given twice and no bucket is written by two.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::ids::{TenantId, WorkspaceId};
use model::resource_types;
use model::setting_search::{entries, form};
use uuid::Uuid;

use super::letters::{BLOCK, Bucket, Members, bucket_of, of_line, read, stored};
use super::{SettingSearches, lines, rebuild};
use crate::blobs;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::fold::whole;
use crate::reach::Reach;
use crate::sql::sql;

/// Rows per statement; see `blobs`.
const CHUNK: usize = 40;
/// zstd's level; see `blobs`.
const LEVEL: i32 = 3;
/// Bytes of contents, as they are stored, that are read together.
const MOST_BYTES: i64 = 8 << 20;

#[derive(sqlx::FromRow)]
struct Waiting {
    resource_type: String,
    content_hash: String,
    packed: i64,
}

/// A content with what the index says of it.
struct Made {
    resource_type: String,
    content_hash: String,
    entries: Vec<u8>,
    plain_size: i64,
    cut: bool,
    letters: BTreeSet<u32>,
}

impl SettingSearches<'_> {
    /// Takes up to `most` contents of one tenant that wait into its index, those of the tenant first that waits longest, if that waits at
    /// least for `rest`; how many it took. An index that was made in another form is begun anew, which counts as one.
    ///
    /// # Errors
    /// When the database refuses; nothing was taken then.
    pub async fn index(&self, most: u32, rest: Duration) -> Result<u32> {
        const FIRST: &str =
            "select tenant_id, workspace_id from setting_waiting where since <= $1 order by since, tenant_id limit 1";
        const OTHER: &str = "select tenant_id, workspace_id from setting_index where form <> $1 limit 1";
        const NEXT: &str = "select w.resource_type, w.content_hash,
            cast(coalesce(b.packed_size, length(b.bytes)) as bigint) as packed from setting_waiting w
          join blobs b on b.workspace_id = w.workspace_id and b.hash = w.content_hash
          where w.tenant_id = $1 order by w.content_hash, w.resource_type limit $2";
        let before = self.0.now().await?.minus(rest);
        let mut db = self.0.db().read(&Reach::system()).await?;
        let mut first: Option<(Uuid, Uuid)> = db.optional(sql(OTHER).bind(form())).await?;
        let mut waiting: Vec<Waiting> = Vec::new();
        if first.is_none() {
            first = db.optional(sql(FIRST).bind(before)).await?;
            if let Some((tenant, _)) = first {
                waiting = db.all(sql(NEXT).bind(tenant).bind(most)).await?;
            }
        }
        let Some((tenant, workspace)) = first else { return Ok(0) };
        let (tenant, workspace) = (TenantId::from_uuid(tenant), WorkspaceId::from_uuid(workspace));
        let mut room = MOST_BYTES;
        let fits = waiting.iter().take_while(|row| {
            let before = room;
            room = room.saturating_sub(row.packed);
            before > 0
        });
        let fits = fits.count();
        waiting.truncate(fits);
        let hashes: Vec<String> = waiting.iter().map(|row| row.content_hash.clone()).collect();
        let contents = blobs::stored(&mut db, workspace, &hashes).await?;
        db.end().await?;
        let stored = contents.fetch(self.0, &Reach::system()).await?;
        // Reading many settings takes a while; meanwhile others work.
        let made =
            tokio::task::spawn_blocking(move || waiting.iter().map(|row| made(row, &stored)).collect::<Result<Vec<Made>>>());
        let made = made.await.map_err(|_| StoreError::Corrupt("a content cannot be indexed"))??;
        self.take(tenant, workspace, made).await
    }

    async fn take(&self, tenant: TenantId, workspace: WorkspaceId, made: Vec<Made>) -> Result<u32> {
        // The update changes nothing and holds the row.
        const HOLD: &str = "insert into setting_index (tenant_id, workspace_id, form, next_number) values ($1, $2, $3, 0)
          on conflict (tenant_id) do update set form = setting_index.form returning form, next_number";
        const NUMBERED: &str = "update setting_index set next_number = $2 where tenant_id = $1";
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let (as_made, from): (String, i64) = tx.one(sql(HOLD).bind(tenant).bind(workspace).bind(form())).await?;
        if as_made != form() {
            rebuild::begin(&mut tx, tenant).await?;
            tx.commit_unaudited("an index of what is there anyway").await?;
            return Ok(1);
        }
        let taken = taken(&mut tx, tenant, &made).await?;
        let ours = |one: &&Made| taken.contains(&(one.resource_type.clone(), one.content_hash.clone()));
        let numbered: Vec<(i64, &Made)> = (from..).zip(made.iter().filter(ours)).collect();
        for chunk in numbered.chunks(CHUNK) {
            let mut insert =
                sql("insert into setting_contents (tenant_id, content_hash, resource_type, workspace_id, number, entries,
              plain_size, cut) values ");
            for (i, (number, one)) in chunk.iter().enumerate() {
                insert = insert
                    .push_bind(if i == 0 { "(" } else { ", (" }, tenant)
                    .push_bind(", ", one.content_hash.as_str())
                    .push_bind(", ", one.resource_type.as_str())
                    .push_bind(", ", workspace)
                    .push_bind(", ", *number)
                    .push_bind(", ", one.entries.clone())
                    .push_bind(", ", one.plain_size)
                    .push_bind(", ", one.cut)
                    .push(")");
            }
            // One that came to wait again while it was taken is there already.
            tx.exec(insert.push(" on conflict do nothing")).await?;
        }
        write_letters(&mut tx, (tenant, workspace), &numbered).await?;
        let next = numbered.last().map_or(from, |(number, _)| number + 1);
        tx.exec(sql(NUMBERED).bind(tenant).bind(next)).await?;
        tx.commit_unaudited("an index of what is there anyway").await?;
        Ok(u32::try_from(taken.len()).unwrap_or(u32::MAX))
    }
}

/// What the index says of a content. One that cannot be read has no settings: who verifies it is told.
fn made(row: &Waiting, stored: &blobs::Stored) -> Result<Made> {
    let content = stored.json(&row.content_hash);
    // Of a type that is not known, nor is known where its secrets are.
    let found = match (resource_types::find(&row.resource_type), content) {
        (Some(kind), Some(content)) => entries(kind, &content),
        _ => model::setting_search::Entries::default(),
    };
    let mut text = String::new();
    found.entries.iter().for_each(|entry| lines::write(entry, &mut text));
    let mut letters = BTreeSet::new();
    text.lines().for_each(|line| of_line(&whole(lines::searched(line)), &mut letters));
    let packed = zstd::bulk::compress(text.as_bytes(), LEVEL).map_err(|_| StoreError::Corrupt("compression"))?;
    Ok(Made {
        resource_type: row.resource_type.clone(),
        content_hash: row.content_hash.clone(),
        entries: packed,
        plain_size: i64::try_from(text.len()).unwrap_or(i64::MAX),
        cut: found.cut,
        letters,
    })
}

/// Takes the contents out of those that wait; another process may have taken some.
async fn taken(tx: &mut Tx, tenant: TenantId, made: &[Made]) -> Result<BTreeSet<(String, String)>> {
    let mut by_type: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in made {
        by_type.entry(&one.resource_type).or_default().push(&one.content_hash);
    }
    let mut taken = BTreeSet::new();
    for (kind, hashes) in by_type {
        for chunk in hashes.chunks(CHUNK) {
            let take = sql("delete from setting_waiting where tenant_id = $1 and resource_type = $2")
                .bind(tenant)
                .bind(kind)
                .push_in(" and content_hash in ", chunk.iter().copied());
            taken.extend(tx.all::<(String, String)>(take.push(" returning resource_type, content_hash")).await?);
        }
    }
    Ok(taken)
}

/// Adds the letters of contents to the buckets of their blocks.
async fn write_letters(tx: &mut Tx, (tenant, workspace): (TenantId, WorkspaceId), made: &[(i64, &Made)]) -> Result<()> {
    let mut blocks: BTreeMap<i64, BTreeMap<i64, Bucket>> = BTreeMap::new();
    let mut begun: BTreeSet<i64> = BTreeSet::new();
    for (number, one) in made {
        let block = blocks.entry(number / BLOCK).or_insert_with(|| {
            if number % BLOCK != 0 {
                begun.insert(number / BLOCK);
            }
            BTreeMap::new()
        });
        let member = u8::try_from(number % BLOCK).unwrap_or_default();
        for letters in &one.letters {
            let members: &mut Members = block.entry(bucket_of(*letters)).or_default().entry(*letters).or_default();
            members.add(member);
        }
    }
    for (block, mut buckets) in blocks {
        if begun.contains(&block) {
            let keys: Vec<i64> = buckets.keys().copied().collect();
            for chunk in keys.chunks(CHUNK) {
                let before = sql("select bucket, contents from setting_letters where tenant_id = $1 and block = $2")
                    .bind(tenant)
                    .bind(block)
                    .push_in(" and bucket in ", chunk.iter().copied());
                for (bucket, bytes) in tx.all::<(i64, Vec<u8>)>(before).await? {
                    read(&bytes, buckets.entry(bucket).or_default())?;
                }
            }
        }
        let all: Vec<(i64, Vec<u8>)> = buckets.iter().map(|(bucket, letters)| (*bucket, stored(letters))).collect();
        for chunk in all.chunks(CHUNK) {
            let mut write = sql("insert into setting_letters (tenant_id, bucket, block, workspace_id, contents) values ");
            for (i, (bucket, bytes)) in chunk.iter().enumerate() {
                write = write
                    .push_bind(if i == 0 { "(" } else { ", (" }, tenant)
                    .push_bind(", ", *bucket)
                    .push_bind(", ", block)
                    .push_bind(", ", workspace)
                    .push_bind(", ", bytes.clone())
                    .push(")");
            }
            tx.exec(write.push(" on conflict (tenant_id, bucket, block) do update set contents = excluded.contents")).await?;
        }
    }
    Ok(())
}
