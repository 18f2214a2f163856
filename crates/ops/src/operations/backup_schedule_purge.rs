//! Schedule purge: one small transaction.

use model::failure::{Code, Failure};
use model::operations::backup_schedule_purge::Arguments;
use model::run::CountKey;
use store::StoreError;

use crate::context::Context;
use crate::halt::Halt;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let wish = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    match context.store.schedules().purge_now(&context.scope, wish.schedule).await {
        // It was taken out again, or something was started, since this was asked for.
        Err(StoreError::Conflict(_)) => return Err(Failure::new(Code::ScheduleBusy).into()),
        purged => purged?,
    }
    context.counts.set(CountKey::Total, 1);
    context.counts.set(CountKey::Deleted, 1);
    context.report_now(None).await
}
