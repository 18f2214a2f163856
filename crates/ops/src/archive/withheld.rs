//! Secrets stay here: in an export that is not encrypted, the places of secrets that the contracts name hold this text.

use model::json::Json;
use model::resource_types::ResourceType;

/// What stands in place of a secret.
pub const WITHHELD: &str = "(withheld: not exported without encryption)";

/// Takes the secrets out of an object and says how many there were; the texts of scripts stay where `scripts` says so. What is no
/// secret although it stands in such a place, [`ResourceType::for_each_secret`] knows.
pub(super) fn withhold(kind: &ResourceType, content: &mut Json, scripts: bool) -> usize {
    let mut taken = 0;
    let mut take = |value: &mut Json| {
        if value.as_str() != Some(WITHHELD) {
            *value = Json::text(WITHHELD);
            taken += 1;
        }
    };
    if scripts {
        kind.for_each_secret(content, &mut take);
    } else {
        kind.for_each_secret_and_script(content, &mut take);
    }
    taken
}

/// Whether something was withheld from an object: it cannot be written back as it is.
#[must_use]
pub fn has_withheld(content: &Json) -> bool {
    match content {
        Json::String(text) => text == WITHHELD,
        Json::Array(items) => items.iter().any(has_withheld),
        Json::Object(members) => members.iter().any(|(_, value)| has_withheld(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::resource_types::{self, Secret, Segment};

    #[test]
    fn no_place_of_a_secret_leaves() {
        for kind in resource_types::all() {
            for secret in &kind.secrets {
                let mut object = match secret {
                    Secret::OdataType { odata_type, property, .. } => Json::from([(
                        "deep",
                        Json::Array(vec![Json::from([
                            ("@odata.type", Json::text(odata_type)),
                            (property.as_str(), Json::text("canary")),
                        ])]),
                    )]),
                    Secret::Path { path, .. } => {
                        path.segments().iter().rev().fold(Json::text("canary"), |inner, segment| match segment {
                            Segment::Member(name) => Json::from([(name.as_str(), inner)]),
                            Segment::Each => Json::Array(vec![inner]),
                        })
                    }
                };
                assert_eq!(withhold(kind, &mut object, false), 1, "{}: {secret:?}", kind.key);
                assert!(!object.to_text().contains("canary") && has_withheld(&object), "{}: {secret:?}", kind.key);
                assert_eq!(withhold(kind, &mut object, false), 0, "what is withheld is no secret");
            }
        }
    }

    #[test]
    fn scripts_and_plain_values_stay_where_they_may() {
        let kind = |key| resource_types::find(key).unwrap();
        let mut script = Json::from([("scriptContent", Json::text("ZWNobw=="))]);
        assert_eq!(withhold(kind("device_management_script"), &mut script, true), 0);
        assert_eq!(withhold(kind("device_management_script"), &mut script, false), 1);
        let oma = r#"{"omaSettings":[{"isEncrypted":false,"value":"a"},{"isEncrypted":true,"value":"b"},{"value":"c"},{"value":null}]}"#;
        let mut oma = Json::parse(oma.as_bytes()).unwrap();
        assert_eq!(withhold(kind("device_configuration"), &mut oma, true), 2);
        assert!(oma.to_text().contains(r#""value":"a""#) && !has_withheld(&Json::text("withheld")));
    }
}
