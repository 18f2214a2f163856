//! What a repository may say about itself. Git runs programs that its settings name (filters, helpers, hooks under other names), and
//! whoever can write into the folder writes them: so a mirror takes a repository of its own user, with settings that name none.

use std::fs::{self, Metadata};
use std::process::Stdio;

use super::MirrorError;
use super::git::{Git, failed, parts};

/// Settings that are taken, in small letters as git tells them. `*` is a name in between. What is not here is refused, so that a
/// setting of tomorrow is too.
const TAKEN: [&str; 21] = [
    "core.abbrev",
    "core.autocrlf",
    "core.bare",
    "core.compression",
    "core.eol",
    "core.filemode",
    "core.ignorecase",
    "core.logallrefupdates",
    "core.precomposeunicode",
    "core.quotepath",
    "core.repositoryformatversion",
    "core.safecrlf",
    "core.symlinks",
    "user.name",
    "user.email",
    "remote.*.url",
    "remote.*.pushurl",
    "remote.*.fetch",
    "branch.*.remote",
    "branch.*.merge",
    "branch.*.rebase",
];

impl Git {
    /// Refuses a folder of another user.
    pub(super) fn belongs_to_us(&self) -> Result<(), MirrorError> {
        own(&fs::metadata(&self.folder)?)
    }

    /// Refuses a repository that is another user's, none of its own, or says more than it may. Nothing of it is taken before.
    pub(super) fn take_only_known_settings(&self) -> Result<(), MirrorError> {
        let place = self.folder.join(".git");
        let repository = fs::symlink_metadata(&place)?;
        // A repository that shares what it holds with another one takes that one's settings.
        let shared = ["commondir", "config.worktree"].iter().any(|name| fs::symlink_metadata(place.join(name)).is_ok());
        if !repository.is_dir() || shared {
            return Err(MirrorError::NotPlain);
        }
        own(&repository)?;
        let config = place.join("config");
        let Ok(found) = fs::symlink_metadata(&config) else { return Ok(()) };
        if !found.is_file() {
            return Err(MirrorError::NotPlain);
        }
        own(&found)?;
        // As a file like any other: in no repository, and without the files that it includes.
        let told = self
            .command()
            .env("GIT_DIR", place.join("none"))
            .args(["config", "--list", "--name-only", "--no-includes", "-z", "--file"])
            .arg(&config)
            .stdin(Stdio::null())
            .output()?;
        if !told.status.success() {
            return Err(failed("config", &told.stderr));
        }
        match parts(&told.stdout).find(|name| !taken(name)) {
            Some(name) => Err(MirrorError::Setting(crate::archive::shown(&name))),
            None => Ok(()),
        }
    }
}

fn taken(name: &str) -> bool {
    TAKEN.iter().any(|known| match known.split_once('*') {
        Some((before, after)) => name.len() > before.len() + after.len() && name.starts_with(before) && name.ends_with(after),
        None => name == *known,
    })
}

#[cfg(unix)]
fn own(found: &Metadata) -> Result<(), MirrorError> {
    use std::os::unix::fs::MetadataExt as _;
    const ROOT: u32 = 0;
    // What belongs to root, root could change in us as well.
    let ours = found.uid() == rustix::process::geteuid().as_raw() || found.uid() == ROOT;
    if ours { Ok(()) } else { Err(MirrorError::OtherOwner) }
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "as on systems that tell the owner")]
const fn own(_: &Metadata) -> Result<(), MirrorError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_names_no_program_is_taken() {
        for name in ["core.bare", "remote.origin.url", "remote.a.b.fetch", "branch.main.merge", "user.name"] {
            assert!(taken(name), "{name}");
        }
        for name in [
            "",
            "core.fsmonitor",
            "core.hookspath",
            "core.sshcommand",
            "core.worktree",
            "core.attributesfile",
            "filter.x.clean",
            "include.path",
            "includeif.gitdir:/.path",
            "gc.recentobjectshook",
            "extensions.worktreeconfig",
            "remote.origin.promisor",
            "remote.origin.vcs",
            "remote.url",
            "branch..merge",
            "core.bare.x",
        ] {
            assert!(!taken(name), "{name}");
        }
    }
}
