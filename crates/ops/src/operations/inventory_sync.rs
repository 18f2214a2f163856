//! Inventory sync: per collection list → complete each object → write what was seen → coverage.
//!
//! - A type that cannot be read is a failure of that type only: its items stay, nothing becomes missing.
//! - One object that cannot be read is a failure of that object only: it was in the list, so it is still there.
//! - Objects flow through in small portions: memory does not grow with the tenant.
//! - The run's items are the resource types. A later attempt skips the collections that an earlier one went through; writing an
//!   object again changes nothing.

mod pending;
mod read;

use model::failure::{Code, Failure};
use model::operations::inventory_sync::Arguments;
use model::resource_types::{self, Collection, ResourceType};
use model::run::{CountKey, NewEvent, NewItem};
use outbound::graph::GraphSession;
use store::TypeList;

use crate::context::Context;
use crate::halt::Halt;
use pending::{Pending, Traffic};

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let arguments: Arguments =
        serde_json::from_value(context.run.context.clone()).map_err(|_| Failure::new(Code::RunContextMissing))?;
    let selected = arguments
        .types()
        .map(|key| resource_types::find(key).ok_or(Failure::new(Code::ResourceTypeUnknown)))
        .collect::<Result<Vec<_>, _>>()?;
    let recorded = context.recorded().await?;
    let traffic = Traffic::before(&context.counts);
    context.counts.set(CountKey::Total, i64::try_from(selected.len()).unwrap_or(i64::MAX));
    let session = context.connect().await?;
    context.or_stop(session.check()).await??;
    let mut dead: Option<Failure> = None;
    for collection in resource_types::collections(selected.iter().copied()) {
        if collection.types.iter().all(|t| recorded.contains_key(&t.key)) {
            continue;
        }
        context.checkpoint()?;
        context.phase(format!("Reading {}.", words(&collection)));
        let mut pending = Pending::default();
        let read = match &dead {
            // The connection itself is refused: asking again would only be refused again.
            Some(failure) => Err(Halt::Failure(failure.clone())),
            None => whole(context, &session, &traffic, &mut pending, &collection).await,
        };
        let items: Vec<NewItem> = match read {
            Ok(()) => collection.types.iter().map(|t| NewItem::succeeded(t.key.as_str())).collect(),
            Err(Halt::Failure(failure)) if failure.code() != Code::StoreUnavailable => {
                failed(context, &mut pending, &collection, &failure).await?;
                let code = failure.code();
                if matches!(code, Code::GraphUnauthorized | Code::CredentialsInvalid) {
                    dead = Some(failure);
                }
                collection.types.iter().map(|t| NewItem::failed(t.key.as_str(), code)).collect()
            }
            Err(halt) => return Err(halt),
        };
        pending.settle(context);
        traffic.update(context, &session);
        context.record(items).await?;
    }
    if context.failures.is_empty() {
        context.store.inventory().run_was_clean(&context.scope).await?;
    }
    Ok(())
}

/// Reads a collection to its end and records it as complete.
async fn whole(
    context: &mut Context,
    session: &GraphSession,
    traffic: &Traffic,
    pending: &mut Pending,
    collection: &Collection,
) -> Result<(), Halt> {
    let from = context.store.now().await?;
    let list = read::collection(context, session, traffic, pending, collection).await?;
    for resource_type in &collection.types {
        let objects = list.objects.get(resource_type.key.as_str()).copied().unwrap_or(0);
        let complete = TypeList { resource_type: &resource_type.key, from, objects, pages: list.pages };
        let missing = context.store.inventory().type_complete(&context.scope, complete).await?;
        pending.add(CountKey::Missing, missing);
    }
    Ok(())
}

/// Records that the types of a collection could not be read.
async fn failed(context: &mut Context, pending: &mut Pending, collection: &Collection, failure: &Failure) -> Result<(), Halt> {
    for resource_type in &collection.types {
        context.store.inventory().type_failed(&context.scope, &resource_type.key, failure.code()).await?;
        pending.failure(failure, &resource_type.key);
        let words = format!("{} could not be read. {}", resource_type.label, failure.message());
        context.event(NewEvent::error("type_failed", words));
    }
    Ok(())
}

fn words(collection: &Collection) -> String {
    let label = |resource_type: &&'static ResourceType| resource_type.label.clone();
    collection.types.iter().map(label).collect::<Vec<_>>().join(", ")
}
