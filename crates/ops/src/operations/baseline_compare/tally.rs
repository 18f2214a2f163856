//! The figures of a comparison.

use model::run::CountKey;
use store::Kept;

use crate::context::Context;

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
