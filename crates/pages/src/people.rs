//! People: members of a workspace and of a tenant, invitations, roles.

mod confirm;
mod invitation;
mod invite;
mod invited;
mod list;
mod member;
mod of_tenant;
mod roles;

pub use confirm::{Confirm, Removal};
pub use invitation::{Invitation, Standing};
pub use invite::{Invite, InviteInput};
pub use invited::Invited;
pub use list::List;
pub use member::Detail;
pub use of_tenant::OfTenant;
pub use roles::Roles;
