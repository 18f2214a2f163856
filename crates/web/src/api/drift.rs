//! A tenant's findings: `shapes` says how they are written, `wishes` what is asked and said of them, `show` answers with them, `act` moves
//! them and starts a check, `ratings` is about how much they matter,
//! `incidents` about the same in many tenants.

pub(crate) mod act;
pub(crate) mod incidents;
pub(crate) mod ratings;
pub(crate) mod shapes;
pub(crate) mod show;
pub(crate) mod wishes;
