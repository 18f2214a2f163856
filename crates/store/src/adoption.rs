//! Taking over the database of an earlier installation: the only module that knows the older tables.
//!
//! What it promises:
//! - The older database is only read, in one read-only transaction, so that everything read is of one moment.
//! - Every batch of rows is one transaction together with the record of what became what ([`ledger`]): a process that is killed has
//!   adopted whole batches, the next one goes on, and one that finds all adopted adds nothing.
//! - Nothing is guessed: a row that cannot be placed is left out and counted with the reason; a reference without its explicit mapping
//!   becomes null and is counted. No run is made up from anything but an older run ([`runs`]).
//! - No free text of a failure, no context but ids, no secret is copied.
//!
//! `source` reads, `shape` says which tables and columns are understood, `old` is a row as it was read. One file per table plans what
//! becomes of a row (`Kind`); `known` is what was placed so far; `adopt` drives; `report` counts.

mod adopt;
mod connections;
mod counts;
mod directory;
mod failures;
mod findings;
mod fires;
mod ids;
mod inventory;
mod kind;
mod known;
mod ledger;
mod legacy;
mod members;
mod old;
mod present;
mod references;
mod report;
mod restores;
mod runs;
mod schedules;
mod sets;
mod shape;
mod source;
mod states;
mod tenants;
mod types;
mod users;
mod values;
mod versions;
mod workspaces;

pub use adopt::{AdoptFrom, Adopted};
pub use legacy::LegacyRow;
pub use report::{AdoptionReport, LegacyTable, Table};

pub(crate) use runs::AdoptedRun;

use crate::open::Store;

/// Taking over databases of earlier installations.
#[derive(Debug, Clone, Copy)]
pub struct Adoption<'a>(pub(crate) &'a Store);

impl Store {
    /// Taking over databases of earlier installations.
    #[must_use]
    pub const fn adoption(&self) -> Adoption<'_> {
        Adoption(self)
    }
}
