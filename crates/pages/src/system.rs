//! Pages for operators of the installation. Of workspaces they show names and counts; what is in one shows only below `glass`, while
//! it is open.

mod audit;
mod door;
mod field;
mod glass;
mod health;
mod inside;
mod operators;
mod owner;
mod workers;
mod workspaces;

pub use audit::Audit;
pub use door::{SignIn, Welcome};
pub use glass::Glass;
pub use health::Health;
pub use inside::{Inside, Member, Run, Runs, Tenant, Trail, TrailRow};
pub use operators::{Disable, Link, Operators};
pub use owner::NameOwner;
pub use workers::Workers;
pub use workspaces::Workspaces;
