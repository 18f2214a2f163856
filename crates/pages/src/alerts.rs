//! Alerts: what is told outside the product, where to, and what became of it.

mod destination;
mod list;
mod log;
mod rule;

pub use destination::{DestinationForm, DestinationInput, KeyMade};
pub use list::List;
pub use log::Log;
pub use rule::{RuleForm, RuleInput};
