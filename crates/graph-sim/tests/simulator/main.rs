//! The simulator seen from outside: what a client of Microsoft Graph would see.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod batch;
mod control;
mod credentials;
mod deep;
mod delta;
mod effects;
mod every_type;
mod faults;
mod followed;
mod generation;
mod invented;
mod listener;
mod loading;
mod made;
mod mutations;
mod paging;
mod plain_text;
mod restoring;
mod thousands;
mod throttling;
mod world;
mod writing;
