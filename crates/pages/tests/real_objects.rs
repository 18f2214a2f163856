//! Every object of the collected tenants can be shown.

use std::path::{Path, PathBuf};
use std::{env, fs};

use model::json::Json;
use model::resource_types;
use pages::Page as _;
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
