//! Policy snapshot: reads one object of the inventory fresh with all its details, and writes a version when it differs.
//!
//! An object that Microsoft no longer has leaves no version: only a complete list of its type tells that something disappeared.

use model::failure::{Code, Failure};
use model::operations::policy_capture_snapshot::Arguments;
use model::resource_types;
use model::run::{CountKey, NewEvent, NewItem};

use super::directory::Traffic;
use super::inventory_sync::one;
use crate::context::Context;
use crate::halt::Halt;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let Arguments { item } = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    let key = item.to_string();
    context.counts.set(CountKey::Total, 1);
    if context.recorded().await?.contains_key(&key) {
        return Ok(());
    }
    let named = context.store.inventory().named(&context.scope, item).await?.ok_or(Failure::new(Code::RunContextMissing))?;
    let kind = resource_types::find(&named.resource_type).ok_or(Failure::new(Code::ResourceTypeUnknown))?;
    let session = context.connect().await?;
    let mut traffic = Traffic::of(&context.counts, &session);
    context.or_stop(session.check()).await??;
    context.phase(format!("Reading “{}”.", named.name));
    let asked = context.store.now().await?;
    let read = one::read(&session, kind, &named.object_id, named.odata_type.as_deref(), asked);
    let read = context.or_stop(read).await?;
    traffic.update(context, &session);
    let done = match read {
        Ok(object) => {
            let effect = context.store.inventory().observe(&context.scope, vec![object]).await?;
            context.counts.add(CountKey::Items, 1);
            context.counts.add(CountKey::Updated, effect.updated + effect.created);
            context.counts.add(CountKey::Unchanged, effect.unchanged);
            let words =
                if effect.unchanged > 0 { "Unchanged: no version was written." } else { "It differs: a version was written." };
            context.event(NewEvent::info("captured", words));
            NewItem::succeeded(key)
        }
        Err(failure) if failure.code().is_of_connection() => return Err(failure.into()),
        Err(failure) => {
            if failure.code() == Code::GraphNotFound {
                let words = "Microsoft no longer has it. The next complete sync of its type records that it disappeared.";
                context.event(NewEvent::warning("gone", words));
            }
            context.failure(&failure, &named.name);
            NewItem::failed(key, failure.code())
        }
    };
    context.record(vec![done]).await
}
