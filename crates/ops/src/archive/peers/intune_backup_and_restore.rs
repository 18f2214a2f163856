//! IntuneBackupAndRestore (<https://github.com/jseerden/IntuneBackupAndRestore>), as of version 4.0: `Start-IntuneBackup`.
//!
//! `<folder>/<name>.json`, the assignments apart in `<folder>/Assignments/<name>.json` or `<id> - <name>.json`: a list, an object with
//! `value`, or one assignment by itself. Two objects of one name share a file, of which the tool keeps the last. Administrative
//! templates are a list of values only, and intents lack their id.

use super::layout::{Layout, Rule};
use crate::archive::report::Format;

pub(super) static LAYOUT: Layout = Layout {
    format: Format::IntuneBackupAndRestore,
    rules: &[
        Rule::of("Settings Catalog", &["settings_catalog_policy"]),
        Rule::of("Device Configurations", &["device_configuration"]),
        Rule::of("Administrative Templates", &["administrative_template"]),
        Rule::of("Device Compliance Policies", &["compliance_policy"]),
        Rule::below("Device Management Intents", &["endpoint_security_intent"]),
        Rule::of("Device Management Scripts", &["device_management_script"]),
        Rule::of("Device Health Scripts", &["device_health_script"]),
        Rule::of(
            "App Protection Policies",
            &[
                "app_protection_ios",
                "app_protection_android",
                "app_protection_windows",
                "wip_policy_mam",
                "wip_policy_mdm",
                "app_config_managed_app",
            ],
        ),
        Rule::of("Autopilot Deployment Profiles", &["autopilot_deployment_profile"]),
        Rule::of("Client Apps", &["mobile_app"]),
    ],
    beside: &[("Script Content", "a script beside its policy, which holds the same")],
    assignments: Some("Assignments"),
    settings: None,
    id_after: None,
    table: None,
};
