use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use graph_sim::{Settings, load_folders};
use model::json::Json;
use model::resource_types::{Form, ResourceType, all, collections};

use crate::world::World;

/// The folder of the test data, or `None` with a visible line.
pub(crate) fn test_data() -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/graph");
    let root = std::env::var_os("TENANTATLAS_TEST_DATA").map_or(default, PathBuf::from);
    if root.join("tenants").is_dir() {
        return Some(root);
    }
    eprintln!("SKIPPED: no tenant data in {} (set TENANTATLAS_TEST_DATA)", root.display());
    None
}

/// The tenant folders below the test data, by name.
pub(crate) fn folders(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root.join("tenants")).unwrap();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// Number of objects per type that a folder's index names.
fn indexed(folder: &Path) -> BTreeMap<String, usize> {
    let index = Json::parse(&fs::read(folder.join("index.json")).unwrap()).unwrap();
    let counts = index.get("counts").unwrap().as_object().unwrap().to_vec();
    counts.into_iter().map(|(key, count)| (key, usize::try_from(count.as_i64().unwrap()).unwrap())).collect()
}

#[test]
fn every_object_of_every_folder_is_loaded_as_its_index_says() {
    let Some(root) = test_data() else { return };
    let (mut objects, mut types) = (0, BTreeSet::new());
    for folder in folders(&root) {
        let (state, report) = load_folders([&folder]).unwrap();
        let name = folder.display();
        let nothing_left = report.unreadable.is_empty() && report.not_in_catalogue.is_empty() && report.duplicates.is_empty();
        assert!(nothing_left, "{name}: {report}");
        let filed = |key: &String| report.filed_elsewhere.iter().any(|(_, other)| other == key);
        for (key, count) in indexed(&folder) {
            let found = report.by_type.get(&key).copied().unwrap_or(0);
            assert!(found == count || filed(&key), "{name}: {key}: {found} of {count}");
            types.insert(key);
        }
        assert_eq!(report.objects(), indexed(&folder).values().sum::<usize>(), "{name}: {report}");
        assert_eq!(state.len(), report.objects(), "{name}");
        objects += report.objects();
    }
    assert_eq!((objects, types.len()), (1401, 112));
}

#[test]
fn modern_workplace_is_read_back_page_by_page() {
    let Some(root) = test_data() else { return };
    let folder = root.join("tenants/modern-workplace");
    let (state, _) = load_folders([&folder]).unwrap();
    let world = World::with(state, Settings::default());
    let mut count = 0;
    let loaded = |kind: &&ResourceType| kind.readable() && !kind.is_singleton() && !matches!(kind.form, Form::Below { .. });
    for collection in collections(all().iter().filter(loaded)) {
        count += world.walk(&collection.first_page()).0.len();
    }
    // And what every tenant has: the organisation, and the service principals of the app and of Graph.
    assert_eq!(count, 709 + 3);
    let first = Json::parse(&fs::read(folder.join("settings_catalog_policy/1.json")).unwrap()).unwrap();
    let id = first.get("id").unwrap().as_str().unwrap();
    let read = world.sim.read_state(world.tenant, |state| state.object("settings_catalog_policy", id)).unwrap().unwrap();
    assert_eq!(read.sorted().to_text(), first.sorted().to_text());
}

#[test]
fn every_tenant_folder_merges_into_one_and_says_what_came_twice() {
    let Some(root) = test_data() else { return };
    let folders = folders(&root);
    let (state, report) = load_folders(&folders).unwrap();
    assert!(report.unreadable.is_empty(), "{report}");
    assert!(state.len() > 1000, "{report}");
    assert_eq!(report.objects(), state.len());
    assert!(report.not_in_catalogue.is_empty(), "{report}");
    let (twice, again) = load_folders([&folders[0], &folders[0]]).unwrap();
    assert_eq!(again.duplicates.len(), twice.len());
}

fn write(folder: &Path, file: &str, bytes: &[u8]) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn odd_files_are_read_or_reported() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let wide = |text: &str, little: bool| -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    };
    write(root, "group/1.json", b"\xef\xbb\xbf{\"id\":\"mark\",\"displayName\":\"with mark\"}");
    write(root, "group/2.json", &[&[0xff, 0xfe][..], &wide(r#"{"id":"wide","displayName":"weit – ü"}"#, true)].concat());
    write(root, "group/3.json", &[&[0xfe, 0xff][..], &wide(r#"{"id":"big"}"#, false)].concat());
    write(root, "group/4.json", &wide(r#"{"id":"bare"}"#, true));
    write(root, "group/5.json", b"{\"id\":\"cut\"");
    write(root, "group/6.json", b"[]");
    write(root, "group/7.json", br#"{"displayName":"no id"}"#);
    write(root, "group/notes.txt", b"nothing");
    write(root, "something_new/1.json", b"{}");
    write(root, "enrollment_limit/1.json", br#"{"id":"limit","limit":5}"#);
    let collapsed = br##"{"@odata.type":"#microsoft.graph.windows10CustomConfiguration","id":"c","roleScopeTagIds":"0","assignments":{"id":"a"},"assignments@odata.context":"x","#microsoft.graph.assign":{}}"##;
    write(root, "device_configuration/1.json", collapsed);
    write(root, "device_configuration/2.json", br##"{"@odata.type":"#microsoft.graph.iosUpdateConfiguration","id":"u"}"##);

    let (state, report) = load_folders([root]).unwrap();
    assert_eq!(state.ids("group").len(), 5);
    assert_eq!(state.object("group", "wide").unwrap().get("displayName"), Some(&Json::text("weit – ü")));
    assert_eq!(report.unreadable.len(), 2, "{report}");
    assert_eq!(report.without_id.len(), 1);
    assert_eq!(report.not_in_catalogue.get("something_new"), Some(&1));
    assert!(report.to_string().contains("not in the catalogue yet: something_new"));
    assert_eq!(report.filed_elsewhere.len(), 1, "an update policy that was filed as a profile");
    assert_eq!(state.ids("apple_software_update_policy"), ["u"]);
    let limit = state.object("enrollment_limit", "limit").unwrap();
    assert_eq!(limit.get("@odata.type"), Some(&Json::text("#microsoft.graph.deviceEnrollmentLimitConfiguration")));
    let repaired = state.object("device_configuration", "c").unwrap();
    assert_eq!(repaired.get("roleScopeTagIds").unwrap().to_text(), r#"["0"]"#);
    assert_eq!(repaired.get("assignments").unwrap().to_text(), r#"[{"id":"a"}]"#);
    assert_eq!(repaired.as_object().unwrap().len(), 4, "{}", repaired.to_text());

    let (again, _) = load_folders([root]).unwrap();
    assert_eq!(again.ids("group"), state.ids("group"), "ids that were made are the same next time");
}

#[test]
fn a_missing_folder_is_an_error_and_the_later_folder_wins() {
    assert!(load_folders(["/nowhere/at/all"]).unwrap_err().to_string().contains("/nowhere/at/all"));
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(first.path(), "group/1.json", br#"{"id":"g","displayName":"old"}"#);
    write(second.path(), "group/1.json", br#"{"id":"g","displayName":"new"}"#);
    let (state, report) = load_folders([first.path(), second.path()]).unwrap();
    assert_eq!(state.object("group", "g").unwrap().get("displayName"), Some(&Json::text("new")));
    assert_eq!(report.duplicates.len(), 1);
    assert!(report.to_string().contains("came twice: group g"));
}
