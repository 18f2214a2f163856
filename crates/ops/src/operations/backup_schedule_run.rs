//! Scheduled backup: captures a set by itself, with no run below it; what follows is started by the transaction that ends it.

use model::failure::{Code, Failure};
use model::operations::backup_schedule_run::Arguments;

use super::backup::capture;
use crate::context::Context;
use crate::halt::Halt;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let wish = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    capture(context, &wish.selection, wish.trust_list, "").await?;
    Ok(())
}
