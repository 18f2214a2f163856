//! The documents: all of them are in Help, and every link in them leads to something.

#![allow(clippy::unwrap_used, reason = "the functions that tests share fail a test by panicking, as the tests do")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use pages::help::{Document, Part, documents};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Every document of the project by its path from the root: those of `docs/`, and those beside it.
fn files() -> BTreeMap<String, Document> {
    let mut paths = vec!["README.md".to_owned(), "ARCHITECTURE.md".to_owned()];
    for entry in std::fs::read_dir(root().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") {
            paths.push(format!("docs/{name}"));
        }
    }
    let read = |path: String| {
        let text = std::fs::read_to_string(root().join(&path)).unwrap();
        // Files are read once each, by a test.
        let name: &'static str = path.clone().leak();
        (path, Document::read("file", name, Part::Building, &text))
    };
    paths.into_iter().map(read).collect()
}

#[test]
fn every_document_is_in_help_once() {
    let slugs: BTreeSet<&str> = documents().iter().map(|document| document.slug).collect();
    assert_eq!(slugs.len(), documents().len(), "a name is used twice");
    let listed: BTreeSet<&str> = documents().iter().map(|document| document.path).collect();
    let missing: Vec<String> =
        files().into_keys().filter(|path| path != "README.md" && !listed.contains(path.as_str())).collect();
    assert!(missing.is_empty(), "add to crates/pages/src/help/list.rs: {}", missing.join(", "));
}

#[test]
fn every_document_has_a_title_of_its_own_and_begins_with_words() {
    let mut titles = BTreeSet::new();
    for document in documents() {
        assert!(titles.insert(&document.title), "{} is called like another: {}", document.path, document.title);
        assert!(document.lead.len() > 20, "{} does not say what it is about", document.path);
    }
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let files = files();
    let mut wrong = Vec::new();
    for (path, document) in &files {
        let folder = root().join(path).parent().unwrap().to_owned();
        for link in document.links.iter().filter(|link| !link.starts_with("https://")) {
            let (file, anchor) = link.split_once('#').map_or((link.as_str(), None), |(file, anchor)| (file, Some(anchor)));
            let target = if file.is_empty() { root().join(path) } else { folder.join(file) };
            let Ok(target) = target.canonicalize() else {
                wrong.push(format!("{path}: {link} is no file"));
                continue;
            };
            let name = target.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            let there = |anchor: &str| files.get(&name).is_some_and(|other| other.headings.iter().any(|h| h.anchor == anchor));
            if anchor.is_some_and(|anchor| !there(anchor)) {
                wrong.push(format!("{path}: {link} is no heading"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn links_of_help_lead_to_pages_and_headings_of_help() {
    let samples = pages::all_samples();
    let mut count = 0;
    for sample in samples.iter().filter(|sample| sample.page == "help-reading") {
        for link in sample.html.split("href=\"/admin/help/").skip(1).filter_map(|rest| rest.split('"').next()) {
            let (slug, anchor) = link.split_once('#').map_or((link, None), |(slug, anchor)| (slug, Some(anchor)));
            let document = documents().iter().find(|document| document.slug == slug);
            let document = document.unwrap_or_else(|| panic!("{}: /admin/help/{link}", sample.name));
            if let Some(anchor) = anchor {
                let anchor = anchor.strip_prefix("at-").unwrap();
                assert!(document.headings.iter().any(|heading| heading.anchor == anchor), "{}: {link}", sample.name);
            }
            count += 1;
        }
    }
    assert!(count > 30, "only {count} links");
}
