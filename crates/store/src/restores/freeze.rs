//! What a preview decided, frozen.

use std::collections::BTreeSet;

use model::ids::RestoreId;
use model::restore::{Action, Hindrance, Reach, RestoreState};
use serde_json::json;

use super::Restores;
use super::choose::keep_contents;
use super::plan::{Through, plan};
use super::reach;
use super::state::hold;
use crate::access::RunScope;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::runs::fenced;
use crate::sql::sql;

/// Rows per statement; see `blobs`.
const CHUNK: usize = 30;

/// What is going to be done with an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedWork {
    /// The item's number. One that is new, because it is in the tenant and not wanted, goes on behind the last.
    pub number: u32,
    /// Key of its resource type.
    pub resource_type: String,
    /// Microsoft's id of it where the wanted state is from; of one that is not wanted, in the tenant.
    pub source_id: String,
    /// What it is called.
    pub name: String,
    /// What is done.
    pub action: Action,
    /// The object of the tenant.
    pub target_id: Option<String>,
    /// Semantic hash of that as it was read.
    pub before_semantic: Option<String>,
    /// Hash of its stored content.
    pub before: Option<String>,
    /// Why nothing is written.
    pub hindrance: Option<Hindrance>,
    /// Numbers of the items that have to be done before.
    pub needs: Vec<u32>,
    /// Objects of the tenant that it may be, by id and name.
    pub suggested: Vec<(String, String)>,
    /// Whom it reaches when it is written.
    pub reach: Option<Reach>,
}

/// A plan that is frozen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// Its hash.
    pub hash: String,
    /// How many items write something.
    pub writes: usize,
}

impl Restores<'_> {
    /// Freezes what the preview of the attempt's run decided, all of it in one transaction, and names it by its hash.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the restore was changed since the preview began; [`StoreError::LeaseLost`] when the attempt no
    /// longer holds its lease. Nothing was written then.
    pub async fn freeze(&self, run: &RunScope, id: RestoreId, revision: i64, work: &[PlannedWork]) -> Result<Frozen> {
        const FREEZE: &str = "update restores set plan_hash = $2, previewed_at = $now, preview_operation_run_id = $3,
            items = (select count(*) from restore_items i where i.restore_id = restores.id) where id = $1";
        const UNWANTED: &str = "delete from restore_items where restore_id = $1 and wanted_hash is null and action is not null";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let mut held = hold(&mut tx, run.grant(), id).await?;
        held.editable(revision)?;
        if !matches!(held.state, RestoreState::Checked | RestoreState::Previewed) {
            return Err(StoreError::Conflict("the checks were not made"));
        }
        if held.purpose == model::restore::Purpose::Restore {
            // What an earlier preview found to be removed.
            tx.exec(sql(UNWANTED).bind(id)).await?;
        }
        add_unwanted(&mut tx, run, id, work).await?;
        for chunk in work.chunks(CHUNK) {
            decide(&mut tx, id, chunk).await?;
        }
        keep_contents(&mut tx, run.grant(), id, work.iter().filter_map(|item| item.before.as_deref())).await?;
        reach::keep(&mut tx, run, id, work).await?;
        held.become_(&mut tx, RestoreState::Previewed).await?;
        let plan = plan(&mut Through::Tx(&mut tx), id).await?;
        let hash = plan.hash();
        tx.exec(sql(FREEZE).bind(id).bind(hash.as_str()).bind(run.run_id())).await?;
        tx.commit_unaudited("a plan that a run made; its confirmation is audited").await?;
        Ok(Frozen { hash, writes: plan.items.iter().filter(|item| item.action.writes()).count() })
    }
}

/// Rows for what is in the tenant and not wanted.
async fn add_unwanted(tx: &mut Tx, run: &RunScope, id: RestoreId, work: &[PlannedWork]) -> Result<()> {
    let known: Vec<(i64,)> = tx.all(sql("select number from restore_items where restore_id = $1").bind(id)).await?;
    let known: BTreeSet<i64> = known.into_iter().map(|(number,)| number).collect();
    let new: Vec<&PlannedWork> = work.iter().filter(|item| !known.contains(&i64::from(item.number))).collect();
    for chunk in new.chunks(CHUNK) {
        let mut insert =
            sql("insert into restore_items (restore_id, number, workspace_id, tenant_id, resource_type, source_id, name,
          part, suggested, needs, stripped) values ");
        for (i, item) in chunk.iter().enumerate() {
            insert = insert
                .push_bind(if i == 0 { "(" } else { ", (" }, id)
                .push_bind(", ", item.number)
                .push_bind(", ", run.workspace_id())
                .push_bind(", ", run.tenant_id())
                .push_bind(", ", item.resource_type.as_str())
                .push_bind(", ", item.source_id.as_str())
                .push_bind(", ", item.name.as_str())
                .push_bind(", ", json!(model::restore::Part::Whole))
                .push_bind(", ", json!([]))
                .push_bind(", ", json!([]))
                .push_bind(", ", json!([]))
                .push(")");
        }
        tx.exec(insert).await?;
    }
    Ok(())
}

async fn decide(tx: &mut Tx, id: RestoreId, chunk: &[PlannedWork]) -> Result<()> {
    const SET: &str =
        ") update restore_items set action = d.action, target_id = d.target_id, before_semantic = d.before_semantic,
        before_hash = d.before_hash, hindrance = d.hindrance, needs = d.needs, suggested = d.suggested
      from d where restore_items.number = d.number and restore_items.restore_id = ";
    let head = "with d(number, action, target_id, before_semantic, before_hash, hindrance, needs, suggested) as (values ";
    let mut statement = sql(head);
    for (i, item) in chunk.iter().enumerate() {
        statement = statement
            .push_bind(if i == 0 { "(" } else { ", (" }, item.number)
            .push_bind(", ", item.action.code())
            .push_bind(", ", item.target_id.clone())
            .push_bind(", ", item.before_semantic.clone())
            .push_bind(", ", item.before.clone())
            .push_bind(", ", item.hindrance.map(Hindrance::code))
            .push_bind(", ", json!(item.needs))
            .push_bind(", ", json!(item.suggested))
            .push(")");
    }
    let touched = tx.exec(statement.push_bind(SET, id)).await?;
    if touched == chunk.len() as u64 { Ok(()) } else { Err(StoreError::Conflict("the restore was changed meanwhile")) }
}
