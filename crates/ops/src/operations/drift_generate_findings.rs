//! Drift check: compares the newest complete inventory with the one before, type by type, and keeps what deviates as findings.
//!
//! - Only what was read to its end is compared. A type that was not read completely since it was last compared yields nothing, and the
//!   run says so.
//! - Contents are read of objects alone of which there is another version; a portion of them after the other.
//! - What is kept of an object and that it was compared is one transaction: a later attempt, or a check beside this one, does nothing
//!   twice.

mod compare;
mod tally;

use aws_lc_rs::rand;
use model::coverage::TypeState;
use model::diff::Veil;
use model::failure::{Code, Failure};
use model::finding::Severity;
use model::label::Labelled as _;
use model::operations::drift_generate_findings::Arguments;
use model::resource_types;
use model::run::{CountKey, NewEvent, NewItem};
use store::{DriftReading, Kept};

use crate::context::Context;
use crate::halt::Halt;

/// Types that are named in one line of the timeline.
const NAMED: usize = 5;

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
    let over = context.store.findings().end_acceptances(&context.scope).await?;
    if over > 0 {
        context.event(NewEvent::info("acceptances_ended", format!("{over} acceptances of risk have ended.")));
    }
    let mut key = [0; 32];
    rand::fill(&mut key).map_err(|_| Failure::new(Code::Internal))?;
    let veil = Veil::new(key);
    let (mut sum, mut unread) = (Kept::default(), Vec::new());
    for reading in readings.iter().filter(|reading| !recorded.contains_key(&reading.resource_type)) {
        context.checkpoint()?;
        let (item, kept) = one(context, &veil, reading).await?;
        if item.code == Some(Code::DriftTypeUnread) {
            unread.push(label(&reading.resource_type));
        }
        sum.add(&kept);
        context.record(vec![item]).await?;
    }
    tell(context, &sum, &unread);
    Ok(())
}

/// Compares a type, or says why not.
async fn one(context: &mut Context, veil: &Veil, reading: &DriftReading) -> Result<(NewItem, Kept), Halt> {
    let key = reading.resource_type.as_str();
    let skipped = |code| Ok((NewItem::skipped(key, code), Kept::default()));
    let Some(newest) = reading.newest else { return skipped(Code::DriftTypeUnread) };
    if reading.is_compared() {
        // That it was compared already says nothing of what was tried since, and could not be read.
        return if reading.state == TypeState::Complete {
            Ok((NewItem::succeeded(key), Kept::default()))
        } else {
            skipped(Code::DriftTypeUnread)
        };
    }
    if !reading.can_be_compared() {
        context.store.findings().begin(&context.scope, key, newest.until, newest.run).await?;
        return skipped(Code::DriftFirstReading);
    }
    compare::compare(context, veil, reading, newest).await
}

fn label(resource_type: &str) -> String {
    resource_types::find(resource_type).map_or_else(|| resource_type.to_owned(), |kind| kind.label.clone())
}

/// What came of it, in the timeline.
fn tell(context: &mut Context, kept: &Kept, unread: &[String]) {
    let found: Vec<String> = Severity::ALL
        .iter()
        .zip(kept.found)
        .rev()
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| format!("{count} {}", severity.badge().word.to_lowercase()))
        .collect();
    let found = if found.is_empty() { "Nothing new deviates".to_owned() } else { format!("Found: {}", found.join(", ")) };
    let words = format!("{found}. {} deviate further, {} are resolved.", kept.updated, kept.resolved);
    context.event(NewEvent::info("drift", words));
    if !unread.is_empty() {
        let named = unread.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = unread.len().saturating_sub(NAMED);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        let words = format!("Not read completely since they were last compared, so nothing is said of them: {named}{rest}.");
        context.event(NewEvent::warning("types_unread", words));
    }
}
