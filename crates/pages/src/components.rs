//! What pages are put together from.

pub(crate) mod badge;
pub(crate) mod callout;
pub(crate) mod chart;
pub(crate) mod empty;
pub(crate) mod field;
pub(crate) mod form;
pub(crate) mod header;
pub(crate) mod icon;
pub(crate) mod menu;
pub(crate) mod pager;
pub(crate) mod permission;
pub(crate) mod progress;
pub(crate) mod selector;
pub(crate) mod table;
pub(crate) mod tile;
pub(crate) mod worker;
