//! The OpenAPI document is the committed one, and says of every operation what it must.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

#[test]
fn the_document_is_the_committed_one() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, web::openapi()).unwrap();
    }
    let committed = std::fs::read_to_string(&golden).unwrap_or_default();
    for (line, (is, should_be)) in web::openapi().lines().zip(committed.lines()).enumerate() {
        assert_eq!(is, should_be, "docs/openapi.json, line {}; UPDATE_GOLDEN=1 writes it anew", line + 1);
    }
    assert_eq!(web::openapi().lines().count(), committed.lines().count());
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_used() {
    let document: Value = serde_json::from_str(web::openapi()).unwrap();
    let mut referred = BTreeSet::new();
    references(&document, &mut referred);
    let there: BTreeSet<String> = document["components"]["schemas"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(referred, there);
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(name) = members.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next()) {
                found.insert(name.to_owned());
            }
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_operation_says_what_can_go_wrong() {
    let document: Value = serde_json::from_str(web::openapi()).unwrap();
    let mut operations = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            operations += 1;
            let said = &operation["responses"];
            let mut expected = vec!["421", "503"];
            if operation["security"].is_null() {
                expected.extend(["400", "401", "429"]);
            }
            if operation["requestBody"].is_object() {
                expected.extend(["413", "415"]);
            }
            if path.contains('{') {
                expected.extend(["403", "404"]);
            }
            for status in expected {
                assert!(said[status].is_object(), "{method} {path} does not say {status}");
            }
        }
    }
    assert!(operations > 30, "{operations}");
}
