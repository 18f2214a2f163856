//! Restores against the simulator: previewed, confirmed, carried out, read back.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod changes;
mod crash;
mod faults;
mod help;
mod journey;
mod portrait;
mod random;
mod round_trip;
mod undo;
