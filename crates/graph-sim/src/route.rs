//! From a path to what it means.

use std::sync::LazyLock;

use model::attribution::EventSource;
use model::resource_types::{ApiVersion, ResourceType, all};

use crate::delta::is_followed;
use crate::expand::shape;
use crate::plain_text::handle_of;
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
    /// What changed in a collection.
    Delta {
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
    /// A collection below an element of a collection below an item.
    Deep {
        of: &'static Place,
        id: String,
        name: String,
        child: String,
        deep: String,
    },
    Action {
        of: &'static Place,
        id: String,
        action: String,
    },
    /// The value behind the mask of a setting.
    PlainText {
        of: &'static Place,
        id: String,
        handle: String,
    },
    /// `createInstance` of a template makes an object of another collection.
    FromTemplate {
        of: &'static Place,
        template: String,
    },
    /// A list of audit events.
    AuditEvents {
        source: EventSource,
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
    /// The id of the object that the collection is below, where it is below one.
    pub(crate) parent: Option<String>,
}

/// Reads a path without its query.
pub(crate) fn route(path: &str) -> Route {
    let mut segments = segments(path);
    let version = match segments.first().map(String::as_str) {
        Some("v1.0") => ApiVersion::V1,
        Some("beta") => ApiVersion::Beta,
        other => {
            let segment = other.unwrap_or_default().to_owned();
            let (target, template) = (Target::Unknown { segment }, "/?".to_owned());
            return Route { version: ApiVersion::V1, target, template, parent: None };
        }
    };
    segments.remove(0);
    let (target, template) = target(version, &segments);
    let parent = match &target {
        Target::Collection { of }
        | Target::Count { of }
        | Target::Item { of, .. }
        | Target::Child { of, .. }
        | Target::ChildItem { of, .. }
        | Target::Deep { of, .. }
        | Target::Action { of, .. } => parent_in(of, &segments),
        _ => None,
    };
    Route { version, target, template: format!("/{}{template}", version.segment()), parent }
}

/// What stands where the place's path says `{parent}`.
fn parent_in(of: &Place, segments: &[String]) -> Option<String> {
    let at = of.path.split('/').filter(|name| !name.is_empty()).position(|name| name == "{parent}")?;
    segments.get(at).cloned()
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
        ["deviceManagement", "auditEvents"] => {
            return (Target::AuditEvents { source: EventSource::Intune }, "/deviceManagement/auditEvents".to_owned());
        }
        ["auditLogs", "directoryAudits"] => {
            return (Target::AuditEvents { source: EventSource::Directory }, "/auditLogs/directoryAudits".to_owned());
        }
        ["$batch"] => return (Target::Batch, "/$batch".to_owned()),
        ["organization"] => return (Target::Organization, "/organization".to_owned()),
        ["servicePrincipals"] => return (Target::ServicePrincipals, "/servicePrincipals".to_owned()),
        ["servicePrincipals", key] if *key != "delta" => {
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
    // The longest path that fits: `…/crossTenantAccessPolicy/partners` is a place of its own below `…/crossTenantAccessPolicy`.
    let mut best: Option<(&'static Place, usize)> = None;
    for of in PLACES.iter() {
        let names: Vec<&str> = of.path.split('/').filter(|name| !name.is_empty()).collect();
        let same = words.len() >= names.len()
            && names.iter().zip(&words).all(|(a, b)| *a == "{parent}" || a.eq_ignore_ascii_case(b))
            // The only object of its type has nothing below it.
            && (words.len() == names.len() || !of.first().is_singleton());
        // What v1.0 has, beta has too; the other way round not.
        if same
            && (version == ApiVersion::Beta || of.version == ApiVersion::V1)
            && best.is_none_or(|(_, longest)| names.len() > longest)
        {
            best = Some((of, names.len()));
        }
    }
    if let Some((of, length)) = best {
        return below(of, &words[length..]);
    }
    let segment = words.iter().find(|word| !PLACES.iter().any(|of| of.path.split('/').any(|name| name == **word)));
    let segment = (*segment.or(words.last()).unwrap_or(&"")).to_owned();
    (Target::Unknown { segment }, "/?".to_owned())
}

/// Whether elements of the collection `name` below an item have a collection `deep` below them.
fn has_deep(of: &Place, name: &str, deep: &str) -> bool {
    of.kinds.iter().any(|kind| shape(kind).navigation.below(name).is_some_and(|inner| inner.below(deep).is_some()))
}

fn below(of: &'static Place, rest: &[&str]) -> (Target, String) {
    let navigation = |name: &str| of.kinds.iter().any(|kind| shape(kind).has_below(name));
    let path = of.path.replace("{parent}", "{id}");
    match rest {
        [] if of.first().is_singleton() => (Target::Item { of, id: of.first().key.clone() }, path),
        [] => (Target::Collection { of }, path),
        ["$count"] => (Target::Count { of }, format!("{path}/$count")),
        ["delta" | "microsoft.graph.delta"] if is_followed(of.path) => (Target::Delta { of }, format!("{path}/delta")),
        // An action on the collection that makes one of its objects.
        ["createEnrollmentNotificationConfiguration"] if of.path.ends_with("/deviceEnrollmentConfigurations") => {
            (Target::Collection { of }, path)
        }
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
        [id, name, key] if handle_of(of, name, key).is_some() => {
            let handle = handle_of(of, name, key).unwrap_or_default();
            (Target::PlainText { of, id: (*id).to_owned(), handle }, format!("{path}/{{id}}/{name}"))
        }
        [id, name, child] if navigation(name) => {
            let target = Target::ChildItem { of, id: (*id).to_owned(), name: (*name).to_owned(), child: (*child).to_owned() };
            (target, format!("{path}/{{id}}/{name}/{{id}}"))
        }
        [id, name, child, deep] if has_deep(of, name, deep) => {
            let [id, name, child, deep] = [id, name, child, deep].map(|word| (*word).to_owned());
            let template = format!("{path}/{{id}}/{name}/{{id}}/{deep}");
            (Target::Deep { of, id, name, child, deep }, template)
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
