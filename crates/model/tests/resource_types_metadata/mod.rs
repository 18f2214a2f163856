//! Reads the extract of Microsoft's metadata that the contracts are held against.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use model::resource_types::{ApiVersion, FieldPath, Segment};
use serde_json::Value;

/// Where the test data is, or `None` with a visible line.
pub(crate) fn folder() -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/graph");
    let root = std::env::var_os("TENANTATLAS_TEST_DATA").map_or(default, PathBuf::from);
    if root.join("metadata").is_dir() {
        return Some(root);
    }
    eprintln!("SKIPPED: no Graph metadata in {} (set TENANTATLAS_TEST_DATA)", root.display());
    None
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// One version's types and paths.
struct Version {
    types: BTreeMap<String, Value>,
    derived: BTreeMap<String, Vec<String>>,
    paths: BTreeMap<String, Value>,
    actions: Vec<Value>,
}

/// Types and paths of both versions, permissions, and the keys of all known types.
pub(crate) struct Metadata {
    versions: BTreeMap<ApiVersion, Version>,
    permissions: Value,
    pub(crate) known_keys: BTreeSet<String>,
}

/// Keys of a path do not tell: `/x/{a-id}` and `/x/{id}` are equal.
pub(crate) fn normal(path: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in path.chars() {
        match c {
            '{' => {
                inside = true;
                out.push_str("{}");
            }
            '}' => inside = false,
            _ if inside => {}
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

impl Metadata {
    pub(crate) fn read(root: &Path) -> Self {
        let folder = root.join("metadata");
        let version = |name: &str| {
            let types_file = read(&folder.join(format!("types-{name}.json")));
            let paths_file = read(&folder.join(format!("paths-{name}.json")));
            let mut types = BTreeMap::new();
            let mut derived: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for group in ["entityTypes", "complexTypes"] {
                for (type_name, body) in types_file[group].as_object().unwrap() {
                    if let Some(base) = body["base"].as_str() {
                        derived.entry(base.to_owned()).or_default().push(type_name.clone());
                    }
                    types.insert(type_name.clone(), body.clone());
                }
            }
            let paths = paths_file["paths"].as_object().unwrap().iter().map(|(p, body)| (normal(p), body.clone())).collect();
            Version { types, derived, paths, actions: paths_file["boundActions"].as_array().unwrap().clone() }
        };
        let keys = read(&root.join("resource-types.json"));
        Self {
            versions: BTreeMap::from([(ApiVersion::V1, version("v1.0")), (ApiVersion::Beta, version("beta"))]),
            permissions: read(&folder.join("permissions.json"))["paths"].clone(),
            known_keys: keys["types"].as_array().unwrap().iter().map(|t| t["key"].as_str().unwrap().to_owned()).collect(),
        }
    }

    /// What is declared for a method on a path.
    pub(crate) fn method(&self, version: ApiVersion, path: &str, method: &str) -> Option<&Value> {
        self.versions[&version].paths.get(&normal(path))?.get(method.to_lowercase())
    }

    /// Letters of the query options of GET on a path.
    pub(crate) fn options(&self, version: ApiVersion, path: &str) -> String {
        self.method(version, path, "GET").and_then(|get| get["q"].as_str()).unwrap_or_default().to_owned()
    }

    pub(crate) fn has_type(&self, version: ApiVersion, name: &str) -> bool {
        self.versions[&version].types.contains_key(name)
    }

    /// The type and what it derives from.
    pub(crate) fn with_bases(&self, version: ApiVersion, name: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut next = Some(name.to_owned());
        while let Some(current) = next {
            next = self.versions[&version].types.get(&current).and_then(|body| body["base"].as_str()).map(str::to_owned);
            found.push(current);
        }
        found
    }

    fn with_relatives(&self, version: ApiVersion, name: &str) -> Vec<String> {
        let mut found = self.with_bases(version, name);
        let mut open = vec![name.to_owned()];
        while let Some(current) = open.pop() {
            let children = self.versions[&version].derived.get(&current).cloned().unwrap_or_default();
            open.extend(children.iter().cloned());
            found.extend(children);
        }
        found
    }

    /// Declared types of a member of a type, its bases or what derives from it. `only`: `properties` or `navigation`.
    fn member(&self, version: ApiVersion, types: &[String], name: &str, only: Option<&str>) -> Vec<String> {
        let relatives: BTreeSet<String> = types.iter().flat_map(|t| self.with_relatives(version, t)).collect();
        let groups = ["properties", "navigation"].into_iter().filter(|group| only.is_none_or(|wanted| wanted == *group));
        let lookup = |group: &str| {
            let types = relatives.iter().filter_map(|t| self.versions[&version].types.get(t));
            types.filter_map(|body| body[group][name]["type"].as_str().map(str::to_owned)).collect::<BTreeSet<_>>()
        };
        groups.flat_map(lookup).collect()
    }

    /// Whether the path exists on one of the types.
    pub(crate) fn has_field(&self, version: ApiVersion, types: &[String], path: &FieldPath) -> bool {
        !self.field(version, types, path).is_empty()
    }

    /// The types of what is at the path; empty when there is nothing.
    pub(crate) fn field(&self, version: ApiVersion, types: &[String], path: &FieldPath) -> Vec<String> {
        path.segments().iter().fold(types.to_vec(), |types, segment| match segment {
            Segment::Member(name) if name == "@odata.type" => vec!["Edm.String".to_owned()],
            Segment::Member(name) => self.member(version, &types, name, None),
            Segment::Each => {
                types.iter().filter_map(|t| Some(t.strip_prefix("Collection(")?.strip_suffix(')')?.to_owned())).collect()
            }
        })
    }

    /// Checks a text for `$expand`: each name is a navigation property, nested options are checked on its type.
    pub(crate) fn expandable(&self, version: ApiVersion, types: &[String], expand: &str) -> Result<(), String> {
        let (name, nested) = match expand.split_once('(') {
            Some((name, nested)) => (name, nested.strip_suffix(')')),
            None => (expand, None),
        };
        let found = self.member(version, types, name, Some("navigation"));
        if found.is_empty() {
            return Err(format!("{name} is no navigation property of {types:?}"));
        }
        let element: Vec<String> = found
            .iter()
            .map(|t| t.strip_prefix("Collection(").and_then(|t| t.strip_suffix(')')).unwrap_or(t).to_owned())
            .collect();
        match nested.map(|nested| nested.strip_prefix("$expand=").ok_or(nested)) {
            None => Ok(()),
            Some(Ok(inner)) => self.expandable(version, &element, inner),
            Some(Err(other)) => Err(format!("option not understood: {other}")),
        }
    }

    /// Whether an action takes a parameter, on the path or bound to one of the types.
    pub(crate) fn action_takes(&self, version: ApiVersion, path: &str, types: &[String], action: &str, parameter: &str) -> bool {
        let on_path = self.method(version, path, "POST").and_then(|post| post["body"].as_array());
        let on_path = on_path.is_some_and(|names| names.iter().any(|name| name == parameter));
        on_path
            || self.versions[&version].actions.iter().any(|bound| {
                bound["name"] == action
                    && types.iter().any(|t| bound["bindingType"] == t.as_str())
                    && bound["parameters"].get(parameter).is_some()
            })
    }

    /// The application permissions of a method on a path; `None` where the data lists none.
    pub(crate) fn permissions(&self, path: &str, method: &str) -> Option<BTreeSet<String>> {
        let path = normal(path).replace("{}", "{id}");
        let names = self.permissions.get(&path)?.get(method)?.as_array()?;
        Some(names.iter().map(|name| name.as_str().unwrap().trim_end_matches('*').to_owned()).collect())
    }
}
