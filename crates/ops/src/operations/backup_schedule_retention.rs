//! Backup retention: removes sets of a schedule a few at a time, with a checkpoint between them.

use model::failure::{Code, Failure};
use model::operations::backup_schedule_retention::Arguments;
use model::run::{CountKey, NewEvent};

use crate::context::Context;
use crate::halt::Halt;

/// Sets of one transaction: each goes with thousands of rows.
const BATCH: usize = 5;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let wish = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    context.phase("Removing old backup sets.".to_owned());
    loop {
        context.checkpoint()?;
        let (removed, left) = context.store.backups().keep(&context.scope, wish.schedule, wish.retention, BATCH).await?;
        context.counts.add(CountKey::Deleted, i64::try_from(removed.len()).unwrap_or(i64::MAX));
        // Which sets there were is told by this run alone from now on: it is written at once.
        for set in removed {
            let words = format!("Removed “{}” of {} UTC.", set.name, set.started_at.to_utc_words());
            context.event(NewEvent::info("set_removed", words));
        }
        context.report_now(None).await?;
        if left == 0 {
            return Ok(());
        }
    }
}
