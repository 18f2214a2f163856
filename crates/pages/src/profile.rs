//! A person's own account: a list of sections, each with its form or its way on.

mod account;
mod second_factor;
mod sessions;

pub use account::{Profile, Wrong};
pub use second_factor::{Factor, SecondFactor};
pub use sessions::{SessionRow, Sessions};
