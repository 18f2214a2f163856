//! Which handler does which operation. A type without one does not compile.

use model::operations::Operation;

use crate::context::Context;
use crate::halt::Halt;
#[cfg(feature = "testing")]
use crate::operations::probe;
use crate::operations::{
    bulk_action, directory_role_definitions_sync, entra_group_sync, inventory_sync, operation_runs_retention,
    provider_connection_check,
};

/// Does the work of a run to its end. How it ended follows from its figures and failures.
pub(crate) async fn execute(operation: Operation, context: &mut Context) -> Result<(), Halt> {
    match operation {
        Operation::InventorySync => inventory_sync::run(context).await,
        Operation::OperationRunsRetention => operation_runs_retention::run(context).await,
        Operation::BulkAction => bulk_action::run(context).await,
        Operation::EntraGroupSync => entra_group_sync::run(context).await,
        Operation::DirectoryRoleDefinitionsSync => directory_role_definitions_sync::run(context).await,
        Operation::ProviderConnectionCheck => provider_connection_check::run(context).await,
        #[cfg(feature = "testing")]
        Operation::Probe(_) => probe::run(context).await,
    }
}
