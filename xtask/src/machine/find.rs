//! Where Debian, other distributions and people put things.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;

/// The folder with `initdb`, `pg_ctl` and `postgres`; of several installed versions the newest.
pub(super) fn postgres() -> Option<PathBuf> {
    let named = process::output(Command::new("pg_config").arg("--bindir")).ok().map(|text| PathBuf::from(text.trim()));
    let mut installed: Vec<PathBuf> = folders("/usr/lib/postgresql").collect();
    installed.sort_by_key(|folder| std::cmp::Reverse(version(folder)));
    let installed = installed.into_iter().map(|folder| folder.join("bin"));
    installed.chain(named).chain(search_path()).find(|folder| has_server(folder))
}

/// The browser, under the names that distributions give it.
pub(super) fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].into_iter().find_map(program)
}

/// `node` when it is new enough and `npm` is there too.
pub(super) fn node() -> Option<PathBuf> {
    let node = program("node").or_else(|| program("nodejs"))?;
    let text = process::output(Command::new(&node).arg("--version")).ok()?;
    program("npm")?;
    (major(&text)? >= 18).then_some(node)
}

/// The library that tells programs another time, for programs with threads.
pub(super) fn faketime() -> Option<PathBuf> {
    folders("/usr/lib").map(|folder| folder.join("faketime/libfaketimeMT.so.1")).find(|file| file.is_file())
}

/// A program in the search path.
pub(super) fn program(name: &str) -> Option<PathBuf> {
    search_path().map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn search_path() -> impl Iterator<Item = PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).collect::<Vec<_>>().into_iter()
}

fn folders(parent: &str) -> impl Iterator<Item = PathBuf> {
    std::fs::read_dir(parent).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()))
}

fn has_server(folder: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"].iter().all(|name| folder.join(name).is_file())
}

/// The number that a version folder is named after; 0 when it is no number.
fn version(folder: &Path) -> u32 {
    folder.file_name().and_then(|name| name.to_str()?.parse().ok()).unwrap_or(0)
}

/// The first number of `v20.20.2`.
fn major(version: &str) -> Option<u32> {
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_server_wins_by_number_not_by_letter() {
        let mut folders = [PathBuf::from("/x/9"), PathBuf::from("/x/15"), PathBuf::from("/x/old")];
        folders.sort_by_key(|folder| std::cmp::Reverse(version(folder)));
        assert_eq!(folders[0], PathBuf::from("/x/15"));
        assert_eq!(folders[2], PathBuf::from("/x/old"));
    }

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(major("v18.20.4\n"), Some(18));
        assert_eq!(major("nonsense"), None);
    }

    #[test]
    fn a_shell_is_found_and_nonsense_is_not() {
        assert!(program("sh").is_some());
        assert!(program("no-such-program-anywhere").is_none());
    }
}
