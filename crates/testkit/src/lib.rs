//! What tests need: real databases, people in every role, a simulated Graph, the product in one process. Never a dependency of
//! the product.

pub mod graph;
pub mod postgres;
pub mod stores;
pub mod world;
