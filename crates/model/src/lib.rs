//! What things *are*: types, rules, codes and words. Pure and synchronous: no database, no network, no wall clock outside [`time`].
//!
//! Every other crate speaks in these types. A rule that can be decided without I/O is decided here.

mod codes;

pub mod access;
pub mod alert;
pub mod api_token;
pub mod assignment;
pub mod attribution;
pub mod audit;
pub mod backup;
pub mod baseline;
pub mod canonical;
pub mod comparison;
pub mod connection;
pub mod connection_check;
pub mod coverage;
pub mod diff;
pub mod directory;
pub mod drift;
pub mod failure;
pub mod finding;
pub mod ids;
pub mod inventory;
pub mod json;
pub mod label;
pub mod links;
pub mod member;
pub mod metric;
pub mod name;
pub mod notice;
pub mod onboarding;
pub mod operations;
pub mod overview;
pub mod page;
pub mod payload;
pub mod platform;
pub mod quota;
pub mod references;
pub mod report;
pub mod resource_types;
pub mod restore;
pub mod rollout;
pub mod run;
pub mod schedule;
pub mod setting_search;
pub mod settings;
pub mod sign_in;
pub mod tenant;
pub mod text;
pub mod time;
pub mod user;
pub mod vault;
pub mod version;
pub mod words;
pub mod workspace;
