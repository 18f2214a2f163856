//! Versions of a tenant: all its changes, and the tenant as it was at an instant.

mod by;
mod heat;
mod history;
mod mark;
mod past;
mod sources;

pub use history::History;
pub use past::{Past, last_moment};

pub(crate) use by::{by, by_one};
pub(crate) use mark::{mark_form, mark_of};

use std::time::Duration;

use model::ids::{InventoryItemId, TenantId};
use model::time::Moment;
use model::version::{PastFilter, VersionFilter};

use crate::href::{self, Query};
use crate::when;

const DAY: Duration = Duration::from_secs(86_400);

/// The address of a tenant's changes so narrowed. Parameters: `type` (repeated), `kind`, `actor`, `from` and `to` (days in UTC, both
/// counted in), `pinned` (`yes`).
#[must_use]
pub fn query(tenant: TenantId, filter: &VersionFilter) -> Query {
    let start = Query::new(href::versions(tenant));
    filter
        .types
        .iter()
        .fold(start, |query, key| query.with("type", key))
        .with_some("kind", filter.kind.map(|kind| kind.code()))
        .with_some("actor", filter.actor.as_deref())
        .with_some("from", filter.since.map(when::iso_day))
        .with_some("to", filter.until.map(|until| when::iso_day(until.minus(DAY))))
        .with_some("pinned", filter.pinned.then_some("yes"))
}

/// The address of a tenant as it was. Parameters: `at`, `type` (repeated), `q`.
#[must_use]
pub fn past_query(tenant: TenantId, at: Moment, filter: &PastFilter) -> Query {
    let start = Query::new(href::versions_at(tenant)).with("at", at.to_fixed_text());
    filter.types.iter().fold(start, |query, key| query.with("type", key)).with_some("q", filter.text.as_deref())
}

/// The comparison of two versions of an item.
pub(crate) fn compare(tenant: TenantId, item: InventoryItemId, from: i64, to: i64) -> String {
    href::compare_item(tenant, item).with("from", from).with("to", to).into()
}
