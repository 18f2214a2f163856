//! The database: one body and one SQL text per query on SQLite and PostgreSQL.
//!
//! What this crate promises:
//! - No SQL type leaves it. Queries on workspace or tenant data take a scope, writes take a permit; both are made only in
//!   [`access`], from a membership that was read.
//! - Every change is committed together with an audit entry, or in a place that is listed by name (`xtask` nets).
//! - Only [`runs`] writes the state of a run, and every write of a running attempt carries its lease token.
//! - On PostgreSQL row-level security repeats the scopes: a query that forgets its scope returns nothing.

pub mod access;
mod adoption;
mod alerts;
mod api_tokens;
mod audit;
mod backup_files;
mod backups;
mod baselines;
mod bind;
mod blobs;
pub mod changes;
mod connection_checks;
mod connections;
mod content_secrets;
mod contents;
mod copies;
mod db;
mod dialect;
mod directory;
mod error;
mod findings;
mod fold;
mod health;
mod identities;
mod inventory;
mod invitations;
mod links;
mod lock;
mod members;
mod migrate;
mod notices;
mod onboarding;
mod open;
mod overview;
mod passwords;
mod platform;
mod policy_versions;
mod quota;
mod reach;
pub mod replica;
mod reports;
mod restores;
mod row;
pub mod runs;
mod schedules;
pub mod sealed;
mod second_factor;
mod sessions;
mod setting_search;
mod settings;
mod sql;
mod tenant_events;
mod tenant_groups;
mod tenants;
#[cfg(feature = "testing")]
pub mod testing;
mod token;
mod users;
mod wake;
mod workspaces;

pub use adoption::{AdoptFrom, Adopted, Adoption, AdoptionReport, LegacyRow, LegacyTable, Table as AdoptionTable};
pub use alerts::{AlertLog, Alerts, DestinationWish, Dispatch, DispatchedAlerts, OpenTarget, Target};
pub use audit::{AuditActor, AuditFilter, AuditList, actions_of_group};
pub use backup_files::{BackupFiles, FETCHABLE, FileKey, FileLock, OpenFile, PART_BYTES, Receiving};
pub use backups::{Backups, Collected, ImportEnd, ImportedObject, OpenSet, Portion, Preview, Removed, Sealed, StoredObject};
pub use baselines::{
    BaselineEdit, Baselines, Capture, CaptureFrom, Followed, Gap, KnownMatch, Sides, TenantAlignment, ToCompare,
};
pub use connection_checks::{ConnectionChecks, KEPT_CHECKS};
pub use connections::{
    CertificatePair, CertificateProblem, ConnectionEdit, MAX_CERTIFICATE_FILE, NewConnection, NewCredential, OpenCredential,
};
pub use content_secrets::{ContentSecrets, MaskedOwner, OpenSecret};
pub use contents::{ContentPlace, Contents, MovedContents, MovedPart, TidiedObjects};
pub use copies::{NewFile, WholeCopy, back_up, is_bare, put_back};
pub use directory::{DirectoryEffect, DirectoryEnd, ObjectName, Pass};
pub use error::StoreError;
pub use findings::{
    BaselineJudged, BaselinePart, ChangedObject, Doing, DriftReading, Findings, HeldReference, Judged, Kept, KeptMatch,
    KnownRatings, KnownServiceField, MANY_OBJECTS, MOST_AT_ONCE, MOST_INCIDENTS, MOST_OF_INCIDENT, Material, NewestReading,
    Rated, ReferenceJudged, ReferenceSubject,
};
pub use health::Health;
pub use identities::SIGN_IN_OPEN;
pub use inventory::{Effort, InventoryDetail, NamedItem, ObservedItem, PageEffect, ReadBefore, TypeList, TypeUnread};
pub use invitations::{Invited, NewInvitation};
pub use links::Links;
pub use migrate::MigrationState;
pub use onboarding::Onboarding;
pub use open::{Backend, Opened, Options, Store};
pub use overview::{Overview, TagCount};
pub use passwords::{LINK_OPEN, PasswordChanged};
pub use platform::{
    Credential, FirstOwner, GlassMember, GlassRun, GlassTenant, GlassTrail, OPERATOR_SESSION_ABSOLUTE, OPERATOR_SESSION_IDLE,
    OpenGlass, OperatorRecord,
};
pub use policy_versions::{PolicyVersions, VersionDetail, VersionList};
pub use quota::SharedQuota;
pub use reports::{ReportAsk, ReportWriting, Reports};
pub use restores::{
    Approval, AskedApproval, Candidate, CandidateFilter, Choice, CopiedObject, Drill, DrillObject, DrillReason, DrillSource,
    DrillType, EnteredSecret, Frozen, ItemContents, ItemFilter, JournalLine, KnownObject, MAX_RESTORE_ITEMS, MappedReference,
    NewDrill, NewLine, NewRehearsal, NewRollout, OpenEntry, OutcomeCounts, Pick, PlanReach, PlannedWork, ReachedGroup, Recorded,
    Rehearsal, RehearsedItem, Restore, RestoreItem, Restores, Rollout, RolloutStep, RolloutTarget, Rollouts, Suggestion,
    WantedReference, WantedSecret,
};
pub use schedules::Dispatched;
pub use second_factor::{Enabled, Factor, RECOVERY_CODES, STEP_OPEN, STEP_TRIES, Step};
pub use sessions::{Flash, SESSION_ABSOLUTE, SESSION_IDLE, SessionView};
pub use setting_search::{SettingPage, SettingSearches};
pub use settings::{Choices, NewChoice};
pub use tenant_events::{AskedOf, EventsEffect, TenantEvents};
pub use tenant_groups::{GroupChange, MOST_IN_GROUP, TenantGroups};
pub use tenants::{DERIVED_TABLES, NewTenant, RecordPart, RemovedPart, TenantEdit, TenantOverview};
pub use users::SignInRecord;
pub use workspaces::Home;
