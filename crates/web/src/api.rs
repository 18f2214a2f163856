//! The JSON API, `/api/v1`: everything that a person can do on the pages, for their programs.
//!
//! The same guards and the same functions of the store as for pages; a token in place of a session. `routes` lists the operations;
//! a route without its entry in the OpenAPI document does not compile, because [`crate::routes::Routes::api`] takes both at once.
//! Bodies are structs of their own, one file for each noun, never rows of the store.

pub(crate) mod account;
pub(crate) mod alerts;
pub(crate) mod answer;
pub(crate) mod archive;
pub(crate) mod arguments;
pub(crate) mod audit;
pub(crate) mod backups;
pub(crate) mod baselines;
pub(crate) mod body;
pub(crate) mod coded;
pub(crate) mod comparison;
pub(crate) mod connection_check;
pub(crate) mod connections;
pub(crate) mod directory;
pub(crate) mod document;
pub(crate) mod drift;
pub(crate) mod headers;
pub(crate) mod inventory;
pub(crate) mod invitations;
pub(crate) mod links;
pub(crate) mod members;
pub(crate) mod notices;
pub(crate) mod operation;
pub(crate) mod overview;
pub(crate) mod page_query;
pub(crate) mod problem;
pub(crate) mod query;
pub(crate) mod queue;
pub(crate) mod reports;
pub(crate) mod restores;
pub(crate) mod rollouts;
pub(crate) mod routes;
pub(crate) mod runs;
pub(crate) mod schedules;
pub(crate) mod setting_search;
pub(crate) mod settings;
pub(crate) mod shape;
pub(crate) mod tenant_groups;
pub(crate) mod tenant_members;
pub(crate) mod tenants;
mod versions;
pub(crate) mod workspaces;

use shape::{answers, bodies, queries};

/// Whether an address is one of the API, not of a page.
pub(crate) fn is_below(path: &str) -> bool {
    path.starts_with("/api/")
}
