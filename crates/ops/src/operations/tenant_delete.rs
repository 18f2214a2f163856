//! Tenant deletion: removes what is recorded of a tenant in small parts, with a checkpoint between them, and the tenant last. An attempt
//! that was interrupted is gone on with: what is gone stays gone, and the tenant cannot be used meanwhile.

use model::failure::{Code, Failure};
use model::operations::tenant_delete::Arguments;
use model::run::CountKey;
use store::StoreError;

use crate::context::Context;
use crate::halt::Halt;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let wish = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    context.phase("Removing all that is recorded of the tenant.".to_owned());
    let mut place = 0;
    loop {
        context.checkpoint()?;
        let removed = match context.store.tenants().remove_part(&context.scope, wish.tenant, place).await {
            // It was taken out of the archive again, or something is at work in it, since this was asked for.
            Err(StoreError::Conflict(_)) => return Err(Failure::new(Code::TenantInUse).into()),
            removed => removed?,
        };
        context.counts.add(CountKey::Deleted, removed.rows);
        context.report().await?;
        let Some(next) = removed.next else { return Ok(()) };
        place = next;
    }
}
