//! Secrets that Microsoft does not give out: where they are missing, and how entered ones are put in.
//!
//! Three things are masked: values of custom settings (`isEncrypted`), secret values of the settings catalog (a token in place of the
//! value, good for that policy only), and a few properties that are never returned.

use std::collections::{BTreeMap, BTreeSet};

use super::likeness::likeness;
use crate::json::Json;
use crate::references::escaped;
use crate::resource_types::{ResourceType, Secret};

/// Properties that Graph never returns.
const NEVER_RETURNED: &[&str] = &["preSharedKey", "sharedSecret"];
const SETTING: &str = "settingDefinitionId";

/// A secret that would have to be written and that nobody has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MissingSecret {
    /// JSON Pointer to where the value goes.
    pub pointer: String,
    /// Where that is, for people: an OMA-URI, the definition of a setting, a property.
    pub place: String,
    /// Whether nothing can be written without it.
    pub needed: bool,
}

/// The secrets without which the object cannot be written, or not as it was. An object that is there keeps what it has; only a list of
/// custom settings is replaced as a whole, with all its secrets.
#[must_use]
pub fn missing_secrets(kind: &ResourceType, wanted: &Json, live: Option<&Json>) -> Vec<MissingSecret> {
    let written = live.map(|live| likeness(kind, wanted, live).differs);
    let writes = |name: &str| written.as_ref().is_none_or(|names| names.iter().any(|one| one == name));
    let mut missing = Vec::new();
    if writes("omaSettings") {
        for (at, setting) in wanted.get("omaSettings").and_then(Json::as_array).unwrap_or_default().iter().enumerate() {
            if is_encrypted(setting) {
                let place = setting.get("omaUri").and_then(Json::as_str).unwrap_or("omaSettings");
                missing.push(needed(format!("/omaSettings/{at}/value"), place));
            }
        }
    }
    if live.is_none() {
        missing.extend(tokens(kind, wanted));
        missing.extend(never_returned(kind, wanted));
    }
    missing
}

/// Puts entered values in, by pointer; those that lead nowhere are passed over.
pub fn fill_secrets(wanted: &mut Json, entered: &BTreeMap<String, String>) {
    for (pointer, value) in entered {
        let Some((holder, name)) = pointer.rsplit_once('/') else { continue };
        let Some(holder) = at_mut(wanted, holder) else { continue };
        if holder.get(name).is_none() {
            continue;
        }
        holder.set(name, Json::text(value.as_str()));
        if holder.get("isEncrypted").is_some() {
            holder.set("isEncrypted", Json::Bool(false));
            holder.remove("secretReferenceValueId");
        }
        if holder.get("valueState").is_some() {
            holder.set("valueState", Json::text("notEncrypted"));
        }
    }
}

/// Takes out of both sides what is masked on either.
pub(super) fn level(kind: &ResourceType, wanted: &mut Json, live: &mut Json) {
    let encrypted: BTreeSet<String> = [&*wanted, &*live].into_iter().flat_map(masked_settings).collect();
    for side in [&mut *wanted, &mut *live] {
        let Some(Json::Array(settings)) = side.get_mut("omaSettings") else { continue };
        for setting in settings {
            // The value is part of the policy; by what Graph knows it, and whether it is masked, are not.
            setting.remove("isEncrypted");
            setting.remove("secretReferenceValueId");
            if setting.get("omaUri").and_then(Json::as_str).is_some_and(|place| encrypted.contains(place)) {
                setting.remove("value");
            }
        }
    }
    for secret in &kind.secrets {
        if let Secret::OdataType { odata_type, property, .. } = secret {
            for side in [&mut *wanted, &mut *live] {
                of_type(side, odata_type, &mut |value| {
                    value.remove(property);
                    value.remove("valueState");
                });
            }
        }
    }
    for name in NEVER_RETURNED {
        if live.get(name).is_none_or(is_masked) {
            wanted.remove(name);
            live.remove(name);
        }
    }
}

/// Whether the setting's value is one that Microsoft masks.
pub(super) fn is_encrypted(setting: &Json) -> bool {
    setting.get("isEncrypted").and_then(Json::as_bool) == Some(true)
}

fn masked_settings(object: &Json) -> Vec<String> {
    let settings = object.get("omaSettings").and_then(Json::as_array).unwrap_or_default().iter();
    settings.filter(|setting| is_encrypted(setting)).filter_map(|one| Some(one.get("omaUri")?.as_str()?.to_owned())).collect()
}

fn is_masked(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.chars().all(|letter| letter == '*'),
        _ => false,
    }
}

fn needed(pointer: String, place: &str) -> MissingSecret {
    MissingSecret { pointer, place: place.to_owned(), needed: true }
}

/// Secret values of settings: what is stored is a token, which another policy cannot use.
fn tokens(kind: &ResourceType, wanted: &Json) -> Vec<MissingSecret> {
    let types: Vec<(&str, &str)> = kind
        .secrets
        .iter()
        .filter_map(|secret| match secret {
            Secret::OdataType { odata_type, property, .. } => Some((odata_type.as_str(), property.as_str())),
            Secret::Path { .. } => None,
        })
        .collect();
    let mut missing = Vec::new();
    if types.is_empty() {
        return missing;
    }
    let mut rest = vec![(String::new(), "", wanted)];
    while let Some((pointer, setting, value)) = rest.pop() {
        let setting = value.get(SETTING).and_then(Json::as_str).unwrap_or(setting);
        let concrete = value.get("@odata.type").and_then(Json::as_str);
        for (_, property) in types.iter().filter(|(name, _)| concrete == Some(*name)) {
            if value.get("valueState").and_then(Json::as_str) != Some("notEncrypted") && value.get(property).is_some() {
                missing.push(needed(format!("{pointer}/{property}"), setting));
            }
        }
        match value {
            Json::Array(items) => {
                rest.extend(items.iter().enumerate().map(|(at, item)| (format!("{pointer}/{at}"), setting, item)));
            }
            Json::Object(members) => {
                rest.extend(members.iter().map(|(name, member)| (format!("{pointer}/{}", escaped(name)), setting, member)));
            }
            _ => {}
        }
    }
    missing.sort();
    missing
}

fn never_returned(kind: &ResourceType, wanted: &Json) -> Vec<MissingSecret> {
    let declared = |name: &str| {
        kind.secrets
            .iter()
            .any(|secret| matches!(secret, Secret::Path { path, .. } if path.segments().len() == 1 && path.root() == name))
    };
    let shared = ["wiFiSecurityType", "authenticationMethod"]
        .iter()
        .filter_map(|name| wanted.get(name)?.as_str())
        .any(|text| text.ends_with("ersonal") || text == "wep" || text == "sharedSecret");
    NEVER_RETURNED
        .iter()
        .filter(|name| declared(name) && wanted.get(name).is_some_and(is_masked))
        .map(|name| MissingSecret { pointer: format!("/{name}"), place: (*name).to_owned(), needed: shared })
        .collect()
}

/// What a JSON Pointer leads to.
fn at_mut<'a>(value: &'a mut Json, pointer: &str) -> Option<&'a mut Json> {
    pointer.split('/').skip(1).try_fold(value, |value, token| match value {
        Json::Array(items) => items.get_mut(token.parse::<usize>().ok()?),
        object => object.get_mut(&token.replace("~1", "/").replace("~0", "~")),
    })
}

fn of_type(value: &mut Json, odata_type: &str, change: &mut impl FnMut(&mut Json)) {
    let mut rest = vec![value];
    while let Some(value) = rest.pop() {
        if value.get("@odata.type").and_then(Json::as_str) == Some(odata_type) {
            change(value);
        }
        match value {
            Json::Array(items) => rest.extend(items),
            Json::Object(members) => rest.extend(members.iter_mut().map(|(_, member)| member)),
            _ => {}
        }
    }
}
