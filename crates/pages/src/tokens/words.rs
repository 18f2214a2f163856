//! What tokens and capabilities are in words.

use maud::Markup;
use model::access::Capability;
use model::api_token::ApiToken;
use model::label::Tone;
use model::time::Moment;

use crate::components::badge::worded;
use crate::components::icon::Icon;

/// Whether it is good.
pub(super) fn state(token: &ApiToken, now: Moment) -> Markup {
    if token.revoked_at.is_some() {
        worded(Tone::Neutral, Icon::Ban, "Revoked")
    } else if token.is_good(now) {
        worded(Tone::Success, Icon::Check, "Good")
    } else {
        worded(Tone::Neutral, Icon::Clock, "Expired")
    }
}

/// What a capability lets a token do.
pub(super) const fn capability(capability: Capability) -> &'static str {
    match capability {
        Capability::WorkspaceView => "See the workspace, its members and its tenants",
        Capability::WorkspaceOperationsView => "See the operations and the queue, act on many runs",
        Capability::WorkspaceMembersManage => "Manage members",
        Capability::WorkspaceDelete => "Delete the workspace",
        Capability::WorkspaceSettingsManage => "Change settings and limits, pause and force operations",
        Capability::WorkspaceTenantsOnboard => "Add tenants",
        Capability::WorkspaceBaselinesManage => "Manage baselines",
        Capability::WorkspaceAlertsManage => "Manage alerts",
        Capability::WorkspaceApiTokensManage => "Manage API tokens",
        Capability::WorkspaceAuditView => "See the audit log",
        Capability::TenantView => "See tenants and their schedules",
        Capability::PoliciesView => "Read the inventory",
        Capability::FindingsView => "Read findings",
        Capability::InventorySync => "Sync the inventory; see, cancel and repeat syncs",
        Capability::DirectorySync => "Sync groups and roles",
        Capability::DriftRun => "Look for drift",
        Capability::BackupsRun => "Make backups",
        Capability::BackupSchedulesRun => "Start by hand what a schedule starts",
        Capability::ProvidersRun => "Check connections",
        Capability::FindingsTriage => "Work on findings",
        Capability::BackupSchedulesManage => "Make and change schedules",
        Capability::ProvidersManage => "Change connections",
        Capability::TenantSettingsManage => "Change a tenant's settings",
        Capability::FindingsAcceptRisk => "Accept risks",
        Capability::RestoreExecute => "Restore",
        Capability::TenantMembersManage => "Manage the members of a tenant",
        Capability::CredentialsRotate => "Rotate credentials",
        Capability::TenantDangerZone => "Archive and delete tenants",
        Capability::Unknown => "Something that this version does not know",
    }
}
