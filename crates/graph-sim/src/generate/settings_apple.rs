//! Settings of invented iOS and macOS policies. The identifiers follow the scheme of the settings catalog; the settings are ours.

use super::settings::Area;
use super::settings::Def::{Choice, List, Number, Text};

/// Areas of iOS settings.
pub(super) const IOS: [Area; 3] = [
    Area {
        title: "Restrictions",
        prefix: "com.example.applicationaccess",
        settings: &[
            Choice("allowcamera", 2),
            Choice("allowscreenshot", 2),
            Choice("allowvoicewhilelocked", 2),
            Choice("allowbackup", 2),
            Choice("forcelimitedtracking", 2),
            List("blockedappids", &["example.games.tiles", "example.social.loud"]),
        ],
    },
    Area {
        title: "Passcode",
        prefix: "com.example.passcode",
        settings: &[Choice("require", 2), Number("minlength", 4, 12), Number("maxfailed", 4, 11), Number("graceminutes", 0, 60)],
    },
    Area {
        title: "Web content",
        prefix: "com.example.webfilter",
        settings: &[
            Choice("automatic", 2),
            List("permitted", &["https://intranet.example", "https://learn.example"]),
            Text("vendor", &["Havn Filter"]),
        ],
    },
];

/// Areas of macOS settings.
pub(super) const MACOS: [Area; 4] = [
    Area {
        title: "Disk encryption",
        prefix: "com.example.mcx.filevault2",
        settings: &[Choice("enable", 2), Choice("defer", 2), Number("maxbypass", 0, 5), Choice("showrecoverykey", 2)],
    },
    Area {
        title: "App sources",
        prefix: "com.example.systempolicy.control",
        settings: &[Choice("enableassessment", 2), Choice("allowidentifieddevelopers", 2)],
    },
    Area {
        title: "Login window",
        prefix: "com.example.loginwindow",
        settings: &[
            Choice("showfullname", 2),
            Choice("disableguest", 2),
            Text("banner", &["For staff only. Use is logged.", "Property of the company.\nFound? Call the service desk."]),
            Number("screensaverseconds", 60, 1800),
        ],
    },
    Area {
        title: "Software updates",
        prefix: "com.example.softwareupdate",
        settings: &[Choice("automaticcheck", 2), Choice("automaticinstall", 2), Number("deferdays", 0, 90)],
    },
];
