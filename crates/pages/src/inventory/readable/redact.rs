//! Blanks the places that hold secrets, as the contract of the type names them, before anything is shown. What is no secret although its
//! place is named: `model::resource_types::ResourceType::for_each_secret`.

use model::diff::HIDDEN;
use model::json::Json;
use model::resource_types::ResourceType;

/// A copy of the object without secrets.
#[must_use]
pub fn redacted(kind: Option<&ResourceType>, content: &Json) -> Json {
    let mut content = content.clone();
    if let Some(kind) = kind {
        kind.for_each_secret(&mut content, &mut |secret| *secret = Json::text(HIDDEN));
    }
    content
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::payload::SCRIPTS;
    use model::resource_types::{self, Secret, Segment};

    #[test]
    fn no_place_of_a_secret_is_shown() {
        let mut tried = 0;
        for kind in resource_types::all() {
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
                assert!(object.to_text().contains("canary"));
                assert!(!redacted(Some(kind), &object).to_text().contains("canary"), "{}: {secret:?}", kind.key);
            }
        }
        assert!(tried > 3);
    }

    #[test]
    fn an_oma_value_is_shown_only_when_it_says_that_it_is_not_encrypted() {
        let kind = resource_types::find("device_configuration");
        let with = |encrypted: &str| {
            let text = format!(r#"{{"omaSettings":[{{"isEncrypted":{encrypted},"value":"canary"}}]}}"#);
            redacted(kind, &Json::parse(text.as_bytes()).unwrap()).to_text()
        };
        assert!(with("false").contains("canary"));
        assert!(!with("true").contains("canary") && !with("null").contains("canary"));
    }

    #[test]
    fn nothing_is_hidden_where_there_is_nothing() {
        let kind = resource_types::find("app_config_managed_app");
        let nothing = Json::parse(br#"{"customSettings":[{"value":null},{"value":""}]}"#).unwrap();
        assert_eq!(redacted(kind, &nothing), nothing);
    }
}
