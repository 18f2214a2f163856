//! Invents an object of a type from Microsoft's metadata: every property, with a value of its declared type.

use std::path::Path;

use model::json::Json;
use model::resource_types::{ApiVersion, ResourceType};
use serde_json::Value;

/// How deep complex values go; below that they are left out.
const DEPTH: usize = 3;

/// Types of both versions.
pub(crate) struct Declared {
    v1: Value,
    beta: Value,
}

impl Declared {
    /// Reads the extract in `folder`.
    pub(crate) fn read(folder: &Path) -> Self {
        let file = |name: &str| -> Value { serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap() };
        Self { v1: file("types-v1.0.json"), beta: file("types-beta.json") }
    }

    fn group<'a>(&'a self, version: ApiVersion, group: &str) -> &'a Value {
        match version {
            ApiVersion::V1 => &self.v1[group],
            ApiVersion::Beta => &self.beta[group],
        }
    }

    /// Properties of a type and its bases with their declared types.
    fn properties(&self, version: ApiVersion, name: &str) -> Vec<(String, String)> {
        let (mut found, mut next) = (Vec::new(), Some(name.to_owned()));
        while let Some(name) = next {
            let body = ["entityTypes", "complexTypes"].map(|group| &self.group(version, group)[&name]);
            let Some(body) = body.into_iter().find(|body| !body.is_null()) else { break };
            for (name, property) in body["properties"].as_object().into_iter().flatten() {
                found.extend(property["type"].as_str().map(|declared| (name.clone(), declared.to_owned())));
            }
            next = body["base"].as_str().map(str::to_owned);
        }
        found
    }

    fn value(&self, version: ApiVersion, name: &str, declared: &str, depth: usize) -> Option<Json> {
        if let Some(element) = declared.strip_prefix("Collection(").and_then(|rest| rest.strip_suffix(')')) {
            return Some(Json::Array(self.value(version, name, element, depth).into_iter().collect()));
        }
        let member = |value: &Value| value.as_str().or_else(|| value["name"].as_str()).map(str::to_owned);
        Some(match declared {
            "Edm.String" => Json::text(format!("{name} – ö")),
            "Edm.Boolean" => Json::Bool(true),
            "Edm.Guid" => Json::text("6f1f9a4e-0000-4000-8000-00000000c0de"),
            "Edm.DateTimeOffset" => Json::text("2026-11-20T09:00:00Z"),
            "Edm.Date" => Json::text("2026-11-20"),
            "Edm.TimeOfDay" => Json::text("09:00:00.0000000"),
            "Edm.Duration" => Json::text("PT8H"),
            "Edm.Binary" | "Edm.Stream" => Json::text("AAEC"),
            text if text.starts_with("Edm.") => Json::int(7),
            text => {
                let of_enum = &self.group(version, "enumTypes")[text];
                if !of_enum.is_null() {
                    let members = &of_enum["members"];
                    let first = members.as_array().and_then(|all| member(all.first()?));
                    return Some(Json::text(
                        first.or_else(|| Some(members.as_object()?.keys().next()?.clone())).unwrap_or_default(),
                    ));
                }
                if depth == 0 {
                    return None;
                }
                Json::Object(self.members(version, text, depth - 1))
            }
        })
    }

    fn members(&self, version: ApiVersion, of: &str, depth: usize) -> Vec<(String, Json)> {
        let mut members: Vec<(String, Json)> = Vec::new();
        for (name, declared) in self.properties(version, of) {
            if !members.iter().any(|(known, _)| *known == name) {
                members.extend(self.value(version, &name, &declared, depth).map(|value| (name, value)));
            }
        }
        members
    }

    /// An object of the type, of its first concrete type.
    pub(crate) fn object(&self, kind: &ResourceType) -> Json {
        let concrete = kind.odata_types.first().map_or(kind.entity_type.as_str(), |name| name.trim_start_matches('#'));
        let named = if kind.odata_types.is_empty() { "microsoft.graph.somethingNew" } else { concrete };
        let mut members = self.members(kind.api_version, concrete, DEPTH);
        members.insert(0, ("@odata.type".to_owned(), Json::text(format!("#{named}"))));
        let mut object = Json::Object(members);
        if !kind.is_singleton() {
            object.set(&kind.id_property, Json::text(format!("invented-{}", kind.key)));
        }
        object
    }
}
