//! Restore to many tenants: starts the restores of a ring, waits for them in the queue, and begins the next ring when all of them came out
//! as planned. Holds no worker while it waits. Each step is one transaction of the store, which decides; an attempt that goes on after one
//! that was lost finds what was begun by its records.

use std::time::Duration;

use model::failure::{Code, Failure};
use model::operations::restore_rollout::Arguments;
use model::rollout::Standing;
use model::run::{CountKey, NewEvent, NewItem};
use store::{RolloutStep, RolloutTarget, StoreError};

use crate::context::Context;
use crate::halt::Halt;

/// It looks by itself this often, should it not hear that its last child ended: child and parent that commit at the same moment do not see
/// each other.
pub(crate) const LOOKS_EVERY: Duration = Duration::from_secs(60);

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let wish = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    loop {
        context.checkpoint()?;
        let step = match context.store.rollouts().advance(&context.scope, wish.rollout).await {
            Err(StoreError::Conflict(_) | StoreError::NotVisible) => return Err(Failure::new(Code::RestoreChanged).into()),
            step => step?,
        };
        let (_, targets) = context.store.rollouts().for_run(&context.scope, wish.rollout).await?;
        context.counts.set(CountKey::Total, targets.len() as i64);
        record(context, &targets, matches!(step, RolloutStep::Stopped { .. })).await?;
        match step {
            RolloutStep::Began { ring, restores } => {
                context.event(NewEvent::info("ring", format!("Ring {ring}: {restores} restores started.")));
                context.report_now(None).await?;
            }
            RolloutStep::Waits { ring } => return Err(Halt::Children(format!("Waiting for the restores of ring {ring}."))),
            RolloutStep::Stopped { ring } => {
                let words = format!("Ring {ring} did not come out as planned. Nothing of the rings after it was started.");
                context.event(NewEvent::warning("stopped", words));
                return Err(Failure::new(Code::RolloutStopped).with("ring", i64::from(ring)).into());
            }
            RolloutStep::Done => return Ok(()),
        }
    }
}

/// Records what is over, once for each tenant; `stopped`: also what was not come to.
async fn record(context: &mut Context, targets: &[RolloutTarget], stopped: bool) -> Result<(), Halt> {
    let done = context.recorded().await?;
    let mut items = Vec::new();
    for target in targets {
        let key = target.restore.map_or_else(|| format!("removed {}", target.number), |restore| restore.to_string());
        if done.contains_key(&key) {
            continue;
        }
        let code = target.code.as_deref().map_or(Code::RestoreNotAsPlanned, Code::from_code);
        match target.standing {
            Standing::Good => items.push(NewItem::succeeded(key)),
            Standing::Bad => {
                context.failure(&Failure::new(code), &key);
                items.push(NewItem::failed(key, code));
            }
            Standing::LeftOut => items.push(NewItem::skipped(key, Code::RunUnchanged)),
            Standing::Ready | Standing::Open if stopped => items.push(NewItem::skipped(key, Code::RolloutStopped)),
            Standing::Ready | Standing::Open | Standing::Active | Standing::Unknown => {}
        }
    }
    if items.is_empty() { Ok(()) } else { context.record(items).await }
}
