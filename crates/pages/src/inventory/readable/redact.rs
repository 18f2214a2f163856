//! Blanks the places that hold secrets, as the contract of the type names them, before anything is shown.
//!
//! Two things are shown although the contract names their place. A value whose object says `isEncrypted: false` is plain
//! configuration (OMA-URI settings). And the text of a script is what the page of a script is for: Graph returns it to every reader of
//! the policy, and whoever puts a password into a script has shared it with all of them.

use model::json::Json;
use model::resource_types::{ResourceType, Secret, Segment};

const BLANK: &str = "•••••• (hidden)";
const SCRIPTS: [&str; 3] = ["scriptContent", "detectionScriptContent", "remediationScriptContent"];

/// A copy of the object without secrets.
#[must_use]
pub fn redacted(kind: Option<&ResourceType>, content: &Json) -> Json {
    let mut content = content.clone();
    for secret in kind.map(|kind| kind.secrets.as_slice()).unwrap_or_default() {
        match secret {
            Secret::Path { path, .. } if SCRIPTS.contains(&path.root()) => {}
            Secret::Path { path, .. } => by_path(&mut content, path.segments()),
            Secret::OdataType { odata_type, property, .. } => by_type(&mut content, odata_type, property),
        }
    }
    content
}

fn blank(value: &mut Json) {
    let empty = matches!(value, Json::Null) || value.as_str() == Some("");
    if !empty {
        *value = Json::text(BLANK);
    }
}

fn by_path(value: &mut Json, segments: &[Segment]) {
    match (segments, value) {
        ([], value) => blank(value),
        ([Segment::Each, rest @ ..], Json::Array(items)) => items.iter_mut().for_each(|item| by_path(item, rest)),
        ([Segment::Member(name), rest @ ..], value) => {
            let plain = value.get("isEncrypted").and_then(Json::as_bool) == Some(false);
            if let Some(member) = value.get_mut(name).filter(|_| !plain) {
                by_path(member, rest);
            }
        }
        ([Segment::Each, ..], _) => {}
    }
}

fn by_type(value: &mut Json, odata_type: &str, property: &str) {
    if value.get("@odata.type").and_then(Json::as_str) == Some(odata_type)
        && let Some(secret) = value.get_mut(property)
    {
        blank(secret);
    }
    match value {
        Json::Array(items) => items.iter_mut().for_each(|item| by_type(item, odata_type, property)),
        Json::Object(members) => members.iter_mut().for_each(|(_, member)| by_type(member, odata_type, property)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::resource_types;

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
        let mut value = Json::Null;
        blank(&mut value);
        assert_eq!(value, Json::Null);
    }
}
