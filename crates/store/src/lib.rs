//! The database: one body and one SQL text per query on SQLite and PostgreSQL.
//!
//! What this crate promises:
//! - No SQL type leaves it. Queries on workspace or tenant data take a scope, writes take a permit; both are made only in
//!   [`access`], from a membership that was read.
//! - Every change is committed together with an audit entry, or in a place that is listed by name (`xtask` nets).
//! - Only [`runs`] writes the state of a run, and every write of a running attempt carries its lease token.
//! - On PostgreSQL row-level security repeats the scopes: a query that forgets its scope returns nothing.

pub mod access;
mod audit;
mod bind;
mod blobs;
pub mod changes;
mod connections;
mod db;
mod dialect;
mod error;
mod health;
mod inventory;
mod invitations;
mod lock;
mod members;
mod migrate;
mod notices;
mod open;
mod reach;
mod row;
pub mod runs;
mod schedules;
pub mod sealed;
mod sessions;
mod sql;
mod tenants;
#[cfg(feature = "testing")]
pub mod testing;
mod token;
mod users;
mod wake;
mod workspaces;

pub use connections::NewConnection;
pub use error::StoreError;
pub use health::Health;
pub use inventory::{InventoryDetail, ObservedItem, PageEffect, TenantTotals, TypeList};
pub use invitations::{Invited, NewInvitation};
pub use migrate::MigrationState;
pub use open::{Backend, Opened, Options, Store};
pub use schedules::Dispatched;
pub use sessions::{Flash, SESSION_ABSOLUTE, SESSION_IDLE};
pub use tenants::{NewTenant, TenantEdit, TenantOverview};
pub use users::SignInRecord;
pub use workspaces::Home;
