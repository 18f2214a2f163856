//! No public function of the store goes untested. Statements are prepared when they first run, so a function that is called on
//! both databases has all of its statements prepared on both.

use std::path::{Path, PathBuf};

/// Accessors of `Store`, by the type that they give: their functions must be called through them by name.
const ACCESSORS: [(&str, &str); 17] = [
    ("Access", "access"),
    ("ApiTokens", "api_tokens"),
    ("Audit", "audit"),
    ("Connections", "connections"),
    ("Glass", "glass"),
    ("Inventory", "inventory"),
    ("Invitations", "invitations"),
    ("Members", "members"),
    ("Notices", "notices"),
    ("Platform", "platform"),
    ("Queue", "queue"),
    ("Runs", "runs"),
    ("Sessions", "sessions"),
    ("Settings", "settings"),
    ("Tenants", "tenants"),
    ("Users", "users"),
    ("Workspaces", "workspaces"),
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    found.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).expect("a text"))).collect()
}

/// The word up to the first character that no name has.
fn word(text: &str) -> &str {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).next().unwrap_or("")
}

/// The public functions of a file: the type of their `impl` block (empty for free functions and macros) and their name.
fn functions(text: &str) -> Vec<(String, String)> {
    let (mut found, mut owner) = (Vec::new(), String::new());
    for line in text.lines() {
        if let Some(head) = line.trim_start().strip_prefix("impl") {
            // `impl<T> Trait for Type` has no public functions of its own.
            let head = head.strip_prefix('<').map_or(head, |rest| rest.split_once("> ").map_or("", |(_, rest)| rest));
            owner = word(head.trim_start()).to_owned();
        } else if line == "}" {
            owner.clear();
        }
        let line = line.trim_start();
        for beginning in ["pub async fn ", "pub const fn ", "pub fn "] {
            if let Some(rest) = line.strip_prefix(beginning) {
                found.push((owner.clone(), word(rest).to_owned()));
            }
        }
    }
    found
}

/// Whether the tests call that function, so written that the reader knows which one is meant.
fn called(tests: &str, owner: &str, name: &str) -> bool {
    let ways: Vec<String> = match ACCESSORS.iter().find(|(kind, _)| *kind == owner) {
        Some((_, accessor)) => vec![format!("{accessor}().{name}"), format!("{accessor}.{name}")],
        None => vec![format!(".{name}"), format!("::{name}")],
    };
    ways.iter().any(|way| {
        let mut rest = tests;
        while let Some(at) = rest.find(way.as_str()) {
            rest = &rest[at + way.len()..];
            if rest.starts_with('(') || rest.starts_with("::<") {
                return true;
            }
        }
        false
    })
}

#[test]
fn every_public_function_is_called_in_a_test() {
    let tests: String = sources("tests").into_iter().map(|(_, text)| text.split_whitespace().collect::<String>()).collect();
    let (mut looked_at, mut missing) = (0, Vec::new());
    for (path, text) in sources("src") {
        // What only tests use is used by them.
        if path.ends_with("testing.rs") {
            continue;
        }
        for (owner, name) in functions(&text) {
            looked_at += 1;
            if !called(&tests, &owner, &name) {
                missing.push(format!("{owner}::{name} ({})", path.file_name().unwrap_or_default().to_string_lossy()));
            }
        }
    }
    assert!(looked_at > 60, "the search finds only {looked_at} functions");
    assert!(missing.is_empty(), "not called in any test of crates/store/tests: {missing:#?}");
}

#[test]
fn the_search_notices_a_function_that_nobody_calls() {
    let source = "impl Runs<'_> {\n    pub async fn start<C>(&self) {}\n    pub(crate) fn inner() {}\n}\npub fn free() {}\n";
    let found = functions(source);
    assert_eq!(found, [("Runs".to_owned(), "start".to_owned()), (String::new(), "free".to_owned())]);
    assert!(called("t.store.runs().start(&permit)", "Runs", "start"));
    assert!(called("s.runs().start::<X>(&permit)", "Runs", "start"));
    assert!(!called("t.store.sessions().start(&user)", "Runs", "start"), "another type's function of that name");
    assert!(!called("t.store.runs().started()", "Runs", "start"));
    assert!(!called("// free", "", "free"));
}
