//! Where one lands: the tenants of a workspace, and the dashboard of one tenant.

mod dashboard;
mod home;

pub use dashboard::Dashboard;
pub use home::{Home, TenantRow};
