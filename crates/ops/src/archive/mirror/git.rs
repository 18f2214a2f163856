//! The program `git` at a working folder.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::MirrorError;
use super::import::Import;

/// Where a commit waits until the folder has followed it.
pub(super) const NEXT: &str = "refs/tenantatlas/next";

/// A working folder.
#[derive(Debug)]
pub(super) struct Git {
    pub(super) folder: PathBuf,
}

/// A few paths in a line.
pub(super) fn some(paths: &[String]) -> String {
    const NAMED: usize = 5;
    let named: Vec<String> = paths.iter().take(NAMED).map(|path| crate::archive::shown(path)).collect();
    let more = paths.len().saturating_sub(NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", named.join(", "))
}

impl Git {
    pub(super) fn at(folder: &Path) -> io::Result<Self> {
        Ok(Self { folder: fs::canonicalize(folder)? })
    }

    /// The program, with nothing of whoever runs it: no settings of the machine or the person, no hooks, no questions.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new("git");
        command.env_clear();
        for kept in ["PATH", "SystemRoot", "TMPDIR"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        let nowhere = if cfg!(windows) { "NUL" } else { "/dev/null" };
        command
            .envs([("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_TERMINAL_PROMPT", "0"), ("LC_ALL", "C"), ("GIT_CONFIG_GLOBAL", nowhere)])
            .env("GIT_DIR", self.folder.join(".git"))
            .env("GIT_WORK_TREE", &self.folder)
            .current_dir(&self.folder)
            .arg("-c")
            .arg(format!("core.hooksPath={nowhere}"))
            .arg("-c")
            .arg(format!("core.attributesFile={nowhere}"));
        for setting in [
            "core.autocrlf=false",
            "core.fsmonitor=false",
            "core.quotePath=false",
            "core.fileMode=false",
            "gc.autoDetach=false",
            // Cleared up once, by `settle`.
            "maintenance.auto=false",
        ] {
            command.args(["-c", setting]);
        }
        command.stdin(Stdio::null());
        command
    }

    pub(super) fn run(&self, name: &'static str, arguments: &[&str]) -> Result<Vec<u8>, MirrorError> {
        let done = self.command().arg(name).args(arguments).output()?;
        if done.status.success() { Ok(done.stdout) } else { Err(failed(name, &done.stderr)) }
    }

    fn text(&self, name: &'static str, arguments: &[&str]) -> Result<String, MirrorError> {
        Ok(String::from_utf8_lossy(&self.run(name, arguments)?).trim().to_owned())
    }

    pub(super) fn is_repository(&self) -> bool {
        self.folder.join(".git").exists()
    }

    pub(super) fn begin(&self) -> Result<(), MirrorError> {
        self.run("init", &["--quiet", "--template=", "--initial-branch=main"]).map(|_| ())
    }

    /// Keeps other processes of ours away as long as the file is open.
    pub(super) fn lock(&self) -> Result<File, MirrorError> {
        let file = File::options().create(true).append(true).open(self.folder.join(".git/tenantatlas.lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(MirrorError::Busy),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// Refuses a folder in which no branch is checked out.
    pub(super) fn on_a_branch(&self) -> Result<(), MirrorError> {
        // Answers for a branch without commits too. Only a detached head has none; trouble of another kind shows in what follows.
        self.run("status", &["--porcelain", "--untracked-files=no"])?;
        self.run("symbolic-ref", &["--quiet", "HEAD"]).map_err(|_| MirrorError::Detached).map(|_| ())
    }

    /// The commit of a name.
    fn commit_of(&self, name: &str) -> Result<Option<String>, MirrorError> {
        let found = self.command().args(["rev-parse", "--quiet", "--verify", &format!("{name}^{{commit}}")]).output()?;
        let text = String::from_utf8_lossy(&found.stdout).trim().to_owned();
        Ok((found.status.success() && !text.is_empty()).then_some(text))
    }

    /// The latest commit.
    pub(super) fn head(&self) -> Result<Option<String>, MirrorError> {
        self.commit_of("HEAD")
    }

    /// A file of the latest commit.
    pub(super) fn file(&self, path: &str) -> Result<Option<Vec<u8>>, MirrorError> {
        let found = self.command().args(["cat-file", "blob", &format!("HEAD:{path}")]).output()?;
        Ok(found.status.success().then_some(found.stdout))
    }

    /// Paths that differ from the latest commit, or are not in it.
    pub(super) fn dirty(&self) -> Result<Vec<String>, MirrorError> {
        let told = self.run("status", &["--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"])?;
        Ok(parts(&told).filter_map(|line| line.get(3..).map(str::to_owned)).collect())
    }

    /// Begins to write contents and a commit.
    pub(super) fn import(&self) -> Result<Import, MirrorError> {
        Import::begin(self.command())
    }

    /// Lets branch and folder follow the commit that waits on that one. Git itself looks once more at each file and at the branch
    /// before it touches them.
    ///
    /// # Errors
    /// When somebody committed or changed something since: the commit is forgotten then. When git ends halfway, it waits for the next
    /// opening.
    pub(super) fn follow(&self, parent: Option<&str>) -> Result<(), MirrorError> {
        let look = || {
            if self.head()?.as_deref() != parent {
                return Err(MirrorError::Moved);
            }
            let dirty = self.dirty()?;
            if dirty.is_empty() { Ok(()) } else { Err(MirrorError::Dirty(some(&dirty))) }
        };
        if let Err(error) = look() {
            self.forget_next()?;
            return Err(error);
        }
        self.run("merge", &["--quiet", "--ff-only", "--no-stat", "--no-autostash", NEXT]).map(|_| ())
    }

    /// Clears up after a commit. Whatever of it fails, the commit is there.
    pub(super) fn settle(&self) {
        let _ = self.forget_next();
        let _ = self.run("gc", &["--auto", "--quiet"]);
    }

    /// Forgets the commit that waits.
    pub(super) fn forget_next(&self) -> Result<(), MirrorError> {
        self.run("update-ref", &["-d", NEXT]).map(|_| ())
    }

    /// Finishes what an earlier process began: a commit that waits on the latest one, and a folder that is somewhere between the two.
    /// Files that are neither as before nor as after are somebody's work, and stay.
    pub(super) fn finish_interrupted(&self) -> Result<(), MirrorError> {
        let Some(next) = self.commit_of(NEXT)? else { return Ok(()) };
        let (head, parent) = (self.head()?, self.commit_of(&format!("{NEXT}^"))?);
        if head.as_ref() == Some(&next) || head != parent {
            // The folder had followed, or others committed since.
            return self.forget_next();
        }
        let (before, after) = (self.blobs(head.as_deref())?, self.blobs(Some(&next))?);
        let mut foreign = Vec::new();
        for path in self.dirty()? {
            let file = self.folder.join(&path);
            let known = [before.get(&path), after.get(&path)];
            let ours = match fs::symlink_metadata(&file) {
                Err(_) => known.iter().any(Option::is_none) || known[0] != known[1],
                Ok(_) => {
                    let now = self.text("hash-object", &["--no-filters", "--", &path])?;
                    known.contains(&Some(&now))
                }
            };
            if !ours {
                foreign.push(path);
            }
        }
        if !foreign.is_empty() {
            return Err(MirrorError::Dirty(some(&foreign)));
        }
        // All that differs was looked at, so that nothing but our own half is put right.
        self.run("reset", &["--quiet", "--hard", NEXT])?;
        self.settle();
        Ok(())
    }

    /// The contents of a commit by their paths.
    fn blobs(&self, commit: Option<&str>) -> Result<BTreeMap<String, String>, MirrorError> {
        let Some(commit) = commit else { return Ok(BTreeMap::new()) };
        let told = self.run("ls-tree", &["-r", "-z", "--full-tree", commit])?;
        // `100644 blob ID<tab>PATH`
        let line = |line: &str| {
            let (what, path) = line.split_once('\t')?;
            Some((path.to_owned(), what.rsplit(' ').next()?.to_owned()))
        };
        Ok(parts(&told).filter_map(|part| line(&part)).collect())
    }
}

pub(super) fn parts(told: &[u8]) -> impl Iterator<Item = String> {
    told.split(|byte| *byte == 0).filter(|part| !part.is_empty()).map(|part| String::from_utf8_lossy(part).into_owned())
}

pub(super) fn failed(command: &'static str, said: &[u8]) -> MirrorError {
    let said = String::from_utf8_lossy(said);
    MirrorError::Git { command, said: crate::archive::shown(said.trim()) }
}
