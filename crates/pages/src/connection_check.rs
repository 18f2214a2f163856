//! What checks of a tenant's connection found.

mod button;
mod detail;
mod report;

pub(crate) use button::check_button;
pub use detail::Detail;
pub(crate) use detail::under_way;
pub(crate) use report::report;
