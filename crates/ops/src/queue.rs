//! The worker: claims runs, keeps their leases, runs their handlers, takes back what others lost.

mod attempt;
mod endings;
mod figures;
mod held;
mod scheduler;
mod worker;

pub use worker::{Worker, WorkerOptions};
