//! The image.

use super::{Environment, accepted, configured, text};

const PROGRAM: &str = "/usr/local/bin/tenantatlas";

/// The instructions of the Dockerfile, each on one line.
fn instructions() -> Vec<(String, String)> {
    let joined = text("deploy/Dockerfile").replace("\\\n", " ");
    let lines = joined.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(' ')).map(|(name, rest)| (name.to_owned(), rest.trim().to_owned())).collect()
}

fn last(name: &str) -> String {
    let found = instructions().into_iter().rev().find(|(instruction, _)| instruction == name);
    found.unwrap_or_else(|| panic!("no {name} in the Dockerfile")).1
}

fn list(text: &str) -> Vec<String> {
    serde_json::from_str(&text[text.find('[').expect("a list")..]).expect("a list of texts")
}

/// What the image sets.
pub(super) fn environment() -> Environment {
    let pairs = last("ENV");
    pairs.split_whitespace().map(|pair| pair.split_once('=').unwrap()).map(|(n, v)| (n.to_owned(), v.to_owned())).collect()
}

/// The command of a health check, without the program.
pub(super) fn health_check(place: &str, test: &[String]) {
    assert_eq!(test[..2], ["CMD", PROGRAM], "{place}");
    assert_eq!(test.get(2).map(String::as_str), Some("ready"), "{place}");
    accepted(place, &test[2..]);
}

#[test]
fn the_image_runs_the_product_as_nobody_in_particular() {
    assert_eq!(list(&last("ENTRYPOINT")), [PROGRAM]);
    accepted("CMD", &list(&last("CMD")));
    let check = last("HEALTHCHECK");
    let mut test = vec!["CMD".to_owned()];
    test.extend(list(&check));
    health_check("HEALTHCHECK", &test);
    let config = configured("ENV", &environment());
    for port in last("EXPOSE").split_whitespace() {
        let served = [Some(config.server.listen), config.server.metrics_listen].into_iter().flatten();
        assert!(served.map(|address| address.port().to_string()).any(|it| it == port), "nothing is served on {port}");
    }
    assert!(last("USER").split(':').all(|id| id != "0" && id.parse::<u32>().is_ok()), "a number, which Kubernetes can check");
    assert!(last("FROM").starts_with("gcr.io/distroless/") && last("FROM").ends_with(":nonroot"));
    let build = instructions().into_iter().find(|(name, rest)| name == "RUN" && rest.contains("cargo build")).unwrap().1;
    assert!(build.contains("--locked") && build.contains("--bin tenantatlas") && build.contains("--package app"), "{build}");
}

#[test]
fn the_image_is_built_from_what_the_build_reads() {
    let kept = text("deploy/Dockerfile.dockerignore");
    // Sources include documents, and these files are read by tests alone.
    for needed in ["Cargo.toml", "Cargo.lock", "crates", "docs", "xtask", ".cargo"] {
        assert!(kept.lines().any(|line| line == format!("!{needed}")), "{needed} is left out");
    }
}
