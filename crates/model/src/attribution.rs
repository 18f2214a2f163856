//! Who changed what: events of a tenant's own audit logs at Microsoft, and what they say of a version of a policy.

mod actor;
mod answer;
mod changes;
mod event;
mod named;
mod read;
mod source;

pub use actor::{ActorKind, EventActor};
pub use answer::{Attribution, By, Reading, Window};
pub use changes::Changes;
pub use event::{EventResource, TenantEvent, object_key};
pub use named::types_named;
pub use read::NoEvent;
pub use source::{EventSource, FIRST_READ, KEPT, LATE, OVERLAP, SourceState, WATCH_RESTS, WATCHED_EVERY, overlap};
