//! Inventory sync: lists every collection, reads the details of what changed, writes what was seen, and what each type took.
//!
//! - A type that cannot be read is a failure of that type only: its items stay, nothing becomes missing.
//! - One object that cannot be read is a failure of that object only: it was in the list, so it is still there. One that is gone when
//!   its details are asked for is no failure.
//! - An object for which the list tells the same as when its details were last read is not asked for again; every so often, or on
//!   demand, everything is.
//! - Where the list of a type cannot tell, the tenant's audit log does; where that is not to be had, the details are read.
//! - Collections are listed side by side, details are asked for together, and everything is written here, one after the other.
//!   Memory does not grow with the tenant.
//! - The run's items are the resource types. A later attempt skips the collections that an earlier one went through; writing an
//!   object again changes nothing.

mod absence;
mod below;
mod course;
mod desk;
pub(super) mod one;
mod pending;
mod plan;
mod reader;
mod silence;
mod written;

use model::coverage::TypeState;
use model::failure::{Code, Failure};
use model::operations::inventory_sync::Arguments;
use model::resource_types;
use model::run::CountKey;
use store::{Effort, TypeUnread};

use crate::context::Context;
use crate::halt::Halt;
use desk::Desk;
use pending::Traffic;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let arguments: Arguments =
        serde_json::from_value(context.run.context.clone()).map_err(|_| Failure::new(Code::RunContextMissing))?;
    read(context, &arguments).await
}

/// Reads those types; for a backup as for a sync.
pub(super) async fn read(context: &mut Context, arguments: &Arguments) -> Result<(), Halt> {
    let selected = arguments
        .types()
        .map(|key| resource_types::find(key).ok_or(Failure::new(Code::ResourceTypeUnknown)))
        .collect::<Result<Vec<_>, _>>()?;
    let recorded = context.recorded().await?;
    let traffic = Traffic::before(&context.counts);
    let total = i64::try_from(selected.len()).unwrap_or(i64::MAX);
    context.counts.set(CountKey::Total, total);
    let session = context.connect().await?;
    context.or_stop(session.check()).await??;
    let before = plan::read_before(context).await?;
    let courses = plan::courses(context, arguments, &selected, &recorded, &before).await?;
    // Silence is of the time before the log was asked; the next sync goes on from there.
    let asked = context.store.now().await?;
    let changes = silence::changes(context, &session, &courses, &before).await?;
    context.phase(format!("Reading {total} resource types."));
    Desk::new(context, session, traffic, courses, (asked, changes)).work().await?;
    if arguments.types().eq(Arguments::everything().types()) {
        unreadable(context).await?;
    }
    if context.failures.is_empty() {
        context.store.inventory().run_was_clean(&context.scope).await?;
    }
    Ok(())
}

/// Notes for each type that no application can read that it was not asked for.
async fn unreadable(context: &Context) -> Result<(), Halt> {
    let (state, effort) = (TypeState::NotReadableAppOnly, Effort::default());
    let unread = resource_types::all().iter().filter(|kind| !kind.readable());
    let unread: Vec<_> = unread.map(|kind| TypeUnread { resource_type: &kind.key, state, code: None, effort }).collect();
    Ok(context.store.inventory().types_unread(&context.scope, &unread).await?)
}
