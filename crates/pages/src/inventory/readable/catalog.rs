//! Settings of the settings catalog: instances that name a definition and hold a choice, a plain value, or groups of further instances.

use model::json::Json;

use super::generic::{self, list};
use super::words::{choice_words, setting_words};
use super::{DEEPEST, Row, Value};
use crate::text;

/// Whether the property is a list of setting instances, so that it is shown by [`rows`].
pub(super) fn holds(content: &Json, property: &str) -> bool {
    property == "settings" && instances(content).next().is_some()
}

/// A row for each setting.
pub(super) fn rows(content: &Json) -> Vec<Row> {
    instances(content)
        .map(|(setting, instance)| {
            instance_row(instance, setting.get("settingDefinitions").and_then(Json::as_array).unwrap_or_default(), 0)
        })
        .collect()
}

/// What a setting says, or one inside another: the object that names its definition.
pub(super) fn of_instance(instance: &Json) -> Value {
    instance_row(instance, &[], 0).value
}

fn instances(content: &Json) -> impl Iterator<Item = (&Json, &Json)> {
    let settings = content.get("settings").and_then(Json::as_array).unwrap_or_default();
    settings.iter().filter_map(|setting| Some((setting, setting.get("settingInstance")?)))
}

/// `definitions` are those that came with the setting, if any: they hold Microsoft's own names.
fn instance_row(instance: &Json, definitions: &[Json], depth: usize) -> Row {
    let id = instance.get("settingDefinitionId").and_then(Json::as_str).unwrap_or_default();
    let (name, path) = setting_words(id);
    let name = display_name(definitions, id).unwrap_or(name);
    // Inside another setting the path only repeats the names around it.
    let path = if depth == 0 { path } else { String::new() };
    Row { name, path, value: value(instance, id, definitions, depth) }
}

fn value(instance: &Json, id: &str, definitions: &[Json], depth: usize) -> Value {
    if depth >= DEEPEST {
        return Value::TooDeep;
    }
    let choice = |value: &Json| with_children(choice_value(value, id, definitions), value, definitions, depth);
    let group = |value: &Json| with_children(None, value, definitions, depth);
    let members = |name: &str| instance.get(name).and_then(Json::as_array);
    if let Some(value) = instance.get("choiceSettingValue") {
        choice(value)
    } else if let Some(values) = members("choiceSettingCollectionValue") {
        list(values, choice)
    } else if let Some(value) = instance.get("simpleSettingValue") {
        simple(value, depth)
    } else if let Some(values) = members("simpleSettingCollectionValue") {
        list(values, |value| simple(value, depth))
    } else if let Some(value) = instance.get("groupSettingValue") {
        group(value)
    } else if let Some(values) = members("groupSettingCollectionValue") {
        list(values, group)
    } else {
        // A kind of instance that this version does not know: as it is.
        generic::value("", instance, depth + 1)
    }
}

fn simple(value: &Json, depth: usize) -> Value {
    let kind = value.get("@odata.type").and_then(Json::as_str).unwrap_or_default();
    if kind.ends_with("SecretSettingValue") {
        Value::Hidden
    } else {
        value.get("value").map_or(Value::Unset, |v| generic::value("", v, depth + 1))
    }
}

/// The value itself, then the settings that hang on it.
fn with_children(own: Option<String>, value: &Json, definitions: &[Json], depth: usize) -> Value {
    let children = value.get("children").and_then(Json::as_array).unwrap_or_default();
    let mut rows: Vec<Row> = children.iter().map(|child| instance_row(child, definitions, depth + 1)).collect();
    match (own, rows.is_empty()) {
        (Some(own), true) => Value::Text(own),
        (None, true) => Value::Unset,
        (own, false) => {
            if let Some(own) = own {
                rows.insert(0, Row { name: "Value".to_owned(), path: String::new(), value: Value::Text(own) });
            }
            Value::Rows(rows)
        }
    }
}

fn choice_value(value: &Json, id: &str, definitions: &[Json]) -> Option<String> {
    Some(choice(value.get("value")?.as_str()?, id, definitions))
}

/// A choice by the name that its definition gives it, where that came along.
pub(crate) fn choice(value: &str, id: &str, definitions: &[Json]) -> String {
    let options = definition(definitions, id).and_then(|d| d.get("options")).and_then(Json::as_array).unwrap_or_default();
    let named = options.iter().find(|option| option.get("itemId").and_then(Json::as_str) == Some(value));
    let named = named.and_then(|option| option.get("displayName")).and_then(Json::as_str);
    named.map_or_else(|| choice_words(id, value), |name| text::shown(name, text::NAME))
}

/// The name that its definition gives a setting, where that came along.
pub(crate) fn display_name(definitions: &[Json], id: &str) -> Option<String> {
    let name = definition(definitions, id)?.get("displayName")?.as_str()?;
    Some(text::name(name, text::NAMELESS).into_owned())
}

fn definition<'a>(definitions: &'a [Json], id: &str) -> Option<&'a Json> {
    definitions.iter().find(|definition| definition.get("id").and_then(Json::as_str) == Some(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(instance: &str) -> Row {
        let text = format!(r#"{{"settings":[{{"id":"0","settingInstance":{instance}}}]}}"#);
        rows(&Json::parse(text.as_bytes()).unwrap()).remove(0)
    }

    #[test]
    fn a_choice_with_children_shows_both() {
        let row = one(r#"{"settingDefinitionId":"d_x","choiceSettingValue":{"value":"d_x_1","children":[
                {"settingDefinitionId":"d_x_count","simpleSettingValue":{"value":12}}]}}"#);
        let Value::Rows(rows) = row.value else { panic!("{row:?}") };
        assert_eq!(rows[0].value, Value::Text("1".to_owned()));
        assert_eq!((rows[1].name.as_str(), &rows[1].value), ("Count", &Value::Text("12".to_owned())));
    }

    #[test]
    fn a_secret_is_hidden_even_in_a_collection() {
        let row = one(r##"{"settingDefinitionId":"d","simpleSettingCollectionValue":[
                {"@odata.type":"#microsoft.graph.deviceManagementConfigurationSecretSettingValue","value":"hunter2"}]}"##);
        assert_eq!(row.value, Value::List(vec![Value::Hidden], 0));
    }

    #[test]
    fn groups_nest_and_kinds_of_the_future_are_shown_as_they_are() {
        let row = one(
            r#"{"settingDefinitionId":"d","groupSettingCollectionValue":[{"children":[{"settingDefinitionId":"d_a","newKind":{"deep":true}}]}]}"#,
        );
        assert!(format!("{row:?}").contains("New kind"), "{row:?}");
    }
}
