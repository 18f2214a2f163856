//! Restores against the simulator: previewed, confirmed, carried out, read back.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod crash;
mod drill;
mod faults;
mod help;
mod journey;
mod rehearsal;
mod round_trip;
mod undo;
