//! Coverage.

pub(crate) mod of_tenant;
pub(crate) mod types;
