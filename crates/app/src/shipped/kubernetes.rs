//! `deploy/kubernetes`.

use model::json::Json;

use super::image;
use super::{Environment, accepted, configured, names, string, strings, text, watches, yaml};

const FOLDER: &str = "deploy/kubernetes";

/// Every object.
fn objects() -> Vec<Json> {
    let files = names(FOLDER).into_iter().filter(|name| name != "kustomization.yaml");
    files.flat_map(|name| yaml(&format!("{FOLDER}/{name}"))).collect()
}

fn of_kind(kind: &str) -> Vec<Json> {
    objects().into_iter().filter(|object| string(object, &["kind"]) == kind).collect()
}

fn list<'a>(json: &'a Json, path: &[&str]) -> &'a [Json] {
    json.at(path).and_then(Json::as_array).unwrap_or_default()
}

/// Settings of all processes.
fn settings() -> Environment {
    let map = of_kind("ConfigMap").remove(0);
    let data = map.get("data").and_then(Json::as_object).unwrap();
    data.iter()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_else(|| panic!("{name} is to be quoted")).to_owned()))
        .collect()
}

/// Pods of jobs and deployments: the object, the pod, and its one container.
fn pods() -> Vec<(Json, Json, Json)> {
    let workloads = ["Job", "Deployment"].into_iter().flat_map(of_kind);
    let pods = workloads.map(|object| {
        let pod = object.at(&["spec", "template"]).unwrap().clone();
        let containers = list(&pod, &["spec", "containers"]).to_vec();
        assert_eq!(containers.len(), 1);
        (object, pod, containers[0].clone())
    });
    pods.collect()
}

#[test]
fn every_container_starts_with_its_settings_as_nobody_in_particular() {
    let mut commands = Vec::new();
    for (object, pod, container) in pods() {
        let place = string(&object, &["metadata", "name"]);
        let arguments = strings(container.get("args"));
        accepted(place, &arguments);
        commands.push(arguments[0].clone());
        let map = &list(&container, &["envFrom"])[0];
        assert_eq!(string(map, &["configMapRef", "name"]), "tenantatlas");
        let mut environment = image::environment();
        environment.extend(settings());
        let config = configured(place, &environment);
        let mount = &list(&container, &["volumeMounts"])[0];
        assert_eq!(string(&list(&pod, &["spec", "volumes"])[0], &["secret", "secretName"]), "tenantatlas", "{place}");
        for (name, value) in environment.iter().filter(|(name, _)| name.ends_with("_FILE")) {
            assert!(value.starts_with(&format!("{}/", string(mount, &["mountPath"]))), "{place}: {name}");
        }
        let spec = pod.get("spec").unwrap();
        assert_eq!(spec.at(&["securityContext", "runAsNonRoot"]).and_then(Json::as_bool), Some(true), "{place}");
        assert_eq!(spec.at(&["automountServiceAccountToken"]).and_then(Json::as_bool), Some(false), "{place}");
        let context = container.get("securityContext").unwrap();
        assert_eq!(context.get("readOnlyRootFilesystem").and_then(Json::as_bool), Some(true), "{place}");
        assert_eq!(context.get("allowPrivilegeEscalation").and_then(Json::as_bool), Some(false), "{place}");
        assert_eq!(strings(context.at(&["capabilities", "drop"])), ["ALL"], "{place}");
        if let Some(grace) = spec.get("terminationGracePeriodSeconds").and_then(Json::as_i64) {
            assert!(u64::try_from(grace).unwrap() > config.worker.grace_seconds, "{place}");
        }
        let ports = list(&container, &["ports"]);
        let port = |name: &str| ports.iter().find(|port| string(port, &["name"]) == name).unwrap().get("containerPort").unwrap();
        if string(&object, &["kind"]) == "Deployment" {
            for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
                let get = container.at(&[probe, "httpGet"]).unwrap_or_else(|| panic!("{place} has no {probe}"));
                let number = port(string(get, &["port"])).as_i64().unwrap();
                watches(place, &config, string(get, &["path"]), u16::try_from(number).unwrap());
            }
        }
    }
    assert_eq!(commands, ["migrate", "serve", "worker"]);
}

#[test]
fn what_names_something_else_names_what_is_there() {
    let deployments = of_kind("Deployment");
    let names_of =
        |objects: &[Json]| objects.iter().map(|object| string(object, &["metadata", "name"]).to_owned()).collect::<Vec<_>>();
    let there = names_of(&deployments);
    for scaler in of_kind("HorizontalPodAutoscaler") {
        let target = string(&scaler, &["spec", "scaleTargetRef", "name"]);
        assert!(there.iter().any(|name| name == target), "{target}");
        let scaled = deployments.iter().find(|object| string(object, &["metadata", "name"]) == target).unwrap();
        assert!(scaled.at(&["spec", "replicas"]).is_none(), "two who say how many would undo each other");
    }
    let labels: Vec<Json> = pods().iter().map(|(_, pod, _)| pod.at(&["metadata", "labels"]).unwrap().clone()).collect();
    let chosen = |selector: &Json| {
        let wanted = selector.get("matchLabels").unwrap_or(selector).as_object().unwrap();
        labels.iter().any(|labels| wanted.iter().all(|(name, value)| labels.get(name) == Some(value)))
    };
    for object in deployments.iter().chain(&of_kind("PodDisruptionBudget")).chain(&of_kind("Service")) {
        assert!(chosen(object.at(&["spec", "selector"]).unwrap()), "{}", object.to_text());
    }
    for policy in of_kind("NetworkPolicy") {
        assert!(chosen(policy.at(&["spec", "podSelector"]).unwrap()), "{}", policy.to_text());
    }
    assert_eq!(names_of(&of_kind("PodDisruptionBudget")), there);
}

#[test]
fn networks_let_through_what_is_served_and_nothing_else() {
    let config = configured("settings", &settings());
    let served = [config.server.listen.port(), config.server.metrics_listen.unwrap().port()];
    let mut open = Vec::new();
    for policy in of_kind("NetworkPolicy") {
        for rule in list(&policy, &["spec", "ingress"]) {
            assert!(!list(rule, &["from"]).is_empty(), "from anywhere");
            open.extend(list(rule, &["ports"]).iter().map(|port| port.get("port").and_then(Json::as_i64).unwrap()));
        }
    }
    open.sort_unstable();
    assert_eq!(open, served.map(i64::from));
}

#[test]
fn no_secret_is_in_the_files_and_all_of_them_are_applied() {
    assert!(of_kind("Secret").is_empty());
    let kustomization = yaml(&format!("{FOLDER}/kustomization.yaml")).remove(0);
    let mut applied = strings(kustomization.get("resources"));
    applied.push("kustomization.yaml".to_owned());
    applied.sort();
    assert_eq!(applied, names(FOLDER));
    let guide = text("docs/DEPLOY.md");
    for key in settings().values().filter_map(|value| value.strip_prefix("/run/secrets/tenantatlas/")) {
        assert!(guide.contains(&format!("--from-file={key}=")), "docs/DEPLOY.md does not say how {key} gets into the secret");
    }
}
