pub(crate) mod invitation;
pub(crate) mod invite;
pub(crate) mod leave;
pub(crate) mod members;
pub(crate) mod of_tenant;
pub(crate) mod removal;
pub(crate) mod roles;

mod told;
