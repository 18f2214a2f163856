//! Settings: of a workspace, of a tenant, of a person.

pub(crate) mod person;
pub(crate) mod ratings;
mod sent;
pub(crate) mod tenant;
pub(crate) mod workspace;
