//! Comparisons: two states of policies, two tenants, one tenant at two moments.

pub(crate) mod pair;
pub(crate) mod patch;
pub(crate) mod pick;
pub(crate) mod tenants;
