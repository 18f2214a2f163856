//! Every object of the collected tenants can be shown, and compared.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use model::canonical::canonical;
use model::json::Json;
use model::resource_types;
use pages::Page as _;
use pages::compare::{Pair, View};
use pages::inventory::Item;

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

/// Of a type with many objects each is compared with so many that follow it.
const NEIGHBOURS: usize = 2;

#[test]
fn every_collected_object_can_be_compared_with_others_of_its_type() {
    let mut found = Vec::new();
    files(&folder(), &mut found);
    found.sort();
    let (Some((_, sample)), true) = (Pair::samples().into_iter().next(), !found.is_empty()) else {
        println!("SKIPPED: no tenants in {} (set TENANTATLAS_TEST_DATA)", folder().display());
        return;
    };
    let mut by_type: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    for path in found {
        let key = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
        if let (Some(kind), Ok(content)) = (resource_types::find(&key), Json::parse(&fs::read(&path).unwrap())) {
            let stored = canonical(kind, content);
            by_type.entry(key).or_default().push(Json::parse(stored.text.as_bytes()).unwrap());
        }
    }
    let frame = sample.sample_frame();
    let mut shown = 0;
    for (key, objects) in by_type {
        for (at, one) in objects.iter().enumerate() {
            for (n, other) in objects.iter().skip(at + 1).take(NEIGHBOURS).enumerate() {
                let mut pair = sample.clone();
                pair.view = View::ALL[(at + n) % View::ALL.len()];
                for (side, content) in [(&mut pair.before, one), (&mut pair.after, other)] {
                    side.item.resource_type.clone_from(&key);
                    side.content = Some(content.clone());
                }
                let html = pair.render(&frame);
                assert!(html.len() < 2_000_000, "{key}: {} bytes", html.len());
                assert_eq!(html.matches("<div").count(), html.matches("</div>").count(), "{key}");
                shown += 1;
            }
        }
    }
    assert!(shown > 1_000, "{shown}");
}

#[test]
fn every_collected_object_can_be_shown() {
    let folder = folder();
    let mut found = Vec::new();
    files(&folder, &mut found);
    if found.is_empty() {
        println!("SKIPPED: no tenants in {} (set TENANTATLAS_TEST_DATA)", folder.display());
        return;
    }
    let Some((_, sample)) = Item::samples().into_iter().next() else { panic!("an item has examples") };
    let frame = sample.sample_frame();
    let mut shown = 0;
    for path in found {
        let key = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
        let (Some(kind), Ok(content)) = (resource_types::find(&key), Json::parse(&fs::read(&path).unwrap())) else {
            assert!(path.ends_with("index.json"), "{} is of no type or no JSON", path.display());
            continue;
        };
        let mut item = sample.clone();
        item.item.name = kind.name_of(&content).unwrap_or_default().to_owned();
        item.item.resource_type = key;
        item.content = Some(content);
        let html = item.render(&frame);
        assert!(html.contains("id=\"about\"") && html.len() < 2_000_000, "{}: {} bytes", path.display(), html.len());
        assert_eq!(html.matches("<div").count(), html.matches("</div>").count(), "{}", path.display());
        shown += 1;
    }
    assert_eq!(shown, 1401);
}
