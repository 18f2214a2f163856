//! The inventory: the last observed state of every policy of a tenant.

mod coverage;
mod item;
mod list;
mod names;
mod observe;
mod row;
mod search;
mod summary;
mod totals;

pub use coverage::TypeList;
pub use item::InventoryDetail;
pub use observe::{ObservedItem, PageEffect};
pub use totals::TenantTotals;

use crate::open::Store;

/// The inventory.
#[derive(Debug, Clone, Copy)]
pub struct Inventory<'a>(pub(crate) &'a Store);
