//! What leaves encrypted only.

use model::json::Json;
use model::resource_types::find;
use ops::archive::{Key, Limits, Lock, Protection, SecretLine, Verdict, export};

use super::{OPEN, WITH_SCRIPTS, sealed, unpacked};
use crate::sets::{exported, header, invented, moment, read_zip, set_object, set_of};

#[test]
fn secrets_leave_only_encrypted() {
    let canary = || Json::text("canary-4711");
    let script = Json::from([("id", Json::text("1")), ("displayName", Json::text("S")), ("scriptContent", canary())]);
    let oma = Json::from([("isEncrypted", Json::Bool(true)), ("value", canary())]);
    let configuration = Json::from([
        ("id", Json::text("2")),
        ("@odata.type", Json::text("#microsoft.graph.windows10CustomConfiguration")),
        ("displayName", Json::text("C")),
        ("omaSettings", Json::Array(vec![oma])),
    ]);
    let set = [
        set_object(find("device_configuration").unwrap(), "2", configuration),
        set_object(find("device_management_script").unwrap(), "1", script),
    ];
    let holds = |protection: &Protection, key: Option<&Key>| {
        let (report, found) = read_zip(&exported(&set, protection), key).unwrap();
        assert_eq!(report.count(Verdict::Wrong), 0);
        found.iter().map(|object| object.content.text.contains("canary")).collect::<Vec<_>>()
    };
    assert_eq!(holds(&OPEN, None), [false, false]);
    assert_eq!(holds(&WITH_SCRIPTS, None), [false, true]);
    let (lock, key) = sealed();
    assert_eq!(holds(&lock, Some(&key)), [true, true]);
    assert!(!String::from_utf8_lossy(&exported(&set, &lock)).contains("manifest"), "nothing of it is in the clear");
    let refused = read_zip(&exported(&set, &lock), None).unwrap_err();
    assert_eq!(refused.to_string(), "encrypted with age: a passphrase or a key is needed");
}

#[test]
fn fetched_values_travel_with_an_encrypted_export_only() {
    let told = || vec![SecretLine { handle: "h".to_owned(), place: "./Device/x".to_owned(), value: "canary-4711".to_owned() }];
    let object = || {
        let object = Json::from([("id", Json::text("1")), ("displayName", Json::text("x"))]);
        set_object(find("device_category").unwrap(), "1", object)
    };
    let run = |protection: &Protection| {
        let objects = [Ok::<_, std::convert::Infallible>((object(), told()))];
        let header = header(["device_category"]);
        export(Vec::new(), &header, moment(), protection, &Limits::default(), objects).unwrap().0
    };
    let (lock, key) = sealed();
    let (_, found) = read_zip(&run(&lock), Some(&key)).unwrap();
    assert_eq!(found[0].secrets, told());
    assert!(!format!("{:?}", found[0]).contains("canary"));
    for open in [OPEN, WITH_SCRIPTS] {
        let bytes = run(&open);
        assert!(unpacked(&bytes).values().all(|file| !String::from_utf8_lossy(file).contains("canary")));
        assert_eq!(bytes, exported(&[object()], &open), "nothing tells that there is one");
        assert!(read_zip(&bytes, None).unwrap().1[0].secrets.is_empty());
    }
}

#[test]
fn a_passphrase_opens_an_export() {
    let set = set_of(&invented(10));
    let phrase = |text: &str| text.to_owned().into();
    let bytes = exported(&set, &Protection::Sealed(Lock::Passphrase(phrase("four words and more"))));
    let (report, _) = read_zip(&bytes, Some(&Key::Passphrase(phrase("four words and more")))).unwrap();
    assert_eq!(report.understood(), set.len() as u64);
    assert!(read_zip(&bytes, Some(&Key::Passphrase(phrase("other")))).is_err());
}

#[test]
fn a_manifest_that_denies_what_was_withheld_is_not_believed() {
    let script =
        Json::from([("id", Json::text("1")), ("displayName", Json::text("S")), ("scriptContent", Json::text("ZWNobw=="))]);
    let mut files = unpacked(&exported(&[set_object(find("device_management_script").unwrap(), "1", script)], &OPEN));
    let manifest = String::from_utf8(files["manifest.json"].clone()).unwrap();
    let denied = manifest.replace("\"withheld\": 1,", "\"withheld\": 0,");
    assert_ne!(denied, manifest);
    files.insert("manifest.json".to_owned(), denied.into_bytes());
    let mut zip = crate::raw_zip::RawZip::default();
    files.iter().for_each(|(path, bytes)| zip.add(path.as_bytes(), bytes));
    let (report, found) = read_zip(&zip.finish(), None).unwrap();
    assert!(found[0].withheld && report.withheld == 1 && report.lines.is_empty());
}
