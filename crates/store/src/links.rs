//! Links between the objects of a tenant, in both directions.
//!
//! `write` keeps the links of a content in the transaction that records it, `relink` makes those of items that were there before, or
//! whose links another version made. Who reads: `uses` and `used_by` for one object, `around` for its neighbours, `dangling` and
//! `orphans` for a whole tenant. `told` knows what can be said of a tenant at all: nothing is called dangling or unused that was not
//! read completely.

mod around;
mod dangling;
mod ends;
#[cfg(feature = "testing")]
mod explain;
mod fates;
mod orphans;
mod relink;
mod told;
mod used_by;
mod uses;
mod write;

pub(crate) use write::{Made, forget, made, replace};

use crate::open::Store;

/// Links between objects.
#[derive(Debug, Clone, Copy)]
pub struct Links<'a>(pub(crate) &'a Store);

impl Store {
    /// Links between objects.
    #[must_use]
    pub const fn links(&self) -> Links<'_> {
        Links(self)
    }
}
