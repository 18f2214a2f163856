//! Which handler does which operation. A type without one does not compile.

use model::operations::Operation;

use crate::context::Context;
use crate::halt::Halt;
use crate::operations::inventory_sync;
use model::run::Outcome;

/// Does the work of a run; the outcome when it went through to its end.
pub(crate) async fn execute(operation: Operation, context: &mut Context) -> Result<Outcome, Halt> {
    match operation {
        Operation::InventorySync => inventory_sync::run(context).await,
    }
}
