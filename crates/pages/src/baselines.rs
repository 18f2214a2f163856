//! Baselines: what is declared to be right, and how tenants stand to it.

mod heat;
mod list;
mod one;

pub use heat::HeatRow;
pub use list::{CaptureInput, List};
pub use one::One;
