//! What the program is made of, as CycloneDX: its packages with version, licence, origin and checksum, and which needs which.
//!
//! It holds what is linked into the program or built it; what only tests need is left out. Nothing in it depends on when or where it is
//! made, so that the same source gives the same text. The C sources of SQLite, zstd and AWS-LC come inside the packages named `…-sys`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// The bill of `package`, given `cargo metadata` and the text of `Cargo.lock`.
pub(crate) fn bill(metadata: &Value, lock: &str, package: &str) -> Result<Value> {
    let packages: BTreeMap<&str, &Value> = list(&metadata["packages"]).iter().map(|one| (text(&one["id"]), one)).collect();
    let nodes: BTreeMap<&str, &Value> = list(&metadata["resolve"]["nodes"]).iter().map(|one| (text(&one["id"]), one)).collect();
    let own: BTreeSet<&str> = list(&metadata["workspace_members"]).iter().map(text).collect();
    let root = own.iter().find(|id| packages.get(**id).is_some_and(|one| one["name"] == package));
    let root = *root.with_context(|| format!("the workspace has no package {package}"))?;
    let checksums = checksums(lock);
    let (mut edges, mut rest) = (BTreeMap::new(), vec![root]);
    while let Some(id) = rest.pop() {
        if edges.contains_key(id) {
            continue;
        }
        let node = nodes.get(id).with_context(|| format!("cargo does not resolve {id}"))?;
        let needed: BTreeSet<&str> =
            list(&node["deps"]).iter().filter(|one| is_shipped(one)).map(|one| text(&one["pkg"])).collect();
        rest.extend(&needed);
        edges.insert(id, needed);
    }
    let reference = |id: &str| packages.get(id).map(|one| reference(one)).unwrap_or_default();
    let mut components = Vec::new();
    for id in edges.keys().filter(|id| **id != root) {
        components.push(component(packages[id], "library", &checksums)?);
    }
    components.sort_by_key(|one| text(&one["bom-ref"]).to_owned());
    let mut dependencies: Vec<(String, BTreeSet<String>)> =
        edges.iter().map(|(id, needed)| (reference(id), needed.iter().map(|id| reference(id)).collect())).collect();
    dependencies.sort();
    let dependencies: Vec<Value> = dependencies.into_iter().map(|(of, on)| json!({"ref": of, "dependsOn": on})).collect();
    Ok(json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component(packages[root], "application", &checksums)?},
        "components": components,
        "dependencies": dependencies,
    }))
}

/// Whether an edge is there for the program, and not for tests alone.
fn is_shipped(edge: &Value) -> bool {
    list(&edge["dep_kinds"]).iter().any(|kind| kind["kind"] != "dev")
}

/// From `name version` to the SHA-256 of the package, as the registry has it.
fn checksums(lock: &str) -> BTreeMap<String, &str> {
    let mut found = BTreeMap::new();
    for block in lock.split("[[package]]").skip(1) {
        let value = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \"")?.strip_suffix('"'));
        if let (Some(name), Some(version), Some(checksum)) = (value("name"), value("version"), value("checksum")) {
            found.insert(format!("{name} {version}"), checksum);
        }
    }
    found
}

/// How the bill calls a package: by its address in the registry, or by name and version where it is one of ours.
fn reference(package: &Value) -> String {
    let (name, version) = (text(&package["name"]), text(&package["version"]));
    match package["source"].as_str() {
        // A version's `+` means something else in an address.
        Some(_) => format!("pkg:cargo/{name}@{}", version.replace('+', "%2B")),
        None => format!("{name}@{version}"),
    }
}

fn component(package: &Value, kind: &str, checksums: &BTreeMap<String, &str>) -> Result<Value> {
    let (name, version) = (text(&package["name"]), text(&package["version"]));
    let application = list(&package["targets"]).iter().find(|target| list(&target["kind"]).iter().any(|kind| kind == "bin"));
    let shown = application.filter(|_| kind == "application").map_or(name, |target| text(&target["name"]));
    let mut made = json!({"type": kind, "bom-ref": reference(package), "name": shown, "version": version});
    if let Some(words) = package["description"].as_str() {
        made["description"] = words.split_whitespace().collect::<Vec<_>>().join(" ").into();
    }
    if let Some(licence) = package["license"].as_str() {
        // The old way of writing a choice.
        let choice: Vec<&str> = licence.split('/').map(str::trim).collect();
        made["licenses"] = json!([{"expression": choice.join(" OR ")}]);
    }
    if let Some(source) = package["source"].as_str() {
        let checksum = checksums.get(&format!("{name} {version}"));
        let checksum = checksum.with_context(|| format!("{name} {version} of {source} has no checksum in Cargo.lock"))?;
        made["purl"] = reference(package).into();
        made["hashes"] = json!([{"alg": "SHA-256", "content": checksum}]);
    }
    if let Some(address) = package["repository"].as_str() {
        made["externalReferences"] = json!([{"type": "vcs", "url": address}]);
    }
    Ok(made)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.1+x\"\nsource = \"registry+r\"\nchecksum = \"abc\"\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\n";

    fn metadata() -> Value {
        let package = |name: &str, version: &str, source: Option<&str>| {
            json!({"id": name, "name": name, "version": version, "source": source, "license": "MIT / Apache-2.0", "repository": "https://x.example",
                   "description": "Says\n  what.", "targets": [{"name": "tenantatlas", "kind": ["bin"]}]})
        };
        let edge = |to: &str, kind: Value| json!({"pkg": to, "dep_kinds": [{"kind": kind}]});
        json!({
            "packages": [package("app", "0.1.0", None), package("model", "0.1.0", None), package("serde", "1.0.1+x", Some("registry+r")), package("proptest", "1.0.0", Some("registry+r"))],
            "workspace_members": ["app", "model"],
            "resolve": {"nodes": [
                {"id": "app", "deps": [edge("model", Value::Null), edge("proptest", json!("dev"))]},
                {"id": "model", "deps": [edge("serde", json!("build"))]},
                {"id": "serde", "deps": []},
                {"id": "proptest", "deps": []},
            ]},
        })
    }

    #[test]
    fn the_bill_holds_what_is_shipped_and_not_what_tests_need() {
        let bill = bill(&metadata(), LOCK, "app").unwrap();
        assert_eq!((bill["bomFormat"].as_str(), bill["specVersion"].as_str()), (Some("CycloneDX"), Some("1.5")));
        assert_eq!(bill["metadata"]["component"]["name"], "tenantatlas");
        let names: Vec<&str> = list(&bill["components"]).iter().map(|one| text(&one["name"])).collect();
        assert_eq!(names, ["model", "serde"]);
        let serde = &bill["components"][1];
        assert_eq!(serde["purl"], "pkg:cargo/serde@1.0.1%2Bx");
        assert_eq!(serde["hashes"][0]["content"], "abc");
        assert_eq!(serde["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(serde["description"], "Says what.");
        assert!(bill["components"][0]["purl"].is_null(), "ours is in no registry");
        assert_eq!(
            bill["dependencies"],
            json!([
                {"ref": "app@0.1.0", "dependsOn": ["model@0.1.0"]},
                {"ref": "model@0.1.0", "dependsOn": ["pkg:cargo/serde@1.0.1%2Bx"]},
                {"ref": "pkg:cargo/serde@1.0.1%2Bx", "dependsOn": []},
            ])
        );
    }

    #[test]
    fn a_package_without_a_checksum_and_a_program_that_is_none_are_errors() {
        assert!(bill(&metadata(), "", "app").unwrap_err().to_string().contains("serde 1.0.1+x"));
        assert!(bill(&metadata(), LOCK, "apps").is_err());
    }

    #[test]
    fn the_bill_of_the_product_is_whole() {
        let workspace = crate::workspace::Workspace::find().unwrap();
        let bill = crate::command::sbom::of_the_product(&workspace).unwrap();
        let references: BTreeSet<&str> = list(&bill["components"]).iter().map(|one| text(&one["bom-ref"])).collect();
        assert_eq!(references.len(), list(&bill["components"]).len(), "none is there twice");
        assert!(references.iter().any(|one| one.starts_with("pkg:cargo/sqlx@")) && references.len() > 100);
        for never in ["proptest", "stateright", "testkit", "xtask"] {
            assert!(list(&bill["components"]).iter().all(|one| one["name"] != never), "{never} is not shipped");
        }
        for one in list(&bill["dependencies"]) {
            for on in list(&one["dependsOn"]) {
                assert!(references.contains(text(on)), "{on} is no component");
            }
        }
        let bare: Vec<&str> =
            list(&bill["components"]).iter().filter(|one| one["licenses"].is_null()).map(|one| text(&one["name"])).collect();
        assert!(bare.is_empty(), "no licence: {bare:?}");
    }
}
