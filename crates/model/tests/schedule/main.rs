//! Schedules against a slow reference that walks through time minute by minute, and in the cases that are known to be hard.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod catch_up;
mod known;
mod reference;
mod zones;
