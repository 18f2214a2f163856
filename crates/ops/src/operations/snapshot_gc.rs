//! Content clean-up: removes contents to which nothing refers in small batches, with a checkpoint between them.

use model::run::CountKey;

use crate::context::Context;
use crate::halt::Halt;

/// Contents of one transaction: few enough that nobody waits long for the writer of a SQLite file.
const BATCH: u32 = 100;
/// Files of one transaction; each has up to 2,048 parts.
const FILES: u32 = 2;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    context.phase("Removing files with backups whose time is over.".to_owned());
    while context.store.backup_files().expire(&context.scope, FILES).await? == u64::from(FILES) {
        context.checkpoint()?;
    }
    context.phase("Removing reports whose time is over.".to_owned());
    while context.store.reports().expire(&context.scope, FILES).await? == u64::from(FILES) {
        context.checkpoint()?;
    }
    context.phase("Removing contents to which nothing refers.".to_owned());
    let mut after: Option<String> = None;
    loop {
        context.checkpoint()?;
        let removed = context.store.backups().collect(&context.scope, after.as_deref(), BATCH).await?;
        context.counts.add(CountKey::Deleted, removed.contents);
        context.counts.add(CountKey::Bytes, removed.bytes);
        context.report().await?;
        // What was found and stays is looked at tomorrow; there may be more behind it.
        let Some(last) = removed.last else { return Ok(()) };
        after = Some(last);
    }
}
