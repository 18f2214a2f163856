//! What both syncs of the directory cache share.

pub(super) mod references;
mod traffic;

use model::directory::DirectoryKind;
use model::failure::Code;
use store::{DirectoryEffect, Pass};

pub(super) use traffic::Traffic;

use crate::context::Context;
use crate::halt::Halt;
use model::run::CountKey;

/// Adds what writing a portion did.
pub(super) fn add(context: &mut Context, read: usize, effect: DirectoryEffect) {
    context.counts.add(CountKey::Items, i64::try_from(read).unwrap_or(i64::MAX));
    context.counts.add(CountKey::Created, effect.created);
    context.counts.add(CountKey::Updated, effect.updated);
    context.counts.add(CountKey::Unchanged, effect.unchanged);
    context.counts.add(CountKey::Deleted, effect.deleted);
}

/// Notes that a sync failed, unless it was only stopped.
pub(super) async fn noted<T>(context: &Context, kind: DirectoryKind, ended: Result<T, Halt>) -> Result<T, Halt> {
    if let Err(Halt::Failure(failure)) = &ended
        && failure.code() != Code::StoreUnavailable
    {
        context.store.directory().failed(&context.scope, kind, failure.code()).await?;
    }
    ended
}

/// A pass over all objects that begins now.
pub(super) async fn full_pass(context: &Context) -> Result<Pass, Halt> {
    Ok(Pass { from: context.store.now().await?, full: true })
}
