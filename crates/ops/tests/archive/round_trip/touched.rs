//! Archives that were changed after the export.

use model::json::Json;
use ops::archive::Verdict;

use super::{OPEN, unpacked};
use crate::sets::{exported, invented, read_zip, set_of};

#[test]
fn whatever_was_touched_is_named_and_the_rest_is_fine() {
    let set = set_of(&invented(40));
    let mut files = unpacked(&exported(&set, &OPEN));
    let objects: Vec<String> = files.keys().filter(|path| path.contains('/')).cloned().collect();
    files.remove(&objects[0]);
    files.get_mut(&objects[1]).unwrap().extend(b" ");
    let text = String::from_utf8(files[&objects[2]].clone()).unwrap();
    files.insert(objects[2].clone(), text.replacen("\": ", "\": 1 ", 1).into_bytes());
    let changed = Json::parse(&files[&objects[3]]).unwrap();
    let mut changed = changed.clone();
    changed.set("displayName", Json::text("somebody else's"));
    files.insert(objects[3].clone(), changed.to_pretty().into_bytes());
    files.insert("extra/file.json".to_owned(), b"{}".to_vec());

    let mut zip = crate::raw_zip::RawZip::default();
    files.iter().for_each(|(path, bytes)| zip.add(path.as_bytes(), bytes));
    let (report, found) = read_zip(&zip.finish(), None).unwrap();
    let lines: Vec<String> = report.lines.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), set.len() - 4, "{lines:?}");
    assert_eq!(report.count(Verdict::Wrong), 5);
    for wanted in [
        format!("{}: missing", objects[0]),
        format!("{}: it was changed; its content is as it was", objects[1]),
        format!("{}: not valid JSON", objects[2]),
        format!("{}: its content was changed", objects[3]),
        "extra/file.json: not in the manifest".to_owned(),
    ] {
        assert!(lines.iter().any(|line| line.starts_with(&wanted)), "{wanted}: {lines:?}");
    }
}

#[test]
fn an_object_in_two_files_is_taken_once() {
    let mut files = unpacked(&exported(&set_of(&invented(3)), &OPEN));
    let manifest = String::from_utf8(files["manifest.json"].clone()).unwrap();
    let mut manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let mut twin = manifest["files"][0].clone();
    let path = twin["path"].as_str().unwrap().to_owned();
    twin["path"] = "twin.json".into();
    manifest["files"].as_array_mut().unwrap().push(twin);
    files.insert("twin.json".to_owned(), files[&path].clone());
    files.insert("manifest.json".to_owned(), manifest.to_string().into_bytes());
    let mut zip = crate::raw_zip::RawZip::default();
    files.iter().for_each(|(path, bytes)| zip.add(path.as_bytes(), bytes));
    let (report, found) = read_zip(&zip.finish(), None).unwrap();
    assert_eq!((found.len(), report.lines[0].to_string().as_str()), (3, "twin.json: its object is in another file too"));
}

#[test]
fn a_manifest_of_tomorrow_and_a_broken_one_are_refused() {
    let mut files = unpacked(&exported(&set_of(&invented(3)), &OPEN));
    let manifest = String::from_utf8(files["manifest.json"].clone()).unwrap();
    let mut refusal = |text: String| {
        files.insert("manifest.json".to_owned(), text.into_bytes());
        let mut zip = crate::raw_zip::RawZip::default();
        files.iter().for_each(|(path, bytes)| zip.add(path.as_bytes(), bytes));
        read_zip(&zip.finish(), None).unwrap_err().to_string()
    };
    let newer = refusal(manifest.replacen("\"version\": 1", "\"version\": 2", 1));
    assert_eq!(newer, "manifest.json: made by a newer version (format 2); this one reads up to 1");
    assert!(refusal(manifest[..manifest.len() / 2].to_owned()).starts_with("manifest.json: the manifest cannot be read: "));
}
