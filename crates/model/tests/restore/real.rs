//! The objects of the collected tenants: each can be made, and put back after changes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use model::canonical::canonical;
use model::json::Json;
use model::resource_types::{self, RestoreMode};
use model::restore::{Hindrance, Part, Untold, likeness, missing_secrets, steps, wanted};

use crate::mutate::{Change, changed};
use crate::writes::{made, written};

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
fn every_collected_object_of_a_type_that_is_restored_can_be_made_and_put_back() {
    let mut found = Vec::new();
    files(&folder(), &mut found);
    found.sort();
    if found.is_empty() {
        println!("SKIPPED: no tenants in {} (set TENANTATLAS_TEST_DATA)", folder().display());
        return;
    }
    let mut counts: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    for path in found {
        let key = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
        let Some(kind) = resource_types::find(&key).filter(|kind| kind.restore.mode == RestoreMode::Enabled) else { continue };
        let raw = Json::parse(&fs::read(&path).unwrap()).unwrap();
        // As it is stored.
        let stored = Json::parse(canonical(kind, raw.clone()).text.as_bytes()).unwrap();
        let count = counts.entry(key.clone()).or_default();
        count[0] += 1;
        assert!(likeness(kind, &stored, &raw).is_same(), "{}", path.display());

        let anew = wanted(kind, &stored, None, &Part::Whole, Untold::Keep).unwrap();
        if missing_secrets(kind, &anew, None).iter().any(|secret| secret.needed) {
            assert_eq!(steps(kind, &anew, None, None), Err(Hindrance::SecretMissing));
            count[1] += 1;
        } else {
            made(kind, &anew);
            count[2] += 1;
        }

        for seed in 0..12_usize {
            let spread = |n: usize| seed.wrapping_mul(2_654_435_761).wrapping_add(n.wrapping_mul(40_503)) >> 3;
            let changes: Vec<Change> =
                (0..=seed % 3).map(|n| Change { kind: ((seed + n) % 6) as u8, place: spread(n) }).collect();
            let live = changed(kind, &raw, &changes);
            let wish = wanted(kind, &stored, Some(&live), &Part::Whole, Untold::Keep).unwrap();
            let microsofts = ["isBuiltIn", "isGlobalScript"].iter().any(|name| live.get(name) == Some(&Json::Bool(true)));
            if microsofts && !likeness(kind, &wish, &live).is_same() {
                assert!(steps(kind, &wish, Some(&live), Some("x")).is_err() || kind.assignments.is_some());
                continue;
            }
            if missing_secrets(kind, &wish, Some(&live)).iter().any(|secret| secret.needed) {
                continue;
            }
            written(kind, &wish, &live);
            count[3] += 1;
        }
    }
    println!("type: objects, those with secrets, made, put back");
    for (key, count) in &counts {
        println!("{key}: {count:?}");
    }
    assert!(counts.len() >= 28, "{} types", counts.len());
}
