//! Scopes and permits: the only keys to the data. Their fields are private and they are made only here, from memberships that
//! were read. Holding one is the proof.

mod across;
mod confirmed;
mod entitle;
mod grant;
mod limits;
mod permit;
mod platform;
mod standing;

pub use across::Across;
pub use confirmed::{Confirmed, NotItsName, Removable};
pub use entitle::{Access, RunSight};
pub use grant::{RunScope, SignedIn, TenantScope, WorkspaceScope};
pub use permit::{Operator, Permit};
pub use platform::{GlassScope, PlatformScope};
pub use standing::Standing;

pub(crate) use entitle::{TenantRow, effective, run_grant};
pub(crate) use grant::Grant;
pub(crate) use limits::Limits;
pub(crate) use platform::{GlassRow, OPEN_GLASS};
