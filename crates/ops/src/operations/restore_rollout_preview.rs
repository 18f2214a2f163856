//! Preview for many tenants: checks each restore of a rollout that was not carried out and starts its preview, with the rights of whoever
//! asked for it.

use model::access::can;
use model::failure::{Code, Failure};
use model::operations::restore_rollout_preview::Arguments;
use model::restore::RestoreState;
use model::run::{CountKey, NewItem, Started};
use store::access::SignedIn;
use store::{RolloutTarget, StoreError};

use crate::context::Context;
use crate::halt::Halt;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let wish = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    let (rollout, targets) = context.store.rollouts().for_run(&context.scope, wish.rollout).await?;
    if !rollout.state.is_open() {
        // Confirmed or ended since: another preview now would be another plan than the one that is carried out.
        return Err(Failure::new(Code::RestoreChanged).into());
    }
    context.counts.set(CountKey::Total, targets.len() as i64);
    context.phase("Checking the restores and starting their previews.".to_owned());
    let done = context.recorded().await?;
    for target in targets {
        let key = target.restore.map_or_else(|| format!("removed {}", target.number), |restore| restore.to_string());
        if done.contains_key(&key) {
            continue;
        }
        context.checkpoint()?;
        // Asked anew for each: who loses a right half-way does nothing more with it.
        let Some(who) = context.store.access().initiator(&context.scope).await? else {
            return Err(Failure::new(Code::InitiatorNotEntitled).into());
        };
        let item = match one(context, &who, &target).await {
            Ok(true) => NewItem::succeeded(key),
            Ok(false) => NewItem::skipped(key, Code::RunUnchanged),
            Err(StoreError::Conflict(_)) => NewItem::failed(key, Code::RestoreChanged),
            Err(StoreError::NotVisible | StoreError::Forbidden(_)) => NewItem::failed(key, Code::InitiatorNotEntitled),
            Err(error) => return Err(error.into()),
        };
        if let Some(code) = item.code.filter(|code| *code != Code::RunUnchanged) {
            context.failure(&Failure::new(code), &item.key);
        }
        context.record(vec![item]).await?;
    }
    Ok(())
}

/// Whether its preview was started; of what was executed or given up there is none.
async fn one(context: &Context, who: &SignedIn, target: &RolloutTarget) -> Result<bool, StoreError> {
    let (Some(tenant), Some(id)) = (target.tenant, target.restore) else { return Ok(false) };
    let (access, restores) = (context.store.access(), context.store.restores());
    let scope = access.tenant(who, tenant).await?;
    let permit = scope.permit::<can::RestoreExecute>()?;
    let mut restore = restores.find(&scope, id).await?;
    if !restore.state.is_editable() {
        return Ok(false);
    }
    if matches!(restore.state, RestoreState::Draft | RestoreState::Scoped) {
        let from = restore.source_tenant.ok_or(StoreError::Conflict("the tenant of the source was removed"))?;
        let from = access.tenant(who, from).await?;
        restores.check(&permit, &from, id, restore.revision).await?;
        restore = restores.find(&scope, id).await?;
    }
    match restores.start_preview_within(&context.scope, &permit, id, restore.revision).await? {
        Started::Accepted(_) | Started::Deduplicated(_) => Ok(true),
        Started::Blocked(_) | Started::ScopeBusy(_) => Err(StoreError::Conflict("its preview cannot be started")),
    }
}
