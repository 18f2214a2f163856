//! From a path to what it means.

use std::sync::LazyLock;

use model::resource_types::{ApiVersion, ResourceType, all};

use crate::expand::shape;
use crate::query::decode;

/// A collection that the catalogue names, with the types in it.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) path: &'static str,
    pub(crate) version: ApiVersion,
    pub(crate) kinds: Vec<&'static ResourceType>,
}

impl Place {
    /// A type that stands for the collection; a place is only made with one in it.
    pub(crate) fn first(&self) -> &'static ResourceType {
        self.kinds[0]
    }
}

static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| {
    let mut places: Vec<Place> = Vec::new();
    for kind in all() {
        match places.iter_mut().find(|place| place.path == kind.collection) {
            Some(place) => place.kinds.push(kind),
            None => places.push(Place { path: &kind.collection, version: kind.api_version, kinds: vec![kind] }),
        }
    }
    places
});

/// The place of a collection's path.
pub(crate) fn place(path: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.path == path)
}

/// What a path means.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    Collection {
        of: &'static Place,
    },
    Count {
        of: &'static Place,
    },
    Item {
        of: &'static Place,
        id: String,
    },
    Child {
        of: &'static Place,
        id: String,
        name: String,
    },
    ChildItem {
        of: &'static Place,
        id: String,
        name: String,
        child: String,
    },
    Action {
        of: &'static Place,
        id: String,
        action: String,
    },
    /// `createInstance` of a template makes an object of another collection.
    FromTemplate {
        of: &'static Place,
        template: String,
    },
    Organization,
    ServicePrincipals,
    ServicePrincipal {
        key: String,
    },
    AppRoleAssignments {
        key: String,
    },
    Members {
        group: String,
    },
    MemberCount {
        group: String,
    },
    Batch,
    /// No such path in that version.
    Unknown {
        segment: String,
    },
}

/// A path understood.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) version: ApiVersion,
    pub(crate) target: Target,
    /// The path with `{id}` in place of keys: what the ledger counts by and faults match.
    pub(crate) template: String,
}

/// Reads a path without its query.
pub(crate) fn route(path: &str) -> Route {
    let mut segments = segments(path);
    let version = match segments.first().map(String::as_str) {
        Some("v1.0") => ApiVersion::V1,
        Some("beta") => ApiVersion::Beta,
        other => {
            let segment = other.unwrap_or_default().to_owned();
            return Route { version: ApiVersion::V1, target: Target::Unknown { segment }, template: "/?".to_owned() };
        }
    };
    segments.remove(0);
    let (target, template) = target(version, &segments);
    Route { version, target, template: format!("/{}{template}", version.segment()) }
}

/// Segments, decoded; `name('key')` and `name(key)` are a name and a key.
fn segments(path: &str) -> Vec<String> {
    let mut segments = Vec::new();
    for raw in path.split('/').filter(|raw| !raw.is_empty()) {
        let segment = decode(raw);
        match segment.split_once('(').and_then(|(name, rest)| Some((name, rest.strip_suffix(')')?))) {
            Some((name, key)) if !name.is_empty() => {
                segments.push(name.to_owned());
                if !key.is_empty() {
                    segments.push(key.strip_prefix('\'').and_then(|key| key.strip_suffix('\'')).unwrap_or(key).to_owned());
                }
            }
            _ => segments.push(segment),
        }
    }
    segments
}

fn target(version: ApiVersion, segments: &[String]) -> (Target, String) {
    let words: Vec<&str> = segments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["$batch"] => return (Target::Batch, "/$batch".to_owned()),
        ["organization"] => return (Target::Organization, "/organization".to_owned()),
        ["servicePrincipals"] => return (Target::ServicePrincipals, "/servicePrincipals".to_owned()),
        ["servicePrincipals", key] => {
            return (Target::ServicePrincipal { key: (*key).to_owned() }, "/servicePrincipals/{id}".to_owned());
        }
        ["servicePrincipals", key, "appRoleAssignments"] => {
            let template = "/servicePrincipals/{id}/appRoleAssignments".to_owned();
            return (Target::AppRoleAssignments { key: (*key).to_owned() }, template);
        }
        ["groups", group, "members"] => {
            return (Target::Members { group: (*group).to_owned() }, "/groups/{id}/members".to_owned());
        }
        ["groups", group, "members", "$count"] => {
            return (Target::MemberCount { group: (*group).to_owned() }, "/groups/{id}/members/$count".to_owned());
        }
        ["deviceManagement", "templates", template, "createInstance"] if version == ApiVersion::Beta => {
            if let Some(of) = place("/deviceManagement/intents") {
                let template_path = "/deviceManagement/templates/{id}/createInstance".to_owned();
                return (Target::FromTemplate { of, template: (*template).to_owned() }, template_path);
            }
        }
        _ => {}
    }
    for of in PLACES.iter() {
        let names: Vec<&str> = of.path.split('/').filter(|name| !name.is_empty()).collect();
        let same = words.len() >= names.len() && names.iter().zip(&words).all(|(a, b)| a.eq_ignore_ascii_case(b));
        // What v1.0 has, beta has too; the other way round not.
        if same && (version == ApiVersion::Beta || of.version == ApiVersion::V1) {
            return below(of, &words[names.len()..]);
        }
    }
    let segment = words.iter().find(|word| !PLACES.iter().any(|of| of.path.split('/').any(|name| name == **word)));
    let segment = (*segment.or(words.last()).unwrap_or(&"")).to_owned();
    (Target::Unknown { segment }, "/?".to_owned())
}

fn below(of: &'static Place, rest: &[&str]) -> (Target, String) {
    let navigation = |name: &str| of.kinds.iter().any(|kind| shape(kind).navigation.below(name).is_some());
    let path = of.path;
    match rest {
        [] => (Target::Collection { of }, path.to_owned()),
        ["$count"] => (Target::Count { of }, format!("{path}/$count")),
        [id] => (Target::Item { of, id: (*id).to_owned() }, format!("{path}/{{id}}")),
        [id, name] => {
            let (id, name) = ((*id).to_owned(), name.strip_prefix("microsoft.graph.").unwrap_or(name).to_owned());
            let template = format!("{path}/{{id}}/{name}");
            if navigation(&name) {
                (Target::Child { of, id, name }, template)
            } else {
                (Target::Action { of, id, action: name }, template)
            }
        }
        [id, name, child] if navigation(name) => {
            let target = Target::ChildItem { of, id: (*id).to_owned(), name: (*name).to_owned(), child: (*child).to_owned() };
            (target, format!("{path}/{{id}}/{name}/{{id}}"))
        }
        [.., last] => (Target::Unknown { segment: (*last).to_owned() }, "/?".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_key_syntaxes_mean_the_same() {
        for path in ["/beta/deviceManagement/configurationPolicies/7", "/beta/devicemanagement/configurationPolicies('7')"] {
            let found = route(path);
            assert!(matches!(&found.target, Target::Item { id, .. } if id == "7"), "{found:?}");
            assert_eq!(found.template, "/beta/deviceManagement/configurationPolicies/{id}");
        }
        let assign = route("/beta/deviceManagement/deviceConfigurations/7/microsoft.graph.assign");
        assert!(matches!(&assign.target, Target::Action { action, .. } if action == "assign"));
        assert!(
            matches!(route("/v1.0/servicePrincipals(appId='x')").target, Target::ServicePrincipal { key } if key == "appId='x'")
        );
    }

    #[test]
    fn a_beta_type_does_not_exist_in_v1() {
        assert!(matches!(route("/v1.0/deviceManagement/configurationPolicies").target, Target::Unknown { .. }));
        assert!(matches!(route("/beta/groups/1").target, Target::Item { .. }));
        assert!(matches!(route("/v1.0/deviceManagement/nonsense").target, Target::Unknown { segment } if segment == "nonsense"));
        assert!(matches!(route("/").target, Target::Unknown { .. }));
    }
}
