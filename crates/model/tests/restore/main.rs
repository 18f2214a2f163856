//! Restores: what is decided is safe, and what is written makes an object what it shall be.

#![allow(clippy::unwrap_used, reason = "the functions that tests share fail a test by panicking, as the tests do")]

mod decisions;
mod graph;
mod learning;
mod lock_outs;
mod mappings;
mod matches;
mod mutate;
mod objects;
mod plans;
mod real;
mod secrets;
mod writes;
