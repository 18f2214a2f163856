//! Bulk action: run by run, each recorded by itself, so that a later attempt goes on where an earlier one was lost.

use model::failure::{Code, Failure};
use model::ids::RunId;
use model::operations::bulk_action::{Act, Arguments};
use model::run::{CountKey, NewItem, Started};
use store::StoreError;
use store::access::SignedIn;
use store::runs::Again;

use crate::context::Context;
use crate::halt::Halt;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let Arguments { act, runs } = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    context.counts.set(CountKey::Total, i64::try_from(runs.len()).unwrap_or(i64::MAX));
    context.phase(format!("{}: one run after the other.", act.words()));
    let done = context.recorded().await?;
    for id in runs {
        let key = id.to_string();
        if done.contains_key(&key) {
            continue;
        }
        context.checkpoint()?;
        // Asked anew for each: who loses a right half-way does nothing more with it.
        let Some(who) = context.store.access().initiator(&context.scope).await? else {
            return Err(Failure::new(Code::InitiatorNotEntitled).into());
        };
        let item = match one(context, &who, act, id).await {
            Ok(()) => NewItem::succeeded(key),
            Err(StoreError::Conflict(_)) => NewItem::skipped(key, Code::RunUnchanged),
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

fn made(started: Started) -> Result<(), StoreError> {
    match started {
        Started::ScopeBusy(_) => Err(StoreError::Conflict("another operation writes to the tenant")),
        Started::Accepted(_) | Started::Deduplicated(_) | Started::Blocked(_) => Ok(()),
    }
}

async fn one(context: &Context, who: &SignedIn, act: Act, id: RunId) -> Result<(), StoreError> {
    let sight = context.store.access().run(who, id).await?;
    // The parent acts in its own workspace only, whatever its arguments say.
    if sight.workspace_id() != context.run.workspace_id {
        return Err(StoreError::NotVisible);
    }
    let runs = context.store.runs();
    match act {
        Act::Cancel => runs.cancel(&sight).await.map(|_| ()),
        Act::Retry => made(runs.retry_within(&context.scope, &sight, Again::Whole).await?),
        Act::RetryFailed => made(runs.retry_within(&context.scope, &sight, Again::Failed).await?),
    }
}
