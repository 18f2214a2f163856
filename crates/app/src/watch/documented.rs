//! `docs/METRICS.md`, the list of metrics and the code say the same.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use model::metric::{ALL, Metric};

const DOCUMENT: &str = include_str!("../../../../docs/METRICS.md");

/// The line of the document that a metric must have.
fn line(metric: &Metric) -> String {
    let labels: Vec<String> = metric.labels.iter().map(|label| format!("`{}`", label.name())).collect();
    let labels = if labels.is_empty() { "–".to_owned() } else { labels.join(", ") };
    format!("| `{}` | {} | {labels} | {} |", metric.name, metric.kind.word(), metric.help)
}

#[test]
fn the_document_has_a_line_for_every_metric_and_no_other() {
    let there: Vec<&str> = DOCUMENT.lines().filter(|line| line.starts_with("| `tenantatlas_")).collect();
    let wanted: Vec<String> = ALL.iter().map(line).collect();
    assert_eq!(there, wanted, "docs/METRICS.md must have these lines, in this order:\n{}", wanted.join("\n"));
}

#[test]
fn what_the_document_names_exists() {
    for word in DOCUMENT.split(|c: char| !c.is_ascii_lowercase() && c != '_').filter(|word| word.starts_with("tenantatlas_")) {
        assert!(ALL.iter().any(|metric| metric.name == word), "{word} is no metric");
    }
}

/// The sources of the product, without tests.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("watch/documented.rs") {
            found.push(path);
        }
    }
}

/// By metric's constant, the macros of the code that count it; `metric.name` is where the list itself is gone through.
fn counted() -> BTreeMap<String, BTreeSet<&'static str>> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for name in ["store", "outbound", "ops", "web", "app"] {
        sources(&crates.join(name).join("src"), &mut files);
    }
    let mut counted: BTreeMap<String, BTreeSet<_>> = BTreeMap::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for kind in ["counter", "gauge", "histogram"] {
            for call in text.split(&format!("metrics::{kind}!(")).skip(1) {
                let first: String = call.trim_start().chars().take_while(|c| c.is_alphanumeric() || "_.".contains(*c)).collect();
                let name = first.strip_suffix(".name");
                let name = name.unwrap_or_else(|| panic!("{}: {kind}!({first}…) is not by a name of the list", file.display()));
                counted.entry(name.to_owned()).or_default().insert(kind);
            }
        }
    }
    counted
}

#[test]
fn every_metric_is_counted_as_what_it_is_and_none_by_another_name() {
    let list = include_str!("../../../model/src/metric/list.rs");
    // `NAME: "rest_of_the_name", KIND, …` as the list is written.
    let constants: BTreeMap<&str, &Metric> = list
        .lines()
        .filter_map(|line| {
            let (constant, rest) = line.trim().split_once(": \"")?;
            let name = format!("tenantatlas_{}", rest.split('"').next()?);
            Some((constant, ALL.iter().find(|metric| metric.name == name)?))
        })
        .collect();
    assert_eq!(constants.len(), ALL.len());
    let mut counted = counted();
    counted.remove("metric");
    for (constant, kinds) in &counted {
        let metric = constants.get(constant.as_str()).unwrap_or_else(|| panic!("{constant} is not in the list"));
        assert_eq!(kinds.iter().copied().collect::<Vec<_>>(), [metric.kind.word()], "{constant}");
    }
    let idle: Vec<_> = constants.keys().filter(|constant| !counted.contains_key(**constant)).collect();
    assert!(idle.is_empty(), "nobody counts {idle:?}");
}
