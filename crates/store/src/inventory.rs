//! The inventory: the last observed state of every policy of a tenant.

mod chosen;
mod compare;
mod coverage;
mod disappeared;
mod item;
mod known;
mod list;
mod named;
mod names;
mod observe;
mod row;
mod search;
mod summary;
mod synced;
mod unchanged;

pub use coverage::{Effort, ReadBefore, TypeList, TypeUnread};
pub use item::InventoryDetail;
pub use named::NamedItem;
pub use observe::{ObservedItem, PageEffect};

pub(crate) use synced::{items, synced_at};

use crate::open::Store;

/// The inventory.
#[derive(Debug, Clone, Copy)]
pub struct Inventory<'a>(pub(crate) &'a Store);
