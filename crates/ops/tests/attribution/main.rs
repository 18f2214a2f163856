//! Who changed what: the sync of audit events against the simulator, on both databases.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod goes_on;
mod help;
mod named;
mod unread;
