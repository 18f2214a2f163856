//! Graph contracts: what TenantAtlas knows about each type of object in Microsoft Graph.
//!
//! Each type is one data file, `resource_types/<key>.toml`, embedded into the binary and read once into a [`ResourceType`].
//! Everything that lists, reads, compares, restores or simulates objects is driven by these contracts; nothing else holds a
//! Graph path. Facts in the files come from Microsoft's published metadata and permission data, and are held against an
//! extract of it by `tests/resource_types_match_metadata.rs`; what is known from other tools only says so in the file.

mod catalog;
mod category;
mod collection;
mod contract;
mod field_path;
mod form;
mod list;
mod masked;
mod method;
mod permissions;
mod platform;
mod recognition;
mod restore;
mod secret;
mod steps;
mod support;

pub use catalog::{all, find};
pub use category::Category;
pub use collection::{Collection, collections};
pub use contract::{ApiVersion, ResourceType, StoredIn};
pub use field_path::{FieldPath, InvalidFieldPath, Segment};
pub use form::Form;
pub use list::{ListContract, ShownWhere, encode};
pub use masked::Masked;
pub use method::{Create, Method, Source, Update};
pub use permissions::{PermissionSet, Permissions};
pub use platform::{Platform, PlatformRule};
pub use recognition::Recognition;
pub use restore::{Restore, RestoreMode, Risk};
pub use secret::Secret;
pub use steps::{AssignmentMode, Assignments, HydrationStep, Unordered};
pub use support::{Feature, Support};
