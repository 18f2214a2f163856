//! Events of the tenants' own audit logs at Microsoft: who changed what. Not our own audit trail, which is in `audit`.
//!
//! `observe` writes what a run was told, `sources` keeps how far each log was read, `changed` tells a sync which objects to look at, and
//! `attribute` tells people who a version is by.

mod attribute;
mod changed;
mod named_types;
mod observe;
mod sources;
mod watch;

pub use attribute::AskedOf;
pub use observe::EventsEffect;

pub(crate) use named_types::named_types;

use crate::open::Store;

/// The events.
#[derive(Debug, Clone, Copy)]
pub struct TenantEvents<'a>(pub(crate) &'a Store);

impl Store {
    /// Events of the tenants' own audit logs.
    #[must_use]
    pub const fn tenant_events(&self) -> TenantEvents<'_> {
        TenantEvents(self)
    }
}

/// The reason of the commits of a run.
const BY_RUN: &str = "events of a tenant's audit log, written by a run; the run is the record";
