//! Comparing: nothing that changed is missed or told twice, nothing that means the same is told, and a patch does what it says.

#![allow(clippy::unwrap_used, reason = "the functions that tests share fail a test by panicking, as the tests do")]

mod apply;
mod depth;
mod meaning;
mod mutate;
mod mutations;
mod real;
