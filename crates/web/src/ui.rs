//! The pages: one handler per file, `<area>/<verb>.rs`. Each reads from the store, fills a struct of `pages`, and answers.

pub(crate) mod api_reference;
pub(crate) mod audit;
pub(crate) mod backups;
pub(crate) mod baselines;
pub(crate) mod compare;
pub(crate) mod connection_check;
pub(crate) mod connections;
pub(crate) mod coverage;
pub(crate) mod directory;
pub(crate) mod drift;
pub(crate) mod incidents;
pub(crate) mod inventory;
pub(crate) mod links;
pub(crate) mod notices;
pub(crate) mod onboarding;
pub(crate) mod overview;
pub(crate) mod people;
pub(crate) mod places;
pub(crate) mod product;
pub(crate) mod profile;
pub(crate) mod restores;
pub(crate) mod rollouts;
pub(crate) mod runs;
pub(crate) mod schedules;
pub(crate) mod search;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod system;
pub(crate) mod tokens;
pub(crate) mod versions;

mod click;
mod csv;
pub(crate) mod flash;
mod shell;
mod start_key;
mod tenant_names;
