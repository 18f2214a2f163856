//! Programs that others wrote, or that know nothing but the OpenAPI document, against a real process.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use model::access::Capability;
use model::api_token::NewApiToken;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use testkit::caller::Caller;
use testkit::eventually::eventually;
use testkit::process::Program;
use tokio::process::Command;

use crate::installation::{Installation, Tenants, assert_whole};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/api")
}

/// A token of the installation's owner for everything that they hold.
async fn token(place: &Installation) -> SecretString {
    let store = place.store().await;
    let owner = store.users().for_sign_in("owner@example.test").await.unwrap().unwrap().user;
    let session = store.sessions().start(&owner).await.unwrap();
    let who = store.sessions().find(&session).await.unwrap().unwrap();
    let home = store.workspaces().mine(&who).await.unwrap();
    let scope = store.access().workspace(&who, home.workspaces[0].id).await.unwrap();
    let capabilities = Capability::ALL.iter().copied().collect();
    let new = NewApiToken { name: "program".to_owned(), days: 1, capabilities, tenants: None };
    let (_, secret) = store.api_tokens().create(&scope.permit().unwrap(), &new).await.unwrap();
    store.close().await;
    secret
}

fn python() -> Option<PathBuf> {
    let found =
        std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join("python3")).find(|file| file.is_file());
    if found.is_none() {
        eprintln!("SKIPPED: a program that follows the OpenAPI document: there is no python3");
    }
    found
}

/// Requests that others' software makes up from the document: the server never fails, and answers nothing that the document does not
/// say. Bounded in time and with a fixed seed.
#[tokio::test(flavor = "multi_thread")]
async fn schemathesis_finds_no_answer_that_the_document_does_not_say() {
    let Some(program) = std::env::var_os("TENANTATLAS_TEST_SCHEMATHESIS") else {
        eprintln!(
            "SKIPPED: schemathesis against the API: it is not installed (cargo xtask test installs it where there is python3)"
        );
        return;
    };
    let graph = Tenants::invented(2, 40).await;
    let mut place = Installation::sqlite().await;
    place.graph(graph.base());
    place.set("SERVER_API_PER_SECOND", "10000");
    place.set_up().await;
    let tenants = [place.add_tenant("Contoso", graph.ids[0]).await, place.add_tenant("Fabrikam", graph.ids[1]).await];
    let token = token(&place).await;
    let serve = place.start(&["serve"]);
    let base = serve.ready().await;
    let caller = Caller::at(&base, Some(&token));
    let (mut items, mut schedules, mut restores) = (Vec::new(), Vec::new(), Vec::new());
    for tenant in tenants {
        let started = caller.post(&format!("/api/v1/tenants/{tenant}/inventory/sync"), &json!({})).await;
        let location = started.location().unwrap().to_owned();
        eventually("the sync to end", async || (caller.get(&location).await.json()["status"] == "completed").then_some(())).await;
        let wish = json!({ "name": "n", "kind": "daily", "at": "02:00", "time_zone": "UTC" });
        schedules.push(caller.post(&format!("/api/v1/tenants/{tenant}/schedules"), &wish).await.json()["id"].clone());
        items.push(caller.get(&format!("/api/v1/tenants/{tenant}/inventory?limit=1")).await.json()["items"][0]["id"].clone());
        let wish = json!({ "item": items.last(), "version": 1 });
        restores.push(caller.post(&format!("/api/v1/tenants/{tenant}/restores"), &wish).await.json()["id"].clone());
    }
    let arguments = [
        format!("--config-file={}", folder().join("schemathesis.toml").display()),
        "run".to_owned(),
        format!("{base}/api/v1/openapi.json"),
    ];
    let environment = [
        ("API_TOKEN".to_owned(), token.expose_secret().to_owned()),
        ("API_TENANT".to_owned(), tenants[0].to_string()),
        ("API_ITEM".to_owned(), items[0].as_str().unwrap().to_owned()),
        ("API_SCHEDULE".to_owned(), schedules[0].as_str().unwrap().to_owned()),
        ("API_RESTORE".to_owned(), restores[0].as_str().unwrap().to_owned()),
        ("API_ROLLOUT".to_owned(), model::ids::RolloutId::generate().to_string()),
        // It reports to nobody, and leaves its memory with the test.
        ("HYPOTHESIS_STORAGE_DIRECTORY".to_owned(), place.folder.path().join("hypothesis").display().to_string()),
        ("NO_PROXY".to_owned(), "127.0.0.1".to_owned()),
    ];
    let mut command = Command::new(program);
    let asking = command.args(&arguments).envs(environment).stdin(Stdio::null()).kill_on_drop(true).output();
    // Longer than other programs: it asks some two thousand times.
    let ended = tokio::time::timeout(Duration::from_secs(560), asking).await.unwrap().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    println!("{said}");
    assert!(ended.status.success(), "{said}");
    assert!(!serve.said().contains(token.expose_secret()), "the token is in the log");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_with_a_token_starts_a_sync_and_follows_it_by_the_document_alone() {
    let Some(python) = python() else { return };
    let graph = Tenants::invented(1, 60).await;
    let mut place = Installation::sqlite().await;
    place.graph(graph.base());
    place.set_up().await;
    let tenant = place.add_tenant("Contoso", graph.ids[0]).await;
    let token = token(&place).await;
    let serve = place.start(&["serve"]);
    let base = serve.ready().await;
    let script = folder().join("sync.py");
    let environment = [("TOKEN".to_owned(), token.expose_secret().to_owned())];
    let arguments = [script.display().to_string(), base, tenant.to_string()];
    let ended = Program::run(&python, &arguments, &environment, "").await;
    println!("{}{}", ended.out, ended.err);
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    assert!(ended.out.trim_end().ends_with("completed succeeded"), "{}", ended.out);
    let store = place.store().await;
    assert_whole(&store, graph.objects()).await;
    store.close().await;
    assert!(!serve.said().contains(token.expose_secret()), "the token is in the log");
}
