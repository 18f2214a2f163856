//! What runs *do*: the worker that claims them, the gate, and one module per operation.
//!
//! A handler gets a [`context::Context`] and nothing else: it can read and write its own tenant through the run's scope, talk to
//! Graph through the tenant's connection, report, and stop at checkpoints. It cannot make a run, nor move one.

pub mod archive;
pub mod backup_files;

mod context;
mod halt;
mod operations;
mod queue;
mod registry;

pub use context::Clouds;
pub use queue::{Moving, Worker, WorkerOptions, seal_audit};
