//! Baseline follow: brings the baselines that follow a tenant up to what it has now, each in a transaction of its own.

use model::failure::{Code, Failure};
use model::run::{CountKey, NewEvent, NewItem};
use store::Followed;

use crate::context::Context;
use crate::halt::Halt;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let followers = context.store.baselines().followers(&context.scope).await?;
    context.counts.set(CountKey::Total, i64::try_from(followers.len()).unwrap_or(i64::MAX));
    let done = context.recorded().await?;
    for (baseline, name) in followers {
        let key = baseline.to_string();
        if done.contains_key(&key) {
            continue;
        }
        context.checkpoint()?;
        let item = match context.store.baselines().follow_on(&context.scope, baseline).await? {
            Followed::Version { number, items } => {
                context.counts.add(CountKey::Created, 1);
                context.event(NewEvent::info("version", format!("“{name}” has version {number} now, with {items} objects.")));
                NewItem::succeeded(key)
            }
            Followed::Same => {
                context.counts.add(CountKey::Unchanged, 1);
                NewItem::succeeded(key)
            }
            Followed::Draft => NewItem::skipped(key, Code::BaselineHasDraft),
            Followed::NoLonger => NewItem::skipped(key, Code::RunSuperseded),
            Followed::TooLarge => {
                context.failure(&Failure::new(Code::BaselineTooLarge), &key);
                NewItem::failed(key, Code::BaselineTooLarge)
            }
        };
        context.record(vec![item]).await?;
    }
    Ok(())
}
