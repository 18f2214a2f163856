//! The links of items that were there before links were kept, or whose links were made in another form.

use model::ids::{TenantId, WorkspaceId};
use model::links::form;
use uuid::Uuid;

use super::{Links, Made, made, replace};
use crate::blobs;
use crate::db::Result;
use crate::reach::Reach;
use crate::sql::sql;

/// Bytes of contents, as they are stored, that are read together.
const MOST_BYTES: i64 = 8 << 20;

#[derive(sqlx::FromRow)]
struct Waiting {
    id: Uuid,
    resource_type: String,
    content_hash: String,
    absent: bool,
    packed: Option<i64>,
}

impl Waiting {
    /// What is gone, or damaged, refers to nothing.
    fn made(&self, stored: &blobs::Stored) -> Made {
        let text = if self.absent { String::new() } else { stored.text(&self.content_hash).unwrap_or_default() };
        made(&self.resource_type, &text)
    }
}

impl Links<'_> {
    /// Makes the links of up to `most` items of one tenant, of those whose links were not made in the form of this version; how many
    /// items it looked at. Any number of processes may: a sync that writes an item meanwhile makes its links itself.
    ///
    /// # Errors
    /// When the database refuses; nothing was written then.
    pub async fn relink(&self, most: u32) -> Result<u32> {
        // Two ranges of the index, in place of "is not".
        const BEFORE: &str =
            "select tenant_id, workspace_id from inventory_items where links_form < $1 order by links_form limit 1";
        const AFTER: &str =
            "select tenant_id, workspace_id from inventory_items where links_form > $1 order by links_form desc limit 1";
        const NEXT: &str = "select i.id, i.resource_type, i.content_hash, i.absent,
            cast(coalesce(b.packed_size, length(b.bytes)) as bigint) as packed from inventory_items i
          left join blobs b on b.workspace_id = i.workspace_id and b.hash = i.content_hash
          where i.tenant_id = $1 and i.links_form <> $2 order by i.id limit $3";
        // Holds the row: a sync that writes it waits, and one that has written it is left alone.
        const TAKE: &str = "update inventory_items set links_form = $3
          where id = $1 and content_hash = $2 and absent = $4 and links_form <> $3 returning id";
        let mut db = self.0.db().read(&Reach::system()).await?;
        let mut tenant: Option<(Uuid, Uuid)> = db.optional(sql(BEFORE).bind(form())).await?;
        if tenant.is_none() {
            tenant = db.optional(sql(AFTER).bind(form())).await?;
        }
        let Some((tenant, workspace)) = tenant else {
            db.end().await?;
            return Ok(0);
        };
        let mut waiting: Vec<Waiting> = db.all(sql(NEXT).bind(tenant).bind(form()).bind(most)).await?;
        let mut room = MOST_BYTES;
        let fits = waiting.iter().take_while(|row| {
            let before = room;
            room = room.saturating_sub(row.packed.unwrap_or(0));
            before > 0
        });
        let fits = fits.count();
        waiting.truncate(fits);
        let there = waiting.iter().filter(|row| !row.absent);
        let hashes: Vec<String> = there.map(|row| row.content_hash.clone()).collect();
        let contents = blobs::stored(&mut db, WorkspaceId::from_uuid(workspace), &hashes).await?;
        db.end().await?;
        let stored = contents.fetch(self.0, &Reach::system()).await?;
        let looked = u32::try_from(waiting.len()).unwrap_or(u32::MAX);
        let all: Vec<(Waiting, Made)> = waiting
            .into_iter()
            .map(|row| {
                let made = row.made(&stored);
                (row, made)
            })
            .collect();
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let mut taken: Vec<(Uuid, &Made)> = Vec::with_capacity(all.len());
        for (row, made) in &all {
            let take = sql(TAKE).bind(row.id).bind(row.content_hash.as_str()).bind(form()).bind(row.absent);
            if tx.optional::<(Uuid,)>(take).await?.is_some() {
                taken.push((row.id, made));
            }
        }
        let of = (WorkspaceId::from_uuid(workspace), TenantId::from_uuid(tenant));
        replace(&mut tx, of, &taken, taken.iter().map(|(id, _)| *id)).await?;
        tx.commit_unaudited("an index of what is there anyway").await?;
        Ok(looked)
    }
}
