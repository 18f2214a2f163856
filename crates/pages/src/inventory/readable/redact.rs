//! Blanks the places that hold secrets, as the contract of the type names them, before anything is shown.

use model::json::Json;
use model::resource_types::{ResourceType, Secret};

const BLANK: &str = "•••••• (hidden)";

/// A copy of the object without secrets.
pub(in crate::inventory) fn redacted(kind: Option<&ResourceType>, content: &Json) -> Json {
    let mut content = content.clone();
    for secret in kind.map(|kind| kind.secrets.as_slice()).unwrap_or_default() {
        match secret {
            Secret::Path { path, .. } => path.for_each_mut(&mut content, &mut blank),
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
        for kind in resource_types::all() {
            for secret in &kind.secrets {
                let Secret::OdataType { odata_type, property, .. } = secret else { continue };
                let object = Json::from([(
                    "deep",
                    Json::Array(vec![Json::from([("@odata.type", Json::text(odata_type)), (property, Json::text("canary"))])]),
                )]);
                assert!(!redacted(Some(kind), &object).to_text().contains("canary"), "{}", kind.key);
            }
        }
    }

    #[test]
    fn nothing_is_hidden_where_there_is_nothing() {
        let mut value = Json::Null;
        blank(&mut value);
        assert_eq!(value, Json::Null);
    }
}
