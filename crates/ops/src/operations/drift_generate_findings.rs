//! Drift check: compares the newest complete inventory with the one before, type by type, and keeps what deviates as findings,
//! with references that lead nowhere and objects that nobody uses.
//!
//! - Only what was read to its end is compared. A type that was not read completely since it was last compared yields nothing, and the
//!   run says so.
//! - Contents are read of objects alone of which there is another version; a portion of them after the other.
//! - What objects refer to is looked at first, whether anything changed or not.
//! - What is kept of an object and that it was compared is one transaction: a later attempt, or a check beside this one, does nothing
//!   twice.

mod compare;
mod references;
mod tally;

use std::collections::BTreeSet;

use model::coverage::TypeState;
use model::diff::Veil;
use model::failure::{Code, Failure};
use model::operations::drift_generate_findings::Arguments;
use model::run::{CountKey, ItemStatus, NewEvent, NewItem};
use store::{DriftReading, Kept, NewestReading};

use super::findings::{Portion, end_acceptances, label, name_unread, told, veil};
use crate::context::Context;
use crate::halt::Halt;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    let mut readings = context.store.findings().readings(&context.scope).await?;
    // What Microsoft shows to no application, and services that the tenant never had, are not waited for.
    let never = [TypeState::NotReadableAppOnly, TypeState::NotLicensed];
    readings.retain(|reading| reading.newest.is_some() || !never.contains(&reading.state));
    if !readings.iter().any(|reading| reading.compared.is_some() || reading.can_be_compared()) {
        return Err(Failure::new(Code::DriftNothingToCompare).into());
    }
    context.counts.set(CountKey::Total, i64::try_from(readings.len()).unwrap_or(i64::MAX));
    let recorded = context.recorded().await?;
    end_acceptances(context).await?;
    // Rules that were changed count for findings that nothing changed in, too.
    context.store.findings().rate_again(&context.scope).await?;
    let veil = veil()?;
    // First, so that what changed stands before it in the list.
    let mut sum = references::references(context).await?;
    let changed = context.store.findings().types_with_changes(&context.scope).await?;
    let (mut unread, mut ended) = (Vec::new(), Portion::new());
    for reading in readings.iter().filter(|reading| !recorded.contains_key(&reading.resource_type)) {
        context.checkpoint()?;
        let (item, settled, kept) = one(context, &veil, reading, &changed).await?;
        if item.code == Some(Code::DriftTypeUnread) {
            unread.push(label(&reading.resource_type));
        }
        sum.add(&kept);
        if ended.add((item, settled.map(|newest| (reading.resource_type.as_str(), newest)))) {
            settle(context, ended.take()).await?;
        }
    }
    settle(context, ended.take()).await?;
    context.store.findings().fold_incidents(&context.scope).await?;
    context.event(NewEvent::info("drift", told(&sum)));
    name_unread(context, "Not read completely since they were last compared, so nothing is said of them", &unread);
    Ok(())
}

/// Records that types were compared, or why not.
async fn settle(context: &mut Context, ended: Vec<(NewItem, Option<(&str, NewestReading)>)>) -> Result<(), Halt> {
    let (items, settled): (Vec<NewItem>, Vec<_>) = ended.into_iter().unzip();
    let settled: Vec<_> = settled.into_iter().flatten().collect();
    if !settled.is_empty() {
        for (key, again) in context.store.findings().settle(&context.scope, &settled).await? {
            let words = format!("{}: {again} findings that were said to be resolved are not.", label(&key));
            context.event(NewEvent::info("still_there", words));
        }
    }
    if items.is_empty() { Ok(()) } else { context.record(items).await }
}

/// Compares a type, or says why not; the reading, where it is compared from now on.
async fn one(
    context: &mut Context,
    veil: &Veil,
    reading: &DriftReading,
    changed: &BTreeSet<String>,
) -> Result<(NewItem, Option<NewestReading>, Kept), Halt> {
    let key = reading.resource_type.as_str();
    let said = |item| Ok((item, None, Kept::default()));
    let Some(newest) = reading.newest else { return said(NewItem::skipped(key, Code::DriftTypeUnread)) };
    if reading.is_compared() {
        // That it was compared already says nothing of what was tried since, and could not be read.
        return said(if reading.state == TypeState::Complete {
            NewItem::succeeded(key)
        } else {
            NewItem::skipped(key, Code::DriftTypeUnread)
        });
    }
    if !reading.can_be_compared() {
        context.store.findings().begin(&context.scope, key, newest.until, newest.run).await?;
        return said(NewItem::skipped(key, Code::DriftFirstReading));
    }
    if reading.compared.is_some() && !changed.contains(key) {
        return Ok((NewItem::succeeded(key), Some(newest), Kept::default()));
    }
    let (item, kept) = compare::compare(context, veil, reading, newest).await?;
    // What could not be compared is tried again by the next check.
    let settled = (item.status == ItemStatus::Succeeded).then_some(newest);
    Ok((item, settled, kept))
}
