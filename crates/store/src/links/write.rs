//! Keeping the links of contents.

use model::ids::{TenantId, WorkspaceId};
use model::json::Json;
use model::links::{Link, links};
use model::resource_types;
use uuid::Uuid;

use crate::db::{Result, Tx};
use crate::sql::sql;

/// Rows per statement; see `blobs`.
const CHUNK: usize = 40;

/// The links of a content.
pub(crate) type Made = Vec<Link>;

/// The links of a content, made before the transaction begins. What is no JSON, or of a type that is not known, has none: who looks at it is told.
pub(crate) fn made(resource_type: &str, text: &str) -> Made {
    match (resource_types::find(resource_type), Json::parse(text.as_bytes())) {
        (Some(kind), Ok(content)) => links(kind, &content),
        _ => Made::new(),
    }
}

/// Puts the links of items in the place of those that they had. `had`: the items that may have had some.
pub(crate) async fn replace(
    tx: &mut Tx,
    (workspace, tenant): (WorkspaceId, TenantId),
    items: &[(Uuid, &Made)],
    had: impl Iterator<Item = Uuid>,
) -> Result<()> {
    forget(tx, &had.collect::<Vec<_>>()).await?;
    let numbered = items.iter().flat_map(|(item, made)| (0_i64..).zip(made.iter()).map(|(number, link)| (*item, number, link)));
    let all: Vec<(Uuid, i64, &Link)> = numbered.collect();
    for chunk in all.chunks(CHUNK) {
        let mut insert = sql("insert into object_links (item_id, number, workspace_id, tenant_id, kind, to_type, to_id, pointer,
          assignment) values ");
        for (i, (item, number, link)) in chunk.iter().enumerate() {
            insert = insert
                .push_bind(if i == 0 { "(" } else { ", (" }, *item)
                .push_bind(", ", *number)
                .push_bind(", ", workspace)
                .push_bind(", ", tenant)
                .push_bind(", ", link.kind.code())
                .push_bind(", ", link.to.resource_type.as_str())
                .push_bind(", ", link.to.id.as_str())
                .push_bind(", ", link.pointer.as_str())
                .push_bind(", ", link.assignment.and_then(|at| i64::try_from(at).ok()))
                .push(")");
        }
        tx.exec(insert).await?;
    }
    Ok(())
}

/// Removes the links of items that are gone.
pub(crate) async fn forget(tx: &mut Tx, items: &[Uuid]) -> Result<()> {
    for chunk in items.chunks(CHUNK) {
        tx.exec(sql("delete from object_links where item_id in ").push_in("", chunk.iter().copied())).await?;
    }
    Ok(())
}
