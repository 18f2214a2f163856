//! `deploy/compose`.

use model::json::Json;

use super::image::{self, health_check};
use super::{Environment, accepted, configured, string, strings, text, yaml};

/// What stands for what whoever starts it says.
fn said(value: &str) -> String {
    match value.split_once("${TENANTATLAS_PUBLIC_URL") {
        Some(_) => "https://atlas.example.com".to_owned(),
        None => value.to_owned(),
    }
}

fn members<'a>(json: &'a Json, path: &[&str]) -> &'a [(String, Json)] {
    json.at(path).and_then(Json::as_object).unwrap_or_else(|| panic!("nothing at {path:?}"))
}

#[test]
fn every_service_of_ours_starts_with_its_settings_and_reads_the_secrets_it_is_given() {
    let compose = yaml("deploy/compose/compose.yaml").remove(0);
    let secrets: Vec<&str> = members(&compose, &["secrets"]).iter().map(|(name, _)| name.as_str()).collect();
    let mut commands = Vec::new();
    for (name, service) in members(&compose, &["services"]) {
        let given = strings(service.get("secrets"));
        assert!(given.iter().all(|secret| secrets.contains(&secret.as_str())), "{name}: {given:?}");
        for (other, _) in service.get("depends_on").and_then(Json::as_object).unwrap_or_default() {
            assert!(compose.at(&["services", other]).is_some(), "{name} waits for {other}, which is none");
        }
        for network in strings(service.get("networks")) {
            assert!(compose.at(&["networks", &network]).is_some(), "{name}: {network}");
        }
        if !string(service, &["image"]).starts_with("tenantatlas:") {
            continue;
        }
        let command = strings(service.get("command"));
        accepted(name, &command);
        let mut environment: Environment = image::environment();
        for (variable, value) in members(service, &["environment"]) {
            let value = said(value.as_str().unwrap_or_else(|| panic!("{name}: {variable} is to be quoted")));
            if let Some(secret) = value.strip_prefix("/run/secrets/") {
                assert!(given.iter().any(|one| one == secret), "{name} is not given {secret}");
            }
            environment.insert(variable.clone(), value);
        }
        let config = configured(name, &environment);
        if service.at(&["healthcheck", "disable"]).is_none() {
            health_check(name, &strings(service.at(&["healthcheck", "test"])));
            assert!(config.server.metrics_listen.is_some(), "a worker tells its health nowhere else");
        }
        for port in strings(service.get("ports")) {
            let (here, inside) = port.rsplit_once(':').unwrap();
            assert_eq!(inside, config.server.listen.port().to_string(), "{name}");
            assert!(here.starts_with("127.0.0.1:"), "{name}: without TLS it is for this machine alone");
        }
        let grace = service.get("stop_grace_period").and_then(Json::as_str);
        if let Some(grace) = grace {
            assert!(grace.trim_end_matches('s').parse::<u64>().unwrap() > config.worker.grace_seconds, "{name}");
        }
        commands.push(command[0].clone());
    }
    assert_eq!(commands, ["migrate", "serve", "worker"]);
}

#[test]
fn the_script_makes_every_secret_and_the_role_is_bound_by_row_level_security() {
    let compose = yaml("deploy/compose/compose.yaml").remove(0);
    let script = text("deploy/compose/secrets.sh");
    for (name, secret) in members(&compose, &["secrets"]) {
        assert_eq!(string(secret, &["file"]), format!("./secrets/{name}"));
        assert!(script.contains(&format!("> secrets/{name}\n")), "{name} is made by nobody");
    }
    let role = text("deploy/compose/role.sh");
    assert!(role.contains("nosuperuser nobypassrls") && role.contains("owner tenantatlas"));
}
