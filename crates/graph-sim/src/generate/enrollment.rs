//! How devices join: enrollment configurations and Autopilot profiles.

use model::json::Json;

use super::maker::Maker;
use super::values::{NULL, flag, int, list, text, texts, with};
use super::words;

/// An enrollment configuration. Of restrictions, limits, status pages and Windows Hello the first one is the tenant's default:
/// priority 0, for everyone, not deletable.
pub(super) fn configuration(maker: &mut Maker, key: &str, number: usize) -> Json {
    let default = number == 0
        && matches!(key, "enrollment_restriction" | "enrollment_limit" | "enrollment_status_page" | "windows_hello_for_business");
    let (kind, suffix, area) = match key {
        "enrollment_restriction" if default => {
            ("deviceEnrollmentPlatformRestrictionsConfiguration", "DefaultPlatformRestrictions", "Platforms")
        }
        "enrollment_restriction" => ("deviceEnrollmentPlatformRestrictionConfiguration", "SinglePlatformRestriction", "Platform"),
        // The ids of defaults tell that they are: `<guid>_Default…`.
        "enrollment_limit" if default => ("deviceEnrollmentLimitConfiguration", "DefaultLimit", "Device limit"),
        "enrollment_limit" => ("deviceEnrollmentLimitConfiguration", "Limit", "Device limit"),
        "enrollment_status_page" if default => (
            "windows10EnrollmentCompletionPageConfiguration",
            "DefaultWindows10EnrollmentCompletionPageConfiguration",
            "Status page",
        ),
        "enrollment_status_page" => {
            ("windows10EnrollmentCompletionPageConfiguration", "Windows10EnrollmentCompletionPageConfiguration", "Status page")
        }
        "windows_hello_for_business" => {
            ("deviceEnrollmentWindowsHelloForBusinessConfiguration", "DefaultWindowsHelloForBusiness", "Windows Hello")
        }
        "co_management_settings" => ("deviceComanagementAuthorityConfiguration", "Comanagement", "Co-management"),
        "enrollment_notification" => {
            ("deviceEnrollmentNotificationConfiguration", "EnrollmentNotificationsConfiguration", "Notification")
        }
        _ => ("windowsRestoreDeviceEnrollmentConfiguration", "WindowsRestore", "Restore of apps"),
    };
    let id = format!("{}_{suffix}", maker.id());
    let (created, modified) = maker.times();
    let name = if default { format!("All users and all devices – {area}") } else { maker.name("ENR", area) };
    let common = Json::from([
        ("@odata.type", text(format!("#microsoft.graph.{kind}"))),
        ("id", text(&id)),
        ("displayName", text(name)),
        ("description", if default { text("This is the default configuration for all users.") } else { maker.description() }),
        ("priority", int(if default { 0 } else { number as i64 + 1 })),
        ("createdDateTime", created),
        ("lastModifiedDateTime", modified),
        ("version", int(maker.between(1, 9))),
        ("roleScopeTagIds", if default { texts(["0"]) } else { maker.scope_tags() }),
        ("assignments", if default { list([]) } else { maker.assignments(&id, "windows") }),
    ]);
    let restriction = |maker: &mut Maker| {
        Json::from([
            ("platformBlocked", flag(false)),
            ("personalDeviceEnrollmentBlocked", flag(maker.chance(60))),
            ("osMinimumVersion", text("")),
            ("osMaximumVersion", text("")),
            ("blockedManufacturers", list([])),
            ("blockedSkus", list([])),
        ])
    };
    match key {
        "enrollment_restriction" if default => with(
            common,
            [
                ("iosRestriction", restriction(maker)),
                ("windowsRestriction", restriction(maker)),
                ("androidForWorkRestriction", restriction(maker)),
                ("macOSRestriction", restriction(maker)),
            ],
        ),
        "enrollment_restriction" => {
            let platform = *maker.pick(&["ios", "windows", "androidForWork", "mac"]);
            with(common, [("platformType", text(platform)), ("platformRestriction", restriction(maker))])
        }
        "enrollment_limit" => with(common, [("limit", int(maker.between(2, 15)))]),
        "enrollment_status_page" => {
            let apps: Vec<Json> = (0..maker.below(3)).filter_map(|_| maker.pick_id(|maker| &maker.apps)).map(text).collect();
            with(
                common,
                [
                    ("showInstallationProgress", flag(true)),
                    ("blockDeviceSetupRetryByUser", flag(maker.chance(40))),
                    ("allowDeviceResetOnInstallFailure", flag(true)),
                    ("allowLogCollectionOnInstallFailure", flag(true)),
                    ("customErrorMessage", text("Setup could not be completed. Call the service desk.")),
                    ("installProgressTimeoutInMinutes", int(maker.between(60, 120))),
                    ("allowDeviceUseOnInstallFailure", flag(false)),
                    ("selectedMobileAppIds", list(apps)),
                    ("trackInstallProgressForAutopilotOnly", flag(true)),
                ],
            )
        }
        "windows_hello_for_business" => with(
            common,
            [
                ("state", text("enabled")),
                ("pinMinimumLength", int(6)),
                ("pinMaximumLength", int(127)),
                ("securityDeviceRequired", flag(true)),
                ("unlockWithBiometricsEnabled", flag(true)),
                ("enhancedBiometricsState", text("notConfigured")),
            ],
        ),
        "co_management_settings" => with(
            common,
            [
                ("installConfigurationManagerAgent", flag(true)),
                ("managedDeviceAuthority", int(0)),
                ("configurationManagerAgentCommandLineArgument", text("CCMSETUPCMD=\"/mp:https://gateway.example\"")),
            ],
        ),
        "enrollment_notification" => {
            let template = maker.pick_id(|maker| &maker.templates).unwrap_or_default();
            let platform = *maker.pick(&["ios", "windows", "androidForWork", "mac"]);
            with(
                common,
                [
                    ("platformType", text(platform)),
                    ("templateType", text("email")),
                    ("notificationMessageTemplateId", text(&template)),
                    ("notificationTemplates", list([text(format!("email_{template}"))])),
                    ("brandingOptions", text("none")),
                    ("defaultLocale", text("en-us")),
                ],
            )
        }
        _ => with(common, [("state", text("enabled"))]),
    }
}

/// An Autopilot deployment profile.
pub(super) fn autopilot_deployment_profile(maker: &mut Maker) -> Json {
    let id = maker.id();
    let (created, modified) = maker.times();
    let hybrid = maker.chance(20);
    let kind =
        if hybrid { "activeDirectoryWindowsAutopilotDeploymentProfile" } else { "azureADWindowsAutopilotDeploymentProfile" };
    let site = *maker.pick(&words::SITES);
    let code: String = site.chars().filter(char::is_ascii_alphabetic).take(3).collect::<String>().to_ascii_uppercase();
    let shared = maker.chance(30);
    let object = Json::from([
        ("@odata.type", text(format!("#microsoft.graph.{kind}"))),
        ("id", text(&id)),
        ("displayName", text(maker.name("WIN – AP", if shared { "Self-deploying" } else { "User-driven" }))),
        ("description", maker.description()),
        ("language", text("os-default")),
        ("locale", text("os-default")),
        ("createdDateTime", created),
        ("lastModifiedDateTime", modified),
        ("enrollmentStatusScreenSettings", NULL),
        ("extractHardwareHash", flag(true)),
        ("hardwareHashExtractionEnabled", flag(true)),
        ("deviceNameTemplate", text(format!("{code}-%SERIAL%"))),
        ("deviceType", text("windowsPc")),
        ("preprovisioningAllowed", flag(maker.chance(50))),
        ("roleScopeTagIds", maker.scope_tags()),
        ("managementServiceAppId", NULL),
        (
            "outOfBoxExperienceSetting",
            Json::from([
                ("privacySettingsHidden", flag(true)),
                ("eulaHidden", flag(true)),
                ("userType", text(if maker.chance(80) { "standard" } else { "administrator" })),
                ("deviceUsageType", text(if shared { "shared" } else { "singleUser" })),
                ("keyboardSelectionPageSkipped", flag(true)),
                ("escapeLinkHidden", flag(true)),
            ]),
        ),
        ("assignments", maker.assignments(&id, "windows")),
    ]);
    if hybrid { with(object, [("hybridAzureADJoinSkipConnectivityCheck", flag(maker.chance(50)))]) } else { object }
}
