//! A tenant's backup sets.

pub(crate) mod capture;
pub(crate) mod change;
pub(crate) mod delete;
pub(crate) mod files;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod show;
