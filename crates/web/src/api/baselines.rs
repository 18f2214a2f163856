//! Baselines: `shapes` says how they are written, `wishes` what is asked and said of them, `show` answers with them, `change` makes and
//! changes them, `follow` says which tenant they follow, `tenants` holds tenants against them.

pub(crate) mod change;
pub(crate) mod follow;
pub(crate) mod shapes;
pub(crate) mod show;
pub(crate) mod tenants;
pub(crate) mod wishes;
