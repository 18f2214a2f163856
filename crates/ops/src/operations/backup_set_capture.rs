//! Backup: captures a set that somebody asked for.

use model::failure::{Code, Failure};
use model::operations::backup_set_capture::Arguments;

use super::backup::capture;
use super::backup_secrets::fetch;
use crate::context::Context;
use crate::halt::Halt;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let wish = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    let set = capture(context, &wish.selection, wish.trust_list, &wish.name).await?;
    if wish.secrets { fetch(context, set).await } else { Ok(()) }
}
