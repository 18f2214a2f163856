//! Each contract is held against Microsoft's metadata and permission data.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod resource_types_metadata;

use model::resource_types::{AssignmentMode, FieldPath, HydrationStep, Method, ResourceType, RestoreMode, Secret, Source, all};
use resource_types_metadata::{Metadata, folder};

/// A contract under test: what is wrong with it is collected, so that one run shows everything.
struct Check<'a> {
    facts: &'a Metadata,
    kind: &'a ResourceType,
    types: Vec<String>,
    wrong: Vec<String>,
}

impl Check<'_> {
    fn expect(&mut self, right: bool, what: impl std::fmt::Display) {
        if !right {
            self.wrong.push(format!("{}: {what}", self.kind.key));
        }
    }

    fn field(&mut self, path: &FieldPath, what: &str) {
        let there = self.facts.has_field(self.kind.api_version, &self.types, path);
        self.expect(there, format!("{what}: no {path}"));
    }

    fn property(&mut self, name: &str, what: &str) {
        self.field(&name.parse().unwrap(), what);
    }

    fn expand(&mut self, types: &[String], expand: &str) {
        if let Err(error) = self.facts.expandable(self.kind.api_version, types, expand) {
            self.wrong.push(format!("{}: {error}", self.kind.key));
        }
    }

    fn method(&mut self, path: &str, method: &str) {
        let there = self.facts.method(self.kind.api_version, path, method).is_some();
        self.expect(there, format!("no {method} {path}"));
    }

    fn types(&mut self) {
        let (kind, version) = (self.kind, self.kind.api_version);
        for name in [&kind.entity_type, &kind.declared_type] {
            self.expect(self.facts.has_type(version, name), format!("no type {name}"));
        }
        for name in &kind.odata_types {
            let bases = self.facts.with_bases(version, name.trim_start_matches("#"));
            let known = self.facts.has_type(version, name.trim_start_matches('#')) && bases.contains(&kind.declared_type);
            self.expect(known, format!("{name} is not known, or derives not from {}", kind.declared_type));
        }
    }

    fn fields(&mut self) {
        let kind = self.kind;
        self.property(&kind.id_property, "id");
        self.property(&kind.name_property, "name");
        for name in kind.scope_tag_property.iter().chain(&kind.immutable) {
            self.property(name, "property");
        }
        for path in &kind.volatile {
            self.field(path, "volatile");
        }
        for list in &kind.unordered {
            self.field(&list.path, "unordered");
            for identity in &list.identity {
                self.field(&format!("{}[].{identity}", list.path).parse().unwrap(), "identity");
            }
        }
        for secret in &kind.secrets {
            match secret {
                Secret::Path { path, .. } => self.field(path, "secret"),
                Secret::OdataType { odata_type, property, .. } => {
                    let types = [odata_type.trim_start_matches('#').to_owned()];
                    let there = self.facts.has_field(kind.api_version, &types, &property.parse().unwrap());
                    self.expect(there, format!("secret: no {property} on {odata_type}"));
                }
            }
        }
        for key in &kind.dependencies {
            self.expect(self.facts.known_keys.contains(key), format!("depends on {key}, which nobody knows"));
        }
    }

    fn list(&mut self) {
        let (kind, list) = (self.kind, &self.kind.list);
        self.method(&kind.collection, "GET");
        let options = self.facts.options(kind.api_version, &kind.collection);
        for (used, letter) in [
            (!list.expand.is_empty(), 'e'),
            (!list.select.is_empty(), 'x'),
            (list.filter.is_some(), 'f'),
            (list.top.is_some(), 't'),
        ] {
            self.expect(!used || options.contains(letter), format!("the list does not declare option {letter}"));
        }
        let types = self.types.clone();
        for expand in &list.expand {
            self.expand(&types, expand);
        }
        for name in list.select.iter().chain(&list.omits).chain(&list.nulls) {
            self.property(name, "list");
        }
        for path in &list.changed_by {
            self.field(path, "changed_by");
        }
    }

    fn hydration(&mut self) {
        let (kind, types) = (self.kind, self.types.clone());
        for step in &kind.hydration {
            match step {
                HydrationStep::Get { expand, select } => {
                    let options = self.facts.options(kind.api_version, &kind.item);
                    self.expect(expand.is_empty() || options.contains('e'), "the item does not declare $expand");
                    self.expect(select.is_empty() || options.contains('x'), "the item does not declare $select");
                    for name in select {
                        self.property(name, "select");
                    }
                    for expand in expand {
                        self.expand(&types, expand);
                    }
                }
                HydrationStep::Children { path, into, expand, .. } => {
                    self.method(&format!("{}/{path}", kind.item), "GET");
                    self.property(into, "children");
                    let element = self.facts.field(kind.api_version, &types, &format!("{path}[]").parse().unwrap());
                    for expand in expand {
                        self.expand(&element, expand);
                    }
                }
                // A picture is read by the path of its property, which the metadata does not list as a path of its own.
                HydrationStep::Part { property } => self.property(property, "part"),
                HydrationStep::OnDemand { path } => self.method(&format!("{}/{path}", kind.item), "GET"),
                HydrationStep::OmaPlainText { function, .. } => {
                    self.method(&format!("{}/{function}(secretReferenceValueId='{{id}}')", kind.item), "GET");
                }
                HydrationStep::TypedExpand { odata_type, expand } => {
                    self.expect(kind.odata_types.contains(odata_type), format!("{odata_type} is none of the types"));
                    let name = expand.rsplit('/').next().unwrap();
                    self.expand(&[odata_type.trim_start_matches('#').to_owned()], name);
                }
            }
        }
    }

    fn writes(&mut self) {
        let kind = self.kind;
        self.method(&kind.item, "GET");
        if let Some(delete) = kind.delete {
            self.method(&kind.item, delete.as_str());
        }
        if let Some(create) = &kind.create {
            self.method(&create.path, create.method.as_str());
        }
        if let Some(update) = &kind.update {
            let declared = self.facts.method(kind.api_version, &kind.item, update.method.as_str()).is_some();
            match update.known_from {
                Source::Metadata => self.expect(declared, format!("no {} {}", update.method.as_str(), kind.item)),
                Source::Peers => self.expect(!declared, "the update is in the metadata after all: say so"),
            }
        }
        let Some(assignments) = &kind.assignments else { return };
        let path = format!("{}/{}", kind.item, assignments.path);
        self.method(&path, "GET");
        match (assignments.mode, &assignments.action, &assignments.body) {
            (AssignmentMode::ReplaceAll, Some(action), Some(body)) => {
                let types: Vec<String> = self.types.iter().flat_map(|t| self.facts.with_bases(kind.api_version, t)).collect();
                let there = self.facts.action_takes(kind.api_version, &format!("{}/{action}", kind.item), &types, action, body);
                self.expect(there, format!("no action {action} that takes {body}"));
            }
            (AssignmentMode::Single, None, None) => {
                self.method(&path, "POST");
                self.method(&format!("{path}/{{id}}"), "DELETE");
            }
            other => self.wrong.push(format!("{}: {other:?} is neither way of assigning", kind.key)),
        }
    }

    fn permissions(&mut self) {
        let kind = self.kind;
        let write = match (&kind.create, &kind.update) {
            (Some(create), _) if create.method == Method::Post => (kind.collection.as_str(), "POST"),
            (_, Some(update)) => (kind.item.as_str(), update.method.as_str()),
            (_, None) => (kind.collection.as_str(), "POST"),
        };
        let sets = [(&kind.permissions.read, kind.collection.as_str(), "GET"), (&kind.permissions.write, write.0, write.1)];
        for (set, path, method) in sets {
            let listed = self.facts.permissions(path, method);
            let Some(set) = set else {
                let never = method != "GET" && kind.restore.mode == RestoreMode::None;
                self.expect(never || listed.is_none(), format!("{method}: {listed:?} are listed after all: say so"));
                continue;
            };
            self.expect(set.accepted.contains(&set.recommended), format!("{} is not accepted", set.recommended));
            match (kind.permissions.known_from, listed) {
                (Source::Metadata, Some(listed)) => {
                    for name in &set.accepted {
                        self.expect(listed.contains(name), format!("{method}: {name} is not listed"));
                    }
                    if method == "GET" {
                        self.expect(listed.len() == set.accepted.len(), format!("not every accepted permission: {listed:?}"));
                    }
                }
                (Source::Metadata, None) => self.wrong.push(format!("{}: no permissions listed for {method}", kind.key)),
                (Source::Peers, listed) => self.expect(listed.is_none(), "the permissions are in the data after all: say so"),
            }
        }
    }
}

#[test]
fn every_contract_matches_the_metadata() {
    let Some(root) = folder() else { return };
    let facts = Metadata::read(&root);
    let mut wrong = Vec::new();
    for kind in all() {
        let concrete = kind.odata_types.iter().map(|name| name.trim_start_matches('#').to_owned());
        let types = std::iter::once(kind.entity_type.clone()).chain(concrete).collect();
        let mut check = Check { facts: &facts, kind, types, wrong: Vec::new() };
        check.types();
        check.fields();
        check.list();
        check.hydration();
        check.writes();
        check.permissions();
        wrong.append(&mut check.wrong);
    }
    let excused =
        |told: &String| EXCEPTIONS.iter().any(|(key, part, _)| told.starts_with(&format!("{key}: ")) && told.contains(part));
    for (key, part, _) in EXCEPTIONS {
        let needed = wrong.iter().any(|told| told.starts_with(&format!("{key}: ")) && told.contains(part));
        assert!(needed, "{key}: the exception is not needed any more");
    }
    wrong.retain(|told| !excused(told));
    assert!(wrong.is_empty(), "{} disagreements:\n{}", wrong.len(), wrong.join("\n"));
}

/// What the metadata does not bear out: key, part of the sentence, why it is in the contract all the same. Only ever shorter.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "inventory_policy",
        "no GET /deviceManagement/inventoryPolicies",
        "called by the admin portal, and by one other tool; read on demand only",
    ),
    (
        "named_location",
        "#microsoft.graph.compliantNetworkNamedLocation is not known",
        "made by the service and seen in v1.0 answers, declared in beta only",
    ),
];

#[test]
fn every_known_type_has_a_contract() {
    let Some(root) = folder() else { return };
    let known = Metadata::read(&root).known_keys;
    let without: Vec<_> = known.iter().filter(|key| model::resource_types::find(key).is_none()).collect();
    assert!(without.is_empty(), "without a contract: {without:?}");
    assert!(all().iter().all(|kind| known.contains(&kind.key)));
}

#[test]
fn the_check_notices_what_is_wrong() {
    let Some(root) = folder() else { return };
    let facts = Metadata::read(&root);
    let mut broken = all()[0].clone();
    broken.collection = "/deviceManagement/configurationPolicyes".to_owned();
    broken.volatile.push("settings[].nope".parse().unwrap());
    broken.list.expand.push("platforms".to_owned());
    broken.permissions.read.as_mut().unwrap().accepted.push("User.Read.All".to_owned());
    let types = vec![broken.entity_type.clone()];
    let mut check = Check { facts: &facts, kind: &broken, types, wrong: Vec::new() };
    check.fields();
    check.list();
    check.permissions();
    let told = check.wrong.join("\n");
    for part in ["no GET /deviceManagement/configurationPolicyes", "no settings[].nope", "platforms is no navigation property"] {
        assert!(told.contains(part), "{part} is missing in:\n{told}");
    }
}
