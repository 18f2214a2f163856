//! What tests need: real databases, people in every role, a simulated Graph, the product in one process. Never a dependency of
//! the product.

pub mod browserless;
pub mod caller;
pub mod certificates;
pub mod counted;
pub mod eventually;
pub mod graph;
pub mod html;
pub mod identity_provider;
pub mod killed;
pub mod lying_provider;
pub mod many_runs;
pub mod object_server;
pub mod postgres;
pub mod probes;
pub mod process;
pub mod reference;
pub mod replica;
pub mod stores;
pub mod totp;
pub mod vault;
pub mod world;
