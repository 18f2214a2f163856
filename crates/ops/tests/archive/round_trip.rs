//! What is exported is what is imported.

use std::collections::BTreeMap;
use std::fs;

use model::canonical::canonical;
use model::json::Json;
use model::resource_types::{all, find};
use ops::archive::{
    ExportError, Format, Identity, Key, Limits, Lock, MissingLine, Protection, SecretLine, SetObject, Verdict, WITHHELD, export,
    open,
};

use crate::sets::{exported, header, invented, moment, read, read_zip, real, set_object, set_of};

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

#[test]
fn objects_come_in_order_and_of_known_types() {
    let object = |kind: &str, id: &str| SetObject {
        resource_type: kind.to_owned(),
        ..set_object(find("device_category").unwrap(), id, Json::from([("displayName", Json::text("x"))]))
    };
    let run = |set: Vec<SetObject>, protection: &Protection| {
        export(
            Vec::new(),
            &header([]),
            moment(),
            protection,
            &Limits::default(),
            set.into_iter().map(Ok::<_, std::convert::Infallible>),
        )
        .map(|_| ())
    };
    assert!(matches!(run(vec![object("b", "1"), object("a", "1")], &OPEN), Err(ExportError::UnknownType(_))));
    let one = || object("device_category", "1");
    for wrong in [vec![one(), one()], vec![object("device_category", "2"), one()]] {
        assert!(matches!(run(wrong, &OPEN), Err(ExportError::Order)));
    }
    assert!(run(vec![object("gone_type", "1")], &sealed().0).is_ok(), "encrypted, it may leave");
    let failing = [Ok(one()), Err("gone")];
    assert!(matches!(
        export(Vec::new(), &header([]), moment(), &OPEN, &Limits::default(), failing),
        Err(ExportError::Object("gone"))
    ));
}

#[test]
fn what_would_not_be_read_back_is_not_written() {
    let set = set_of(&invented(12));
    let run = |protection: &Protection, limits: &Limits| {
        let objects = set.iter().cloned().map(Ok::<_, std::convert::Infallible>);
        export(Vec::new(), &header(["device_category"]), moment(), protection, limits, objects).map(|(bytes, _)| bytes)
    };
    let whole = run(&OPEN, &Limits::default()).unwrap();
    let files = unpacked(&whole);
    let largest = files.iter().filter(|(path, _)| path.contains('/')).map(|(_, bytes)| bytes.len()).max().unwrap();
    let read_bytes: usize = files.iter().filter(|(path, _)| *path != "index.md").map(|(_, bytes)| bytes.len()).sum();
    let names: usize = files.keys().map(String::len).sum();
    let exact = Limits {
        archive: whole.len() as u64,
        directory: (files.len() * 46 + names) as u64,
        files: files.len(),
        file: largest as u64,
        manifest: files["manifest.json"].len() as u64,
        total: read_bytes as u64,
        path: files.keys().map(String::len).max().unwrap(),
        depth: 1,
        ..Limits::default()
    };
    // At the limits it is written and read.
    let bytes = run(&OPEN, &exact).unwrap();
    let (report, _) = read(&mut *crate::sets::opened(&bytes, None, &exact).unwrap(), &exact).unwrap();
    assert_eq!((report.understood(), report.lines.as_slice()), (set.len() as u64, &[][..]));
    // With any of them one smaller it is not written, and what was written without is not read.
    let smaller = [
        Limits { archive: exact.archive - 1, ..exact.clone() },
        Limits { directory: exact.directory - 1, ..exact.clone() },
        Limits { files: exact.files - 1, ..exact.clone() },
        Limits { file: exact.file - 1, ..exact.clone() },
        Limits { manifest: exact.manifest - 1, ..exact.clone() },
        Limits { total: exact.total - 1, ..exact.clone() },
        Limits { path: exact.path - 1, ..exact.clone() },
        Limits { depth: 0, ..exact.clone() },
        Limits { values: 2, ..exact.clone() },
    ];
    for limits in &smaller {
        assert!(matches!(run(&OPEN, limits), Err(ExportError::TooLarge(_))), "{limits:?}");
        let found = crate::sets::opened(&whole, None, limits).and_then(|mut source| read(&mut *source, limits));
        assert!(found.is_err() || found.is_ok_and(|(report, _)| report.count(Verdict::Wrong) > 0), "{limits:?}");
    }
    // Encrypted it is larger, and that counts.
    let (lock, key) = sealed();
    let bytes = run(&lock, &Limits::default()).unwrap();
    let exact = Limits { archive: bytes.len() as u64, ..Limits::default() };
    assert_eq!(run(&lock, &exact).unwrap().len(), bytes.len());
    assert!(crate::sets::opened(&bytes, Some(&key), &exact).is_ok());
    assert!(matches!(run(&lock, &Limits { archive: exact.archive - 1, ..exact }), Err(ExportError::TooLarge(_))));
}

#[test]
fn an_object_that_packs_like_a_trap_comes_back() {
    let kind = find("device_category").unwrap();
    let object =
        Json::from([("id", Json::text("1")), ("displayName", Json::text("x")), ("description", Json::text("a".repeat(4 << 20)))]);
    assert_eq!(comes_back(&[set_object(kind, "1", object)]), 1);
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

#[test]
fn more_files_than_a_small_zip_can_count_come_back() {
    let kind = find("device_category").unwrap();
    let set: Vec<SetObject> = (0..66_000)
        .map(|number| {
            let id = format!("{number:06}");
            set_object(kind, &id, Json::from([("id", Json::text(id.as_str())), ("displayName", Json::text("x"))]))
        })
        .collect();
    let (report, found) = read_zip(&exported(&set, &OPEN), None).unwrap();
    assert_eq!((found.len(), report.count(Verdict::Wrong)), (66_000, 0));
}

#[test]
fn the_index_names_everything_and_stays_text() {
    let kind = find("device_category").unwrap();
    let object =
        |id: &str, name: &str| set_object(kind, id, Json::from([("id", Json::text(id)), ("displayName", Json::text(name))]));
    let set = [object("1", "Laptops"), object("2", "<script>|](x)\n# no")];
    let index = String::from_utf8(unpacked(&exported(&set, &OPEN)).remove("index.md").unwrap()).unwrap();
    assert!(index.contains("| Laptops | [device_category/laptops-"), "{index}");
    assert!(
        index.contains("Contoso \\| &lt;b&gt;")
            && !index.contains("<script>")
            && index.lines().filter(|line| line.starts_with("# ")).count() == 1
    );
}

#[test]
fn what_a_set_lacks_is_in_the_export() {
    let mut header = header(["device_category", "scope_tag"]);
    header.set.complete = false;
    header.coverage[1].state = "forbidden".to_owned();
    header.coverage[1].failure = Some("graph.forbidden".to_owned());
    header.missing.push(MissingLine {
        resource_type: "device_category".to_owned(),
        id: "9".to_owned(),
        name: "Ph|ones".to_owned(),
        code: "graph.unavailable".to_owned(),
    });
    let none: [Result<SetObject, std::convert::Infallible>; 0] = [];
    let bytes = export(Vec::new(), &header, moment(), &OPEN, &Limits::default(), none).unwrap().0;
    let (report, _) = read_zip(&bytes, None).unwrap();
    assert_eq!((&report.coverage, &report.missing, report.set.unwrap().1.complete), (&header.coverage, &header.missing, false));
    let index = String::from_utf8(unpacked(&bytes).remove("index.md").unwrap()).unwrap();
    assert!(
        index.contains("| Scope tag | forbidden | graph.forbidden |")
            && index.contains("| Ph\\|ones | Device category | graph.unavailable |"),
        "{index}"
    );
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
