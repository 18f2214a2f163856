//! Schedules: what starts by itself, and the ledger of what was started.
//!
//! `edit`, `switch` and `purge` are for people; `run_now` starts by hand; `dispatch` fires what is due, any number of processes at
//! a time; `of_workspace` keeps the schedules that each workspace has of itself,
//! `defaults` those that a tenant begins with.

pub(crate) mod defaults;
mod dispatch;
mod edit;
mod fires;
mod list;
mod of_workspace;
mod purge;
mod row;
mod run_now;
mod switch;

pub use dispatch::Dispatched;
pub(crate) use row::{ScheduleRow, columns};

use crate::open::Store;

/// Schedules.
#[derive(Debug, Clone, Copy)]
pub struct Schedules<'a>(pub(crate) &'a Store);
