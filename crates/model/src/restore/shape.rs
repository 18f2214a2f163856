//! What each type says in several ways, or cannot be told to say: the facts behind [`super::normal`].

use super::normal::without_nulls;
use crate::json::Json;
use crate::references::each;
use crate::resource_types::ResourceType;

/// How a property that is not simply part of the body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Below {
    /// `scheduleActionsForRules` of a compliance policy; part of the body when it is made.
    ComplianceActions,
    /// `setScheduledActions` of a compliance policy of the newer kind; part of the body when it is made.
    ComplianceActionsV2,
    /// `targetApps`, with the kind of the group of apps.
    Apps,
    /// `targetApps` without it.
    AppsOnly,
    /// `changeSettings`.
    ChangeSettings,
    /// `windowsPrivacyAccessControls`.
    PrivacyControls,
    /// `updateDefinitionValues`.
    DefinitionValues,
    /// `updateSettings`; part of `createInstance`.
    IntentSettings,
    /// One request for each text.
    Messages,
    /// `update` of a policy set, together with the assignments.
    PolicySetItems,
}

/// Properties that are written by requests of their own.
pub(super) fn below(key: &str) -> &'static [(&'static str, Below)] {
    match key {
        "compliance_policy" => &[("scheduledActionsForRule", Below::ComplianceActions)],
        "compliance_policy_v2" => &[("scheduledActionsForRule", Below::ComplianceActionsV2)],
        "app_protection_android" | "app_protection_ios" => &[("apps", Below::Apps)],
        "app_protection_windows" => &[("apps", Below::AppsOnly)],
        "app_config_managed_app" => &[("apps", Below::Apps), ("settings", Below::ChangeSettings)],
        "device_configuration" => &[("privacyAccessControls", Below::PrivacyControls)],
        "administrative_template" => &[("definitionValues", Below::DefinitionValues)],
        "endpoint_security_intent" => &[("settings", Below::IntentSettings)],
        "notification_template" => &[("localizedNotificationMessages", Below::Messages)],
        "policy_set" => &[("items", Below::PolicySetItems)],
        _ => &[],
    }
}

/// Properties that Graph's metadata calls read-only, or that follow from others, beside the volatile ones.
#[must_use]
pub fn never_sent(key: &str) -> &'static [&'static str] {
    match key {
        "device_configuration" => &["applyOnlyToWindows81", "applyOnlyToWindowsPhone81"],
        "app_config_managed_device" => &["appSupportsOemConfig"],
        // The locale of the text that is the default one.
        "notification_template" => &["defaultLocale"],
        _ => &[],
    }
}

/// Properties that can be told only when the object is made, beside those that the contract names.
pub(super) fn only_new(key: &str) -> &'static [&'static str] {
    match key {
        // The template that an intent was made from.
        "endpoint_security_intent" => &["templateId"],
        _ => &[],
    }
}

/// Properties of one object that cannot be written although those of its type can: of the tenant's defaults. `raw` is the object as
/// it was read.
pub(super) fn out_of_reach(kind: &ResourceType, raw: &Json) -> Vec<String> {
    let assignments = kind.assignments.as_ref().map(|contract| contract.path.clone());
    match kind.key.as_str() {
        _ if is_enrollment_default(kind, raw) => assignments.into_iter().collect(),
        "intune_branding_profile" if raw.get("isDefaultProfile").and_then(Json::as_bool) == Some(true) => {
            ["profileName", "profileDescription"].map(str::to_owned).into_iter().chain(assignments).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether it is one of the enrollment configurations that every tenant has: it is never made, deleted or assigned.
pub(super) fn is_enrollment_default(kind: &ResourceType, raw: &Json) -> bool {
    kind.collection.ends_with("/deviceEnrollmentConfigurations") && raw.get("priority").and_then(Json::as_i64) == Some(0)
}

/// Whether Microsoft made the object, so that only its assignments can be written.
pub(super) fn is_microsofts(raw: &Json) -> bool {
    ["isBuiltIn", "isGlobalScript"].iter().any(|name| raw.get(name).and_then(Json::as_bool) == Some(true))
}

/// Whether the object is there always, and is never made or deleted.
pub(super) fn is_always_there(kind: &ResourceType, raw: &Json) -> bool {
    is_microsofts(raw) || is_enrollment_default(kind, raw) || raw.get("isDefaultProfile").and_then(Json::as_bool) == Some(true)
}

/// Takes out of an object what its type says in several ways.
pub(super) fn level(key: &str, object: &mut Json) {
    match key {
        "compliance_policy" | "compliance_policy_v2" => compliance_actions(object),
        "app_protection_android" | "app_protection_ios" | "app_protection_windows" | "app_config_managed_app" => {
            inside(object, "apps[]", |app| only(app, &["mobileAppIdentifier"]));
        }
        "settings_catalog_policy" | "endpoint_security_policy" => {
            inside(object, "templateReference", |template| only(template, &["templateId", "templateFamily"]));
        }
        "administrative_template" => {
            // Microsoft's texts of a definition change with its templates.
            inside(object, "definitionValues[].definition", |definition| only(definition, &["id"]));
            inside(object, "definitionValues[].presentationValues[].presentation", |one| only(one, &["id"]));
            inside(object, "definitionValues[]", |value| {
                if value.get("presentationValues").and_then(Json::as_array).is_some_and(<[Json]>::is_empty) {
                    value.remove("presentationValues");
                }
            });
        }
        "endpoint_security_intent" => intent_settings(object),
        "policy_set" => inside(object, "items[]", |item| only(item, POLICY_SET_ITEM)),
        "device_configuration" => {
            for name in crate::references::CERTIFICATES {
                inside(object, name, |one| only(one, &["id"]));
                inside(object, &format!("{name}[]"), |one| only(one, &["id"]));
            }
        }
        _ => {}
    }
}

/// What is told of an item of a policy set.
pub(super) const POLICY_SET_ITEM: &[&str] = &["@odata.type", "payloadId", "intent", "settings"];

fn inside(object: &mut Json, path: &str, mut change: impl FnMut(&mut Json)) {
    each(object, path, String::new(), &mut |_, value| change(value));
}

/// Leaves an object only those members.
pub(super) fn only(value: &mut Json, names: &[&str]) {
    if let Json::Object(members) = value {
        members.retain(|(name, _)| names.contains(&name.as_str()));
    }
}

/// The rule's name is ignored by the service; no template is null, empty or zeros; nobody in copy is null or an empty list. Rules
/// without their actions come from a reading that did not ask for them: they say nothing.
fn compliance_actions(object: &mut Json) {
    const RULES: &str = "scheduledActionsForRule";
    let told =
        |rule: &Json| rule.get("scheduledActionConfigurations").and_then(Json::as_array).is_some_and(|list| !list.is_empty());
    if !object.get(RULES).and_then(Json::as_array).unwrap_or_default().iter().any(told) {
        object.remove(RULES);
        return;
    }
    inside(object, "scheduledActionsForRule[]", |rule| only(rule, &["scheduledActionConfigurations"]));
    inside(object, "scheduledActionsForRule[].scheduledActionConfigurations[]", |action| {
        let empty = |value: &Json| match value {
            Json::Null => true,
            Json::String(text) => text.is_empty() || text == "00000000-0000-0000-0000-000000000000",
            Json::Array(items) => items.is_empty(),
            _ => false,
        };
        for name in ["notificationTemplateId", "notificationMessageCCList"] {
            if action.get(name).is_some_and(empty) {
                action.remove(name);
            }
        }
        action.remove("@odata.type");
    });
}

/// The text of a value stands for the value; a text of `null` is no value.
fn intent_settings(object: &mut Json) {
    let Some(Json::Array(settings)) = object.get_mut("settings") else { return };
    for setting in settings.iter_mut() {
        setting.remove("id");
        if setting.get("valueJson").is_some_and(|text| *text != Json::Null) {
            setting.remove("value");
        }
        without_nulls(setting);
    }
    settings.retain(|setting| {
        let text = setting.get("valueJson").and_then(Json::as_str);
        text.map_or(setting.get("value").is_some(), |text| text != "null")
    });
}
