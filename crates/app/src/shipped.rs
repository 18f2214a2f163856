//! The files of `deploy/` and the commands in the documents speak of nothing that the product does not do: commands go through the command
//! line's own parser, settings through the configuration's, probes lead to what is served, and every metric is one of the list.

mod commands;
mod compose;
mod documents;
mod image;
mod kubernetes;
mod units;
mod watched;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use model::json::Json;

use crate::cli::Cli;
use crate::config::{self, Config};

/// Settings in the environment.
type Environment = BTreeMap<String, String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The text of a file of the repository.
fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The names of the files of a folder, in order.
fn names(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The documents of a YAML file.
fn yaml(path: &str) -> Vec<Json> {
    let text = text(path);
    let parts = text.split("\n---\n");
    parts.map(|part| ops::archive::parse_yaml(part, 10_000).unwrap_or_else(|why| panic!("{path}: {why:?}"))).collect()
}

/// What is at that place, as text.
fn string<'a>(json: &'a Json, path: &[&str]) -> &'a str {
    json.at(path).and_then(Json::as_str).unwrap_or_else(|| panic!("no text at {path:?} of {}", json.to_text()))
}

/// The texts of a list, of none where there is none.
fn strings(json: Option<&Json>) -> Vec<String> {
    let items = json.and_then(Json::as_array).unwrap_or_default();
    items.iter().map(|item| item.as_str().expect("a text").to_owned()).collect()
}

/// The command line takes it.
fn accepted(place: &str, arguments: &[String]) {
    let line = std::iter::once("tenantatlas").chain(arguments.iter().map(String::as_str));
    if let Err(error) = Cli::try_parse_from(line) {
        panic!("{place}: {arguments:?}: {error}");
    }
}

/// The configuration takes it.
fn configured(place: &str, environment: &Environment) -> Config {
    let ours = environment.clone().into_iter();
    let config = config::load(None, ours).unwrap_or_else(|error| panic!("{place}: {error:#}"));
    config.check().unwrap_or_else(|error| panic!("{place}: {error:#}"));
    config
}

/// A health check asks the process of the same configuration, by its own command or at the address that it serves health on.
fn watches(place: &str, config: &Config, path: &str, port: u16) {
    assert!(["/healthz", "/readyz"].contains(&path), "{place}: {path} is no address of health");
    assert_eq!(config.server.metrics_listen.map(|address| address.port()), Some(port), "{place}: nothing tells health there");
}
