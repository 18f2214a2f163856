//! Backup sets as files: written, read back, checked, and read from what other tools and strangers wrote.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod hostile;
mod layouts;
mod mirror;
mod mirror_beside;
mod peers;
mod random;
mod raw_zip;
mod round_trip;
mod sets;
