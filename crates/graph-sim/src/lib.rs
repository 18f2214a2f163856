//! A pretend Microsoft Graph: for the demo, for tests, and for rehearsals in process.
//!
//! [`Sim`] holds tenants in memory and answers [`Request`]s as Microsoft Graph does, driven by the contracts of
//! [`model::resource_types`]: token endpoint (secrets, certificates, federated credentials), consent, paging, `$select`, `$expand`,
//! delta queries, errors, writes, assignments and `$batch`. It throttles by the published limits ([`Settings::limits`]), keeps count of
//! everything that it is asked ([`Ledger`]) and of every write that took effect ([`EffectCount`]), misbehaves on demand ([`Fault`])
//! and changes tenants behind everybody's back, saying what truly changed ([`Mutator`]) and leaving events in the tenants' audit logs
//! ([`AuditActor`]). [`Sim::listen`] puts it behind a
//! loopback listener. Content comes from folders of exported objects ([`load_folders`]) or is invented ([`generate`]).
//!
//! Writes keep to what Graph says of each type: what a create takes and ignores, which actions replace what, names that occur once,
//! defaults, references that must be there. Where a tenant protects something ([`Sim::protect`]), writes wait for approval.
//!
//! It refuses what Graph refuses and no more; what it does not know, it answers as Graph answers an unknown path.

mod act;
mod app_roles;
mod approval;
mod assign;
mod audit;
mod batch;
mod call;
mod certificate;
mod children;
mod consent;
mod control;
mod deep;
mod definitions;
mod deliver;
mod delta;
mod derived_id;
mod directory;
mod effects;
mod errors;
mod expand;
mod faults;
mod generate;
mod identity;
mod ledger;
mod load;
mod mask;
mod message;
mod mutate;
mod observe;
mod plain_text;
mod query;
mod read;
mod route;
mod rules;
mod serve;
mod settings;
mod shelf;
mod sim;
mod tamper;
mod tenant;
mod throttle;
mod token;
mod write;
mod young;

pub use approval::ApprovalRequest;
pub use audit::AuditActor;
pub use certificate::{NoKey, RegisteredCertificate, SelfSigned};
pub use consent::Consent;
pub use delta::{DeltaEnd, DeltaSettings};
pub use effects::{EffectCount, Wrote};
pub use faults::{Effect, Fault, FaultId, Which};
pub use generate::{Change, ChangeEffect, Size, broaden, generate, history};
pub use identity::{AppRegistration, FederatedCredential, TokenRefusal};
pub use ledger::{Count, Entry, EntryKind, Filter, Ledger, Mark, ThrottleCount};
pub use load::{Duplicate, LoadError, LoadReport, load_folders};
pub use message::{Body, Delivery, Request, Response};
pub use mutate::{Mutation, Mutator, Truth, What};
pub use plain_text::plain_text_of;
pub use serve::Listening;
pub use settings::Settings;
pub use sim::{NoSuchTenant, Sim};
pub use tenant::{NotStorable, TenantProfile, TenantState};
pub use throttle::{Limits, Rate};
