//! What each capability means, in a sentence for people. A capability without one does not compile.

use super::Capability;

impl Capability {
    /// What it allows, for a page: "Look at …".
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::WorkspaceView => "See that the workspace exists, and who its members are.",
            Self::WorkspaceOperationsView => {
                "See the operations of the tenants that one is entitled to, and those of the workspace."
            }
            Self::WorkspaceMembersManage => "Invite people, change their roles and remove them.",
            Self::WorkspaceDelete => "Archive the workspace, and take it out again.",
            Self::WorkspaceSettingsManage => "Rename the workspace, set limits and retention, pause operations.",
            Self::WorkspaceTenantsOnboard => "Add tenants to the workspace.",
            Self::WorkspaceBaselinesManage => "Make and change baselines.",
            Self::WorkspaceAlertsManage => "Make and change alert rules.",
            Self::WorkspaceApiTokensManage => "Make and revoke tokens for the API.",
            Self::WorkspaceAuditView => "Read the audit log.",
            Self::TenantView => "See the tenant and how it stands.",
            Self::PoliciesView => "Read the tenant's policies and their history.",
            Self::FindingsView => "Read what was found to have drifted.",
            Self::InventorySync => "Sync the inventory from Microsoft Graph.",
            Self::DirectorySync => "Sync groups and role definitions from Microsoft Graph.",
            Self::DriftRun => "Compare the tenant with its baselines.",
            Self::BackupsRun => "Back the tenant up, verify and export backups.",
            Self::BackupSchedulesRun => "Start by hand what a schedule starts.",
            Self::ProvidersRun => "Check the connection to Microsoft.",
            Self::FindingsTriage => "Acknowledge, assign and close findings.",
            Self::BackupSchedulesManage => "Make, change, archive and remove schedules.",
            Self::ProvidersManage => "Change the connection to Microsoft.",
            Self::TenantSettingsManage => "Rename the tenant, take it into use, change its settings.",
            Self::FindingsAcceptRisk => "Accept the risk of a finding.",
            Self::RestoreExecute => "Write policies back to Microsoft.",
            Self::TenantMembersManage => "Add people to the tenant, change their roles there and remove them.",
            Self::CredentialsRotate => "Add, replace and remove the credential of the connection to Microsoft.",
            Self::SecretsFetch => "Let a backup fetch the secret values of policies, and keep them sealed.",
            Self::TenantDangerZone => "Archive the tenant, and take it out again.",
            Self::Unknown => "This version does not know what it allows.",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_capability_has_a_sentence_of_its_own() {
        let sentences: BTreeSet<&str> = Capability::ALL.iter().map(|capability| capability.sentence()).collect();
        assert_eq!(sentences.len(), Capability::ALL.len());
        assert!(sentences.iter().all(|text| text.ends_with('.') && text.len() < 100), "{sentences:?}");
    }
}
