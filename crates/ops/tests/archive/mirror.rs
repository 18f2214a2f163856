//! The mirror in a Git working folder.

use std::fs;
use std::path::Path;
use std::process::Command;

use model::json::Json;
use model::resource_types::find;
use ops::archive::{Author, Committed, Mirror, MirrorError, MissingLine, SetHeader, SetObject, Streamed};

use crate::sets::{header, set_object};

const TENANT: &str = "0f0f0f0f-1111-2222-3333-444444444444";

pub(crate) fn category(id: &str, name: &str) -> SetObject {
    let object = Json::from([("id", Json::text(id)), ("displayName", Json::text(name)), ("description", Json::text("d"))]);
    set_object(find("device_category").unwrap(), id, object)
}

pub(crate) fn set(id: &str) -> SetHeader {
    let mut header = header(["device_category"]);
    header.set.id = id.to_owned();
    header.set.name = format!("Set {id}");
    header
}

pub(crate) fn nobody(_: &str, _: &str) -> Vec<Author> {
    Vec::new()
}

pub(crate) fn commit(mirror: &mut Mirror, header: &SetHeader, objects: &[SetObject]) -> Committed {
    mirror.commit(header, false, &nobody, objects.iter().cloned().map(Ok::<_, String>)).unwrap()
}

/// What git says, without anybody's settings.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let done = Command::new("git")
        .current_dir(folder)
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .args(["-c", "user.name=Somebody", "-c", "user.email=s@example.com"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).trim_end().to_owned()
}

pub(crate) fn files(folder: &Path) -> Vec<String> {
    git(folder, &["ls-files"]).lines().map(str::to_owned).collect()
}

pub(crate) fn opened(folder: &Path) -> Result<Mirror, String> {
    Mirror::open(folder, TENANT).map_err(|error| error.to_string())
}

#[test]
fn a_set_is_a_commit_and_an_object_a_file() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("mirror");
    let mut mirror = opened(&folder).unwrap();
    let first = commit(&mut mirror, &set("1"), &[category("a", "Laptops"), category("b", "Phones")]);
    assert_eq!((first.added, first.changed, first.removed, first.already), (2, 0, 0, false));
    let paths = files(&folder);
    assert_eq!(paths.len(), 3);
    assert!(paths[0].starts_with("device_category/laptops-") && paths[2] == "tenantatlas.json", "{paths:?}");
    let text = fs::read_to_string(folder.join(&paths[0])).unwrap();
    assert_eq!(text, "{\n  \"description\": \"d\",\n  \"displayName\": \"Laptops\"\n}\n", "nothing volatile");
    assert_eq!(
        git(&folder, &["log", "--format=%an <%ae>|%cn|%s|%at"]),
        "TenantAtlas <tenantatlas@localhost>|TenantAtlas|Set 1|1795291200"
    );

    // The same set again is the same commit; another one without changes is a commit that changes only the list.
    assert_eq!(opened(&folder).unwrap_err(), "another process is writing this mirror");
    let again = commit(&mut mirror, &set("1"), &[category("a", "Laptops")]);
    assert!(again.already && again.commit == first.commit);
    let second = commit(&mut mirror, &set("2"), &[category("a", "Laptops"), category("b", "Phones")]);
    assert_eq!((second.added, second.changed, second.removed), (0, 0, 0));
    assert_eq!(git(&folder, &["show", "--name-only", "--format="]), "tenantatlas.json");
    assert_eq!(git(&folder, &["status", "--porcelain"]), "");
    assert_eq!(git(&folder, &["fsck", "--strict"]), "");
}

#[test]
fn an_object_keeps_its_file_when_it_is_renamed() {
    let folder = tempfile::tempdir().unwrap();
    let mut mirror = opened(folder.path()).unwrap();
    commit(&mut mirror, &set("1"), &[category("a", "Laptops"), category("b", "Phones")]);
    let before = files(folder.path());
    let done = commit(&mut mirror, &set("2"), &[category("a", "Notebooks"), category("b", "Phones"), category("c", "Laptops")]);
    assert_eq!((done.changed, done.renamed, done.added), (1, 1, 1));
    let after = files(folder.path());
    assert!(before.iter().all(|path| after.contains(path)) && after.len() == before.len() + 1);
    assert_eq!(git(folder.path(), &["log", "--format=%s", "--", &before[0]]), "Set 2\nSet 1");
    assert!(fs::read_to_string(folder.path().join("tenantatlas.json")).unwrap().contains("Notebooks"));
}

#[test]
fn only_a_complete_set_takes_something_away() {
    let folder = tempfile::tempdir().unwrap();
    let mut mirror = opened(folder.path()).unwrap();
    let both = [category("a", "A"), category("b", "B")];
    commit(&mut mirror, &set("1"), &both);
    let gone = |mirror: &mut Mirror, header: &SetHeader| commit(mirror, header, &both[..1]).removed;
    let mut partial = set("2");
    partial.set.complete = false;
    assert_eq!(gone(&mut mirror, &partial), 0, "the set is not complete");
    let mut selection = set("3");
    selection.coverage[0].whole = false;
    assert_eq!(gone(&mut mirror, &selection), 0, "only some objects were asked for");
    let mut forbidden = set("4");
    forbidden.coverage[0].state = "forbidden".to_owned();
    assert_eq!(gone(&mut mirror, &forbidden), 0, "the type was not read");
    let mut other = set("5");
    other.coverage[0].resource_type = "scope_tag".to_owned();
    assert_eq!(gone(&mut mirror, &other), 0, "another type was read");
    assert_eq!(files(folder.path()).len(), 3);
    assert_eq!(gone(&mut mirror, &set("6")), 1);
    assert_eq!(files(folder.path()).len(), 2);
    assert_eq!(fs::read_dir(folder.path().join("device_category")).unwrap().count(), 1);
}

#[test]
fn the_author_is_who_changed_it_where_that_is_one_and_known() {
    let folder = tempfile::tempdir().unwrap();
    let mut mirror = opened(folder.path()).unwrap();
    let anna = || Author::new("Anna \"A\" <x>\n", "anna@contoso.com");
    let bert = || Author::new("Bert", "bert@contoso.com");
    let who = |_: &str, id: &str| match id {
        "a" | "b" => vec![anna()],
        "c" => vec![bert()],
        "e" => vec![anna(), bert()],
        _ => Vec::new(),
    };
    let mut run = |id: &str, objects: &[SetObject]| {
        mirror.commit(&set(id), false, &who, objects.iter().cloned().map(Ok::<_, String>)).unwrap();
        (
            git(folder.path(), &["log", "-1", "--format=%an <%ae>"]),
            git(folder.path(), &["log", "-1", "--format=%(trailers:key=Changed-by,valueonly)"]),
        )
    };
    let product = "TenantAtlas <tenantatlas@localhost>".to_owned();
    assert_eq!(run("1", &[category("a", "1"), category("b", "1")]), ("Anna A x <anna@contoso.com>".to_owned(), String::new()));
    let both = "Anna A x <anna@contoso.com>\nBert <bert@contoso.com>".to_owned();
    assert_eq!(run("2", &[category("a", "2"), category("b", "1"), category("c", "1")]), (product.clone(), both));
    let three = |a: &str, d: &str| [category("a", a), category("b", "1"), category("c", "1"), category("d", d)];
    assert_eq!(run("3", &three("3", "1")), (product.clone(), "Anna A x <anna@contoso.com>".to_owned()));
    assert_eq!(run("4", &three("3", "2")), (product, String::new()));
    assert_eq!(run("5", &three("4", "2")).0, "Anna A x <anna@contoso.com>", "who changed nothing is not asked for");
    assert_eq!(run("6", &three("4", "2")[..3]).0, "TenantAtlas <tenantatlas@localhost>");
    let with_e = || [category("a", "4"), category("b", "1"), category("c", "1"), category("e", "1")];
    let both = "Anna A x <anna@contoso.com>\nBert <bert@contoso.com>".to_owned();
    assert_eq!(run("7", &with_e()), ("TenantAtlas <tenantatlas@localhost>".to_owned(), both), "two changed the same object");
}

#[test]
fn the_same_sets_give_the_same_commits() {
    let run = || {
        let folder = tempfile::tempdir().unwrap();
        let mut mirror = opened(folder.path()).unwrap();
        commit(&mut mirror, &set("1"), &[category("a", "A")]);
        drop(mirror);
        let mut mirror = opened(folder.path()).unwrap();
        commit(&mut mirror, &set("2"), &[category("a", "B"), category("b", "A")]).commit
    };
    assert_eq!(run(), run());
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    assert_eq!(
        opened(folder.path()).unwrap_err(),
        "the folder is not empty and is no Git repository; a mirror begins in an empty one"
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q"]);
    fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    assert_eq!(opened(folder.path()).unwrap_err(), "the folder has changes that are not committed: notes.txt");
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "x"]);
    assert_eq!(opened(folder.path()).unwrap_err(), "the repository holds commits that are no mirror of backup sets");

    // A repository above is not the folder's.
    let inside = folder.path().join("inside");
    fs::create_dir(&inside).unwrap();
    fs::write(inside.join("x"), "").unwrap();
    assert!(opened(&inside).unwrap_err().contains("is no Git repository"));
}

#[test]
fn a_mirror_that_somebody_works_in_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut mirror = opened(folder.path()).unwrap();
    commit(&mut mirror, &set("1"), &[category("a", "A")]);
    drop(mirror);
    let path = files(folder.path())[0].clone();
    let honest = fs::read(folder.path().join(&path)).unwrap();
    fs::write(folder.path().join(&path), "changed").unwrap();
    assert_eq!(opened(folder.path()).unwrap_err(), format!("the folder has changes that are not committed: {path}"));
    fs::write(folder.path().join(&path), honest).unwrap();
    fs::write(folder.path().join("new.txt"), "").unwrap();
    assert!(opened(folder.path()).unwrap_err().ends_with("new.txt"));
    fs::remove_file(folder.path().join("new.txt")).unwrap();
    assert!(matches!(Mirror::open(folder.path(), "another"), Err(MirrorError::OtherTenant(_))));
    git(folder.path(), &["checkout", "-q", "--detach"]);
    assert_eq!(opened(folder.path()).unwrap_err(), "no branch is checked out");
    git(folder.path(), &["checkout", "-q", "main"]);
    // What others commit beside it stays.
    fs::write(folder.path().join("README.md"), "ours").unwrap();
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "readme"]);
    let mut mirror = opened(folder.path()).unwrap();
    commit(&mut mirror, &set("2"), &[category("a", "B")]);
    drop(mirror);
    assert_eq!(fs::read_to_string(folder.path().join("README.md")).unwrap(), "ours");
    // A list that leads elsewhere is none.
    let list = fs::read_to_string(folder.path().join("tenantatlas.json")).unwrap();
    fs::write(folder.path().join("tenantatlas.json"), list.replace("device_category/", "../")).unwrap();
    git(folder.path(), &["commit", "-qam", "evil"]);
    assert!(opened(folder.path()).unwrap_err().contains("no mirror"));
}

#[test]
fn settings_and_hooks_of_the_folder_do_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut mirror = opened(folder.path()).unwrap();
    commit(&mut mirror, &set("1"), &[category("a", "A")]);
    drop(mirror);
    let hooks = folder.path().join(".git/hooks");
    fs::create_dir_all(&hooks).unwrap();
    for hook in ["post-checkout", "reference-transaction", "post-index-change", "pre-auto-gc"] {
        fs::write(hooks.join(hook), "#!/bin/sh\ntouch \"$GIT_WORK_TREE/ran\"\nexit 1\n").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::PermissionsExt::set_mode(&mut fs::metadata(hooks.join(hook)).unwrap().permissions(), 0o755);
        #[cfg(unix)]
        fs::set_permissions(hooks.join(hook), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    git(folder.path(), &["config", "core.autocrlf", "true"]);
    let mut mirror = opened(folder.path()).unwrap();
    commit(&mut mirror, &set("2"), &[category("a", "B")]);
    assert!(!folder.path().join("ran").exists());
    let text = fs::read_to_string(folder.path().join(&files(folder.path())[0])).unwrap();
    assert!(!text.contains('\r'));
}

#[test]
fn a_commit_that_fails_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut mirror = opened(folder.path()).unwrap();
    let first = commit(&mut mirror, &set("1"), &[category("a", "A")]);
    let failing = [Ok(category("a", "B")), Err("the disk is full")];
    let error = mirror.commit(&set("2"), false, &nobody, failing).unwrap_err();
    assert_eq!(error.to_string(), "the disk is full");
    let twice = [Ok::<_, String>(category("b", "B")), Ok(category("b", "B"))];
    assert!(matches!(mirror.commit(&set("2"), false, &nobody, twice), Err(MirrorError::Order)));
    assert_eq!(git(folder.path(), &["rev-parse", "HEAD"]), first.commit);
    assert_eq!(git(folder.path(), &["status", "--porcelain"]), "");
    drop(mirror);
    let mut mirror = opened(folder.path()).unwrap();
    assert_eq!(commit(&mut mirror, &set("2"), &[category("a", "B")]).changed, 1);
}

#[test]
fn what_was_interrupted_is_finished_and_nobodys_work_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let mut mirror = opened(path).unwrap();
    commit(&mut mirror, &set("1"), &[category("a", "A"), category("b", "B")]);
    commit(&mut mirror, &set("2"), &[category("a", "A2"), category("c", "C")]);
    drop(mirror);
    let (after, before) = (git(path, &["rev-parse", "HEAD"]), git(path, &["rev-parse", "HEAD^"]));
    // As a process leaves it that was killed when the commit was written and some files of the folder were.
    let interrupt = |changed: bool| {
        git(path, &["reset", "-q", "--hard", &before]);
        git(path, &["update-ref", "refs/tenantatlas/next", &after]);
        if changed {
            let a = files(path).remove(0);
            fs::write(path.join(&a), git(path, &["show", &format!("{after}:{a}")]) + "\n").unwrap();
        }
    };
    for changed in [false, true] {
        interrupt(changed);
        let mut mirror = opened(path).unwrap();
        assert_eq!(git(path, &["rev-parse", "HEAD"]), after);
        assert_eq!(git(path, &["status", "--porcelain"]), "");
        assert!(commit(&mut mirror, &set("2"), &[]).already);
    }
    interrupt(true);
    fs::write(path.join(&files(path)[0]), "somebody's").unwrap();
    assert!(opened(path).unwrap_err().starts_with("the folder has changes"));
    assert_eq!(fs::read_to_string(path.join(&files(path)[0])).unwrap(), "somebody's");
    interrupt(false);
    fs::write(path.join("new.txt"), "somebody's").unwrap();
    assert!(opened(path).unwrap_err().ends_with("new.txt"));
    fs::remove_file(path.join("new.txt")).unwrap();
    // Others went on from the older commit: what waited is forgotten.
    interrupt(false);
    git(path, &["commit", "-q", "--allow-empty", "-m", "theirs"]);
    let mut mirror = opened(path).unwrap();
    assert_eq!(commit(&mut mirror, &set("2"), &[category("a", "A2")]).changed, 1);
}

#[test]
fn no_secret_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut mirror = opened(folder.path()).unwrap();
    let script = |text: &str| {
        let object = Json::from([("id", Json::text("s")), ("displayName", Json::text("S")), ("scriptContent", Json::text(text))]);
        set_object(find("device_management_script").unwrap(), "s", object)
    };
    commit(&mut mirror, &set("1"), &[script("canary-one")]);
    let same = commit(&mut mirror, &set("2"), &[script("canary-two")]);
    assert_eq!(same.changed, 0, "that a secret changed is not told either");
    let everything = git(folder.path(), &["log", "-p"]);
    assert!(everything.contains("withheld") && !everything.contains("canary"));
    let with = mirror.commit(&set("3"), true, &nobody, [Ok::<_, String>(script("canary-two"))]).unwrap();
    assert_eq!(with.changed, 1);
    assert!(git(folder.path(), &["log", "-p"]).contains("canary-two"));
}

#[test]
fn of_a_damaged_object_the_mirror_keeps_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let mut mirror = opened(folder.path()).unwrap();
    commit(&mut mirror, &set("1"), &[category("a", "A"), category("b", "B")]);
    let line = |id: &str| MissingLine {
        resource_type: "device_category".to_owned(),
        id: id.to_owned(),
        name: id.to_owned(),
        code: "content.corrupt".to_owned(),
    };
    let objects = [Streamed::from(category("a", "A2")), Streamed::Damaged(line("b")), Streamed::Damaged(line("c"))];
    let done = mirror.commit(&set("2"), false, &nobody, objects.map(Ok::<_, String>)).unwrap();
    assert_eq!((done.added, done.changed, done.removed), (0, 1, 0));
    assert_eq!(files(folder.path()).len(), 3);
    let wrong = [Streamed::Damaged(line("b")), Streamed::from(category("a", "A2"))];
    let refused = mirror.commit(&set("3"), false, &nobody, wrong.map(Ok::<_, String>));
    assert!(matches!(refused, Err(MirrorError::Order)), "{refused:?}");
}
