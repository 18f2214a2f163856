//! The settings of a content, each with its way, its value and the names that Microsoft gives them.
//!
//! What is not configured (null, empty, `notConfigured`) is none. Secrets are taken out first: of one the name is there and no value.
//! Nothing calls itself, so that nesting costs no stack; numbers and lengths are bounded.

mod leaf;
mod spot;

use leaf::leaf;
use spot::{SECRET, Spot, element, member, of_setting};

use super::Withheld;
use crate::json::Json;
use crate::resource_types::ResourceType;

/// Settings of one content, at most.
pub const MOST_ENTRIES: usize = 5_000;
/// Characters of a value. Longer texts become several entries, which overlap so that no word is torn.
pub const MOST_VALUE: usize = 600;
/// Bytes of all entries of a content together, about.
const MOST_TEXT: usize = 1 << 20;

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

#[cfg(test)]
mod tests {
    use super::spot::MOST_NAME;
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
