//! Device configuration profiles, update policies, administrative templates, intents.

use model::json::Json;

use super::maker::Maker;
use super::values::{NULL, flag, int, list, text, texts, with};
use super::words;
use crate::derived_id::id_from;

fn profile(maker: &mut Maker, id: &str, kind: &str, prefix: &str, area: &str) -> Json {
    let (created, modified) = maker.times();
    Json::from([
        ("@odata.type", text(format!("#microsoft.graph.{kind}"))),
        ("id", text(id)),
        ("lastModifiedDateTime", modified),
        ("roleScopeTagIds", maker.scope_tags()),
        ("supportsScopeTags", flag(true)),
        ("deviceManagementApplicabilityRuleOsEdition", NULL),
        ("deviceManagementApplicabilityRuleOsVersion", NULL),
        ("deviceManagementApplicabilityRuleDeviceMode", NULL),
        ("createdDateTime", created),
        ("description", maker.description()),
        ("displayName", text(maker.name(prefix, area))),
        ("version", int(maker.between(1, 20))),
    ])
}

/// A device configuration profile of one of eight kinds.
pub(super) fn device_configuration(maker: &mut Maker) -> Json {
    let id = maker.id();
    let (object, platform) = match maker.below(8) {
        0 | 1 => (custom_windows(maker, &id), "windows"),
        2 => {
            let profile = profile(maker, &id, "windows10GeneralConfiguration", "WIN", "Device restrictions");
            let own = [
                ("cameraBlocked", flag(maker.chance(30))),
                ("bluetoothBlocked", flag(maker.chance(20))),
                ("screenCaptureBlocked", flag(maker.chance(20))),
                ("passwordRequired", flag(true)),
                ("passwordMinimumLength", int(maker.between(8, 14))),
                ("personalizationLockScreenImageUrl", NULL),
                ("edgeCookiePolicy", text("userDefined")),
                ("privacyBlockInputPersonalization", flag(maker.chance(60))),
            ];
            (with(profile, own), "windows")
        }
        3 => {
            let profile = profile(maker, &id, "windows10EndpointProtectionConfiguration", "WIN", "Endpoint protection");
            let own = [
                ("firewallBlockStatefulFTP", flag(maker.chance(50))),
                ("bitLockerEncryptDevice", flag(maker.chance(80))),
                ("smartScreenEnableInShell", flag(true)),
                ("applicationGuardEnabled", flag(false)),
                ("localSecurityOptionsMachineInactivityLimitInMinutes", int(maker.between(5, 30))),
            ];
            (with(profile, own), "windows")
        }
        4 => {
            let profile = profile(maker, &id, "iosGeneralDeviceConfiguration", "IOS", "Device restrictions");
            let own = [
                ("cameraBlocked", flag(maker.chance(10))),
                ("iCloudBlockBackup", flag(maker.chance(70))),
                ("passcodeMinimumLength", int(maker.between(4, 8))),
                ("passcodeRequired", flag(true)),
                ("safariBlockPopups", flag(true)),
                ("compliantAppListType", text("none")),
            ];
            (with(profile, own), "ios")
        }
        5 => {
            let profile = profile(maker, &id, "macOSGeneralDeviceConfiguration", "MAC", "Device restrictions");
            let own = [
                ("passwordRequired", flag(true)),
                ("passwordMinimumLength", int(maker.between(8, 12))),
                ("passwordMinutesOfInactivityBeforeLock", int(maker.between(5, 20))),
                ("airDropBlocked", flag(maker.chance(40))),
            ];
            (with(profile, own), "macos")
        }
        6 => {
            let profile = profile(maker, &id, "androidDeviceOwnerGeneralDeviceConfiguration", "AND", "Device restrictions");
            let own = [
                ("cameraBlocked", flag(maker.chance(20))),
                ("factoryResetBlocked", flag(maker.chance(70))),
                ("passwordMinimumLength", int(maker.between(4, 8))),
                ("wifiBlockEditConfigurations", flag(maker.chance(30))),
                ("statusBarBlocked", flag(maker.chance(20))),
            ];
            (with(profile, own), "android")
        }
        _ => (custom_apple(maker, &id), "macos"),
    };
    with(object, [("assignments", maker.assignments(&id, platform))])
}

fn custom_windows(maker: &mut Maker, id: &str) -> Json {
    let paths = ["AppList/Allowed", "Tills/Mode", "Printing/Server", "Telemetry/Endpoint", "Clock/Source", "Proxy/Script"];
    let settings: Vec<Json> =
        (0..1 + maker.below(4)).map(|at| oma_setting(maker, paths[(at + id.len()) % paths.len()])).collect();
    let area = *maker.pick(&["Custom settings", "Vendor tool", "Line-of-business app"]);
    with(profile(maker, id, "windows10CustomConfiguration", "WIN", area), [("omaSettings", list(settings))])
}

fn oma_setting(maker: &mut Maker, path: &str) -> Json {
    let encrypted = maker.chance(25);
    let number = !encrypted && maker.chance(40);
    let kind = if number { "omaSettingInteger" } else { "omaSettingString" };
    let value = if encrypted {
        // Graph masks what it keeps encrypted.
        text("****")
    } else if number {
        int(maker.between(0, 5))
    } else {
        text(*maker.pick(&["on", "https://tools.example/config", "<enabled/><data id=\"Level\" value=\"2\"/>"]))
    };
    let setting = Json::from([
        ("@odata.type", text(format!("#microsoft.graph.{kind}"))),
        ("displayName", text(path)),
        ("description", NULL),
        ("omaUri", text(format!("./Device/Vendor/Example/Policy/Config/{path}"))),
        ("secretReferenceValueId", if encrypted { text(format!("{}_{}", maker.id(), maker.id())) } else { NULL }),
        ("isEncrypted", flag(encrypted)),
        ("value", value),
    ]);
    if number { with(setting, [("isReadOnly", flag(false))]) } else { setting }
}

fn custom_apple(maker: &mut Maker, id: &str) -> Json {
    let profile = profile(maker, id, "macOSCustomConfiguration", "MAC", "Custom profile");
    let payload = "PHBsaXN0IHZlcnNpb249IjEuMCI+PGRpY3Q+PGtleT5MZXZlbDwva2V5PjxpbnRlZ2VyPjI8L2ludGVnZXI+PC9kaWN0PjwvcGxpc3Q+DQo=";
    with(
        profile,
        [
            ("payloadName", text("Vendor tool")),
            ("payloadFileName", text("vendor-tool.mobileconfig")),
            ("payload", text(payload)),
            ("deploymentChannel", text("deviceChannel")),
        ],
    )
}

/// An update ring of Windows.
pub(super) fn windows_update_ring(maker: &mut Maker) -> Json {
    let id = maker.id();
    let ring = maker.below(words::RINGS.len());
    let mut object = profile(maker, &id, "windowsUpdateForBusinessConfiguration", "WIN", "Updates");
    object.set("displayName", text(maker.unique(format!("WIN – Updates – {}", words::RINGS[ring]))));
    let days = ring as i64 * 3;
    let own = [
        ("deliveryOptimizationMode", text("userDefined")),
        ("automaticUpdateMode", text("autoInstallAtMaintenanceTime")),
        ("microsoftUpdateServiceAllowed", flag(true)),
        ("driversExcluded", flag(maker.chance(30))),
        ("qualityUpdatesDeferralPeriodInDays", int(days)),
        ("featureUpdatesDeferralPeriodInDays", int(days * 4)),
        ("qualityUpdatesPaused", flag(false)),
        ("featureUpdatesPaused", flag(false)),
        ("qualityUpdatesPauseExpiryDateTime", text("0001-01-01T00:00:00Z")),
        ("featureUpdatesPauseExpiryDateTime", text("0001-01-01T00:00:00Z")),
        ("businessReadyUpdatesOnly", text("userDefined")),
        ("deadlineForQualityUpdatesInDays", int(maker.between(1, 7))),
        ("deadlineGracePeriodInDays", int(maker.between(0, 3))),
        ("userPauseAccess", text("disabled")),
    ];
    with(with(object, own), [("assignments", maker.assignments(&id, "windows"))])
}

/// An update policy of iOS or macOS.
pub(super) fn apple_software_update_policy(maker: &mut Maker) -> Json {
    let id = maker.id();
    if maker.chance(50) {
        let own = [
            ("updateScheduleType", text("alwaysUpdate")),
            ("activeHoursStart", text("08:00:00.0000000")),
            ("activeHoursEnd", text("18:00:00.0000000")),
            ("scheduledInstallDays", texts(["saturday", "sunday"])),
            ("utcTimeOffsetInMinutes", int(60)),
            ("enforcedSoftwareUpdateDelayInDays", int(maker.between(0, 30))),
            ("customUpdateTimeWindows", list([])),
        ];
        let object = with(profile(maker, &id, "iosUpdateConfiguration", "IOS", "Updates"), own);
        return with(object, [("assignments", maker.assignments(&id, "ios"))]);
    }
    let own = [
        ("criticalUpdateBehavior", text("installASAP")),
        ("configDataUpdateBehavior", text("installASAP")),
        ("firmwareUpdateBehavior", text("installLater")),
        ("allOtherUpdateBehavior", text("notifyOnly")),
        ("updateScheduleType", text("alwaysUpdate")),
        ("updateTimeWindowUtcOffsetInMinutes", NULL),
        ("maxUserDeferralsCount", int(maker.between(1, 5))),
        ("priority", text("low")),
        ("customUpdateTimeWindows", list([])),
    ];
    let object = with(profile(maker, &id, "macOSSoftwareUpdateConfiguration", "MAC", "Updates"), own);
    with(object, [("assignments", maker.assignments(&id, "macos"))])
}

/// An administrative template with its definition values.
pub(super) fn administrative_template(maker: &mut Maker) -> Json {
    let id = maker.id();
    let area = *maker.pick(&["Browser", "Office", "Explorer", "Remote desktop", "Printing", "Power"]);
    let (created, modified) = maker.times();
    let names = [
        "Turn on the gate",
        "Level of detail",
        "Allowed servers",
        "Hide the button",
        "Days to keep",
        "Sign with",
        "Ask before leaving",
    ];
    let first = maker.below(names.len());
    let values: Vec<Json> =
        (0..2 + maker.below(5)).map(|at| definition_value(maker, area, names[(first + at) % names.len()])).collect();
    Json::from([
        ("id", text(&id)),
        ("createdDateTime", created),
        ("displayName", text(maker.name("WIN – ADMX", area))),
        ("description", maker.description()),
        ("roleScopeTagIds", maker.scope_tags()),
        ("policyConfigurationIngestionType", text("builtIn")),
        ("lastModifiedDateTime", modified),
        ("definitionValues", list(values)),
        ("assignments", maker.assignments(&id, "windows")),
    ])
}

fn definition_value(maker: &mut Maker, area: &str, name: &str) -> Json {
    let (created, modified) = maker.times();
    let machine = maker.chance(70);
    let class = if machine { "machine" } else { "user" };
    let definition = Json::from([
        ("id", text(id_from(&format!("definition {class} {area} {name}")))),
        ("classType", text(class)),
        ("displayName", text(name)),
        ("categoryPath", text(format!("\\Example\\{area}"))),
        ("policyType", text("admxBacked")),
        ("groupPolicyCategoryId", text(id_from(&format!("category {area}")))),
        ("hasRelatedDefinitions", flag(false)),
        ("minDeviceCspVersion", text("5.0")),
    ]);
    let presented = maker.chance(60);
    let presentation = |maker: &mut Maker| {
        let number = maker.chance(50);
        let kind = if number { "groupPolicyPresentationValueDecimal" } else { "groupPolicyPresentationValueText" };
        let value =
            if number { int(maker.between(1, 60)) } else { text(*maker.pick(&["servers.example", "strict", "C:\\Logs"])) };
        let shown = Json::from([
            (
                "@odata.type",
                text(if number {
                    "#microsoft.graph.groupPolicyPresentationDecimalTextBox"
                } else {
                    "#microsoft.graph.groupPolicyPresentationTextBox"
                }),
            ),
            ("id", text(id_from(&format!("presentation {class} {area} {name}")))),
            ("label", text("Value:")),
        ]);
        let (created, modified) = maker.times();
        Json::from([
            ("@odata.type", text(format!("#microsoft.graph.{kind}"))),
            ("id", text(maker.id())),
            ("createdDateTime", created),
            ("lastModifiedDateTime", modified),
            ("value", value),
            ("presentation", shown),
        ])
    };
    let presentations = if presented { vec![presentation(maker)] } else { Vec::new() };
    Json::from([
        ("id", text(maker.id())),
        ("createdDateTime", created),
        ("lastModifiedDateTime", modified),
        ("enabled", flag(maker.chance(85))),
        ("configurationType", text("policy")),
        ("definition", definition),
        ("presentationValues", list(presentations)),
    ])
}

/// An intent of the older kind of endpoint security.
pub(super) fn endpoint_security_intent(maker: &mut Maker) -> Json {
    let id = maker.id();
    let (_, modified) = maker.times();
    let area = *maker.pick(&["Disk encryption", "Account protection", "Firewall"]);
    let setting = |maker: &mut Maker, name: &str| {
        let on = maker.chance(50);
        Json::from([
            ("@odata.type", text("#microsoft.graph.deviceManagementBooleanSettingInstance")),
            ("id", text(maker.id())),
            ("definitionId", text(format!("deviceConfiguration--exampleProtectionConfiguration_{name}"))),
            ("valueJson", text(on.to_string())),
            ("value", flag(on)),
        ])
    };
    let settings: Vec<Json> =
        ["encryptDevice", "blockRemovable", "rotateRecovery", "warnOther"].map(|name| setting(maker, name)).into();
    let assignments = maker.assignments(&id, "windows");
    let assigned = assignments.as_array().is_some_and(|assignments| !assignments.is_empty());
    Json::from([
        ("id", text(&id)),
        ("displayName", text(maker.name("WIN – ES intent", area))),
        ("description", maker.description()),
        ("isAssigned", flag(assigned)),
        ("isMigratingToConfigurationPolicy", NULL),
        ("lastModifiedDateTime", modified),
        ("templateId", text(id_from(&format!("intent {area}")))),
        ("roleScopeTagIds", maker.scope_tags()),
        ("settings", list(settings)),
        ("assignments", assignments),
    ])
}
