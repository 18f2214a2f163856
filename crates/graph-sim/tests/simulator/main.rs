//! The simulator seen from outside: what a client of Microsoft Graph would see.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod batch;
mod faults;
mod generation;
mod listener;
mod loading;
mod paging;
mod world;
mod writing;
