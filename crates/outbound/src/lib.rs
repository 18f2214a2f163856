//! Everything that leaves this machine. Nothing else opens a connection.
//!
//! What this crate promises: a token is sent only to the host that was configured, no redirect is followed, an answer is read
//! with a limit while it streams in, every wait is bounded, and what comes back as an error is a [`model::failure::Failure`],
//! which has no room for text from outside.

mod endpoints;
mod fingerprint;
mod http;
mod in_process;
mod limits;

pub mod alert;
pub mod graph;
pub mod health;
pub mod objects;
pub mod oidc;
pub mod telemetry;

pub use endpoints::{Endpoints, InvalidEndpoint};
pub use in_process::{InProcess, LocalAnswer, LocalRequest};
pub use limits::Limits;
