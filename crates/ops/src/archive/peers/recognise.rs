//! The type of an object, from where it lies and what it says. What both leave open is not decided.

use model::json::Json;
use model::resource_types::{Collection, ResourceType, all, collections, find};

use super::layout::Rule;

/// The type, and what is to be known about it; or why there is none.
pub(super) fn recognise(rule: Option<&Rule>, object: &Json) -> Result<(&'static ResourceType, Option<String>), String> {
    match rule {
        Some(rule) => by_folder(rule, object),
        None => by_itself(object).map(|kind| (kind, None)),
    }
}

fn says(object: &Json) -> Option<&str> {
    object.get("@odata.type").and_then(Json::as_str)
}

/// Whether an object of the type may go without `@odata.type`: what its collection declares is a type of its own.
fn may_be_silent(kind: &ResourceType) -> bool {
    kind.odata_types.iter().any(|known| known.strip_prefix('#') == Some(&kind.declared_type))
}

fn by_folder(rule: &Rule, object: &Json) -> Result<(&'static ResourceType, Option<String>), String> {
    let kinds: Vec<&ResourceType> = rule.types.iter().filter_map(|key| find(key)).collect();
    let mut places = collections(kinds.iter().copied());
    let said = says(object);
    if places.len() > 1 {
        places.retain(|place| match said {
            Some(name) => types_of(place).any(|kind| kind.knows(name)),
            None => types_of(place).any(may_be_silent),
        });
    }
    if places.len() > 1 && said.is_none() {
        let told: Vec<&str> =
            rule.told_by.iter().filter(|(_, property)| object.get(property).is_some()).map(|(key, _)| *key).collect();
        if let [key] = told.as_slice() {
            places.retain(|place| place.types.iter().any(|kind| kind.key == *key));
        }
    }
    let [place] = places.as_slice() else {
        return Err(match said {
            Some(name) => format!("its folder holds no objects of type {}", super::super::refusal::shown(name)),
            None => "it does not say of which type it is (@odata.type), and its folder holds several".to_owned(),
        });
    };
    let kind = place.classify(object).ok_or_else(|| "like no type of its folder".to_owned())?;
    match said {
        None if !kind.is_singleton() && !may_be_silent(kind) => {
            Err("it does not say of which type it is (@odata.type)".to_owned())
        }
        Some(name) if !kind.knows(name) => match all().iter().find(|other| other.knows(name)) {
            Some(other) => Err(format!("it says that it is a {}, which its folder does not hold", other.label)),
            None => Ok((kind, Some(format!("of a kind that is not known here ({})", super::super::refusal::shown(name))))),
        },
        _ => Ok((kind, None)),
    }
}

/// Every type of the collection, also those that nobody asked for.
fn types_of(place: &Collection) -> impl Iterator<Item = &'static ResourceType> + use<> {
    let (path, version) = (place.path, place.version);
    all().iter().filter(move |kind| kind.collection == path && kind.api_version == version)
}

/// The type of an object that lies nowhere: from the address that it was read at, else from its concrete type.
fn by_itself(object: &Json) -> Result<&'static ResourceType, String> {
    if let Some(place) = object.get("@odata.context").and_then(Json::as_str).and_then(place_of) {
        return place.classify(object).ok_or_else(|| "like no type of the collection that it was read from".to_owned());
    }
    let said = says(object).ok_or_else(|| "neither its folder nor the object says of which type it is".to_owned())?;
    let known: Vec<&ResourceType> = all().iter().filter(|kind| kind.knows(said)).collect();
    // Types of one collection can still be told apart.
    match collections(known.iter().copied()).as_slice() {
        [place] => place.classify(object).ok_or_else(|| "like no type of its collection".to_owned()),
        [] => Err(format!("of a kind that is not known here ({})", super::super::refusal::shown(said))),
        _ => Err("of a kind that several collections hold".to_owned()),
    }
}

/// The collection in `…/$metadata#deviceManagement/configurationPolicies(settings())/$entity`.
fn place_of(context: &str) -> Option<Collection> {
    let path = context.split_once("$metadata#")?.1;
    let path = path.strip_suffix("/$entity").unwrap_or(path);
    let path = format!("/{}", path.split('(').next()?);
    let of = all().iter().filter(|kind| kind.collection == path);
    collections(of).into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Json {
        Json::parse(text.as_bytes()).unwrap()
    }

    fn of(rule: &Rule, text: &str) -> Result<&'static str, String> {
        recognise(Some(rule), &object(text)).map(|(kind, _)| kind.key.as_str())
    }

    #[test]
    fn types_of_one_folder_are_told_apart_by_what_the_object_says() {
        let configurations = Rule::of("x", &["device_configuration"]);
        let typed = |name: &str| format!(r##"{{"@odata.type":"#microsoft.graph.{name}"}}"##);
        assert_eq!(of(&configurations, &typed("windows10GeneralConfiguration")), Ok("device_configuration"));
        assert_eq!(of(&configurations, &typed("windowsUpdateForBusinessConfiguration")), Ok("windows_update_ring"));
        assert_eq!(of(&configurations, &typed("tomorrowsConfiguration")), Ok("device_configuration"));
        assert!(of(&configurations, &typed("iosCompliancePolicy")).unwrap_err().contains("Compliance policy"));
        assert!(of(&configurations, "{}").is_err(), "an abstract type cannot be silent");
        let catalog = Rule::of("x", &["settings_catalog_policy"]);
        assert_eq!(of(&catalog, "{}"), Ok("settings_catalog_policy"));
        let family = r#"{"templateReference":{"templateFamily":"endpointSecurityFirewall"}}"#;
        assert_eq!(of(&catalog, family), Ok("endpoint_security_policy"));
        let both = Rule::of("x", &["compliance_policy", "compliance_policy_v2"]);
        assert_eq!(of(&both, "{}"), Ok("compliance_policy_v2"));
        assert_eq!(of(&both, &typed("iosCompliancePolicy")), Ok("compliance_policy"));
        assert!(of(&both, &typed("windows10GeneralConfiguration")).is_err());
    }

    #[test]
    fn a_property_tells_types_apart_where_one_alone_has_it() {
        let scripts = Rule {
            told_by: &[
                ("device_compliance_script", "detectionScriptContent"),
                ("reusable_policy_setting", "settingDefinitionId"),
            ],
            ..Rule::of("x", &["device_compliance_script", "reusable_policy_setting"])
        };
        assert_eq!(of(&scripts, r#"{"detectionScriptContent":""}"#), Ok("device_compliance_script"));
        assert_eq!(of(&scripts, r#"{"settingDefinitionId":""}"#), Ok("reusable_policy_setting"));
        assert!(of(&scripts, "{}").is_err());
        assert!(of(&scripts, r#"{"settingDefinitionId":"","detectionScriptContent":""}"#).is_err());
    }

    #[test]
    fn an_object_without_a_folder_says_what_it_is_or_is_left() {
        let alone = |text: &str| recognise(None, &object(text)).map(|(kind, _)| kind.key.as_str());
        let context = r#"{"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/configurationPolicies(settings())/$entity"}"#;
        assert_eq!(alone(context), Ok("settings_catalog_policy"));
        assert_eq!(
            alone(r##"{"@odata.type":"#microsoft.graph.windowsUpdateForBusinessConfiguration"}"##),
            Ok("windows_update_ring")
        );
        for bad in ["{}", r##"{"@odata.type":"#microsoft.graph.nobody"}"##, r#"{"@odata.context":"x"}"#] {
            assert!(alone(bad).is_err(), "{bad}");
        }
    }
}
