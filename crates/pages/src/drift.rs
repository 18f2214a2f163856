//! Drift: what deviates in a tenant, and what is done about it.

mod detail;
mod evidence;
mod filter;
mod folds;
mod list;
mod of_item;
mod watch;
mod workflow;

pub use detail::{Asked, Detail, Held, Refused};
pub use filter::{Narrowing, query};
pub use list::{List, ServiceNote};
pub use watch::Watch;

pub(crate) use of_item::of_item;

use model::finding::Finding;

/// What deviates, in a few words.
pub(crate) fn what(finding: &Finding) -> String {
    if finding.property.is_empty() { String::new() } else { crate::text::shown(&finding.property, 80) }
}
