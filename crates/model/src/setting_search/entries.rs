//! The settings of a content, each with its way, its value and the names that Microsoft gives them.
//!
//! What is not configured (null, empty, `notConfigured`) is none. Secrets are taken out first: of one the name is there and no value.
//! Nothing calls itself, so that nesting costs no stack; numbers and lengths are bounded.

use crate::json::Json;
use crate::payload::{Payload, payload};
use crate::resource_types::ResourceType;
use crate::words;

use super::Withheld;

/// Settings of one content, at most.
pub const MOST_ENTRIES: usize = 5_000;
/// Characters of a value. Longer texts become several entries, which overlap so that no word is torn.
pub const MOST_VALUE: usize = 600;
/// Characters of a way and of an id.
const MOST_NAME: usize = 300;
/// Bytes of all entries of a content together, about.
const MOST_TEXT: usize = 1 << 20;
/// What the pieces of a long text share.
const OVERLAP: usize = 2 * super::LONGEST_WORD;
/// Texts from this length on that have the letters of base64 only, and no space, are encoded data.
const ENCODED: usize = 200;

/// Members inside settings that describe them and configure nothing.
const ASIDE: [&str; 8] = [
    "settingDefinitions",
    "settingInstanceTemplateReference",
    "settingValueTemplateReference",
    "settingDefinitionId",
    "definitionId",
    "definition",
    "presentation",
    "auditRuleInformation",
];

/// A setting.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// Where its value is, as a JSON Pointer; may be cut.
    pub pointer: String,
    /// The way to it in words: `bitlocker › Require device encryption`.
    pub path: String,
    /// The id of its definition, or the names of its properties with dots between them.
    pub id: String,
    /// Its value in words; empty where it is withheld.
    pub value: String,
    /// What the value is in Graph, where that is something else: the id of a choice.
    pub code: String,
    /// Why there is no value.
    pub withheld: Option<Withheld>,
}

/// The settings of a content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entries {
    /// They, in the order of the object.
    pub entries: Vec<Entry>,
    /// Whether there were more.
    pub cut: bool,
}

/// Stands in place of a secret while the content is walked.
const SECRET: &str = "\u{0}";

/// A value that is still to be looked at.
struct Spot<'a> {
    value: &'a Json,
    /// The member that it is, or is an element of.
    property: &'a str,
    /// The setting that it is in.
    definition: Option<&'a str>,
    /// Definitions that came with the setting: they hold Microsoft's own names.
    definitions: &'a [Json],
    pointer: String,
    path: String,
    id: String,
}

/// The settings of an object of that type.
#[must_use]
pub fn entries(kind: &ResourceType, content: &Json) -> Entries {
    let mut content = content.clone();
    kind.for_each_secret(&mut content, &mut |secret| *secret = Json::text(SECRET));
    unfold(&mut content);
    let mut found = Entries::default();
    let mut size = 0;
    let mut rest = vec![Spot {
        value: &content,
        property: "",
        definition: None,
        definitions: &[],
        pointer: String::new(),
        path: String::new(),
        id: String::new(),
    }];
    while let Some(spot) = rest.pop() {
        if found.entries.len() >= MOST_ENTRIES || size > MOST_TEXT {
            found.cut = true;
            break;
        }
        match spot.value {
            Json::Array(items) => {
                rest.extend(items.iter().enumerate().rev().map(|(i, item)| element(&spot, i, item, items.len())));
            }
            Json::Object(members) => {
                let spot = of_setting(spot);
                rest.extend(members.iter().rev().filter_map(|(name, value)| member(&spot, name, value)));
            }
            plain => {
                let before = found.entries.len();
                leaf(&spot, plain, &mut found);
                let made = &found.entries[before..];
                size += made.iter().map(|e| e.path.len() + e.id.len() + e.value.len() + e.code.len()).sum::<usize>();
            }
        }
    }
    found
}

/// The values of endpoint security intents come as JSON in a text.
fn unfold(content: &mut Json) {
    let Some(Json::Array(settings)) = content.get_mut("settings") else { return };
    for setting in settings {
        if let Some(value) = setting.get_mut("valueJson")
            && let Some(inner) = value.as_str().and_then(|text| Json::parse(text.as_bytes()).ok())
        {
            *value = inner;
        }
    }
}

/// A way that leads one step further.
fn further(path: &str, words: &str) -> String {
    let words = words.trim();
    match (path, words) {
        (path, "") => path.to_owned(),
        ("", words) => cut(words, MOST_NAME),
        (path, words) => cut(&format!("{path} › {words}"), MOST_NAME),
    }
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

fn element<'a>(list: &Spot<'a>, index: usize, item: &'a Json, count: usize) -> Spot<'a> {
    let words = match item {
        Json::Object(_) if names_itself(item) || (list.definition.is_some() && item.get("value").is_some()) => String::new(),
        Json::Object(_) => own_name(item).map_or_else(|| ordinal(index, count), str::to_owned),
        Json::Array(_) => ordinal(index, count),
        _ => String::new(),
    };
    Spot {
        value: item,
        property: list.property,
        definition: list.definition,
        definitions: item.get("settingDefinitions").and_then(Json::as_array).unwrap_or(list.definitions),
        pointer: cut(&format!("{}/{index}", list.pointer), MOST_NAME),
        path: further(&list.path, &words),
        id: list.id.clone(),
    }
}

fn ordinal(index: usize, count: usize) -> String {
    if count > 1 { format!("No. {}", index + 1) } else { String::new() }
}

/// Whether an element is a setting, which [`of_setting`] names.
fn names_itself(item: &Json) -> bool {
    ["settingInstance", "settingDefinitionId", "definitionId", "definition", "presentation", "children"]
        .iter()
        .any(|name| item.get(name).is_some())
}

/// What an element of a list calls itself.
fn own_name(item: &Json) -> Option<&str> {
    let names = ["displayName", "name", "key", "appConfigKey", "ruleName", "packageId", "bundleId"];
    names.iter().find_map(|name| item.get(name)?.as_str()).filter(|name| !name.trim().is_empty() && *name != SECRET)
}

/// The same spot under the name of the setting that its object is, where it is one.
fn of_setting(mut spot: Spot<'_>) -> Spot<'_> {
    let text = |name: &str| spot.value.get(name).and_then(Json::as_str);
    if let Some(id) = text("settingDefinitionId").or_else(|| text("definitionId")) {
        let (name, mut place) = words::setting(id).unwrap_or_else(|| (id.to_owned(), String::new()));
        if spot.definition.is_some() {
            // Inside another setting the place only repeats the names around it.
            place = String::new();
        }
        let own = spot.definitions.iter().find(|one| one.get("id").and_then(Json::as_str) == Some(id));
        let own = own.and_then(|one| one.get("displayName")?.as_str());
        spot.path = further(&further(&spot.path, &place), own.unwrap_or(&name));
        spot.id = cut(id, MOST_NAME);
        spot.definition = Some(id);
    } else if let Some(definition) = spot.value.get("definition").filter(|definition| definition.get("displayName").is_some()) {
        let text = |name: &str| definition.get(name).and_then(Json::as_str).unwrap_or_default();
        let place = text("categoryPath").trim_matches('\\').replace('\\', " › ");
        spot.path = further(&further(&spot.path, &place), text("displayName"));
        spot.id = "definitionValues".to_owned();
        spot.definition = Some("");
    } else if let Some(label) = spot.value.at(&["presentation", "label"]).and_then(Json::as_str) {
        spot.path = further(&spot.path, label.trim_end_matches(':'));
    }
    spot
}

fn member<'a>(object: &Spot<'a>, name: &'a str, value: &'a Json) -> Option<Spot<'a>> {
    let typed = name == "@odata.type" && !object.pointer.is_empty();
    let aside = ASIDE.contains(&name) && (object.definition.is_some() || names_itself(object.value));
    if typed || aside {
        return None;
    }
    let settings = object.pointer.is_empty() && matches!(name, "settings" | "definitionValues");
    let wraps = settings && value.as_array().is_some_and(|items| items.iter().any(names_itself))
        || words::WRAPPERS.contains(&name) && (object.definition.is_some() || names_itself(object.value));
    let mut pointer = object.pointer.clone();
    pointer.push('/');
    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
    Some(Spot {
        value,
        property: name,
        definition: object.definition,
        definitions: object.definitions,
        pointer: cut(&pointer, MOST_NAME),
        path: if wraps { object.path.clone() } else { further(&object.path, &words::property(&cut(name, MOST_NAME))) },
        id: match (wraps, object.id.as_str()) {
            (true, id) => id.to_owned(),
            (false, "") => cut(name, MOST_NAME),
            (false, id) => cut(&format!("{id}.{name}"), MOST_NAME),
        },
    })
}

/// The entries of a plain value.
fn leaf(spot: &Spot<'_>, plain: &Json, found: &mut Entries) {
    let mut add = |value: String, code: &str, withheld: Option<Withheld>| {
        if found.entries.len() >= MOST_ENTRIES {
            found.cut = true;
            return;
        }
        let (pointer, path, id) = (spot.pointer.clone(), spot.path.clone(), spot.id.clone());
        found.entries.push(Entry { pointer, path, id, value, code: cut(code, MOST_NAME), withheld });
    };
    match plain {
        Json::Bool(flag) => {
            let state =
                if spot.property == "enabled" && spot.definition == Some("") { ["Disabled", "Enabled"] } else { ["No", "Yes"] };
            add(state[usize::from(*flag)].to_owned(), if *flag { "true" } else { "false" }, None);
        }
        Json::Number(number) => add(cut(number, MOST_VALUE), "", None),
        Json::String(text) if text.is_empty() || text == "notConfigured" => {}
        Json::String(text) if text == SECRET => add(String::new(), "", Some(Withheld::Secret)),
        Json::String(text) => match payload(spot.property, text) {
            Some(Payload::Text(plain)) => pieces(&plain, |piece| add(piece, "", None)),
            Some(Payload::Bytes { .. }) => add(String::new(), "", Some(Withheld::Encoded)),
            None if is_encoded(text) => add(String::new(), "", Some(Withheld::Encoded)),
            None => match spot.definition {
                Some(id) if !id.is_empty() && spot.property == "value" && text.starts_with(id) => {
                    add(cut(&words::choice(id, text), MOST_VALUE), text, None);
                }
                _ => pieces(text, |piece| add(piece, "", None)),
            },
        },
        Json::Null | Json::Array(_) | Json::Object(_) => {}
    }
}

fn is_encoded(text: &str) -> bool {
    text.len() >= ENCODED
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b'_' | b'\r' | b'\n'))
}

/// Each line of a text, long ones in pieces that overlap.
fn pieces(text: &str, mut add: impl FnMut(String)) {
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let chars: Vec<char> = line.chars().collect();
        let mut from = 0;
        loop {
            let to = chars.len().min(from + MOST_VALUE);
            add(chars[from..to].iter().collect());
            if to == chars.len() {
                break;
            }
            from = to - OVERLAP;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource_types::{all, find};

    fn of(kind: &str, text: &str) -> Vec<Entry> {
        entries(find(kind).unwrap(), &Json::parse(text.as_bytes()).unwrap()).entries
    }

    fn told(entries: &[Entry]) -> Vec<(&str, &str, &str, &str)> {
        entries.iter().map(|e| (e.path.as_str(), e.id.as_str(), e.value.as_str(), e.code.as_str())).collect()
    }

    #[test]
    fn settings_of_the_catalog_have_their_names_and_choices() {
        let found = of(
            "settings_catalog_policy",
            r##"{"@odata.type":"#microsoft.graph.deviceManagementConfigurationPolicy","name":"Disks","description":"","settings":[{"settingInstance":{
              "@odata.type":"#x","settingDefinitionId":"device_vendor_msft_bitlocker_requiredeviceencryption","settingInstanceTemplateReference":{"a":"b"},
              "choiceSettingValue":{"value":"device_vendor_msft_bitlocker_requiredeviceencryption_1","children":[
                {"settingDefinitionId":"device_vendor_msft_bitlocker_count","simpleSettingValue":{"@odata.type":"#i","value":12}},
                {"settingDefinitionId":"x_list","simpleSettingCollectionValue":[{"value":"one"},{"value":"two"}]}]}}}]}"##,
        );
        let id = "device_vendor_msft_bitlocker_requiredeviceencryption";
        let path = "bitlocker › Require device encryption";
        let (count, list) = (format!("{path} › Count"), format!("{path} › List"));
        let choice = format!("{id}_1");
        assert_eq!(
            told(&found),
            [
                ("@odata.type", "@odata.type", "#microsoft.graph.deviceManagementConfigurationPolicy", ""),
                ("Name", "name", "Disks", ""),
                (path, id, "1", choice.as_str()),
                (count.as_str(), "device_vendor_msft_bitlocker_count", "12", ""),
                (list.as_str(), "x_list", "one", ""),
                (list.as_str(), "x_list", "two", ""),
            ]
        );
        assert_eq!(found[3].pointer, "/settings/0/settingInstance/choiceSettingValue/children/0/simpleSettingValue/value");
    }

    #[test]
    fn templates_intents_and_plain_properties_are_settings_too() {
        let template = of(
            "administrative_template",
            r#"{"definitionValues":[{"enabled":true,"definition":{"displayName":"Chat tools","categoryPath":"\\Code\\Chat","explainText":"long"},
              "presentationValues":[{"value":"x","presentation":{"label":"Server:","id":"p"}}]}]}"#,
        );
        assert_eq!(
            told(&template),
            [
                ("Code › Chat › Chat tools › Enabled", "definitionValues.enabled", "Enabled", "true"),
                ("Code › Chat › Chat tools › Server", "definitionValues", "x", ""),
            ]
        );
        let intent = of(
            "endpoint_security_intent",
            r#"{"settings":[{"definitionId":"deviceConfiguration--a_bitLockerPolicy","valueJson":"{\"encryptionMethod\":\"aesCbc256\"}"}]}"#,
        );
        assert_eq!(
            told(&intent),
            [(
                "a › BitLocker policy › Encryption method",
                "deviceConfiguration--a_bitLockerPolicy.encryptionMethod",
                "aesCbc256",
                ""
            )]
        );
        let plain = of(
            "device_configuration",
            r#"{"displayName":"D","passwordMinimumLength":8,"x":null,"y":[],"z":"notConfigured","omaSettings":[{"displayName":"Lock","isEncrypted":false,"value":"a\n\n b "}]}"#,
        );
        assert_eq!(
            told(&plain),
            [
                ("Display name", "displayName", "D", ""),
                ("Password minimum length", "passwordMinimumLength", "8", ""),
                ("Oma settings › Lock › Display name", "omaSettings.displayName", "Lock", ""),
                ("Oma settings › Lock › Is encrypted", "omaSettings.isEncrypted", "No", "false"),
                ("Oma settings › Lock › Value", "omaSettings.value", "a", ""),
                ("Oma settings › Lock › Value", "omaSettings.value", "b", ""),
            ]
        );
    }

    #[test]
    fn no_secret_is_in_an_entry_of_any_type() {
        use crate::payload::SCRIPTS;
        use crate::resource_types::{Secret, Segment};
        let mut tried = 0;
        for kind in all() {
            for secret in &kind.secrets {
                let object = match secret {
                    Secret::OdataType { odata_type, property, .. } => Json::from([(
                        "deep",
                        Json::Array(vec![Json::from([
                            ("@odata.type", Json::text(odata_type)),
                            (property, Json::text("canary")),
                        ])]),
                    )]),
                    Secret::Path { path, .. } if SCRIPTS.contains(&path.root()) => continue,
                    Secret::Path { path, .. } => {
                        path.segments().iter().rev().fold(Json::text("canary"), |inner, segment| match segment {
                            Segment::Member(name) => Json::from([(name.as_str(), inner)]),
                            Segment::Each => Json::Array(vec![inner]),
                        })
                    }
                };
                tried += 1;
                let found = entries(kind, &object);
                assert!(!format!("{found:?}").contains("canary"), "{}: {secret:?}", kind.key);
                assert!(
                    found.entries.iter().any(|entry| entry.withheld == Some(Withheld::Secret)),
                    "{}: its name is there",
                    kind.key
                );
            }
        }
        assert!(tried > 3);
    }

    #[test]
    fn scripts_are_read_and_encoded_data_is_not() {
        let script = of("device_management_script", r#"{"scriptContent":"V3JpdGUtSG9zdCAxCgpHZXQtVHBt","fileName":"a.ps1"}"#);
        assert_eq!(
            told(&script)[..2],
            [("Script content", "scriptContent", "Write-Host 1", ""), ("Script content", "scriptContent", "Get-Tpm", "")]
        );
        let picture = of("device_configuration", &format!(r#"{{"logo":"{}"}}"#, "QUJD".repeat(90)));
        assert_eq!((picture[0].value.as_str(), picture[0].withheld), ("", Some(Withheld::Encoded)));
    }

    #[test]
    fn enormous_contents_are_bounded_and_say_so() {
        let many = format!(r#"{{"a":[{}1]}}"#, "1,".repeat(9_000));
        let found = entries(find("device_configuration").unwrap(), &Json::parse(many.as_bytes()).unwrap());
        assert_eq!((found.entries.len(), found.cut), (MOST_ENTRIES, true));
        let long = of("device_configuration", &format!(r#"{{"a":"{}"}}"#, "word ".repeat(400)));
        assert!(long.len() > 3 && long.iter().all(|e| e.value.chars().count() <= MOST_VALUE));
        let text = "x y ".repeat(2_000_000);
        let large = entries(find("device_configuration").unwrap(), &Json::from([("a", Json::text(text))]));
        assert!(large.cut);
        let deep = format!("{}1{}", r#"{"a":["#.repeat(60), "]}".repeat(60));
        let deep = of("device_configuration", &deep);
        assert!(deep[0].path.chars().count() <= MOST_NAME && deep[0].pointer.chars().count() <= MOST_NAME);
    }
}
