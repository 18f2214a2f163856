//! Places: workspaces and tenants themselves, and where they are in their life.

mod archive;
mod delete;
mod groups;
mod tenant;
mod tenant_input;
mod tenants;
mod workspace;
mod workspaces;

pub use archive::{Archive, Archived};
pub use delete::Delete;
pub use groups::{Group, Groups};
pub use tenant::Details;
pub use tenant_input::TenantInput;
pub use tenants::Tenants;
pub use workspace::WorkspacePage;
pub use workspaces::Workspaces;
