//! Addresses of the platform plane.

use model::ids::OperatorId;

/// How the installation is: where its operators land.
pub const SYSTEM: &str = "/system";
/// The sign-in form of operators, and where it is posted to.
pub const SYSTEM_SIGN_IN: &str = "/system/sign-in";
/// POST: ends an operator's session.
pub const SYSTEM_SIGN_OUT: &str = "/system/sign-out";
/// The processes that work.
pub const SYSTEM_WORKERS: &str = "/system/workers";
/// All workspaces, by name and counts (GET), and making one (POST `name`, `owner`).
pub const SYSTEM_WORKSPACES: &str = "/system/workspaces";
/// The operators (GET), and adding one (POST `email`, `name`).
pub const SYSTEM_OPERATORS: &str = "/system/operators";
/// What operators did.
pub const SYSTEM_AUDIT: &str = "/system/audit";
/// Opening a workspace (GET, POST `workspace`, `reason`, `minutes`, `password`).
pub const BREAK_GLASS: &str = "/system/break-glass";
/// POST: closes it again.
pub const BREAK_GLASS_EXIT: &str = "/system/break-glass/exit";
/// Tenants and members of the open workspace.
pub const BREAK_GLASS_WORKSPACE: &str = "/system/break-glass/workspace";
/// Runs of the open workspace.
pub const BREAK_GLASS_RUNS: &str = "/system/break-glass/runs";
/// The trail of the open workspace.
pub const BREAK_GLASS_AUDIT: &str = "/system/break-glass/audit";
/// Naming an owner of the open workspace (GET, POST `email`, `typed`).
pub const BREAK_GLASS_OWNER: &str = "/system/break-glass/owner";

/// Where an operator chooses a password by a one-time link (GET, POST `password`, `again`).
#[must_use]
pub fn system_welcome(link: &str) -> String {
    format!("/system/welcome/{link}")
}

/// What can be done with an operator: `disable` (GET and POST), `link` (POST).
#[must_use]
pub fn of_operator(operator: OperatorId, what: &str) -> String {
    format!("/system/operators/{operator}/{what}")
}
