//! The objects of the collected tenants: each pair of one type can be compared, and its patch does what it says.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use model::canonical::canonical;
use model::diff::{MOST_CHANGES, Veil, compare, patch};
use model::json::Json;
use model::resource_types;

use crate::apply::apply;

/// Of a type with many objects each is compared with so many that follow it; with all of them where `TENANTATLAS_EVERY_PAIR` is set,
/// which takes minutes.
const NEIGHBOURS: usize = 3;

fn folder() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    env::var_os("TENANTATLAS_TEST_DATA").map_or_else(|| root.join("../shared/graph"), PathBuf::from).join("tenants")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
}

#[test]
fn every_pair_of_collected_objects_of_a_type_can_be_compared() {
    let folder = folder();
    let mut found = Vec::new();
    files(&folder, &mut found);
    found.sort();
    if found.is_empty() {
        println!("SKIPPED: no tenants in {} (set TENANTATLAS_TEST_DATA)", folder.display());
        return;
    }
    let mut by_type: BTreeMap<String, Vec<(Json, String)>> = BTreeMap::new();
    for path in found {
        let key = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
        let (Some(kind), Ok(object)) = (resource_types::find(&key), Json::parse(&fs::read(&path).unwrap())) else { continue };
        let stored = canonical(kind, object);
        by_type.entry(key).or_default().push((Json::parse(stored.text.as_bytes()).unwrap(), stored.semantic));
    }
    let neighbours = if env::var_os("TENANTATLAS_EVERY_PAIR").is_some() { usize::MAX } else { NEIGHBOURS };
    let veil = Veil::new([7; 32]);
    let mut pairs = 0;
    for (key, objects) in by_type {
        let kind = resource_types::find(&key);
        for (at, (a, hash)) in objects.iter().enumerate() {
            assert!(compare(kind, a, a, MOST_CHANGES).is_empty(), "{key}");
            for (b, other) in objects.iter().skip(at + 1).take(neighbours) {
                let told = compare(kind, a, b, MOST_CHANGES);
                assert_eq!(told.is_empty(), hash == other, "{key}: {:?}", told.changes.first());
                assert_eq!(apply(a, &patch(a, b).operations).sorted().to_text(), b.to_text(), "{key}");
                let covered = compare(kind, &veil.over(kind, a), &veil.over(kind, b), MOST_CHANGES).total;
                assert_eq!(covered == 0, told.is_empty(), "{key}: covering a secret hides no difference");
                pairs += 1;
            }
        }
    }
    println!("{pairs} pairs");
    assert!(pairs > 2_000, "{pairs}");
}
