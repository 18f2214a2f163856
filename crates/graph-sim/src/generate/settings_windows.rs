//! Settings of invented Windows policies. The identifiers follow the scheme of the settings catalog; the settings are ours.

use super::settings::Area;
use super::settings::Def::{Choice, List, Number, Secret, Text};

/// Areas of Windows settings.
pub(super) const AREAS: [Area; 15] = [
    Area {
        title: "Defender Antivirus",
        prefix: "device_vendor_msft_policy_config_antimalware",
        settings: &[
            Choice("watchrealtime", 2),
            Choice("scanarchives", 2),
            Choice("scanmail", 2),
            Choice("cloudlevel", 5),
            Number("cloudwaitseconds", 0, 50),
            Number("quarantinedays", 0, 90),
            Choice("watchnetworkfiles", 2),
            List(
                "leaveoutpaths",
                &["C:\\Program Files\\Torque CAD", "D:\\Cache", "%ProgramData%\\Stockroom", "\\\\files\\builds"],
            ),
            List("leaveoutprocesses", &["torque.exe", "stockroomsvc.exe"]),
            Choice("samplesubmission", 4),
            Number("quickscanminute", 0, 1439),
            Choice("tamperguard", 2),
        ],
    },
    Area {
        title: "Browser",
        prefix: "device_vendor_msft_policy_config_browserv104~policy~browser",
        settings: &[
            Choice("startuppagesenabled", 2),
            List("startuppages", &["https://intranet.example", "https://status.example", "https://time.example"]),
            Choice("passwordmanager", 2),
            Choice("trackingguard", 4),
            Choice("smartfilter", 2),
            Text("homepage", &["https://intranet.example", "https://portal.example/start"]),
            Choice("guestmode", 2),
            Number("cachemegabytes", 64, 4096),
            List("blockedextensions", &["*"]),
            List("allowedextensions", &["abcdefghijklmnopabcdefghijklmnop", "ponmlkjihgfedcbaponmlkjihgfedcba"]),
        ],
    },
    Area {
        title: "File sync",
        prefix: "user_vendor_msft_policy_config_filesyncv2~policy~filesync",
        settings: &[
            Choice("silentsignin", 2),
            Choice("knownfolders", 2),
            Choice("filesondemand", 2),
            Number("uploadpercent", 10, 99),
            Choice("metered", 2),
            Text("onlytenant", &["8c5f7a1e-7a65-4a5d-9a35-000000000017"]),
        ],
    },
    Area {
        title: "Disk encryption",
        prefix: "device_vendor_msft_diskguard",
        settings: &[
            Choice("requiredeviceencryption", 2),
            Choice("systemdrivemethod", 4),
            Choice("removabledrivemethod", 4),
            Choice("recoveryrotation", 3),
            Number("minimumpinlength", 4, 20),
            Choice("denywriteunprotected", 2),
        ],
    },
    Area {
        title: "Sign-in",
        prefix: "device_vendor_msft_passportforwork_{tenantid}_policies",
        settings: &[
            Choice("usepassport", 2),
            Number("pincomplexity_minimumlength", 4, 12),
            Number("pincomplexity_expiration", 0, 365),
            Choice("usebiometrics", 2),
            Choice("requiresecuritydevice", 2),
            Choice("usecloudtrust", 2),
        ],
    },
    Area {
        title: "Start menu and taskbar",
        prefix: "device_vendor_msft_policy_config_shellstart",
        settings: &[
            Choice("hiderecentlyadded", 2),
            Choice("hidepower", 2),
            Choice("hideswitchaccount", 2),
            Text("layout", &["{\"pinnedList\":[{\"desktopAppLink\":\"%ALLUSERSPROFILE%\\\\Ledgerline.lnk\"}]}"]),
            Choice("widgets", 2),
        ],
    },
    Area {
        title: "Power",
        prefix: "device_vendor_msft_policy_config_energy~policy~sleep",
        settings: &[
            Number("displayoffbattery", 60, 3600),
            Number("displayoffplugged", 60, 7200),
            Choice("hibernate", 2),
            Choice("passwordonwake", 2),
            Choice("lidaction", 4),
        ],
    },
    Area {
        title: "Local accounts",
        prefix: "device_vendor_msft_policy_config_localaccounts",
        settings: &[
            Choice("guestenabled", 2),
            Choice("administratorenabled", 2),
            Text("administratorname", &["keeper", "siteadmin"]),
            Number("lockoutthreshold", 3, 20),
            Number("lockoutminutes", 5, 60),
            List("localadministrators", &["AzureAD\\DEV-Admins", "S-1-12-1-1111-2222-3333-4444"]),
        ],
    },
    Area {
        title: "Privacy",
        prefix: "device_vendor_msft_policy_config_discretion",
        settings: &[
            Choice("telemetrylevel", 4),
            Choice("advertisingid", 2),
            Choice("location", 3),
            Choice("clipboardsync", 2),
            Choice("activityfeed", 2),
        ],
    },
    Area {
        title: "Office",
        prefix: "user_vendor_msft_policy_config_office16v2~policy~office",
        settings: &[
            Choice("blockmacrosfrominternet", 2),
            Choice("macronotification", 4),
            Choice("updatechannel", 4),
            Number("updatedeadlinedays", 0, 30),
            List("trustedlocations", &["\\\\files\\templates", "C:\\Templates"]),
            Choice("protectedview", 2),
        ],
    },
    Area {
        title: "Attack surface",
        prefix: "device_vendor_msft_policy_config_antimalware_attacksurfacerules",
        settings: &[
            Choice("blockofficechildprocesses", 4),
            Choice("blockcredentialtheft", 4),
            Choice("blockscriptdownloads", 4),
            Choice("blockunsignedusb", 4),
            Choice("blockwmipersistence", 4),
            List("leaveout", &["C:\\Tools\\deploy.exe"]),
        ],
    },
    Area {
        title: "Firewall",
        prefix: "vendor_msft_firewall_profile",
        settings: &[
            Choice("domain_enable", 2),
            Choice("private_enable", 2),
            Choice("public_enable", 2),
            Choice("public_defaultinbound", 2),
            Number("logmegabytes", 1, 32),
            Choice("logdropped", 2),
        ],
    },
    Area {
        title: "Threat sensor",
        prefix: "device_vendor_msft_threatsensor_configuration",
        settings: &[
            Choice("samplesharing", 2),
            Choice("reportingfrequency", 2),
            Number("queuemegabytes", 16, 512),
            Secret("onboarding"),
        ],
    },
    Area {
        title: "Wireless network",
        prefix: "device_vendor_msft_wireless_profile",
        settings: &[
            Text("networkname", &["Havn-Staff", "Havn-Tills", "Havn-Guests"]),
            Choice("hidden", 2),
            Choice("security", 4),
            Secret("presharedkey"),
        ],
    },
    Area {
        title: "Delivery of updates",
        prefix: "device_vendor_msft_policy_config_peerdelivery",
        settings: &[
            Choice("mode", 6),
            Number("cachepercent", 5, 50),
            Number("foregrounddelayseconds", 0, 600),
            Text("cachehosts", &["cache-aarhus.example,cache-graz.example"]),
        ],
    },
];
