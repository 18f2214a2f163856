//! Compliance policies and the messages that they send.

use model::json::Json;

use super::maker::Maker;
use super::values::{NULL, flag, int, list, text, texts, with};

const NO_TEMPLATE: &str = "00000000-0000-0000-0000-000000000000";

/// A compliance policy of one of four platforms, with its scheduled actions.
pub(super) fn compliance_policy(maker: &mut Maker) -> Json {
    let id = maker.id();
    let (created, modified) = maker.times();
    let (kind, prefix, platform) = *maker.pick(&[
        ("windows10CompliancePolicy", "WIN", "windows"),
        ("windows10CompliancePolicy", "WIN", "windows"),
        ("iosCompliancePolicy", "IOS", "ios"),
        ("macOSCompliancePolicy", "MAC", "macos"),
        ("androidDeviceOwnerCompliancePolicy", "AND", "android"),
    ]);
    let area = *maker.pick(&["Device health", "Passcode", "Encryption", "System release", "Threat level"]);
    let common = Json::from([
        ("@odata.type", text(format!("#microsoft.graph.{kind}"))),
        ("id", text(&id)),
        ("roleScopeTagIds", maker.scope_tags()),
        ("createdDateTime", created),
        ("description", maker.description()),
        ("lastModifiedDateTime", modified),
        ("displayName", text(maker.name(prefix, area))),
        ("version", int(maker.between(1, 14))),
    ]);
    let own = match platform {
        "windows" => with(
            common,
            [
                ("passwordRequired", flag(maker.chance(70))),
                ("passwordMinimumLength", int(maker.between(8, 14))),
                ("passwordMinutesOfInactivityBeforeLock", int(maker.between(5, 15))),
                ("osMinimumVersion", text(format!("10.0.{}", maker.pick(&["19045.5131", "22631.4460", "26100.2314"])))),
                ("bitLockerEnabled", flag(maker.chance(80))),
                ("secureBootEnabled", flag(true)),
                ("codeIntegrityEnabled", flag(maker.chance(60))),
                ("storageRequireEncryption", flag(true)),
                ("tpmRequired", flag(true)),
                ("defenderEnabled", flag(true)),
                ("signatureOutOfDate", flag(maker.chance(50))),
                ("rtpEnabled", flag(true)),
            ],
        ),
        "ios" => with(
            common,
            [
                ("passcodeRequired", flag(true)),
                ("passcodeMinimumLength", int(maker.between(4, 8))),
                ("passcodeMinutesOfInactivityBeforeLock", int(maker.between(1, 15))),
                ("osMinimumVersion", text(*maker.pick(&["17.7", "18.1", "18.2"]))),
                ("securityBlockJailbrokenDevices", flag(true)),
                ("managedEmailProfileRequired", flag(maker.chance(30))),
                ("deviceThreatProtectionEnabled", flag(maker.chance(40))),
            ],
        ),
        "macos" => with(
            common,
            [
                ("passwordRequired", flag(true)),
                ("passwordMinimumLength", int(maker.between(8, 12))),
                ("storageRequireEncryption", flag(true)),
                ("systemIntegrityProtectionEnabled", flag(true)),
                ("firewallEnabled", flag(maker.chance(90))),
                ("gatekeeperAllowedAppSource", text("macAppStoreAndIdentifiedDevelopers")),
                ("osMinimumVersion", text(*maker.pick(&["14.7", "15.1"]))),
            ],
        ),
        _ => with(
            common,
            [
                ("passwordRequired", flag(true)),
                ("passwordMinimumLength", int(maker.between(4, 8))),
                ("passwordRequiredType", text("numericComplex")),
                ("storageRequireEncryption", flag(true)),
                ("securityRequireSafetyNetAttestationBasicIntegrity", flag(true)),
                ("minAndroidSecurityPatchLevel", text(*maker.pick(&["2026-03-01", "2026-06-01", "2026-09-01"]))),
                ("osMinimumVersion", text(*maker.pick(&["13", "14", "15"]))),
            ],
        ),
    };
    let actions = scheduled_actions(maker, &id, NULL);
    with(own, [("scheduledActionsForRule", actions), ("assignments", maker.assignments(&id, platform))])
}

/// What happens to devices that do not comply: blocked, and mostly told so before.
pub(super) fn scheduled_actions(maker: &mut Maker, policy: &str, rule_name: Json) -> Json {
    let action = |maker: &mut Maker, kind: &str, hours: i64, template: String| {
        Json::from([
            ("id", text(maker.id())),
            ("gracePeriodHours", int(hours)),
            ("actionType", text(kind)),
            ("notificationTemplateId", text(template)),
            ("notificationMessageCCList", list([])),
        ])
    };
    let grace = *maker.pick(&[0, 24, 72, 168]);
    let mut actions = vec![action(maker, "block", grace, NO_TEMPLATE.to_owned())];
    if let Some(template) = maker.pick_id(|maker| &maker.templates).filter(|_| maker.chance(60)) {
        actions.push(action(maker, "notification", 0, template));
    }
    if maker.chance(10) {
        actions.push(action(maker, "retire", 30 * 24, NO_TEMPLATE.to_owned()));
    }
    list([Json::from([("id", text(policy)), ("ruleName", rule_name), ("scheduledActionConfigurations", list(actions))])])
}

/// A message to people, in one to three languages.
pub(super) fn notification_template(maker: &mut Maker) -> Json {
    let (_, modified) = maker.times();
    let area = *maker.pick(&["First reminder", "Last reminder", "Device blocked", "Update your phone", "Encryption missing"]);
    let words = [
        ("en-us", "Your device needs attention", "Please open the company app and follow the steps.\r\nYour service desk"),
        (
            "de-de",
            "Ihr Gerät braucht Aufmerksamkeit",
            "Bitte öffnen Sie die Firmen-App und folgen Sie den Schritten.\r\nIhr Service Desk",
        ),
        ("pl-pl", "Twoje urządzenie wymaga uwagi", "Otwórz aplikację firmową i wykonaj podane kroki.\r\nTwój dział wsparcia"),
    ];
    let languages = 1 + maker.below(words.len());
    let message = |maker: &mut Maker, at: usize| {
        let (locale, subject, body) = words[at];
        let (_, changed) = maker.times();
        Json::from([
            ("id", text(maker.id())),
            ("lastModifiedDateTime", changed),
            ("locale", text(locale)),
            ("subject", text(subject)),
            ("messageTemplate", text(body)),
            ("isDefault", flag(at == 0)),
        ])
    };
    let messages: Vec<Json> = (0..languages).map(|at| message(maker, at)).collect();
    Json::from([
        ("id", text(maker.id())),
        ("lastModifiedDateTime", modified),
        ("displayName", text(maker.name("MSG", area))),
        ("description", maker.description()),
        ("defaultLocale", text("en-us")),
        ("brandingOptions", text("includeCompanyLogo,includeCompanyName,includeContactInformation")),
        ("roleScopeTagIds", texts(["0"])),
        ("localizedNotificationMessages", list(messages)),
    ])
}
