//! The names of groups in blocks: a search for a part of a name looks through these few texts first, and then only at the groups of
//! the blocks that hold it. A block may hold a name that is gone; it never lacks one that is there.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::TenantId;

use crate::access::RunScope;
use crate::db::{Result, Tx};
use crate::sql::sql;

/// Groups of one block.
const SIZE: i64 = 128;
/// Blocks per statement.
const CHUNK: usize = 20;

/// The block of the group with that number.
pub(super) const fn of(number: i64) -> i64 {
    number / SIZE
}

/// Writes the texts of these blocks anew.
pub(super) async fn write(tx: &mut Tx, run: &RunScope, tenant: TenantId, blocks: &BTreeSet<i64>) -> Result<()> {
    let blocks: Vec<i64> = blocks.iter().copied().collect();
    for chunk in blocks.chunks(CHUNK) {
        let names = sql("select block, name_key from directory_groups where tenant_id = $1 and deleted_at is null")
            .bind(tenant)
            .push_in(" and block in ", chunk.iter().copied());
        let rows: Vec<(i64, String)> = tx.all(names).await?;
        let mut texts: BTreeMap<i64, String> = chunk.iter().map(|block| (*block, String::new())).collect();
        for (block, name) in rows {
            let text = texts.entry(block).or_default();
            // No name holds a line end, so that no search finds what stands in two of them.
            text.push_str(&name);
            text.push('\n');
        }
        let mut statement = sql("insert into directory_group_names (tenant_id, block, workspace_id, names) values ");
        for (i, (block, text)) in texts.into_iter().enumerate() {
            statement = statement
                .push_bind(if i == 0 { "(" } else { ", (" }, tenant)
                .push_bind(", ", block)
                .push_bind(", ", run.workspace_id())
                .push_bind(", ", text)
                .push(")");
        }
        tx.exec(statement.push(" on conflict (tenant_id, block) do update set names = excluded.names")).await?;
    }
    Ok(())
}
