//! Backup verification: a portion of contents after the other; the cursor is the last object that was looked at.

use model::failure::{Code, Failure};
use model::ids::InventoryItemId;
use model::label::Labelled as _;
use model::operations::backup_set_verify::Arguments;
use model::run::{CountKey, NewEvent};
use store::StoreError;

use crate::context::Context;
use crate::halt::Halt;

/// Contents that are named in the timeline; the set's page names all.
const NAMED: i64 = 20;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let wish = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    let total = match context.store.backups().to_verify(&context.scope, wish.set).await {
        Err(StoreError::NotVisible) => return Err(Failure::new(Code::BackupGone).into()),
        total => total?,
    };
    context.counts.set(CountKey::Total, total);
    context.phase("Reading the contents of the set.".to_owned());
    let mut after: Option<InventoryItemId> = context.cursor.as_deref().and_then(|text| text.parse().ok());
    loop {
        context.checkpoint()?;
        let mut portion = context.store.backups().verify(&context.scope, wish.set, after).await?;
        if portion.last.is_none() {
            // A set was captured or imported: of the two lists one is empty.
            portion = context.store.backups().verify_imported(&context.scope, wish.set, after).await?;
        }
        let Some(last) = portion.last else { break };
        let wrong = i64::try_from(portion.wrong.len()).unwrap_or(i64::MAX);
        for (problem, resource_type, name) in portion.wrong {
            if context.counts.get(CountKey::Failed).unwrap_or(0) < NAMED {
                let words = format!("{}: {name} ({resource_type}).", problem.badge().word);
                context.event(NewEvent::error("content_corrupt", words));
            }
            context.failure(&Failure::new(Code::ContentCorrupt), &resource_type);
        }
        context.counts.add(CountKey::Processed, portion.checked);
        context.counts.add(CountKey::Succeeded, portion.checked - wrong);
        context.counts.add(CountKey::Failed, wrong);
        after = Some(last);
        // What is counted and where to go on are written together: nothing is counted twice.
        context.report_now(Some(last.to_string())).await?;
    }
    match context.store.backups().verified(&context.scope, wish.set).await {
        Err(StoreError::NotVisible) => Err(Failure::new(Code::BackupGone).into()),
        found => found.map(|_| ()).map_err(Halt::from),
    }
}
