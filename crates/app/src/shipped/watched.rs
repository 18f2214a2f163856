//! `deploy/monitoring`: metrics, their labels, and the values of these.

use std::collections::BTreeSet;

use model::json::Json;
use model::metric::{ALL, Kind, Label, Metric};

use super::{string, text, yaml};

/// Labels that who scrapes adds, and that histograms have.
const ADDED: &[&str] = &["instance", "job", "le"];

/// The metrics that an expression names.
fn metrics(expression: &str) -> Vec<&'static Metric> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let names = expression.split(|c| !word(c)).filter(|name| name.starts_with("tenantatlas_"));
    names.map(|name| metric(name).unwrap_or_else(|| panic!("{expression}: {name} is no metric"))).collect()
}

fn metric(name: &str) -> Option<&'static Metric> {
    ALL.iter().find(|metric| match metric.kind {
        Kind::Histogram(_) => ["_bucket", "_sum", "_count"].iter().any(|end| name.strip_suffix(end) == Some(metric.name)),
        Kind::Counter | Kind::Gauge => metric.name == name,
    })
}

fn label(metrics: &[&Metric], name: &str) -> Option<Label> {
    metrics.iter().find_map(|metric| metric.labels.iter().find(|label| label.name() == name).copied())
}

/// Checks names, labels and values of an expression of PromQL.
fn check(expression: &str) -> Vec<&'static Metric> {
    let metrics = metrics(expression);
    assert!(!metrics.is_empty(), "{expression} asks for nothing of ours");
    for group in expression.split("by (").skip(1) {
        for name in group.split(')').next().unwrap().split(',').map(str::trim) {
            assert!(ADDED.contains(&name) || label(&metrics, name).is_some(), "{expression}: no metric of it has {name}");
        }
    }
    for chosen in expression.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()) {
        for one in chosen.split(',') {
            let (name, value) = one.split_once('=').unwrap();
            let label = label(&metrics, name.trim()).unwrap_or_else(|| panic!("{expression}: no metric of it has {name}"));
            for value in value.trim_matches(['~', '"']).split('|') {
                assert!(label.values().contains(&value), "{expression}: {name} is never {value}");
            }
        }
    }
    for (metric, call) in metrics.iter().flat_map(|metric| ["rate(", "increase("].map(|call| (metric, call))) {
        let counted = !matches!(metric.kind, Kind::Gauge);
        assert!(counted || !expression.contains(&format!("{call}{}", metric.name)), "{expression}: {} is a gauge", metric.name);
    }
    metrics
}

fn rules() -> Vec<Json> {
    let file = yaml("deploy/monitoring/alerts.yaml").remove(0);
    let groups = file.get("groups").and_then(Json::as_array).unwrap();
    groups.iter().flat_map(|group| group.get("rules").and_then(Json::as_array).unwrap().to_vec()).collect()
}

#[test]
fn alerts_ask_for_what_there_is() {
    let mut names = BTreeSet::new();
    for rule in rules() {
        let metrics = check(string(&rule, &["expr"]));
        assert!(names.insert(string(&rule, &["alert"]).to_owned()), "{} is there twice", string(&rule, &["alert"]));
        assert!(["warning", "critical"].contains(&string(&rule, &["labels", "severity"])));
        for words in [string(&rule, &["annotations", "summary"]), string(&rule, &["annotations", "description"])] {
            assert!(words.ends_with('.'), "{words}");
            for name in words.split("$labels.").skip(1).map(|rest| rest.split(' ').next().unwrap()) {
                assert!(label(&metrics, name).is_some() && string(&rule, &["expr"]).contains(&format!("by ({name})")), "{words}");
            }
        }
    }
}

#[test]
fn what_the_document_would_be_woken_for_is_an_alert() {
    let document = text("docs/METRICS.md");
    let table = document.split("## What to be woken for").nth(1).unwrap();
    let conditions = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let conditions: Vec<String> = conditions.map(|condition| condition.replace("\\|", "|")).collect();
    assert!(conditions.len() > 8);
    let rules = rules();
    for condition in conditions {
        assert!(rules.iter().any(|rule| string(rule, &["expr"]) == condition), "nobody is woken for {condition}");
    }
}

#[test]
fn the_dashboard_asks_for_what_there_is_and_shows_all_of_it() {
    let board: serde_json::Value = serde_json::from_str(&text("deploy/monitoring/dashboard.json")).unwrap();
    let panels = board["panels"].as_array().unwrap();
    let (mut ids, mut places, mut shown) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for panel in panels {
        let title = panel["title"].as_str().unwrap();
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "{title}: its id is there twice");
        let place = |side: &str| panel["gridPos"][side].as_u64().unwrap();
        assert!(place("x") + place("w") <= 24, "{title} does not fit");
        for (x, y) in
            (place("x")..place("x") + place("w")).flat_map(|x| (place("y")..place("y") + place("h")).map(move |y| (x, y)))
        {
            assert!(places.insert((x, y)), "{title} lies over another one");
        }
        for target in panel["targets"].as_array().into_iter().flatten() {
            let expression = target["expr"].as_str().unwrap().replace("$__rate_interval", "5m");
            let metrics = check(&expression);
            let legend = target["legendFormat"].as_str().unwrap();
            for name in legend.split("{{").skip(1).map(|rest| rest.split("}}").next().unwrap()) {
                assert!(ADDED.contains(&name) || label(&metrics, name).is_some(), "{title}: {name}");
            }
            assert_eq!(target["datasource"]["uid"], "${datasource}");
            shown.extend(metrics.iter().map(|metric| metric.name));
        }
    }
    let hidden: Vec<&str> = ALL.iter().map(|metric| metric.name).filter(|name| !shown.contains(name)).collect();
    assert!(hidden.is_empty(), "no panel shows {hidden:?}");
}
