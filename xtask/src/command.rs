//! One file per command. Each has `main`, which gives true when everything passed.

pub(crate) mod bench;
pub(crate) mod check;
pub(crate) mod ci;
pub(crate) mod nets;
pub(crate) mod postgres;
pub(crate) mod sbom;
pub(crate) mod scale;
pub(crate) mod soak;
pub(crate) mod test;
