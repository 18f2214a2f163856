//! Settings of invented Android and Linux policies. The identifiers follow the scheme of the settings catalog; the settings are
//! ours.

use super::settings::Area;
use super::settings::Def::{Choice, List, Number, Text};

/// Areas of Android settings.
pub(super) const ANDROID: [Area; 2] = [
    Area {
        title: "Device restrictions",
        prefix: "com.example.devicerestrictionpolicy",
        settings: &[
            Choice("camera", 2),
            Choice("developersettings", 2),
            Choice("usbtransfer", 2),
            Choice("factoryreset", 2),
            Number("screenlockseconds", 15, 600),
            List("allowedaccounts", &["work.example"]),
        ],
    },
    Area {
        title: "Shared device",
        prefix: "com.example.kioskpolicy",
        settings: &[
            Choice("mode", 3),
            Text("homescreen", &["launcher.example.tills"]),
            Number("sessionminutes", 5, 240),
            Choice("signout", 2),
        ],
    },
];

/// Areas of Linux compliance settings.
pub(super) const LINUX: [Area; 1] = [Area {
    title: "Workstation",
    prefix: "linux_example",
    settings: &[
        Choice("encryption_required", 2),
        Number("passwordpolicy_minimumlength", 8, 16),
        Text("distribution_minimumversion", &["22.04", "24.04"]),
        Choice("customscript_enabled", 2),
    ],
}];
