//! Somebody works beside the mirror in its folder, or means harm.

use std::fs;
use std::path::Path;

use ops::archive::{Committed, Mirror, MirrorError, SetHeader, SetObject};

use crate::mirror::{category, commit, files, git, nobody, opened, set};

/// Commits objects; `between` is called when the last of them is asked for, as somebody would come who works beside.
fn commit_while(
    mirror: &mut Mirror,
    header: &SetHeader,
    objects: Vec<SetObject>,
    between: impl Fn(),
) -> Result<Committed, MirrorError> {
    let last = objects.len() - 1;
    let objects = objects.into_iter().enumerate().map(|(number, object)| {
        if number == last {
            between();
        }
        Ok::<_, String>(object)
    });
    mirror.commit(header, false, &nobody, objects)
}

fn two(name: &str) -> Vec<SetObject> {
    vec![category("a", name), category("b", "B")]
}

fn has_next(folder: &Path) -> bool {
    !git(folder, &["for-each-ref", "refs/tenantatlas"]).is_empty()
}

#[test]
fn what_is_edited_while_a_set_streams_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let mut mirror = opened(path).unwrap();
    let first = commit(&mut mirror, &set("1"), &two("A"));
    let file = path.join(&files(path)[0]);
    let honest = fs::read(&file).unwrap();
    // A file of the mirror that the set changes as well, another one, and one that is new.
    for place in [file.clone(), path.join(&files(path)[1]), path.join("notes.txt")] {
        let before = fs::read(&place).ok();
        let refused = commit_while(&mut mirror, &set("2"), two("A2"), || fs::write(&place, "theirs").unwrap());
        assert!(matches!(refused, Err(MirrorError::Dirty(_))), "{refused:?}");
        assert_eq!(fs::read_to_string(&place).unwrap(), "theirs");
        assert_eq!(git(path, &["rev-parse", "HEAD"]), first.commit);
        assert!(!has_next(path), "nothing of it comes back later");
        // While it is there, no set is streamed.
        let asked = commit_while(&mut mirror, &set("2"), two("A2"), || panic!("not asked for"));
        assert!(matches!(asked, Err(MirrorError::Dirty(_))));
        match before {
            Some(before) => fs::write(&place, before).unwrap(),
            None => fs::remove_file(&place).unwrap(),
        }
    }
    assert_eq!(fs::read(&file).unwrap(), honest);
    assert_eq!(commit(&mut mirror, &set("2"), &two("A2")).changed, 1);
    assert_eq!(git(path, &["status", "--porcelain"]), "");
}

#[test]
fn what_is_committed_while_a_set_streams_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let mut mirror = opened(path).unwrap();
    commit(&mut mirror, &set("1"), &two("A"));
    let theirs = || {
        fs::write(path.join("README.md"), "ours").unwrap();
        git(path, &["add", "."]);
        git(path, &["commit", "-qm", "theirs"]);
    };
    assert!(matches!(commit_while(&mut mirror, &set("2"), two("A2"), theirs), Err(MirrorError::Moved)));
    assert_eq!(git(path, &["log", "--format=%s"]), "theirs\nSet 1");
    assert!(!has_next(path) && git(path, &["status", "--porcelain"]).is_empty());
    assert!(matches!(commit_while(&mut mirror, &set("2"), two("A2"), || panic!("not asked for")), Err(MirrorError::Moved)));
    drop(mirror);
    let mut mirror = opened(path).unwrap();
    commit(&mut mirror, &set("2"), &two("A2"));
    assert_eq!(git(path, &["log", "--format=%s"]), "Set 2\ntheirs\nSet 1");
    assert_eq!(fs::read_to_string(path.join("README.md")).unwrap(), "ours");
}

#[test]
fn a_first_commit_overwrites_nothing_that_came_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let mut mirror = opened(path).unwrap();
    let refused = commit_while(&mut mirror, &set("1"), two("A"), || fs::write(path.join("tenantatlas.json"), "theirs").unwrap());
    assert!(matches!(refused, Err(MirrorError::Dirty(_))), "{refused:?}");
    assert_eq!(fs::read_to_string(path.join("tenantatlas.json")).unwrap(), "theirs");
    fs::remove_file(path.join("tenantatlas.json")).unwrap();
    assert_eq!(commit(&mut mirror, &set("1"), &two("A")).added, 2);
}

#[test]
fn a_commit_that_is_there_is_told_whatever_clearing_up_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let mut mirror = opened(path).unwrap();
    commit(&mut mirror, &set("1"), &two("A"));
    // As another git leaves it that was killed: no reference can be taken away.
    let lock = path.join(".git/packed-refs.lock");
    let done = commit_while(&mut mirror, &set("2"), two("A2"), || fs::write(&lock, "").unwrap()).unwrap();
    assert_eq!((done.changed, done.commit), (1, git(path, &["rev-parse", "HEAD"])));
    assert!(has_next(path));
    fs::remove_file(&lock).unwrap();
    assert!(commit(&mut mirror, &set("2"), &two("A2")).already);
    assert_eq!(commit(&mut mirror, &set("3"), &two("A3")).changed, 1);
    assert_eq!(git(path, &["log", "--format=%s"]), "Set 3\nSet 2\nSet 1");
    assert!(!has_next(path));
}

#[test]
fn a_mirror_does_not_go_back_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let mut mirror = opened(folder.path()).unwrap();
    commit(&mut mirror, &set("2"), &two("new"));
    let mut older = set("1");
    older.set.captured_at = model::time::Moment::parse("2026-11-20T20:00:00Z").unwrap();
    let refused = commit_while(&mut mirror, &older, two("old"), || panic!("not asked for"));
    assert!(matches!(refused, Err(MirrorError::Older)));
    drop(mirror);
    let mut mirror = opened(folder.path()).unwrap();
    assert!(matches!(commit_while(&mut mirror, &older, two("old"), || ()), Err(MirrorError::Older)));
    assert_eq!(git(folder.path(), &["log", "--format=%s"]), "Set 2");
}

#[test]
fn settings_that_could_run_a_program_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let mut mirror = opened(path).unwrap();
    commit(&mut mirror, &set("1"), &two("A"));
    drop(mirror);
    fs::write(path.join(".git/info/attributes"), "* filter=x\n")
        .or_else(|_| {
            fs::create_dir_all(path.join(".git/info"))?;
            fs::write(path.join(".git/info/attributes"), "* filter=x\n")
        })
        .unwrap();
    let ran = path.parent().unwrap().join(format!("ran-{}", path.file_name().unwrap().to_string_lossy()));
    let program = format!("sh -c 'touch {}; cat'", ran.display());
    let included = path.join(".git/more");
    fs::write(&included, format!("[filter \"x\"]\n\tclean = {program}\n")).unwrap();
    let included = included.to_string_lossy().into_owned();
    for (key, value) in [
        ("filter.x.clean", program.as_str()),
        ("filter.x.smudge", &program),
        ("gc.recentObjectsHook", &program),
        ("core.fsmonitor", &program),
        ("core.alternateRefsCommand", &program),
        ("include.path", &included),
        ("extensions.worktreeConfig", "true"),
    ] {
        git(path, &["config", "--file", ".git/config", key, value]);
        // What is named is what git makes of it: sections and names in small letters.
        let refused = opened(path).unwrap_err();
        let wanted = format!("the repository has a setting that a mirror does not take: {}", key.to_lowercase());
        assert_eq!(refused, wanted);
        git(path, &["config", "--file", ".git/config", "--unset", key]);
        assert!(!ran.exists(), "{key}");
    }
    // Where it pushes to is its owner's matter.
    git(path, &["config", "--file", ".git/config", "remote.origin.url", "https://git.contoso.com/mirror"]);
    git(path, &["config", "--file", ".git/config", "branch.main.remote", "origin"]);
    assert!(opened(path).is_ok());
    fs::write(path.join(".git/config"), "[core\n").unwrap();
    assert!(opened(path).unwrap_err().starts_with("git config: "));
}

#[test]
fn a_repository_that_is_part_of_another_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let (main, beside, linked) = (root.path().join("main"), root.path().join("beside"), root.path().join("linked"));
    let mut mirror = opened(&main).unwrap();
    commit(&mut mirror, &set("1"), &two("A"));
    drop(mirror);
    let refused = "the repository is a link or a part of another one";
    git(&main, &["worktree", "add", "-q", beside.to_str().unwrap(), "-b", "other"]);
    assert_eq!(opened(&beside).unwrap_err(), refused);
    fs::write(main.join(".git/commondir"), "../../linked/.git\n").unwrap();
    assert_eq!(opened(&main).unwrap_err(), refused);
    fs::remove_file(main.join(".git/commondir")).unwrap();
    #[cfg(unix)]
    {
        fs::create_dir(&linked).unwrap();
        std::os::unix::fs::symlink(main.join(".git"), linked.join(".git")).unwrap();
        assert_eq!(opened(&linked).unwrap_err(), refused);
    }
    let _ = linked;
}

#[cfg(unix)]
#[test]
fn a_folder_of_another_user_is_refused() {
    use std::os::unix::fs::chown;
    let root = tempfile::tempdir().unwrap();
    let (fresh, begun) = (root.path().join("fresh"), root.path().join("begun"));
    fs::create_dir(&fresh).unwrap();
    drop(opened(&begun).unwrap());
    let refused = "the folder or its repository belongs to another user of this machine";
    for (given, folder) in
        [(fresh.clone(), &fresh), (begun.join(".git/config"), &begun), (begun.join(".git"), &begun), (begun.clone(), &begun)]
    {
        // Only root gives something away; who is not root cannot be shown one.
        if chown(&given, Some(4711), None).is_err() {
            eprintln!("a_folder_of_another_user_is_refused: skipped, it needs root");
            return;
        }
        assert_eq!(opened(folder).unwrap_err(), refused, "{}", given.display());
        chown(&given, Some(0), None).unwrap();
    }
    assert!(fs::read_dir(&fresh).unwrap().next().is_none(), "nothing was begun there");
    assert!(opened(&begun).is_ok());
}
