//! Inventory sync: per collection list → complete each object → write what was seen → coverage.
//!
//! - A type that cannot be read is a failure of that type only: its items stay, nothing becomes missing.
//! - One object that cannot be read is a failure of that object only: it was in the list, so it is still there.
//! - Objects flow through in small portions: memory does not grow with the tenant.
//! - A later attempt skips the collections that an earlier one went through; writing an object again changes nothing.

mod progress;
mod read;

use model::failure::{Code, Failure};
use model::operations::inventory_sync::Arguments;
use model::resource_types::{self, Collection};
use model::run::{CountKey, NewEvent, Outcome};
use outbound::graph::GraphSession;
use store::TypeList;

use crate::context::Context;
use crate::halt::Halt;
use progress::Done;

pub(crate) async fn run(context: &mut Context) -> Result<Outcome, Halt> {
    let arguments: Arguments =
        serde_json::from_value(context.run.context.clone()).map_err(|_| Failure::new(Code::RunContextMissing))?;
    let selected = arguments
        .types()
        .map(|key| resource_types::find(key).ok_or(Failure::new(Code::ResourceTypeUnknown)))
        .collect::<Result<Vec<_>, _>>()?;
    let mut done = Done::resume(context);
    context.counts.set(CountKey::Total, i64::try_from(selected.len()).unwrap_or(i64::MAX));
    let session = context.connect().await?;
    context.or_stop(session.check()).await??;
    let mut dead: Option<Failure> = None;
    for collection in resource_types::collections(selected.iter().copied()) {
        if done.has(collection.path) {
            continue;
        }
        context.checkpoint()?;
        context.phase(format!("Reading {}.", words(&collection)));
        let read = match &dead {
            // The connection itself is refused: asking again would only be refused again.
            Some(failure) => Err(Halt::Failure(failure.clone())),
            None => whole(context, &session, &mut done, &collection).await,
        };
        match read {
            Ok(()) => {}
            Err(Halt::Failure(failure)) if failure.code() != Code::StoreUnavailable => {
                failed(context, &collection, &failure).await?;
                if matches!(failure.code(), Code::GraphUnauthorized | Code::CredentialsInvalid) {
                    dead = Some(failure);
                }
            }
            Err(halt) => return Err(halt),
        }
        done.add(collection.path);
        progress::figures(context, &session, &done);
        let cursor = done.to_cursor(context);
        context.report_now(Some(cursor)).await?;
    }
    if context.failures.is_empty() {
        context.store.inventory().run_was_clean(&context.scope).await?;
    }
    Ok(outcome(context))
}

/// Reads a collection to its end and records it as complete.
async fn whole(context: &mut Context, session: &GraphSession, done: &mut Done, collection: &Collection) -> Result<(), Halt> {
    let from = context.store.now().await?;
    let list = read::collection(context, session, done, collection).await?;
    for resource_type in &collection.types {
        let objects = list.objects.get(resource_type.key.as_str()).copied().unwrap_or(0);
        let complete = TypeList { resource_type: &resource_type.key, from, objects, pages: list.pages };
        let missing = context.store.inventory().type_complete(&context.scope, complete).await?;
        context.counts.add(CountKey::Missing, missing);
        context.counts.add(CountKey::Processed, 1);
        context.counts.add(CountKey::Succeeded, 1);
    }
    Ok(())
}

/// Records that the types of a collection could not be read.
async fn failed(context: &mut Context, collection: &Collection, failure: &Failure) -> Result<(), Halt> {
    for resource_type in &collection.types {
        context.store.inventory().type_failed(&context.scope, &resource_type.key, failure.code()).await?;
        context.failure(failure, &resource_type.key);
        context.counts.add(CountKey::Processed, 1);
        context.counts.add(CountKey::Failed, 1);
        let words = format!("{} could not be read. {}", resource_type.label, failure.message());
        context.event(NewEvent::error("type_failed", words));
    }
    Ok(())
}

/// All failed is failed; any failure beside something that worked is partial.
fn outcome(context: &Context) -> Outcome {
    let worked = context.counts.get(CountKey::Succeeded).unwrap_or(0) > 0;
    match (context.failures.is_empty(), worked) {
        (true, _) => Outcome::Succeeded,
        (false, true) => Outcome::PartiallySucceeded,
        (false, false) => Outcome::Failed,
    }
}

fn words(collection: &Collection) -> String {
    collection.types.iter().map(|t| t.label.as_str()).collect::<Vec<_>>().join(", ")
}
