//! What both kinds of backup do: read, as a sync does, and then seal the set in one transaction.
//!
//! - The set is there from the beginning and says that it is being captured; it gets what it holds, its certificate and its status
//!   together. Killed anywhere, it is visibly unfinished, and the next attempt goes on behind the types that are recorded.
//! - Everything is read unless the wish says that unchanged lists are trusted: a backup holds what is there, and not what a list makes
//!   believe.
//! - A type that cannot be read makes the set partial. Nothing of it counts as removed, and earlier sets stay as they are.

use std::collections::BTreeSet;

use model::backup::{BackupStatus, Selection};
use model::failure::{Code, Failure};
use model::ids::BackupSetId;
use model::operations::inventory_sync;
use model::run::NewEvent;

use super::inventory_sync::read;
use crate::context::Context;
use crate::halt::Halt;

/// The cursor of a run whose set is sealed, with what there is to tell of it.
const TOLD: &str = "sealed";

/// Captures a set.
pub(super) async fn capture(
    context: &mut Context,
    selection: &Selection,
    trust_list: bool,
    name: &str,
) -> Result<BackupSetId, Halt> {
    let set = context.store.backups().open(&context.scope, selection, name).await?;
    // An earlier attempt came to the end and did not get to say so.
    if context.cursor.as_deref() == Some(TOLD) {
        return Ok(set.id);
    }
    if set.status == BackupStatus::Capturing {
        let of_items = match selection {
            Selection::Items { items } => context.store.backups().types_of(&context.scope, items).await?,
            _ => BTreeSet::new(),
        };
        let arguments = inventory_sync::Arguments::of_selection(selection.types(&of_items));
        let arguments = arguments.map_err(|_| Failure::new(Code::RunContextMissing))?;
        read(context, &arguments.reading_everything(!trust_list)).await?;
        context.checkpoint()?;
        context.phase("Sealing the backup set.".to_owned());
        context.report_now(None).await?;
    }
    let sealed = context.store.backups().seal(&context.scope).await?;
    let words = match sealed.status {
        BackupStatus::Complete => format!("The backup set is complete: {} objects.", sealed.items),
        BackupStatus::Partial => {
            let (items, left_out, named) = (sealed.items, sealed.left_out, sealed.missing);
            format!("The backup set is partial: {items} objects. Known and not in it: {left_out}; named as missing: {named}.")
        }
        _ => "Nothing could be captured.".to_owned(),
    };
    let event = if sealed.status == BackupStatus::Complete { NewEvent::info } else { NewEvent::warning };
    context.event(event("backup_sealed", words));
    if sealed.status == BackupStatus::Partial {
        context.failure(&Failure::new(Code::BackupIncomplete), &sealed.id.to_string());
    }
    // Told once: the line of the timeline, the failure and the cursor are written together.
    context.report_now(Some(TOLD.to_owned())).await?;
    Ok(sealed.id)
}
