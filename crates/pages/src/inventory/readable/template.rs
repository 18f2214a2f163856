//! Administrative templates (`definitionValues`) and endpoint security intents (`settings` with a `definitionId`).

use model::json::Json;

use super::generic::{self, value};
use super::words::{property_words, setting_words};
use super::{Row, Value};
use crate::text;

/// Whether the property is shown by [`rows`].
pub(super) fn holds(content: &Json, property: &str) -> bool {
    match property {
        "definitionValues" => true,
        "settings" => intents(content).next().is_some(),
        _ => false,
    }
}

/// A row for each setting.
pub(super) fn rows(content: &Json) -> Vec<Row> {
    let templates = content.get("definitionValues").and_then(Json::as_array).unwrap_or_default();
    templates.iter().map(template).chain(intents(content).map(|(id, setting)| intent(id, setting))).collect()
}

fn intents(content: &Json) -> impl Iterator<Item = (&str, &Json)> {
    let settings = content.get("settings").and_then(Json::as_array).unwrap_or_default();
    settings.iter().filter_map(|setting| Some((setting.get("definitionId")?.as_str()?, setting)))
}

/// A setting of an administrative template.
pub(super) fn template(setting: &Json) -> Row {
    let of = |name: &str| setting.at(&["definition", name]).and_then(Json::as_str).unwrap_or_default();
    let name = match of("displayName") {
        "" => text::unresolved(
            setting
                .get("definition@odata.bind")
                .and_then(Json::as_str)
                .or_else(|| setting.get("id")?.as_str())
                .unwrap_or_default(),
        ),
        name => text::name(name, text::NAMELESS).into_owned(),
    };
    let path = of("categoryPath").trim_matches('\\').replace('\\', " › ");
    let scope = property_words(of("classType"));
    let path = [path, scope].iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" · ");
    let state = match setting.get("enabled").and_then(Json::as_bool) {
        Some(true) => Value::Text("Enabled".to_owned()),
        Some(false) => Value::Text("Disabled".to_owned()),
        None => Value::Unset,
    };
    let presentations: Vec<Row> =
        setting.get("presentationValues").and_then(Json::as_array).unwrap_or_default().iter().map(presentation).collect();
    let value = if presentations.is_empty() {
        state
    } else {
        let own = Row { name: "State".to_owned(), path: String::new(), value: state };
        Value::Rows(std::iter::once(own).chain(presentations).collect())
    };
    Row { name, path: text::shown(&path, text::NAME), value }
}

/// A value of such a setting.
pub(super) fn presentation(json: &Json) -> Row {
    let label = json.at(&["presentation", "label"]).and_then(Json::as_str).unwrap_or("Value");
    let value = json.get("value").or_else(|| json.get("values")).map_or(Value::Unset, |v| value("", v, 2));
    Row { name: text::name(label.trim_end_matches(':'), "Value").into_owned(), path: String::new(), value }
}

/// A setting of an endpoint security intent.
pub(super) fn intent(id: &str, setting: &Json) -> Row {
    let (name, path) = setting_words(id);
    let json = setting.get("valueJson").map(|json| value("valueJson", json, 0));
    let value = json.or_else(|| Some(generic::value("", setting.get("value")?, 0))).unwrap_or(Value::Unset);
    Row { name, path, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_administrative_template_reads_like_the_portal() {
        let text = r#"{"definitionValues":[{"enabled":false,"definition":{"displayName":"Chat tools","classType":"machine","categoryPath":"\\Code\\Chat"}}]}"#;
        let rows = rows(&Json::parse(text.as_bytes()).unwrap());
        assert_eq!(rows[0].name, "Chat tools");
        assert_eq!(rows[0].path, "Code › Chat · Machine");
        assert_eq!(rows[0].value, Value::Text("Disabled".to_owned()));
    }

    #[test]
    fn an_intent_shows_what_its_json_says() {
        let text = r#"{"settings":[{"definitionId":"deviceConfiguration--a_bitLockerPolicy","valueJson":"{\"encryptionMethod\":\"aesCbc256\"}"}]}"#;
        let rows = rows(&Json::parse(text.as_bytes()).unwrap());
        assert_eq!(rows[0].name, "BitLocker policy");
        assert!(format!("{:?}", rows[0].value).contains("Encryption method"));
    }
}
