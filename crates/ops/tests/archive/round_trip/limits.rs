//! What is too large, or out of order.

use model::json::Json;
use model::resource_types::find;
use ops::archive::{ExportError, Limits, Protection, SetObject, Verdict, export};

use super::{OPEN, comes_back, sealed, unpacked};
use crate::sets::{exported, header, invented, moment, read, read_zip, set_object, set_of};

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
