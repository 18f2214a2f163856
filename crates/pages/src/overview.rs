//! Where one lands: the tenants of a workspace, and the dashboard of one tenant.

mod dashboard;
mod filter;
mod home;
mod standing;

pub use dashboard::Dashboard;
pub use filter::{Choices, query};
pub use home::Home;
pub use standing::TenantRow;
