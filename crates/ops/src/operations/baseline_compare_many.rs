//! Baseline compare of many: starts a comparison in each tenant that is held against a baseline, tenant by tenant, each recorded by
//! itself, so that a later attempt goes on where an earlier one was lost.

use model::failure::{Code, Failure};
use model::ids::{BaselineId, TenantId};
use model::operations::{baseline_compare, baseline_compare_many::Arguments};
use model::run::{CountKey, NewItem, Started};
use store::StoreError;
use store::access::SignedIn;

use crate::context::Context;
use crate::halt::Halt;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let Arguments { baseline } = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    let tenants = match context.store.baselines().tenants_to_compare(&context.scope, baseline).await {
        Err(StoreError::NotVisible) => Vec::new(),
        found => found?,
    };
    if tenants.is_empty() {
        return Err(Failure::new(Code::BaselineNotAssigned).into());
    }
    context.counts.set(CountKey::Total, i64::try_from(tenants.len()).unwrap_or(i64::MAX));
    let done = context.recorded().await?;
    for (tenant, version) in tenants {
        let key = tenant.to_string();
        if done.contains_key(&key) {
            continue;
        }
        context.checkpoint()?;
        // Asked anew for each: who loses a right half-way does nothing more with it.
        let Some(who) = context.store.access().initiator(&context.scope).await? else {
            return Err(Failure::new(Code::InitiatorNotEntitled).into());
        };
        let item = match one(context, &who, (baseline, version), tenant).await {
            Ok(Started::Blocked(run)) => {
                let code = run.failures.first().map_or(Code::RunUnchanged, |line| Code::from_code(&line.code));
                NewItem::skipped(key, code)
            }
            Ok(_) => NewItem::succeeded(key),
            Err(StoreError::NotVisible) => NewItem::skipped(key, Code::InitiatorNotEntitled),
            Err(StoreError::Forbidden(capability)) => {
                context.failure(&Failure::new(Code::CapabilityMissing).with("capability", capability), &key);
                NewItem::failed(key, Code::CapabilityMissing)
            }
            Err(error) => return Err(error.into()),
        };
        context.record(vec![item]).await?;
    }
    Ok(())
}

async fn one(context: &Context, who: &SignedIn, baseline: (BaselineId, i64), tenant: TenantId) -> Result<Started, StoreError> {
    let scope = context.store.access().tenant(who, tenant).await?;
    let request = baseline_compare::Arguments { after: None, baseline: Some(baseline) }.request(tenant);
    context.store.runs().start_within(&context.scope, &scope, &request).await
}
