pub(crate) mod delete;
pub(crate) mod groups;
pub(crate) mod tenant;
pub(crate) mod tenants;
pub(crate) mod workspace;
pub(crate) mod workspaces;

mod archive;
