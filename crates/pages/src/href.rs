//! Every address of the product that a page links to. The web crate routes exactly these.

mod alerts;
mod backups;
mod baselines;
mod compare;
mod drift;
mod incidents;
mod links;
mod query;
mod reports;
mod restores;
mod rollouts;
mod system;
mod versions;

use model::ids::{InventoryItemId, InvitationId, RunId, ScheduleId, TenantGroupId, TenantId, UserId, WorkspaceId};

pub use alerts::*;
pub use backups::*;
pub use baselines::*;
pub use compare::*;
pub use drift::*;
pub use incidents::{INCIDENTS, incident, of_incident};
pub use links::*;
pub use query::Query;
pub use reports::*;
pub use restores::*;
pub use rollouts::*;
pub use system::*;
pub use versions::*;

/// The sign-in form, and where it is posted to.
pub const SIGN_IN: &str = "/sign-in";
/// The code of the second factor (GET), and where it is posted to.
pub const SIGN_IN_CODE: &str = "/sign-in/code";
/// A new password by a link of an operator (GET `token`), and where it is posted to.
pub const SIGN_IN_RESET: &str = "/sign-in/reset";
/// The person's own account.
pub const PROFILE: &str = "/admin/profile";
/// POST `name`.
pub const PROFILE_NAME: &str = "/admin/profile/name";
/// POST `old`, `password`, `again`.
pub const PROFILE_PASSWORD: &str = "/admin/profile/password";
/// Where the person is signed in.
pub const PROFILE_SESSIONS: &str = "/admin/profile/sessions";
/// POST `session`, or nothing for all others.
pub const PROFILE_SESSIONS_END: &str = "/admin/profile/sessions/end";
/// The second factor.
pub const SECOND_FACTOR: &str = "/admin/profile/second-factor";
/// POST: makes a new key.
pub const SECOND_FACTOR_PREPARE: &str = "/admin/profile/second-factor/prepare";
/// POST `code`: switches it on.
pub const SECOND_FACTOR_CONFIRM: &str = "/admin/profile/second-factor/confirm";
/// POST `password`, `code`: removes it.
pub const SECOND_FACTOR_REMOVE: &str = "/admin/profile/second-factor/remove";
/// POST: ends the session.
pub const SIGN_OUT: &str = "/sign-out";
/// The tenants of the current workspace.
pub const HOME: &str = "/admin";
/// POST `workspace`: makes another workspace the current one.
pub const SWITCH: &str = "/admin/switch";
/// POST `theme` (`system`, `light`, `dark`) and `back` (a path): sets the cookie `atlas_theme`.
pub const THEME: &str = "/admin/theme";
/// GET `q`: pages, tenants and policies.
pub const SEARCH: &str = "/admin/search";
/// The runs of the workspace.
pub const OPERATIONS: &str = "/admin/operations";
/// What the product does with each type of object.
pub const COVERAGE: &str = "/admin/coverage";
/// The contents of Help (GET `q`).
pub const HELP: &str = "/admin/help";
/// The notices of the signed-in person.
pub const NOTICES: &str = "/admin/notices";
/// POST: marks all notices as read.
pub const NOTICES_READ: &str = "/admin/notices/read";
/// The event stream of changed runs.
pub const EVENTS: &str = "/admin/events";

/// The members of the current workspace.
pub const MEMBERS: &str = "/admin/members";
/// The form that invites somebody (GET), and the invitation (POST `email`, `role`, `tenant`…, `tenant_role`).
pub const INVITE: &str = "/admin/members/invite";
/// The question whether to leave the workspace (GET), and leaving (POST).
pub const LEAVE: &str = "/admin/members/leave";
/// The tenants of the workspace with their states (GET).
pub const TENANTS: &str = "/admin/tenants";
/// The groups of tenants (GET), and making one (POST `name`).
pub const TENANT_GROUPS: &str = "/admin/tenant-groups";
/// POST `group`, `act` (`add`, `remove`), `tenant`…: puts tenants into a group, or takes them out.
pub const TENANT_GROUP_MEMBERS: &str = "/admin/tenant-groups/members";
/// Who may do what.
pub const ROLES: &str = "/admin/roles";
/// The current workspace (GET), and its name (POST `name`).
pub const WORKSPACE: &str = "/admin/workspace";
/// The question whether to archive the workspace (GET), and doing it (POST `away`, `typed`).
pub const ARCHIVE_WORKSPACE: &str = "/admin/workspace/archive";
/// The workspaces of the signed-in person (GET), and making one (POST `name`).
pub const WORKSPACES: &str = "/admin/workspaces";

/// A document of Help.
#[must_use]
pub fn help(slug: &str) -> String {
    format!("{HELP}/{slug}")
}

/// A document of Help, at a heading of it.
#[must_use]
pub fn help_at(slug: &str, anchor: Option<&str>) -> String {
    anchor.map_or_else(|| help(slug), |anchor| format!("{HELP}/{slug}#at-{anchor}"))
}

/// A page of a workspace that is named in the address, whichever is the current one.
#[must_use]
pub fn within(workspace: WorkspaceId, path: &str) -> String {
    Query::new(path).with("workspace", workspace).into()
}

/// A group of tenants (GET), its name (POST `name`); with `/remove` the question (GET) and the removal (POST).
#[must_use]
pub fn tenant_group(workspace: WorkspaceId, group: TenantGroupId, what: &str) -> String {
    within(workspace, &format!("/admin/tenant-groups/{group}{what}"))
}

/// A member of the workspace.
#[must_use]
pub fn member(workspace: WorkspaceId, member: UserId) -> String {
    within(workspace, &format!("/admin/members/{member}"))
}

/// What can be done with a member: `role` (POST), `remove` (GET and POST).
#[must_use]
pub fn of_member(workspace: WorkspaceId, member: UserId, what: &str) -> String {
    within(workspace, &format!("/admin/members/{member}/{what}"))
}

/// POST: takes an invitation back.
#[must_use]
pub fn revoke_invitation(workspace: WorkspaceId, invitation: InvitationId) -> String {
    within(workspace, &format!("/admin/members/invitations/{invitation}/revoke"))
}

/// An invitation, for whoever holds its link (GET), and accepting it (POST).
#[must_use]
pub fn invitation(token: &str) -> String {
    format!("/invitations/{token}")
}

/// POST `name`, `password`: makes an account for the invited person, and accepts.
#[must_use]
pub fn invitation_account(token: &str) -> String {
    format!("/invitations/{token}/account")
}

/// A tenant itself: `details`, `members`, `advance` (POST), `archive`.
#[must_use]
pub fn of_tenant(tenant: TenantId, what: &str) -> String {
    format!("/admin/t/{tenant}/{what}")
}

/// The question whether to take somebody out of a tenant (GET), and doing it (POST).
#[must_use]
pub fn remove_from_tenant(tenant: TenantId, member: UserId) -> String {
    format!("/admin/t/{tenant}/members/{member}/remove")
}

/// Sends the browser to a provider of sign-in.
#[must_use]
pub fn at_provider(name: &str, next: Option<&str>) -> String {
    Query::new(format!("/sign-in/oidc/{name}")).with_some("next", next).into()
}

/// A tenant's dashboard.
#[must_use]
pub fn tenant(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}")
}

/// A tenant's inventory.
#[must_use]
pub fn inventory(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/inventory")
}

/// One item of a tenant's inventory.
#[must_use]
pub fn item(tenant: TenantId, item: InventoryItemId) -> String {
    format!("/admin/t/{tenant}/inventory/{item}")
}

/// A version of an item, by its number.
#[must_use]
pub fn version(tenant: TenantId, item: InventoryItemId, number: i64) -> String {
    format!("/admin/t/{tenant}/inventory/{item}/versions/{number}")
}

/// The search over the settings of a tenant (GET `q`, `in`, `type`…).
#[must_use]
pub fn setting_search(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/inventory/search")
}

/// The form that chooses what to sync (GET), and the start itself (POST `types`…).
#[must_use]
pub fn sync(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/inventory/sync")
}

/// The directory cache of a tenant.
#[must_use]
pub fn directory(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/directory")
}

/// A group of a tenant's directory.
#[must_use]
pub fn group(tenant: TenantId, object_id: &str) -> String {
    Query::new(format!("/admin/t/{tenant}/directory/group")).with("id", object_id).into()
}

/// POST `sync` (`groups` or `role_definitions`), `full`, `back`: reads the directory.
#[must_use]
pub fn directory_sync(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/directory/sync")
}

/// The search of a selector: `kind`, `field` and `back` say where what is chosen goes to.
#[must_use]
pub fn select(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/directory/select")
}

/// The schedules of a tenant (GET), and making one (POST).
#[must_use]
pub fn schedules(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/schedules")
}

/// The form for a new schedule.
#[must_use]
pub fn new_schedule(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/schedules/new")
}

/// A schedule with its history.
#[must_use]
pub fn schedule(tenant: TenantId, schedule: ScheduleId) -> String {
    format!("/admin/t/{tenant}/schedules/{schedule}")
}

/// What can be done with a schedule: `edit` and `purge` (GET and POST), `retention` (GET), `run`, `switch` and `archive` (POST).
#[must_use]
pub fn of_schedule(tenant: TenantId, schedule: ScheduleId, what: &str) -> String {
    format!("/admin/t/{tenant}/schedules/{schedule}/{what}")
}

/// A run's canonical page.
#[must_use]
pub fn run(run: RunId) -> String {
    format!("/admin/operations/{run}")
}

/// The question whether to cancel a run (GET), and the cancellation (POST).
#[must_use]
pub fn cancel(run: RunId) -> String {
    format!("/admin/operations/{run}/cancel")
}

/// POST `what` (`whole`, `failed`) and `key`: starts the same again.
#[must_use]
pub fn retry(run: RunId) -> String {
    format!("/admin/operations/{run}/retry")
}

/// The question whether to end a run that does not stop (GET), and the end (POST).
#[must_use]
pub fn force(run: RunId) -> String {
    format!("/admin/operations/{run}/force")
}

/// The runs of the workspace as a file.
pub const OPERATIONS_CSV: &str = "/admin/operations.csv";
/// The question what to do with all runs of a list (GET), and doing it (POST `act`, `typed`, `key`).
pub const BULK: &str = "/admin/operations/bulk";
/// Workers, pauses and limits; POST: saves the limits.
pub const QUEUE: &str = "/admin/operations/queue";
/// POST `target` (`tenant:…`, `type:…`) and `reason`.
pub const PAUSE: &str = "/admin/operations/queue/pause";
/// POST `target`.
pub const RESUME: &str = "/admin/operations/queue/resume";

/// The audit log of the workspace.
pub const AUDIT: &str = "/admin/audit";
/// The same as a file.
pub const AUDIT_CSV: &str = "/admin/audit.csv";

/// The audit log of a tenant.
#[must_use]
pub fn tenant_audit(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/audit")
}

/// The same as a file.
#[must_use]
pub fn tenant_audit_csv(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/audit.csv")
}

/// The settings of the workspace (GET), and saving them (POST).
pub const SETTINGS: &str = "/admin/settings";
/// How much findings matter in the workspace (GET `type`, `kind`, `property`), and saying so (POST).
pub const SETTINGS_RATINGS: &str = "/admin/settings/severity";
/// The settings of the person who is signed in (GET), and saving them (POST).
pub const PROFILE_SETTINGS: &str = "/admin/profile/settings";

/// The settings of a tenant (GET), and saving them (POST).
#[must_use]
pub fn tenant_settings(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/settings")
}

/// The tokens of the current workspace.
pub const TOKENS: &str = "/admin/tokens";
/// The reference of the API.
pub const API: &str = "/api";
/// The API's document, for programs.
pub const OPENAPI: &str = "/api/v1/openapi.json";

/// The runs of one tenant.
#[must_use]
pub fn tenant_operations(tenant: TenantId) -> String {
    Query::new(OPERATIONS).with("tenant", tenant).into()
}

/// The latest report of a tenant's connection check (GET), and starting one (POST `again`, `back`, `key`).
#[must_use]
pub fn connection_check(tenant: TenantId) -> String {
    format!("/admin/t/{tenant}/connection/check")
}

/// The onboardings that are open (GET), and beginning one (POST).
pub const ONBOARDINGS: &str = "/admin/onboarding";
/// The form that begins an onboarding.
pub const NEW_ONBOARDING: &str = "/admin/onboarding/new";
/// Where Microsoft sends the browser after the question for admin consent.
pub const ADMIN_CONSENT: &str = "/admin/onboarding/consent";

/// An onboarding, at the step that it reached.
#[must_use]
pub fn onboarding(tenant: TenantId) -> String {
    format!("/admin/onboarding/{tenant}")
}

/// A step of an onboarding (GET `step`).
#[must_use]
pub fn onboarding_step(tenant: TenantId, step: model::onboarding::Step) -> String {
    Query::new(onboarding(tenant)).with("step", step.code()).into()
}

/// What can be done in an onboarding: `identify`, `application`, `connection`, `sync`, `complete` (POST), `delete` (GET and POST).
#[must_use]
pub fn of_onboarding(tenant: TenantId, what: &str) -> String {
    format!("/admin/onboarding/{tenant}/{what}")
}
