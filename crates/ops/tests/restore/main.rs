//! Restores against the simulator: previewed, confirmed, carried out, read back.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod approval;
mod cancel;
mod changes;
mod crash;
mod drill;
mod faults;
mod hazards;
mod help;
mod journey;
mod kept;
mod lost;
mod objects;
mod parts;
mod portrait;
mod promotion;
mod prune;
mod random;
mod rehearsal;
mod rollout;
mod round_trip;
mod secrets;
mod storage;
mod undo;
