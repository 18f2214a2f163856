//! Restore: carries out a frozen plan, once, and reads back what it wrote.
//!
//! - Before anything is written, everything that will be is read again and kept: the safety snapshot. What is not as the preview saw it is
//!   left alone; each object is looked at once more right before it is written.
//! - What a write is going to do is committed to the journal before it is sent, what came of it after it. An attempt that goes on after one
//!   that was lost begins with the journal: what was made is known by its id, and nothing is made twice.
//! - A create whose answer was lost is never sent again before the list was searched for what it may have made ([`lost`]).
//! - Each item ends with an outcome that was found by reading it back; nothing counts as done because a write was answered well.
//! - It stops between portions: an item that was begun is brought to its end, and what Graph does not show yet is not waited for then.

mod desk;
mod forecast;
mod job;
mod lost;
mod outcome;
mod pause;
mod portion;
mod read_back;
mod records;
mod rounds;
mod safety;

use std::collections::BTreeSet;
use std::time::Duration;

use model::failure::{Code, Failure, Retry};
use model::operations::restore_execute::Arguments;
use model::restore::{Action, Plan, RestoreState};
use model::run::{CountKey, NewEvent};
use store::StoreError;
use tokio::time::Instant;

use super::directory::Traffic;
use crate::context::Context;
use crate::halt::{Halt, Stop};
pub(in crate::operations) use desk::{About, Desk};
pub(in crate::operations) use outcome::Ended;
pub(in crate::operations) use records::Records;

/// Objects that are written side by side, at first and at the least; under Microsoft's quota of writes 40 take 16 s.
const PORTION: usize = 40;
/// At the most: their contents are held.
const LARGEST: usize = 320;
/// A portion that was done so soon is followed by a larger one, one that took so long by a smaller one: it stops between portions.
const SOON: Duration = Duration::from_secs(2);
const LONG: Duration = Duration::from_secs(10);

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let wish = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    let open = match context.store.restores().begin(&context.scope, wish.restore, &wish.plan).await {
        Err(StoreError::Conflict(_) | StoreError::NotVisible) => return Err(Failure::new(Code::RestoreChanged).into()),
        begun => begun?,
    };
    let ended = work(context, &wish, open).await;
    let stopped = match &ended {
        Ok(()) => false,
        Err(Halt::Stop(Stop::Cancel)) => true,
        // Another attempt goes on from the journal.
        Err(Halt::Failure(failure)) if failure.code().retry() == Retry::Never => false,
        Err(_) => return ended,
    };
    let (state, counts) = context.store.restores().end(&context.scope, wish.restore, stopped).await?;
    let words = format!(
        "{}: {} verified, {} left alone, {} not as wanted.",
        state.label(),
        counts.verified,
        counts.skipped,
        counts.unsettled()
    );
    let event = if state == RestoreState::Completed { NewEvent::info } else { NewEvent::warning };
    context.event(event("restored", words));
    // The end is recorded; that it cannot be told as well is no reason to say otherwise.
    if let Err(Halt::Stop(Stop::LeaseLost)) = context.report_now(None).await {
        return Err(Stop::LeaseLost.into());
    }
    ended
}

/// `open`: there may be something to write; otherwise an attempt that was lost recorded the end, and only the run is to be told.
async fn work(context: &mut Context, wish: &Arguments, open: bool) -> Result<(), Halt> {
    let restore = context.store.restores().for_run(&context.scope, wish.restore).await?;
    let (connection, session) = context.connection().await?;
    let session = session?;
    context.or_stop(session.check()).await??;
    let root = context.graph_root(connection.cloud)?;
    let mut traffic = Traffic::of(&context.counts, &session);
    let mut desk = Desk::open(context, restore, session, root).await?;
    context.counts.set(CountKey::Total, desk.items.len() as i64);
    desk.settle_the_rest(context).await?;
    if !open {
        return Ok(());
    }
    carry_out(&mut desk, context, &mut |context, desk| traffic.update(context, &desk.session)).await
}

/// Writes what the plan of a desk says, wave by wave, and reads it back. `asked`: told of the requests now and then.
pub(in crate::operations) async fn carry_out<R: Records>(
    desk: &mut Desk,
    context: &mut R,
    asked: &mut (dyn FnMut(&mut R, &Desk) + Send),
) -> Result<(), Halt> {
    desk.secure(context).await?;
    desk.foresee(context).await?;
    let plan = Plan { items: desk.items.values().map(store::RestoreItem::planned).collect(), ..Plan::default() };
    let waves = plan.waves();
    // What is to go goes at the end, when nothing refers to it any more.
    let goes = |number: &u32| desk.items.get(number).is_some_and(|item| item.action == Some(Action::Delete));
    let last: Vec<Vec<u32>> = waves.iter().map(|wave| wave.iter().copied().filter(goes).collect()).collect();
    let first: Vec<Vec<u32>> = waves.iter().map(|wave| wave.iter().copied().filter(|number| !goes(number)).collect()).collect();
    let mut size = PORTION;
    for wave in first.into_iter().chain(last) {
        let open: Vec<u32> = wave.into_iter().filter(|number| !desk.done.contains(number)).collect();
        let mut rest = open.as_slice();
        while !rest.is_empty() {
            let (portion, later) = rest.split_at(size.min(rest.len()));
            context.checkpoint()?;
            desk.tell(context);
            context.report().await?;
            let begun = Instant::now();
            desk.portion(context, portion).await?;
            size = next_size(size, begun.elapsed());
            asked(context, desk);
            rest = later;
        }
    }
    context.report().await?;
    // Somebody who asked to stop while the last of them were written may be why something is not as it was wanted.
    if desk.unsettled {
        context.checkpoint()?;
    }
    Ok(())
}

/// How many objects come next, by how long the last ones took.
fn next_size(size: usize, took: Duration) -> usize {
    match took {
        took if took <= SOON => (size * 2).min(LARGEST),
        took if took >= LONG => (size / 2).max(PORTION),
        _ => size,
    }
}

/// The key of an item among the run's.
fn key(number: u32) -> String {
    format!("{number:05}")
}

/// Numbers that are in one set and not in the other.
fn but(all: impl Iterator<Item = u32>, done: &BTreeSet<u32>) -> Vec<u32> {
    all.filter(|number| !done.contains(number)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portions_grow_while_they_are_quick_and_shrink_when_they_are_not() {
        let next = |size, seconds| next_size(size, Duration::from_secs(seconds));
        assert_eq!((next(40, 1), next(80, 5), next(320, 1)), (80, 80, 320));
        assert_eq!((next(80, 20), next(40, 20)), (40, 40));
    }
}
