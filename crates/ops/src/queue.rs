//! The worker: claims runs, keeps their leases, runs their handlers, takes back what others lost.

mod alerts;
mod attempt;
mod endings;
mod figures;
mod held;
mod indexer;
mod linker;
mod mover;
mod options;
mod scheduler;
mod sealer;
mod watcher;
mod worker;

pub use mover::Moving;
pub use options::WorkerOptions;
pub use sealer::seal_audit;
pub use worker::Worker;
