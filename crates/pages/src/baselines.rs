//! Baselines: what is declared to be right, and how tenants stand to it.

mod gaps;
mod groups;
mod heat;
mod list;
mod one;

pub use gaps::{Choosing, GapRow, Gaps, item_of, item_text};
pub use heat::HeatRow;
pub use list::{CaptureInput, List};
pub use one::One;
