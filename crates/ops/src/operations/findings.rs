//! What the checks that keep findings have in common: drift checks and comparisons with baselines.

use std::time::{Duration, Instant};

use aws_lc_rs::rand;
use model::diff::Veil;
use model::failure::{Code, Failure};
use model::finding::Severity;
use model::label::Labelled as _;
use model::resource_types;
use model::run::{CountKey, NewEvent};
use store::Kept;

use crate::context::Context;
use crate::halt::Halt;

/// What is written together: so many, or what a second brought.
#[derive(Debug)]
pub(super) struct Portion<T> {
    of: Vec<T>,
    written: Instant,
}

/// Types of which is written together how they stand.
const TOGETHER: usize = 40;
/// How long something waits for others.
const WAITS: Duration = Duration::from_secs(1);

impl<T> Portion<T> {
    pub(super) fn new() -> Self {
        Self { of: Vec::new(), written: Instant::now() }
    }

    /// Adds one; whether all of them are due.
    pub(super) fn add(&mut self, one: T) -> bool {
        self.of.push(one);
        self.of.len() >= TOGETHER || self.written.elapsed() >= WAITS
    }

    /// All of them; it begins anew.
    pub(super) fn take(&mut self) -> Vec<T> {
        self.written = Instant::now();
        std::mem::take(&mut self.of)
    }
}

/// Types, or properties, that are named in one line of the timeline.
pub(super) const NAMED: usize = 5;

/// What a type is called.
pub(super) fn label(resource_type: &str) -> String {
    resource_types::find(resource_type).map_or_else(|| resource_type.to_owned(), |kind| kind.label.clone())
}

/// What covers secrets in this attempt.
pub(super) fn veil() -> Result<Veil, Failure> {
    let mut key = [0; 32];
    rand::fill(&mut key).map_err(|_| Failure::new(Code::Internal))?;
    Ok(Veil::new(key))
}

/// Opens what was accepted until a day that has come.
pub(super) async fn end_acceptances(context: &mut Context) -> Result<(), Halt> {
    let over = context.store.findings().end_acceptances(&context.scope).await?;
    if over > 0 {
        context.event(NewEvent::info("acceptances_ended", format!("{over} acceptances of risk have ended.")));
    }
    Ok(())
}

/// Counts what was kept.
pub(super) fn count(context: &mut Context, kept: &Kept) {
    let keys = [CountKey::Low, CountKey::Medium, CountKey::High, CountKey::Critical];
    for (key, found) in keys.into_iter().zip(kept.found) {
        context.counts.add(key, found);
    }
    context.counts.add(CountKey::Created, kept.found.iter().sum());
    context.counts.add(CountKey::Updated, kept.updated);
    context.counts.add(CountKey::Deleted, kept.resolved);
}

/// What was kept, in words.
pub(super) fn told(kept: &Kept) -> String {
    let found: Vec<String> = Severity::ALL
        .iter()
        .zip(kept.found)
        .rev()
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| format!("{count} {}", severity.badge().word.to_lowercase()))
        .collect();
    let found = if found.is_empty() { "Nothing new deviates".to_owned() } else { format!("Found: {}", found.join(", ")) };
    format!("{found}. {} deviate further, {} are resolved.", kept.updated, kept.resolved)
}

/// Names the types that were not looked at, after the words why.
pub(super) fn name_unread(context: &mut Context, why: &str, unread: &[String]) {
    if unread.is_empty() {
        return;
    }
    let named = unread.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = unread.len().saturating_sub(NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    context.event(NewEvent::warning("types_unread", format!("{why}: {named}{rest}.")));
}
