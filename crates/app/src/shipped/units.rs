//! `deploy/systemd`.

use super::{Environment, accepted, configured, names, text};

const FOLDER: &str = "deploy/systemd";

fn files(end: &str) -> Vec<String> {
    names(FOLDER).into_iter().filter(|name| name.ends_with(end)).collect()
}

/// The values of a name in a unit, in order.
fn values(unit: &str, name: &str) -> Vec<String> {
    let text = text(&format!("{FOLDER}/{unit}"));
    let lines = text.lines().filter_map(|line| line.split_once('='));
    lines.filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).collect()
}

fn pair(text: &str) -> (String, String) {
    let (name, value) = text.split_once('=').unwrap_or_else(|| panic!("{text} is no setting"));
    (name.to_owned(), value.to_owned())
}

/// The settings of the file that all units read.
fn shared() -> Environment {
    let text = text(&format!("{FOLDER}/environment"));
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(pair).collect()
}

#[test]
fn every_unit_starts_the_product_with_its_settings_and_keys() {
    let mut commands = Vec::new();
    for unit in files(".service") {
        let start = values(&unit, "ExecStart");
        assert_eq!(start.len(), 1, "{unit}");
        let line = start[0].replace("%i", "9091");
        let mut words = line.split(' ').map(str::to_owned);
        assert_eq!(words.next().as_deref(), Some("/usr/bin/tenantatlas"), "{unit}");
        let arguments: Vec<String> = words.collect();
        accepted(&unit, &arguments);
        commands.push(arguments[0].clone());
        assert_eq!(values(&unit, "EnvironmentFile"), ["/etc/tenantatlas/environment"], "{unit}");
        let mut environment = shared();
        environment.extend(values(&unit, "Environment").iter().flat_map(|line| line.split(' ').map(pair).collect::<Vec<_>>()));
        let credentials = values(&unit, "LoadCredential");
        for (name, value) in environment.iter().filter(|(name, _)| name.ends_with("_FILE")) {
            let wanted = value.strip_prefix("%d/").unwrap_or_else(|| panic!("{unit}: {name} is no credential"));
            assert!(credentials.contains(&format!("{wanted}:/etc/tenantatlas/{wanted}")), "{unit}: {name}");
        }
        let config = configured(&unit, &environment);
        if let Some(stop) = values(&unit, "TimeoutStopSec").first() {
            assert!(stop.parse::<u64>().unwrap() > config.worker.grace_seconds, "{unit}");
        }
        for named in values(&unit, "Conflicts").iter().flat_map(|line| line.split(' ')) {
            assert!(files(".service").iter().any(|file| file == named), "{unit}: {named}");
        }
    }
    commands.sort();
    assert_eq!(commands, ["check", "migrate", "serve", "serve", "worker"]);
}

#[test]
fn all_units_keep_the_process_in_equally() {
    let hardening = |unit: &String| {
        let text = text(&format!("{FOLDER}/{unit}"));
        let from = text.find("CapabilityBoundingSet=").unwrap_or_else(|| panic!("{unit} keeps nothing in"));
        text[from..].split("\n\n").next().unwrap().trim().to_owned()
    };
    let units = files(".service");
    for unit in &units {
        assert_eq!(hardening(unit), hardening(&units[0]), "{unit}");
        assert_eq!(values(unit, "User"), ["tenantatlas"], "{unit}");
    }
    for wanted in ["NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "SystemCallFilter=@system-service"] {
        assert!(hardening(&units[0]).lines().any(|line| line == wanted), "{wanted}");
    }
}
