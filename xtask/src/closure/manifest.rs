//! What may be written in a manifest: direct normal dependencies on guarded crates, and who enables `store`'s test feature.

use serde_json::Value;

/// Guarded crates and the crates of ours that may name them as normal dependencies.
const ONLY_FOR: &[(&str, &[&str])] = &[
    ("reqwest", &["outbound", "testkit"]),
    ("lettre", &["outbound"]),
    ("object_store", &["outbound"]),
    ("s3s", &["testkit"]),
    ("s3s-fs", &["testkit"]),
    ("sqlx", &["store"]),
    ("maud", &["pages"]),
    ("axum", &["web", "graph-sim"]),
    ("axum-extra", &["web"]),
    ("clap", &["app", "xtask"]),
    ("toml", &["model", "app"]),
    ("testkit", &[]),
    ("proptest", &[]),
    ("stateright", &[]),
];

/// The faults in the manifests of our packages, given `cargo metadata --no-deps`.
pub(super) fn faults(metadata: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    for package in list(metadata, "packages") {
        let user = text(package, "name");
        for dependency in list(package, "dependencies") {
            // Null is normal; "build" counts as normal here, "dev" does not.
            if dependency["kind"] == "dev" {
                continue;
            }
            let name = text(dependency, "name");
            for (_, users) in ONLY_FOR.iter().filter(|(guarded, users)| *guarded == name && !users.contains(&user)) {
                let whose = if users.is_empty() { "development".to_owned() } else { users.join(", ") };
                faults.push(format!("{user} depends on {name}, which is only for: {whose}"));
            }
            if name == "store" && user != "testkit" && list(dependency, "features").iter().any(|it| it == "testing") {
                faults.push(format!("{user} enables store's feature `testing` in a normal dependency"));
            }
        }
        for (feature, parts) in package["features"].as_object().into_iter().flatten() {
            let parts = parts.as_array().map(Vec::as_slice).unwrap_or_default();
            if user != "testkit" && parts.iter().any(|it| it == "store/testing" || it == "store?/testing") {
                faults.push(format!("{user}'s feature `{feature}` enables store's feature `testing`"));
            }
            if user == "store" && feature != "testing" && parts.iter().any(|it| it == "testing") {
                faults.push(format!("store's feature `{feature}` enables its feature `testing`"));
            }
        }
    }
    faults
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn metadata(user: &str, dependency: Value, features: Value) -> Value {
        json!({"packages": [{"name": user, "dependencies": [dependency], "features": features}]})
    }

    #[test]
    fn a_guarded_crate_in_the_wrong_manifest_is_a_fault() {
        let metadata = metadata("web", json!({"name": "reqwest", "kind": null, "features": []}), json!({}));
        assert_eq!(faults(&metadata), ["web depends on reqwest, which is only for: outbound, testkit"]);
    }

    #[test]
    fn development_dependencies_are_free() {
        let metadata = metadata("app", json!({"name": "reqwest", "kind": "dev", "features": []}), json!({}));
        assert!(faults(&metadata).is_empty());
    }

    #[test]
    fn only_the_test_kit_enables_the_test_feature_of_the_store() {
        let edge = json!({"name": "store", "kind": null, "features": ["testing"]});
        assert_eq!(faults(&metadata("ops", edge.clone(), json!({}))).len(), 1);
        assert!(faults(&metadata("testkit", edge, json!({}))).is_empty());
    }

    #[test]
    fn a_feature_cannot_enable_it_by_the_back_door() {
        let edge = json!({"name": "store", "kind": null, "features": []});
        assert_eq!(faults(&metadata("app", edge, json!({"demo": ["store/testing"]}))).len(), 1);
        let none = json!({"name": "serde", "kind": null, "features": []});
        assert_eq!(faults(&metadata("store", none, json!({"default": ["testing"], "testing": []}))).len(), 1);
    }

    #[test]
    fn the_test_kit_is_no_normal_dependency() {
        let edge = json!({"name": "testkit", "kind": null, "features": []});
        assert_eq!(faults(&metadata("web", edge, json!({}))).len(), 1);
    }
}
