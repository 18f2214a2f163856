//! Run history retention: removes old runs in small batches, with a checkpoint between them.

use model::run::CountKey;

use crate::context::Context;
use crate::halt::Halt;

/// Runs of one transaction: few enough that nobody waits long for the writer of a SQLite file.
const BATCH: u32 = 100;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    context.phase("Removing old runs.".to_owned());
    loop {
        context.checkpoint()?;
        let removed = context.store.queue().prune(&context.scope, BATCH).await?;
        context.counts.add(CountKey::Deleted, i64::try_from(removed).unwrap_or(i64::MAX));
        context.report().await?;
        if removed < u64::from(BATCH) {
            return Ok(());
        }
    }
}
