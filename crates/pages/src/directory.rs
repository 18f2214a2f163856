//! The directory cache: groups and role definitions of a tenant, and the search of selectors.

mod fresh;
mod group;
mod list;
mod select;

pub use group::GroupPage;
pub use list::{List, Tab, Tables};
pub use select::{Hit, Select};

pub use crate::components::selector::Selector;

pub(crate) use fresh::{fresh, sync_button, synced_words};
