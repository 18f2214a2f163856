//! Commands in the documents.

use super::commands::fault;
use super::{names, text};

/// The pieces of a Markdown text that are code: lines of blocks, joined where one goes on, and what stands between backticks.
fn code(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut fenced = false;
    let joined = text.replace("\\\n", " ");
    for line in joined.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if fenced || line.starts_with("    ") {
            found.push(line.trim().to_owned());
        } else {
            found.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    found
}

/// What follows the product's name, where a piece of code is a command of it.
fn words(code: &str) -> Option<Vec<&str>> {
    let rest = code.strip_prefix("$ ").unwrap_or(code).strip_prefix("tenantatlas ")?;
    // A remark, and what other programs do with the output.
    let rest = rest.split(" #").next()?.split([';', '<', '>']).next()?;
    Some(rest.split_whitespace().collect())
}

#[test]
fn every_command_in_the_documents_exists_with_its_flags() {
    let mut files: Vec<String> =
        names("docs").into_iter().filter(|name| name.ends_with(".md")).map(|name| format!("docs/{name}")).collect();
    files.push("README.md".to_owned());
    let mut seen = 0;
    for file in files {
        for code in code(&text(&file)) {
            let Some(words) = words(&code) else { continue };
            seen += 1;
            if let Some(fault) = fault(&words) {
                panic!("{file}: `{code}`: {fault}");
            }
        }
    }
    assert!(seen > 20, "only {seen} commands were found");
}
