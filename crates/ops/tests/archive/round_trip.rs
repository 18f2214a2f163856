//! What is exported is what is imported.

mod index;
mod limits;
mod secrets;
mod touched;

use std::collections::BTreeMap;
use std::fs;

use model::canonical::canonical;
use model::json::Json;
use model::resource_types::{all, find};
use ops::archive::{Format, Identity, Key, Limits, Lock, Protection, SetObject, WITHHELD, open};

use crate::sets::{exported, invented, read, read_zip, real, set_object, set_of};

const OPEN: Protection = Protection::Open { scripts: false };
const WITH_SCRIPTS: Protection = Protection::Open { scripts: true };

fn sealed() -> (Protection, Key) {
    // Made for this test.
    let secret = "AGE-SECRET-KEY-1EV89A7US9UPRR0V05DNMYE8JC9YKQVFF97V5H5YSZWS4NZF63QWSUPKZXK";
    let identity: Identity = secret.parse().unwrap();
    (Protection::Sealed(Lock::Recipients(vec![identity.recipient().unwrap()])), Key::Identity(identity))
}

/// Exports, imports and compares every hash. Gives how many objects had no secret.
fn comes_back(set: &[SetObject]) -> usize {
    let (lock, key) = sealed();
    let (report, found) = read_zip(&exported(set, &lock), Some(&key)).unwrap();
    assert_eq!((report.format, report.lines.as_slice()), (Format::Ours, &[][..]));
    assert_eq!(found.len(), set.len());
    for (there, here) in set.iter().zip(&found) {
        let kind = find(&there.resource_type).unwrap();
        let mut whole = there.content.clone();
        if let Json::Object(members) = &there.volatile {
            members.iter().for_each(|(name, value)| whole.set(name, value.clone()));
        }
        assert_eq!(here.content, canonical(kind, whole), "{}", here.file);
        assert_eq!(here.content.hash, there.hash, "{}", here.file);
        assert_eq!((&here.object_id, &here.name, here.captured_at), (&there.object_id, &there.name, Some(there.captured_at)));
        assert!(!here.withheld);
    }
    // Without encryption the same, but for what secrets stood in.
    let (report, found) = read_zip(&exported(set, &OPEN), None).unwrap();
    assert_eq!((report.understood(), report.lines.as_slice()), (set.len() as u64, &[][..]));
    let plain = |(there, here): (&SetObject, &ops::archive::Imported)| {
        assert_eq!(here.withheld, here.content.text.contains(WITHHELD) || here.content.volatile.contains(WITHHELD));
        assert!(here.withheld || here.content.hash == there.hash);
        usize::from(!here.withheld)
    };
    set.iter().zip(&found).map(plain).sum()
}

#[test]
fn an_invented_tenant_comes_back_with_the_same_hashes() {
    let set = set_of(&invented(400));
    assert!(set.len() >= 390, "{}", set.len());
    assert!(comes_back(&set) > 300);
}

#[test]
fn every_real_export_comes_back_with_the_same_hashes() {
    let tenants = real("every_real_export_comes_back_with_the_same_hashes");
    let mut objects = 0;
    for (tenant, found) in &tenants {
        let set = set_of(found);
        let plain = comes_back(&set);
        println!("{tenant}: {} objects, {plain} without secrets", set.len());
        objects += set.len();
    }
    assert!(tenants.is_empty() || objects > 1_300, "{objects}");
}

#[test]
fn the_same_set_gives_the_same_bytes() {
    let set = set_of(&invented(60));
    assert_eq!(exported(&set, &OPEN), exported(&set, &OPEN));
    assert_ne!(exported(&set, &OPEN), exported(&set[1..], &OPEN));
}

#[test]
fn odd_content_keeps_every_byte() {
    let kind = find("settings_catalog_policy").unwrap();
    let text = r#"{"name":"A\r\nB\u0007😀","id":"1","n":1.0,"big":12345678901234567890123,"null":null,"empty":[],"none":{},
        "settings":[],"createdDateTime":"x","nested":[[[{"z":1,"a":2}]]]}"#;
    let set = [set_object(kind, "1", Json::parse(text.as_bytes()).unwrap())];
    assert_eq!(comes_back(&set), 1);
}

#[test]
fn objects_of_one_name_and_of_any_name_are_all_there() {
    let kind = find("device_category").unwrap();
    let names = ["Same", "same", "SAME", "CON", "../../x", "a/b\\c:d", "", "日本", "\u{202e}", &"x".repeat(3_000)];
    let mut set: Vec<SetObject> = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let object = Json::from([("id", Json::text(format!("{number:02}"))), ("displayName", Json::text(*name))]);
        set.push(set_object(kind, &format!("{number:02}"), object));
    }
    assert_eq!(comes_back(&set), names.len());
}

#[test]
fn an_unpacked_export_reads_as_well() {
    let set = set_of(&invented(30));
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in unpacked(&exported(&set, &OPEN)) {
        let path = folder.path().join("inside").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let limits = Limits::default();
    let (report, found) = read(&mut *open(folder.path(), None, &limits).unwrap(), &limits).unwrap();
    assert_eq!((found.len(), report.lines.as_slice()), (set.len(), &[][..]));
    let (tenant, line) = report.set.unwrap();
    assert_eq!((tenant.name.as_str(), line.name.as_str(), report.coverage.len() > 3), ("Contoso | <b>", "Nightly", true));
}

/// The files of a zip of ours.
pub(crate) fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut source = crate::sets::opened(bytes, None, &Limits::default()).unwrap();
    let names: Vec<String> = source.files().iter().map(|file| file.path.clone()).collect();
    names.into_iter().enumerate().map(|(number, path)| (path, source.read(number, u64::MAX).unwrap())).collect()
}

#[test]
fn every_type_can_be_exported_openly() {
    for kind in all() {
        let mut object = Json::from([("id", Json::text("1"))]);
        object.set(&kind.name_property, Json::text("N"));
        let set = [set_object(kind, "1", object)];
        let (report, found) = read_zip(&exported(&set, &OPEN), None).unwrap();
        assert_eq!((found.len(), report.lines.as_slice()), (1, &[][..]), "{}", kind.key);
    }
}
