//! The router as browsers meet it. Routes by role and whole journeys are the application's tests; here is what this crate promises.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod answers;
mod audit;
mod backups;
mod browser;
mod deleting;
mod findings;
mod forged;
mod live;
mod openapi;
mod operations;
mod overview;
mod pages_by_role;
mod restores;
mod schedules;
mod settings;
mod sign_in;
mod versions;
