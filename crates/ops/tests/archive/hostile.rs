//! Archives that mean harm, or were damaged: each is refused with a reason that names the file.

use std::fs;
use std::path::Path;

use ops::archive::{Limits, open};

use crate::raw_zip::{RawZip, Said};
use crate::sets::{opened, read, read_zip};

const POLICY: &str = "Settings Catalog/policy.json";

fn policy() -> Said {
    Said::honest(POLICY.as_bytes(), br#"{"id":"1","name":"P","settings":[]}"#)
}

fn zip(said: &[Said]) -> Vec<u8> {
    let mut zip = RawZip::default();
    said.iter().for_each(|said| zip.say(said));
    zip.finish()
}

fn refused(bytes: &[u8]) -> String {
    read_zip(bytes, None).expect_err("refused").to_string()
}

#[test]
fn an_honest_one_is_read() {
    let (report, found) = read_zip(&zip(&[policy()]), None).unwrap();
    assert_eq!((report.understood(), found[0].name.as_str(), found[0].object_id.as_str()), (1, "P", "1"));
}

#[test]
fn a_path_that_leads_out_is_refused() {
    for name in
        ["../x.json", "a/../../x.json", "/etc/x.json", "C:/x.json", "C:\\x.json", "\\\\host\\x.json", "a\0.json", "a//b.json"]
    {
        let said = refused(&zip(&[policy(), Said::honest(name.as_bytes(), b"{}")]));
        assert!(said.contains("an unsafe path"), "{name}: {said}");
    }
    let said = refused(&zip(&[Said::honest(b"Settings Catalog/\xff\xfe.json", b"{}")]));
    assert_eq!(said, "Settings Catalog/\u{fffd}\u{fffd}.json: an unsafe path: not UTF-8");
}

#[test]
fn links_and_devices_are_refused() {
    for (mode, words) in
        [(0o120_777, "a symbolic link"), (0o020_666, "neither a file nor a folder"), (0o010_666, "neither a file")]
    {
        let said = refused(&zip(&[Said { mode, ..policy() }]));
        assert!(said.starts_with(&format!("{POLICY}: {words}")), "{said}");
    }
}

#[test]
fn two_files_of_one_name_are_refused() {
    let other = Said::honest(POLICY.to_uppercase().as_bytes(), b"{}");
    for second in [policy(), other] {
        assert!(refused(&zip(&[policy(), second])).contains("two files of this name"));
    }
}

#[test]
fn other_encryption_and_other_packing_are_refused() {
    for flags in [1, 1 << 6, 1 << 13] {
        let said = refused(&zip(&[Said { flags, ..policy() }]));
        assert!(said.starts_with(&format!("{POLICY}: encrypted in the way of zip files")), "{said}");
    }
    let said = refused(&zip(&[Said { method: 14, ..policy() }]));
    assert_eq!(said, format!("{POLICY}: packed with method 14; only stored and deflated files are read"));
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    let bomb = Said::honest(POLICY.as_bytes(), &vec![b' '; 8 << 20]);
    assert_eq!(refused(&zip(&[bomb])), format!("{POLICY}: unpacks to more than 200 times its size, as nothing but a trap does"));
    // One that hides its size is found when it is read, and no more is unpacked than it says.
    let liar = Said { size: 1_000, ..Said::honest(POLICY.as_bytes(), &vec![b' '; 8 << 20]) };
    let (report, found) = read_zip(&zip(&[liar]), None).unwrap();
    assert!(found.is_empty());
    let said = report.lines[0].to_string();
    assert_eq!(said, format!("{POLICY}: the zip file is damaged: it unpacks to another size than it says"));
}

#[test]
fn files_that_share_bytes_are_refused() {
    let mut zip = RawZip::default();
    zip.say(&policy());
    for number in 0..50 {
        let name = format!("Settings Catalog/{number}.json");
        zip.say(&Said { offset: Some(0), ..Said::honest(name.as_bytes(), b"{}") });
    }
    assert!(refused(&zip.finish()).contains("two files share bytes"));
}

#[test]
fn a_zip_in_a_zip_is_not_opened() {
    let inner = zip(&[policy()]);
    let (report, found) = read_zip(&zip(&[policy(), Said::honest(b"Settings Catalog/inner.zip", &inner)]), None).unwrap();
    assert_eq!((found.len(), report.lines[0].words.as_str()), (1, "neither JSON nor YAML"));
}

#[test]
fn each_limit_holds() {
    let small = Limits {
        archive: 2_000,
        directory: 400,
        files: 3,
        file: 100,
        total: 150,
        path: 60,
        depth: 3,
        lines: 2,
        ..Limits::default()
    };
    let of = |said: &[Said]| {
        let bytes = zip(said);
        opened(&bytes, None, &small).and_then(|mut source| read(&mut *source, &small))
    };
    let named = |name: &str, size: usize| {
        let text = format!(r#"{{"id":"{name}","name":"{}","settings":[]}}"#, "x".repeat(size));
        Said::honest(format!("Settings Catalog/{name}.json").as_bytes(), text.as_bytes())
    };
    let refused = |said: &[Said]| of(said).expect_err("refused").to_string();
    assert!(of(&[named("a", 10), named("b", 10)]).is_ok());
    assert_eq!(refused(&[named("a", 1), named("b", 1), named("c", 1), named("d", 1)]), "files: more than the limit of 3");
    assert_eq!(refused(&[named("a", 30), named("b", 30), named("c", 30)]), "bytes of all files: more than the limit of 150");
    assert!(refused(&[named(&"a".repeat(50), 1)]).ends_with("bytes of a path: more than the limit of 60"));
    assert!(refused(&[Said::honest(b"a/b/c/d/e.json", b"{}")]).ends_with("folders above a file: more than the limit of 3"));
    let noise: Vec<u8> = (0..100_u32).flat_map(|at| *blake3::hash(&at.to_le_bytes()).as_bytes()).collect();
    assert_eq!(refused(&[Said::honest(b"a", &noise)]), "bytes of the archive: more than the limit of 2000");
    let long: Vec<Said> = (0..3).map(|n| named(&format!("{n}{}", "a".repeat(35)), 1)).collect();
    let tight = Limits { directory: 200, ..small.clone() };
    let said = opened(&zip(&long), None, &tight).err().expect("refused").to_string();
    assert_eq!(said, "bytes of the list of files: more than the limit of 200");
    // One large file is left out; the others are read.
    let (report, found) = of(&[named("a", 90), named("b", 10)]).unwrap();
    assert_eq!(
        (found.len(), report.lines[0].to_string().as_str()),
        (1, "Settings Catalog/a.json: bytes of a file: more than the limit of 100")
    );
    // Lines are counted beyond what is kept.
    let many = Limits { files: 100, total: 10_000, archive: 100_000, directory: 100_000, ..small.clone() };
    let bad: Vec<Said> = (0..9).map(|n| Said::honest(format!("Settings Catalog/{n}.json").as_bytes(), b"[]")).collect();
    let (report, _) = opened(&zip(&bad), None, &many).and_then(|mut source| read(&mut *source, &many)).unwrap();
    assert_eq!((report.lines.len(), report.counts.values().sum::<u64>()), (2, 9));
}

#[test]
fn many_small_values_are_refused_before_they_are_made() {
    // Packed these are some kilobytes each, and unpacked less than a file may be.
    let list = |values: usize| format!("{{\"id\":\"1\",\"name\":\"n\",\"settings\":[0{}]}}", ",0".repeat(values - 1));
    let yaml = |values: usize| format!("id: '1'\nname: n\nsettings: [0{}]\n", ",0".repeat(values - 1));
    let limits = Limits { ratio: 2_000, values: 50_000, ..Limits::default() };
    let of = |name: &str, text: &str| {
        let bytes = zip(&[Said::honest(format!("Settings Catalog/{name}").as_bytes(), text.as_bytes())]);
        let (report, found) = opened(&bytes, None, &limits).and_then(|mut source| read(&mut *source, &limits)).unwrap();
        (found.len(), report.lines.first().map(ToString::to_string))
    };
    // The object itself and its three members count too.
    let most = limits.values - 4;
    for (name, fits, more) in [("a.json", list(most), list(most + 1)), ("a.yaml", yaml(most), yaml(most + 1))] {
        assert_eq!(of(name, &fits).0, 1, "{name}");
        assert_eq!(
            of(name, &more),
            (0, Some(format!("Settings Catalog/{name}: values of a file: more than the limit of 50000")))
        );
    }
    // The manifest of our own format as well, which may have some for each file.
    let text = format!("{{\"format\":\"tenantatlas-backup\",\"version\":1,\"x\":[0{}]}}", ",0".repeat(51_000));
    let bytes = zip(&[Said::honest(b"manifest.json", text.as_bytes())]);
    let refused = opened(&bytes, None, &limits).and_then(|mut source| read(&mut *source, &limits)).expect_err("refused");
    assert_eq!(refused.to_string(), "manifest.json: values of a file: more than the limit of 50064");
}

#[test]
fn a_manifest_has_its_limit() {
    let limits = Limits { manifest: 100, ..Limits::default() };
    let text = format!("{{\"format\":\"tenantatlas-backup\",\"version\":1,\"x\":\"{}\"}}", "x".repeat(100));
    let bytes = zip(&[Said::honest(b"manifest.json", text.as_bytes())]);
    let refused = opened(&bytes, None, &limits).and_then(|mut source| read(&mut *source, &limits)).expect_err("refused");
    assert_eq!(refused.to_string(), "manifest.json: bytes of a file: more than the limit of 100");
}

#[test]
fn a_wrong_list_is_refused() {
    let whole = || {
        let mut zip = RawZip::default();
        zip.say(&policy());
        zip
    };
    let place = u32::try_from(whole().bytes.len()).unwrap();
    for bytes in [
        whole().finish_saying(2, place),
        whole().finish_saying(0, place),
        whole().finish_saying(1, place + 1),
        whole().finish_saying(1, 0),
        whole().finish_saying(1, u32::MAX),
        whole().finish_saying(u16::MAX, place),
        [whole().finish(), b"trailing".to_vec()].concat(),
        [b"PK\x03\x04 self-extracting".to_vec(), whole().finish()].concat(),
        whole().bytes,
    ] {
        assert!(refused(&bytes).starts_with("the zip file is damaged"), "{}", refused(&bytes));
    }
    let honest = whole().finish();
    for cut in 4..honest.len() {
        assert!(read_zip(&honest[..cut], None).is_err(), "cut at {cut}");
    }
    let other_name = Said { name_before: b"Settings Catalog/pol1cy.json".to_vec(), ..policy() };
    let (report, found) = read_zip(&zip(&[other_name]), None).unwrap();
    assert!(found.is_empty() && report.lines[0].words.ends_with("the list of files and the file do not agree"));
    let wrong_sum = Said { crc: 1, ..policy() };
    let (report, found) = read_zip(&zip(&[wrong_sum, Said::honest(b"Settings Catalog/b.json", &[])]), None).unwrap();
    assert!(found.is_empty());
    assert_eq!(report.lines[1].to_string(), format!("{POLICY}: damaged: its checksum does not fit"));
}

#[test]
fn text_that_is_none_is_left_out_by_name() {
    let deep = format!(r#"{{"id":"1","name":"n","settings":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let wide: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(r#"{"id":"7","name":"wide","settings":[]}"#.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let files: [(&str, &[u8]); 8] = [
        ("a.json", b"{"),
        ("b.json", b"\xff\xfe\x00"),
        ("c.json", b"\x80abc"),
        ("d.json", deep.as_bytes()),
        ("e.json", br#"{"name":"a","name":"b"}"#),
        ("f.yaml", b"a: !!python/object/apply:os.system [x]"),
        ("g.json", b"\xef\xbb\xbf{\"id\":\"8\",\"name\":\"mark\",\"settings\":[]}"),
        ("h.json", &wide),
    ];
    let said: Vec<Said> =
        files.iter().map(|(name, bytes)| Said::honest(format!("Settings Catalog/{name}").as_bytes(), bytes)).collect();
    let (report, found) = read_zip(&zip(&said), None).unwrap();
    let names: Vec<&str> = found.iter().map(|object| object.name.as_str()).collect();
    assert_eq!(names, ["mark", "wide"]);
    assert_eq!(report.lines.len(), 6);
    for (line, name) in report.lines.iter().zip("abcdef".chars()) {
        assert!(line.to_string().starts_with(&format!("Settings Catalog/{name}.")), "{line}");
    }
}

#[test]
fn what_is_no_archive_is_refused() {
    for bytes in [&b""[..], b"PK", b"{}", b"\x1f\x8b\x08gzip", b"age-encryption.org/v2\n", b"Rar!\x1a\x07"] {
        assert_eq!(refused(bytes), "neither a zip file, an encrypted export nor a folder");
    }
    assert!(refused(&zip(&[])).starts_with("no layout that is known here"));
    assert!(refused(&zip(&[Said::honest(b"notes/a.json", b"{}")])).starts_with("no layout that is known here"));
}

#[cfg(unix)]
#[test]
fn a_folder_follows_no_link_and_opens_no_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let secret = tempfile::NamedTempFile::new().unwrap();
    let inside = folder.path().join("Settings Catalog");
    fs::create_dir_all(inside.join(".git")).unwrap();
    fs::write(inside.join(".git/config"), "hidden").unwrap();
    fs::write(inside.join("policy.json"), r#"{"id":"1","name":"P","settings":[]}"#).unwrap();
    let of =
        |path: &Path| open(path, None, &Limits::default()).map(|source| source.files().len()).map_err(|error| error.to_string());
    assert_eq!(of(folder.path()), Ok(1));
    let link = inside.join("link.json");
    std::os::unix::fs::symlink(secret.path(), &link).unwrap();
    assert_eq!(of(folder.path()), Err("Settings Catalog/link.json: a symbolic link; links are never followed".to_owned()));
    fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink("/", inside.join("up")).unwrap();
    assert!(of(folder.path()).unwrap_err().contains("a symbolic link"));
    fs::remove_file(inside.join("up")).unwrap();
    let socket = std::os::unix::net::UnixListener::bind(inside.join("pipe.json")).unwrap();
    assert!(of(folder.path()).unwrap_err().contains("neither a file nor a folder"));
    drop(socket);
    fs::remove_file(inside.join("pipe.json")).unwrap();
    // A link that takes a file's place after the folder was listed.
    let limits = Limits::default();
    let mut source = open(folder.path(), None, &limits).unwrap();
    fs::remove_file(inside.join("policy.json")).unwrap();
    std::os::unix::fs::symlink(secret.path(), inside.join("policy.json")).unwrap();
    let (report, found) = read(&mut *source, &limits).unwrap();
    assert!(found.is_empty() && report.lines[0].words == "it changed while it was read");
    // A pipe in its place is not opened, where it would wait for a writer for ever.
    fs::remove_file(inside.join("policy.json")).unwrap();
    fs::write(inside.join("policy.json"), "{}").unwrap();
    let mut source = open(folder.path(), None, &limits).unwrap();
    fs::remove_file(inside.join("policy.json")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(inside.join("policy.json")).status().unwrap();
    assert!(made.success());
    let (report, found) = read(&mut *source, &limits).unwrap();
    assert!(found.is_empty() && report.lines[0].words == "it changed while it was read");
}

#[cfg(unix)]
#[test]
fn a_folder_that_becomes_a_link_leads_nowhere() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let inside = folder.path().join("Settings Catalog");
    let text = r#"{"id":"1","name":"P","settings":[]}"#;
    fs::create_dir(&inside).unwrap();
    fs::write(inside.join("policy.json"), text).unwrap();
    // The same name and as many bytes: only the file itself is another one.
    fs::write(other.path().join("policy.json"), text).unwrap();
    let limits = Limits::default();
    let mut source = open(folder.path(), None, &limits).unwrap();
    fs::rename(&inside, folder.path().join("away")).unwrap();
    std::os::unix::fs::symlink(other.path(), &inside).unwrap();
    let (report, found) = read(&mut *source, &limits).unwrap();
    assert!(found.is_empty() && report.lines[0].words == "it changed while it was read");
    // One that is gone by then is left out as well.
    fs::remove_file(&inside).unwrap();
    let (report, found) = read(&mut *source, &limits).unwrap();
    assert!(found.is_empty() && report.lines[0].words == "it changed while it was read");
}

#[test]
fn a_folder_has_the_same_limits() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a", "b", "c"] {
        fs::write(folder.path().join(name), "1234567890").unwrap();
    }
    let of = |limits: &Limits| open(folder.path(), None, limits).map(|_| ()).map_err(|error| error.to_string());
    assert_eq!(of(&Limits { files: 2, ..Limits::default() }), Err("files: more than the limit of 2".to_owned()));
    let limits = Limits { file: 5, total: 25, ..Limits::default() };
    let mut source = open(folder.path(), None, &limits).unwrap();
    assert_eq!(source.read(0, 5).unwrap_err().to_string(), "a: bytes of a file: more than the limit of 5");
    assert!(source.read(0, 10).is_ok() && source.read(1, 10).is_ok());
    assert_eq!(source.read(2, 10).unwrap_err().to_string(), "bytes of all files: more than the limit of 25");
    assert!(open(&folder.path().join("nothing"), None, &limits).is_err());
}
