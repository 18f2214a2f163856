//! Where objects of each type hold ids of other objects.

use super::{FoundReference, each};
use crate::json::Json;

/// What is known of a reference beside its id.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Beside {
    pub(super) assignment: Option<usize>,
    pub(super) narrowing: bool,
    pub(super) droppable: bool,
}

/// A place of ids.
#[derive(Debug)]
pub(super) struct Rule {
    /// Names, with `[]` for every element of a list.
    pub(super) path: String,
    /// Key of the type that is referred to.
    pub(super) to: &'static str,
    /// What stands before the id in the text, up to and with this; empty: the text is the id.
    pub(super) mark: &'static str,
    pub(super) beside: Beside,
}

impl Rule {
    pub(super) fn of(path: impl Into<String>, to: &'static str) -> Self {
        Self { path: path.into(), to, mark: "", beside: Beside::default() }
    }

    pub(super) fn droppable(mut self) -> Self {
        self.beside.droppable = true;
        self
    }

    fn after(mut self, mark: &'static str) -> Self {
        self.mark = mark;
        self
    }
}

/// Ids in the target of an assignment.
pub(super) const TARGETS: &[(&str, &str)] = &[
    ("groupId", "group"),
    // The group to whose devices a scope tag is given.
    ("entraObjectId", "group"),
    ("deviceAndAppManagementAssignmentFilterId", "assignment_filter"),
    ("collectionId", "configuration_manager_collection"),
];

const CONDITIONAL_ACCESS: &[(&str, &str)] = &[
    ("conditions.users.includeUsers[]", "user"),
    ("conditions.users.excludeUsers[]", "user"),
    ("conditions.users.includeGroups[]", "group"),
    ("conditions.users.excludeGroups[]", "group"),
    ("conditions.users.includeRoles[]", "directory_role"),
    ("conditions.users.excludeRoles[]", "directory_role"),
    ("conditions.applications.includeApplications[]", "service_principal"),
    ("conditions.applications.excludeApplications[]", "service_principal"),
    ("conditions.applications.includeAuthenticationContextClassReferences[]", "authentication_context"),
    ("conditions.clientApplications.includeServicePrincipals[]", "service_principal"),
    ("conditions.clientApplications.excludeServicePrincipals[]", "service_principal"),
    ("conditions.locations.includeLocations[]", "named_location"),
    ("conditions.locations.excludeLocations[]", "named_location"),
    ("grantControls.authenticationStrength.id", "authentication_strength_policy"),
    ("grantControls.termsOfUse[]", "terms_of_use_agreement"),
];

/// Links to certificate profiles, which Graph shows as objects where they are asked for.
pub(crate) const CERTIFICATES: &[&str] = &[
    "rootCertificate",
    "rootCertificateForServerValidation",
    "rootCertificatesForServerValidation",
    "rootCertificateForClientValidation",
    "rootCertificatesForClientValidation",
    "secondaryRootCertificateForClientValidation",
    "identityCertificate",
    "identityCertificateForClientAuthentication",
    "secondaryIdentityCertificateForClientAuthentication",
    "smimeSigningCertificate",
    "smimeEncryptionCertificate",
    "singleSignOnExtensionPkinitCertificate",
];

/// The places of a type, beside assignments and scope tags.
pub(super) fn of(key: &str) -> Vec<Rule> {
    const ACTIONS: &str = "scheduledActionsForRule[].scheduledActionConfigurations[]";
    match key {
        "compliance_policy" | "compliance_policy_v2" => vec![
            Rule::of(format!("{ACTIONS}.notificationTemplateId"), "notification_template"),
            Rule::of(format!("{ACTIONS}.notificationMessageCCList[]"), "group"),
            Rule::of("deviceCompliancePolicyScript.deviceComplianceScriptId", "device_compliance_script"),
        ],
        "app_config_managed_device" => vec![Rule::of("targetedMobileApps[]", "mobile_app")],
        "enrollment_status_page" => vec![Rule::of("selectedMobileAppIds[]", "mobile_app")],
        "enrollment_notification" => vec![
            Rule::of("notificationTemplates[]", "notification_template").after("_"),
            Rule::of("notificationMessageTemplateId", "notification_template"),
        ],
        "device_configuration" => CERTIFICATES
            .iter()
            .flat_map(|name| [format!("{name}.id"), format!("{name}[].id")])
            .map(|path| Rule::of(path, "device_configuration"))
            .collect(),
        "intune_role_assignment" => vec![
            Rule::of("members[]", "group"),
            Rule::of("scopeMembers[]", "group"),
            Rule::of("resourceScopes[]", "group"),
            Rule::of("roleScopeTags[].id", "scope_tag"),
            Rule::of("roleDefinition.id", "intune_role_definition"),
        ],
        "conditional_access_policy" => CONDITIONAL_ACCESS
            .iter()
            .map(|(path, to)| {
                let mut rule = Rule::of(*path, to);
                // Leaving out who is excluded would make the policy reach further.
                rule.beside.narrowing = path.contains("exclude");
                rule
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Concrete type, its property that holds an id, and what it refers to; at any depth.
pub(super) fn deep(key: &str) -> &'static [(&'static str, &'static str, &'static str)] {
    match key {
        "settings_catalog_policy"
        | "endpoint_security_policy"
        | "security_baseline_policy"
        | "compliance_policy_v2"
        | "reusable_policy_setting" => {
            &[("#microsoft.graph.deviceManagementConfigurationReferenceSettingValue", "value", "reusable_policy_setting")]
        }
        "device_configuration" => &[
            ("#microsoft.graph.windowsKioskAzureADGroup", "groupId", "group"),
            ("#microsoft.graph.windowsKioskAzureADUser", "userId", "user"),
        ],
        _ => &[],
    }
}

/// Places where the kind of the reference depends on what stands beside it.
pub(super) fn special(key: &str, object: &mut Json, visit: &mut dyn FnMut(FoundReference) -> Option<String>) {
    match key {
        "policy_set" => each(object, "items[]", String::new(), &mut |pointer, item| {
            let to = item.get("@odata.type").and_then(Json::as_str).and_then(payload).unwrap_or("policy_set_payload");
            if let Some(Json::String(text)) = item.get_mut("payloadId") {
                super::one(text, to, "", format!("{pointer}/payloadId"), Beside::default(), visit);
            }
        }),
        "administrative_template" => each(object, "definitionValues[]", String::new(), &mut |pointer, value| {
            // Definitions of Microsoft's own templates have the same ids everywhere; those of uploaded ones are the tenant's.
            if value.at(&["definition", "policyType"]).and_then(Json::as_str) != Some("admxIngested") {
                return;
            }
            for (path, to) in [
                ("definition.id", "group_policy_definition"),
                ("presentationValues[].presentation.id", "group_policy_presentation"),
            ] {
                each(value, path, pointer.clone(), &mut |pointer, value| {
                    if let Json::String(text) = value {
                        super::one(text, to, "", pointer, Beside::default(), visit);
                    }
                });
            }
        }),
        _ => {}
    }
}

/// What an item of a policy set is.
fn payload(odata_type: &str) -> Option<&'static str> {
    Some(match odata_type.strip_prefix("#microsoft.graph.")?.strip_suffix("PolicySetItem")? {
        "mobileApp" => "mobile_app",
        "deviceConfiguration" => "device_configuration",
        "deviceManagementConfigurationPolicy" => "settings_catalog_policy",
        "deviceCompliancePolicy" => "compliance_policy",
        "deviceManagementScript" => "device_management_script",
        "managedAppProtection" => "managed_app_policy",
        "targetedManagedAppConfiguration" => "app_config_managed_app",
        "managedDeviceMobileAppConfiguration" => "app_config_managed_device",
        "mdmWindowsInformationProtectionPolicy" => "wip_policy_mdm",
        "iosLobAppProvisioningConfiguration" => "ios_lob_provisioning_profile",
        "enrollmentRestrictionsConfiguration" => "enrollment_restriction",
        "windows10EnrollmentCompletionPageConfiguration" => "enrollment_status_page",
        "windowsAutopilotDeploymentProfile" => "autopilot_deployment_profile",
        _ => return None,
    })
}

/// Words and ids that mean the same in every tenant, or nothing.
pub(super) fn means_the_same_everywhere(to: &str, id: &str) -> bool {
    const ZEROS: &str = "00000000-0000-0000-0000-";
    let words: &[&str] = match to {
        "scope_tag" => &["0"],
        "user" => &["All", "None", "GuestsOrExternalUsers"],
        "group" => &["All"],
        "service_principal" => &["All", "None", "Office365", "MicrosoftAdminPortals", "ServicePrincipalsInMyTenant"],
        "named_location" => &["All", "AllTrusted"],
        // Microsoft's own authentication strengths.
        "authentication_strength_policy" if id.starts_with(ZEROS) => return true,
        _ => &[],
    };
    let zeros = id.strip_prefix(ZEROS).is_some_and(|rest| rest == "000000000000");
    id.is_empty() || zeros || words.contains(&id)
}
