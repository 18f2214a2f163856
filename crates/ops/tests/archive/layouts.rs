//! Exports in the layouts of other tools, made out of objects of ours.

use std::collections::BTreeMap;

use model::json::Json;
use model::resource_types::{ResourceType, find};

use crate::sets::Objects;

/// An export: files by their paths, and which object each holds.
#[derive(Default)]
pub(crate) struct Made {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) objects: BTreeMap<String, (&'static str, String)>,
}

impl Made {
    fn add(&mut self, path: String, bytes: Vec<u8>, object: (&'static str, &str)) -> bool {
        if self.files.keys().any(|known| known.eq_ignore_ascii_case(&path)) {
            return false;
        }
        self.objects.insert(path.clone(), (object.0, object.1.to_owned()));
        self.files.insert(path, bytes);
        true
    }

    /// The same as a zip.
    pub(crate) fn zip(&self) -> Vec<u8> {
        let mut zip = crate::raw_zip::RawZip::default();
        self.files.iter().for_each(|(path, bytes)| zip.add(path.as_bytes(), bytes));
        zip.finish()
    }
}

fn safe(name: &str) -> String {
    let clean: String = name.chars().map(|c| if "/\\:*?<>\"|".contains(c) || c.is_control() { '_' } else { c }).collect();
    if clean.is_empty() { "_".to_owned() } else { clean }
}

fn kind_of(key: &str) -> &'static ResourceType {
    find(key).unwrap()
}

fn concrete(object: &Json) -> Option<&str> {
    object.get("@odata.type")?.as_str()?.rsplit('.').next()
}

/// The object as the list of all policies of apps gives it: with its type, which is not the declared one there.
fn of_app_policies(key: &str, mut object: Json) -> Json {
    if key.starts_with("app_protection") && object.get("@odata.type").is_none() {
        object.set("@odata.type", Json::text(format!("#{}", kind_of(key).declared_type)));
    }
    object
}

/// Where IntuneCD puts a type.
fn intune_cd_folder(key: &str, object: &Json) -> Option<String> {
    Some(
        match key {
            "settings_catalog_policy" | "endpoint_security_policy" | "security_baseline_policy" => "Settings Catalog",
            "device_configuration" | "windows_update_ring" | "apple_software_update_policy" => "Device Configurations",
            "administrative_template" => "Group Policy Configurations",
            "endpoint_security_intent" => "Management Intents/Some template",
            "compliance_policy" | "compliance_policy_v2" => "Compliance Policies/Policies",
            "notification_template" => "Compliance Policies/Message Templates",
            "conditional_access_policy" => "Conditional Access",
            "assignment_filter" => "Filters",
            "scope_tag" => "Scope Tags",
            "app_protection_ios" | "app_protection_android" => "App Protection",
            "app_config_managed_device" => "App Configuration",
            "mobile_app" => return concrete(object).map(|_| "Applications/Windows".to_owned()),
            "device_management_script" => "Scripts/Powershell",
            "device_shell_script" => "Scripts/Shell",
            "device_health_script" => "Proactive Remediations",
            "autopilot_deployment_profile" => "Enrollment Profiles/Windows",
            "enrollment_status_page" => "Enrollment Profiles/Windows/ESP",
            "windows_feature_update_profile" => "Feature Updates",
            _ => return None,
        }
        .to_owned(),
    )
}

/// What IntuneCD leaves of an object.
pub(crate) fn as_intune_cd(object: &Json) -> Json {
    const LEFT_OUT: [&str; 13] = [
        "id",
        "version",
        "createdDateTime",
        "lastModifiedDateTime",
        "modifiedDateTime",
        "isAssigned",
        "supportsScopeTags",
        "isGlobalScript",
        "highestAvailableVersion",
        "deployedAppCount",
        "deviceHealthScriptType",
        "token",
        "certificate",
    ];
    let mut object = object.clone();
    for name in LEFT_OUT {
        object.remove(name);
    }
    if let Some(Json::Array(assignments)) = object.get_mut("assignments") {
        for assignment in assignments {
            for name in ["id", "sourceId"] {
                assignment.remove(name);
            }
            if let Some(target) = assignment.get_mut("target")
                && target.remove("groupId").is_some()
            {
                target.set("groupName", Json::text("Some group"));
            }
        }
    }
    object
}

/// An export by IntuneCD.
pub(crate) fn intune_cd(objects: &Objects, yaml: bool, append_id: bool) -> Made {
    let mut made = Made::default();
    for ((key, id), object) in objects {
        let Some(folder) = intune_cd_folder(key, object) else { continue };
        let kind = kind_of(key);
        let Some(name) = kind.name_of(object) else { continue };
        let more = match (concrete(object), object.get("technologies").and_then(Json::as_str)) {
            (Some(concrete), _) => format!("_{concrete}"),
            (None, Some(technologies)) => format!("_{technologies}"),
            (None, None) => String::new(),
        };
        let by_id = if append_id { format!("__{id}") } else { String::new() };
        let written = of_app_policies(key, as_intune_cd(object));
        let (text, ending) = if yaml { (to_yaml(&written), "yaml") } else { (written.to_pretty(), "json") };
        made.add(
            format!("prod-backup/{folder}/{}{by_id}.{ending}", safe(&format!("{name}{more}"))),
            text.into_bytes(),
            (key, id),
        );
    }
    for extra in ["Scripts/Powershell/Script Data/x.ps1", "__archive__/old.json", "README.md"] {
        made.files.insert(format!("prod-backup/{extra}"), b"x".to_vec());
    }
    made
}

fn intune_management_folder(key: &str) -> Option<&'static str> {
    Some(match key {
        "settings_catalog_policy" | "endpoint_security_policy" | "security_baseline_policy" => "SettingsCatalog",
        "device_configuration" => "DeviceConfiguration",
        "windows_update_ring" | "apple_software_update_policy" => "UpdatePolicies",
        "administrative_template" => "AdministrativeTemplates",
        "endpoint_security_intent" => "EndpointSecurity",
        "compliance_policy" => "CompliancePolicies",
        "compliance_policy_v2" => "CompliancePoliciesV2",
        "notification_template" => "Notifications",
        "conditional_access_policy" => "ConditionalAccess",
        "named_location" => "NamedLocations",
        "assignment_filter" => "AssignmentFilters",
        "scope_tag" => "ScopeTags",
        "app_protection_ios" | "app_protection_android" => "AppProtection",
        "mobile_app" => "Applications",
        "device_management_script" => "PowerShellScripts",
        "device_health_script" => "DeviceHealthScripts",
        "autopilot_deployment_profile" => "AutoPilot",
        "enrollment_status_page" => "EnrollmentStatusPage",
        "intune_role_definition" => "RoleDefinitions",
        "terms_and_conditions" => "TermsAndConditions",
        _ => return None,
    })
}

fn utf_16(text: &str) -> Vec<u8> {
    [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

/// An export by IntuneManagement, as Windows PowerShell writes it. Without folders where `flat`.
pub(crate) fn intune_management(objects: &Objects, tenant: &str, flat: bool) -> Made {
    let mut made = Made::default();
    for ((key, id), object) in objects {
        let Some(folder) = intune_management_folder(key) else { continue };
        let kind = kind_of(key);
        let Some(name) = kind.name_of(object).map(str::to_owned) else { continue };
        let mut written = object.clone();
        // Full metadata: the address that it was read at, and its type also where Graph need not say it.
        let version = kind.api_version.segment();
        let context =
            format!("https://graph.microsoft.com/{version}/$metadata#{}/$entity", kind.collection.trim_start_matches('/'));
        written.set("@odata.context", Json::text(context));
        written.set("displayName@odata.type", Json::text("#String"));
        written.set("#CustomRef_x", Json::text("x"));
        if written.get("@odata.type").is_none() {
            written.set("@odata.type", Json::text(format!("#{}", kind.declared_type)));
        }
        let place = if flat { "Contoso".to_owned() } else { format!("Contoso/{folder}") };
        let path = format!("{place}/{}_{id}", safe(name.trim_matches('.')));
        if *key == "endpoint_security_intent" {
            let settings = written.remove("settings").unwrap_or(Json::Array(Vec::new()));
            let text = Json::from([("settings", settings)]).to_pretty();
            made.files.insert(format!("{path}_Settings.json"), utf_16(&Json::text(text).to_text()));
        }
        if *key == "administrative_template" {
            let values = written.remove("definitionValues").unwrap_or(Json::Array(Vec::new()));
            made.files.insert(format!("{path}_Settings.json"), utf_16(&values.to_pretty()));
        }
        let text = written.to_pretty().replace(tenant, "%OrganizationId%");
        made.add(format!("{path}.json"), utf_16(&text), (key, id));
    }
    let table =
        Json::from([("TenantId", Json::text(tenant)), ("Organization", Json::text("Contoso")), ("Objects", Json::Array(vec![]))]);
    made.files.insert("Contoso/MigrationTable.json".to_owned(), utf_16(&table.to_pretty()));
    made.files.insert("Contoso/Groups/All staff.json".to_owned(), utf_16("{}"));
    made
}

fn backup_and_restore_folder(key: &str) -> Option<&'static str> {
    Some(match key {
        "settings_catalog_policy" | "endpoint_security_policy" | "security_baseline_policy" => "Settings Catalog",
        "device_configuration" | "windows_update_ring" | "apple_software_update_policy" => "Device Configurations",
        "administrative_template" => "Administrative Templates",
        "compliance_policy" => "Device Compliance Policies",
        "device_management_script" => "Device Management Scripts",
        "device_health_script" => "Device Health Scripts",
        "app_protection_ios" | "app_protection_android" => "App Protection Policies",
        "autopilot_deployment_profile" => "Autopilot Deployment Profiles",
        "mobile_app" => "Client Apps",
        _ => return None,
    })
}

/// An export by IntuneBackupAndRestore. Of two objects of one name only the first is there.
pub(crate) fn intune_backup_and_restore(objects: &Objects) -> Made {
    let mut made = Made::default();
    for ((key, id), object) in objects {
        let Some(folder) = backup_and_restore_folder(key) else { continue };
        let Some(name) = kind_of(key).name_of(object).map(safe) else { continue };
        let mut written = of_app_policies(key, object.clone());
        let assignments = written.remove("assignments");
        let apps = *key == "mobile_app";
        let stem = if apps { format!("{}_{name}", concrete(object).unwrap_or_default()) } else { name.clone() };
        let value = if *key == "administrative_template" { values_only(&written) } else { written };
        if !made.add(format!("{folder}/{stem}.json"), value.to_pretty().into_bytes(), (key, id)) {
            continue;
        }
        let Some(Json::Array(mut items)) = assignments.filter(|list| list.as_array().is_some_and(|list| !list.is_empty())) else {
            continue;
        };
        let protection = folder == "App Protection Policies";
        let named = if apps || protection { format!("{id} - {name}") } else { name };
        let list = match items.len() {
            _ if protection => Json::from([("@odata.context", Json::text("x")), ("value", Json::Array(items))]),
            1 => items.remove(0),
            _ => Json::Array(items),
        };
        made.files.insert(format!("{folder}/Assignments/{named}.json"), list.to_pretty().into_bytes());
    }
    made.files.insert("Device Management Scripts/Script Content/x.ps1".to_owned(), b"x".to_vec());
    made.files.insert("Settings Catalog/Assignments/gone.json".to_owned(), b"[]".to_vec());
    made
}

/// An administrative template as the list of its values, linked by addresses.
fn values_only(object: &Json) -> Json {
    let id = |value: &Json, name: &str| value.at(&[name, "id"]).and_then(Json::as_str).unwrap_or("none").to_owned();
    let values = object.get("definitionValues").and_then(Json::as_array).unwrap_or_default();
    let of = |value: &Json| {
        let base =
            format!("https://graph.microsoft.com/beta/deviceManagement/groupPolicyDefinitions('{}')", id(value, "definition"));
        let presented = value.get("presentationValues").and_then(Json::as_array).unwrap_or_default();
        let presented = presented.iter().map(|one| {
            let mut one = one.clone();
            one.set("presentation@odata.bind", Json::text(format!("{base}/presentations('{}')", id(&one, "presentation"))));
            one.remove("presentation");
            one
        });
        Json::from([
            ("enabled", value.get("enabled").cloned().unwrap_or(Json::Null)),
            ("presentationValues", Json::Array(presented.collect())),
            ("definition@odata.bind", Json::text(base)),
        ])
    };
    Json::Array(values.iter().map(of).collect())
}

/// A value in YAML, block style, as a Python program dumps it.
pub(crate) fn to_yaml(value: &Json) -> String {
    let mut out = String::new();
    block(value, 0, &mut out);
    out
}

fn block(value: &Json, depth: usize, out: &mut String) {
    match value {
        Json::Array(items) if !items.is_empty() => {
            for item in items {
                out.push_str(&"  ".repeat(depth));
                out.push('-');
                nested(item, depth, out);
            }
        }
        Json::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                out.push_str(&"  ".repeat(depth));
                out.push_str(&word(name));
                out.push(':');
                nested(value, depth, out);
            }
        }
        other => {
            out.push_str(&scalar(other));
            out.push('\n');
        }
    }
}

fn nested(value: &Json, depth: usize, out: &mut String) {
    let inside =
        matches!(value, Json::Array(items) if !items.is_empty()) || matches!(value, Json::Object(members) if !members.is_empty());
    if inside {
        out.push('\n');
        block(value, depth + 1, out);
    } else {
        out.push(' ');
        out.push_str(&scalar(value));
        out.push('\n');
    }
}

fn scalar(value: &Json) -> String {
    match value {
        Json::String(text) => word(text),
        other => other.to_text(),
    }
}

/// Letters go without quotes, as long as they are no word of YAML.
fn word(text: &str) -> String {
    let plain = text.len() > 5 && text.chars().all(|c| c.is_ascii_alphabetic());
    if plain { text.to_owned() } else { Json::text(text).to_text() }
}
