//! Apps and the protection of data in them.

use model::json::Json;

use super::maker::Maker;
use super::values::{NULL, flag, int, list, text, texts, with};
use super::words;

/// An app protection policy for iOS, Android or Windows.
pub(super) fn app_protection(maker: &mut Maker, platform: &str) -> Json {
    let id = format!("T_{}", maker.id());
    let (created, modified) = maker.times();
    let prefix = match platform {
        "iOS" => "IOS – MAM",
        "Android" => "AND – MAM",
        _ => "WIN – MAM",
    };
    let area = *maker.pick(&["Data protection", "Strict data protection", "Bring your own device"]);
    let assignments = maker.assignments(&id, &platform.to_ascii_lowercase());
    let assigned = assignments.as_array().is_some_and(|assignments| !assignments.is_empty());
    let app = |maker: &mut Maker| {
        let name = maker.pick(&words::APPS).0.to_ascii_lowercase().replace(' ', "");
        let (kind, property) = match platform {
            "iOS" => ("iosMobileAppIdentifier", "bundleId"),
            "Android" => ("androidMobileAppIdentifier", "packageId"),
            _ => ("windowsAppIdentifier", "windowsAppId"),
        };
        let identifier = Json::from([
            ("@odata.type", text(format!("#microsoft.graph.{kind}"))),
            (property, text(format!("example.apps.{name}"))),
        ]);
        (format!("example.apps.{name}.{}", platform.to_ascii_lowercase()), identifier)
    };
    let mut apps: Vec<(String, Json)> = (0..2 + maker.below(4)).map(|_| app(maker)).collect();
    apps.sort_by(|a, b| a.0.cmp(&b.0));
    apps.dedup_by(|a, b| a.0 == b.0);
    let version = maker.id();
    let apps = apps.into_iter().map(|(id, identifier)| {
        Json::from([("id", text(id)), ("version", text("-1234567890")), ("mobileAppIdentifier", identifier)])
    });
    let common = Json::from([
        ("id", text(&id)),
        ("displayName", text(maker.name(prefix, area))),
        ("description", maker.description()),
        ("createdDateTime", created),
        ("lastModifiedDateTime", modified),
        ("roleScopeTagIds", maker.scope_tags()),
        ("version", text(format!("\"{version}\""))),
        ("isAssigned", flag(assigned)),
        ("deployedAppCount", int(apps.len() as i64)),
        ("periodOfflineBeforeWipeIsEnforced", text(*maker.pick(&["P30D", "P60D", "P90D"]))),
        ("periodOfflineBeforeAccessCheck", text("PT12H")),
        ("printBlocked", flag(maker.chance(60))),
        ("minimumRequiredOsVersion", NULL),
        ("apps", list(apps)),
        ("assignments", assignments),
    ]);
    if platform == "Windows" {
        return with(
            common,
            [
                ("allowedOutboundClipboardSharingLevel", text(*maker.pick(&["anyDestinationAnySource", "none"]))),
                ("allowedInboundDataTransferSources", text("allApps")),
                ("allowedOutboundDataTransferDestinations", text(*maker.pick(&["none", "allApps"]))),
                ("appActionIfUnableToAuthenticateUser", text("block")),
            ],
        );
    }
    with(
        common,
        [
            ("allowedOutboundClipboardSharingLevel", text(*maker.pick(&["managedAppsWithPasteIn", "managedApps", "allApps"]))),
            ("pinRequired", flag(true)),
            ("minimumPinLength", int(maker.between(4, 6))),
            ("maximumPinRetries", int(5)),
            ("simplePinBlocked", flag(maker.chance(60))),
            ("dataBackupBlocked", flag(true)),
            ("deviceComplianceRequired", flag(true)),
            ("saveAsBlocked", flag(maker.chance(70))),
            ("organizationalCredentialsRequired", flag(false)),
            ("allowedDataStorageLocations", texts(["oneDriveForBusiness", "sharePoint"])),
            ("appGroupType", text("selectedPublicApps")),
        ],
    )
}

/// An app: of the store, of the company, from the package manager, on the web. One in twelve is a row of the store's catalogue
/// that nobody uses.
pub(super) fn mobile_app(maker: &mut Maker) -> Json {
    let id = maker.id();
    let (created, modified) = maker.times();
    let (name, publisher) = *maker.pick(&words::APPS);
    let slug = name.to_ascii_lowercase().replace(' ', "-");
    let kinds = [
        "win32LobApp",
        "winGetApp",
        "iosStoreApp",
        "androidManagedStoreApp",
        "webApp",
        "macOSPkgApp",
        "windowsMobileMSI",
        "managedIOSStoreApp",
    ];
    let kind = *maker.pick(&kinds);
    let prefix = match kind {
        "win32LobApp" | "winGetApp" | "windowsMobileMSI" => "WIN",
        "iosStoreApp" | "managedIOSStoreApp" => "IOS",
        "androidManagedStoreApp" => "AND",
        "macOSPkgApp" => "MAC",
        _ => "WEB",
    };
    let platform = match prefix {
        "WIN" => "windows",
        "IOS" => "ios",
        "MAC" => "macos",
        _ => "android",
    };
    let mut assignments = maker.assignments(&id, platform);
    if let Json::Array(assignments) = &mut assignments {
        for assignment in assignments {
            let intent = *maker.pick(&["required", "available", "availableWithoutEnrollment"]);
            assignment.set("intent", text(intent));
            assignment.set("settings", NULL);
        }
    }
    let assigned = assignments.as_array().is_some_and(|assignments| !assignments.is_empty());
    let category = *maker.pick(&["Productivity", "Field tools", "Communication", "Development"]);
    let common = Json::from([
        ("@odata.type", text(format!("#microsoft.graph.{kind}"))),
        ("id", text(&id)),
        ("displayName", text(maker.unique(format!("{prefix} – {name}")))),
        ("description", text(format!("{name} by {publisher}."))),
        ("publisher", text(publisher)),
        ("largeIcon", NULL),
        ("createdDateTime", created),
        ("lastModifiedDateTime", modified),
        ("isFeatured", flag(maker.chance(20))),
        ("privacyInformationUrl", text(format!("https://{slug}.example/privacy"))),
        ("informationUrl", NULL),
        ("owner", text(*maker.pick(&words::AUDIENCES))),
        ("developer", text("")),
        ("notes", text("")),
        ("uploadState", int(1)),
        ("publishingState", text("published")),
        ("isAssigned", flag(assigned)),
        ("roleScopeTagIds", maker.scope_tags()),
        ("dependentAppCount", int(0)),
        ("supersedingAppCount", int(0)),
        ("supersededAppCount", int(0)),
        (
            "categories",
            list([Json::from([
                ("id", text(crate::derived_id::id_from(category))),
                ("displayName", text(category)),
                ("lastModifiedDateTime", text("2024-01-02T03:04:05Z")),
            ])]),
        ),
        ("assignments", assignments),
    ]);
    match kind {
        "win32LobApp" => with(
            common,
            [
                ("committedContentVersion", text("1")),
                ("fileName", text(format!("{slug}.intunewin"))),
                ("size", int(maker.between(1_000_000, 900_000_000))),
                ("installCommandLine", text(format!("{slug}-setup.exe /quiet"))),
                ("uninstallCommandLine", text(format!("{slug}-setup.exe /uninstall /quiet"))),
                ("applicableArchitectures", text("x64")),
                ("minimumSupportedWindowsRelease", text("21H2")),
                ("displayVersion", text("4.2.0")),
            ],
        ),
        "winGetApp" => with(common, [("packageIdentifier", text(format!("Example.{}", name.replace(' ', ""))))]),
        "iosStoreApp" => with(
            common,
            [("bundleId", text(format!("example.apps.{slug}"))), ("appStoreUrl", text(format!("https://apps.example/{slug}")))],
        ),
        "androidManagedStoreApp" => with(
            common,
            [("packageId", text(format!("example.apps.{slug}"))), ("usedLicenseCount", int(0)), ("totalLicenseCount", int(0))],
        ),
        "managedIOSStoreApp" => {
            let unused = maker.chance(60);
            let availability = if unused { "global" } else { "lineOfBusiness" };
            with(
                common,
                [
                    ("appAvailability", text(availability)),
                    ("version", NULL),
                    ("bundleId", text(format!("example.managed.{slug}"))),
                ],
            )
        }
        "webApp" => with(common, [("appUrl", text(format!("https://{slug}.example"))), ("useManagedBrowser", flag(false))]),
        "macOSPkgApp" => with(
            common,
            [
                ("primaryBundleId", text(format!("example.{slug}"))),
                ("primaryBundleVersion", text("4.2.0")),
                ("fileName", text(format!("{slug}.pkg"))),
            ],
        ),
        _ => with(
            common,
            [
                ("productCode", text(format!("{{{}}}", maker.id().to_ascii_uppercase()))),
                ("productVersion", text("4.2.0.117")),
                ("commandLine", text("/qn")),
            ],
        ),
    }
}
