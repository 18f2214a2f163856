//! What is below an object: what a write may bring of it, and what the service makes of what came.

use model::json::Json;
use model::resource_types::{FieldPath, ResourceType, Segment};

use crate::call::Context;
use crate::errors::GraphError;

/// What becomes of a navigation property in the body of a create.
enum Brought {
    /// It is made with the object.
    Taken,
    /// The service ignores it: it has a request of its own.
    Ignored,
    /// The service refuses the request.
    Refused,
}

fn brought(kind: &ResourceType, name: &str) -> Brought {
    let is_assignments = kind.assignments.as_ref().is_some_and(|assignments| assignments.path == name);
    match (kind.key.as_str(), name) {
        ("policy_set", _) => Brought::Taken,
        ("notification_template", "localizedNotificationMessages") => Brought::Refused,
        ("administrative_template", "definitionValues") => Brought::Ignored,
        (_, "apps") if targets_apps(kind) => Brought::Ignored,
        _ if is_assignments => Brought::Ignored,
        _ => Brought::Taken,
    }
}

/// Whether apps are set by `targetApps`.
pub(crate) fn targets_apps(kind: &ResourceType) -> bool {
    kind.key.starts_with("app_protection_") || kind.key == "app_config_managed_app"
}

impl Context<'_> {
    /// A body as it becomes an object: without what goes another way, and with what the service gives to what is below.
    pub(crate) fn settle_new(&self, kind: &'static ResourceType, object: &mut Json) -> Result<(), GraphError> {
        let names: Vec<String> = object.as_object().unwrap_or_default().iter().map(|(name, _)| name.clone()).collect();
        for name in names.iter().filter(|name| crate::expand::shape(kind).navigation.below(name).is_some()) {
            match brought(kind, name) {
                Brought::Taken => {}
                Brought::Ignored => drop(object.remove(name)),
                Brought::Refused => return Err(read_only(name)),
            }
        }
        match kind.key.as_str() {
            "notification_template" if object.get("defaultLocale").is_some() => return Err(read_only("defaultLocale")),
            "intune_branding_profile" => {
                let taken = ["@odata.type", "profileName", "profileDescription", "roleScopeTagIds"];
                names.iter().filter(|name| !taken.contains(&name.as_str())).for_each(|name| drop(object.remove(name)));
            }
            _ => {}
        }
        names.iter().filter(|name| name.ends_with("@odata.bind")).for_each(|name| drop(object.remove(name)));
        if let Some(property) = kind.scope_tag_property.as_ref().filter(|name| object.get(name).is_none()) {
            object.set(property, Json::Array(vec![Json::text("0")]));
        }
        if kind.is_volatile("isAssigned") {
            object.set("isAssigned", Json::Bool(false));
        }
        self.freshen(kind, None, object);
        Ok(())
    }

    /// Gives ids and times to what is below an object; `only`: in that property. What the service makes, it makes anew.
    pub(crate) fn freshen(&self, kind: &ResourceType, only: Option<&str>, object: &mut Json) {
        for path in kind.volatile.iter().filter(|path| path.segments().len() > 1 && only.is_none_or(|name| path.root() == name)) {
            drop(path.take(object));
            let Some((Segment::Member(leaf), above)) = path.segments().split_last() else { continue };
            let mut number = 0;
            let mut give = |element: &mut Json| {
                let value = match leaf.as_str() {
                    "id" if path.root() == "settings" => Json::text(number.to_string()),
                    "id" => Json::text(self.sim.new_id()),
                    "createdDateTime" | "lastModifiedDateTime" => Json::text(self.now.to_fixed_text()),
                    _ => return,
                };
                number += 1;
                if element.as_object().is_some() {
                    element.set(leaf, value);
                }
            };
            each(above, object, &mut give);
        }
    }

    /// A list below an object, with new ids.
    pub(crate) fn fresh_list(&self, kind: &ResourceType, name: &str, elements: Vec<Json>) -> Vec<Json> {
        let mut object = Json::Object(vec![(name.to_owned(), Json::Array(elements))]);
        self.freshen(kind, Some(name), &mut object);
        match object.remove(name) {
            Some(Json::Array(elements)) => elements,
            _ => Vec::new(),
        }
    }
}

/// 400, because a property cannot be written.
pub(crate) fn read_only(name: &str) -> GraphError {
    GraphError::intune(400, "BadRequest", format!("The property '{name}' is readonly and cannot be set"))
}

/// Calls `give` with each object that the steps lead to.
fn each(steps: &[Segment], value: &mut Json, give: &mut impl FnMut(&mut Json)) {
    let text: String = steps.iter().fold(String::new(), |text, step| match step {
        Segment::Member(name) if text.is_empty() => name.clone(),
        Segment::Member(name) => format!("{text}.{name}"),
        Segment::Each => format!("{text}[]"),
    });
    // The beginning of a path of a contract is one itself.
    if let Ok(path) = text.parse::<FieldPath>() {
        path.for_each_mut(value, give);
    }
}
