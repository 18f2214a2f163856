//! Restores that are made from a restore: what failed once more, and back to what was before.

use model::access::can;
use model::audit::{Action as Done, AuditEntry};
use model::ids::RestoreId;
use model::restore::{Inverse, Outcome, Part, Purpose, RestoreState, Source, inverse};

use super::Restores;
use super::choose::{Taken, take};
use super::create::{Draft, insert};
use super::row::{Restore, RestoreItem};
use super::state;
use crate::access::Permit;
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

impl Restores<'_> {
    /// Makes a draft of the items of a restore that are not as they were wanted, with what references become; it is checked, previewed
    /// and confirmed like any other. What waits for an approval is among them.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`]; [`StoreError::Conflict`] when the restore is not over, or nothing of it failed.
    pub async fn retry(&self, permit: &Permit<can::RestoreExecute>, id: RestoreId) -> Result<RestoreId> {
        const MAPPINGS: &str = "insert into restore_mappings (restore_id, resource_type, source_id, workspace_id, tenant_id, name, uses,
            narrowing, droppable, target, origin, suggested, decided_by, decided_at)
          select $2, resource_type, source_id, workspace_id, tenant_id, name, uses, narrowing, droppable, target, origin, suggested,
            decided_by, decided_at from restore_mappings where restore_id = $1";
        let grant = permit.grant();
        let parent = self.over(permit, id).await?;
        let items = self.all_items(grant, id).await?;
        let again = |item: &&RestoreItem| match item.outcome {
            Some(Outcome::Verified) => false,
            // Whatever was in its way may be gone.
            Some(Outcome::Skipped) => item.code.is_some() && item.action.is_some_and(model::restore::Action::writes),
            _ => item.action.is_some_and(model::restore::Action::writes),
        };
        // One that was made and is not as it was wanted is known by its id.
        let taken: Vec<Taken> = items
            .iter()
            .filter(again)
            .map(|item| Taken {
                resource_type: item.resource_type.clone(),
                source_id: item.source_id.clone(),
                name: item.name.clone(),
                wanted: item.wanted.clone(),
                version: item.version,
                part: item.part.clone(),
                said_target: item.result_id.clone().or_else(|| item.said_target.clone()),
            })
            .collect();
        if taken.is_empty() {
            return Err(StoreError::Conflict("nothing of this restore failed"));
        }
        let mut tx = self.0.db().write(grant.reach()).await?;
        let draft = Draft {
            name: &format!("Retry of {}", parent.name),
            purpose: Purpose::Retry,
            source: parent.source,
            words: &parent.source_words,
            source_tenant: parent.source_tenant,
            parent: Some(id),
        };
        let child = insert(&mut tx, grant, &draft).await?;
        let mut held = state::hold(&mut tx, grant, child).await?;
        take(&mut tx, grant, child, &taken).await?;
        tx.exec(sql(MAPPINGS).bind(id).bind(child)).await?;
        // What another item of the parent made is an object by now, and was decided by whoever confirmed that.
        for item in items.iter().filter(|item| item.result_id.is_some()) {
            let planned = serde_json::json!(model::restore::Target::Planned { item: item.number });
            let made = serde_json::json!(model::restore::Target::Object { id: item.result_id.clone().unwrap_or_default() });
            let set = sql("update restore_mappings set target = $3, origin = 'person' where restore_id = $1 and target = $2");
            tx.exec(set.bind(child).bind(planned).bind(made)).await?;
        }
        held.back_to(&mut tx, RestoreState::Scoped).await?;
        tx.commit(grant.actor(), AuditEntry::done(Done::RestoreRetry).on("restore", child.uuid())).await?;
        Ok(child)
    }

    /// Makes a draft that puts back what was there before a restore: what was changed gets its previous content, what was removed is made
    /// anew. `with_made`: what was made is removed, too.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`]; [`StoreError::Conflict`] when the restore is not over, or there is nothing to undo.
    pub async fn undo(&self, permit: &Permit<can::RestoreExecute>, id: RestoreId, with_made: bool) -> Result<RestoreId> {
        let grant = permit.grant();
        let parent = self.over(permit, id).await?;
        let items = self.all_items(grant, id).await?;
        let taken: Vec<Taken> = items.iter().filter_map(|item| undone(item, with_made)).collect();
        if taken.is_empty() {
            return Err(StoreError::Conflict("there is nothing to undo"));
        }
        let mut tx = self.0.db().write(grant.reach()).await?;
        let draft = Draft {
            name: &format!("Undo of {}", parent.name),
            purpose: Purpose::Undo,
            source: Source::Undo { restore: id },
            words: &format!("What was there before “{}”", parent.name),
            source_tenant: grant.tenant_id(),
            parent: Some(id),
        };
        let child = insert(&mut tx, grant, &draft).await?;
        let mut held = state::hold(&mut tx, grant, child).await?;
        take(&mut tx, grant, child, &taken).await?;
        held.back_to(&mut tx, RestoreState::Scoped).await?;
        tx.commit(grant.actor(), AuditEntry::done(Done::RestoreUndo).on("restore", child.uuid())).await?;
        Ok(child)
    }

    /// A restore of which nothing more comes.
    async fn over(&self, permit: &Permit<can::RestoreExecute>, id: RestoreId) -> Result<Restore> {
        let restore = self.one(permit.grant(), id).await?;
        if restore.state.is_over() && restore.executions > 0 {
            Ok(restore)
        } else {
            Err(StoreError::Conflict("the restore was not executed, or is not over"))
        }
    }
}

/// What undoes an item.
fn undone(item: &RestoreItem, with_made: bool) -> Option<Taken> {
    item.action?;
    let taken = |source_id: String, wanted: Option<String>, said_target: Option<String>| Taken {
        resource_type: item.resource_type.clone(),
        source_id,
        name: item.name.clone(),
        wanted,
        version: None,
        part: Part::Whole,
        said_target,
    };
    match inverse(&item.planned(), item.outcome?, item.result_id.as_deref()) {
        Inverse::Nothing => None,
        Inverse::PutBack { id } => item.before.clone().map(|before| taken(id.clone(), Some(before), Some(id))),
        Inverse::MakeAnew => {
            let before = item.before.clone()?;
            Some(taken(item.target_id.clone().unwrap_or_else(|| item.source_id.clone()), Some(before), None))
        }
        Inverse::Remove { id } => with_made.then(|| taken(id.clone(), None, Some(id))),
    }
}
