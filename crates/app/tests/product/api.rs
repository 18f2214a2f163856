//! The API as a program meets it: what opens it, what it refuses, and how a run is followed.

use std::num::NonZeroU32;
use std::time::Duration;

use model::access::{Capability, Role};
use model::api_token::NewApiToken;
use model::ids::{RunId, TenantId};
use model::user::User;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use testkit::browserless::{Answer, Browserless};
use testkit::caller::Caller;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;
use web::{ApiLimits, Tries};

use crate::served::Served;
use crate::somebody::Somebody;

const ME: &str = "/api/v1/me";

pub(crate) async fn token(world: &World, user: &User, capabilities: &[Capability]) -> SecretString {
    let capabilities = capabilities.iter().copied().collect();
    let new = NewApiToken { name: "test".to_owned(), days: 30, capabilities, tenants: None };
    let permit = world.workspace_scope(user).await.permit().unwrap();
    world.store.api_tokens().create(&permit, &new).await.unwrap().1
}

fn refused(answer: &Answer) {
    assert_eq!((answer.status, answer.problem().as_str()), (401, "token.invalid"), "{}", answer.body);
    assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"TenantAtlas\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_no_good_open_nothing_and_look_alike() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let world = &served.world;
        let good = token(world, &world.manager, &[Capability::WorkspaceView]).await;
        let text = good.expose_secret().to_owned();
        assert_eq!(Caller::at(&served.base, Some(&good)).get(ME).await.json()["user"]["name"], "manager");
        let session = world.store.sessions().start(&world.owner).await.unwrap();
        let mut bodies = Vec::new();
        let cut = text[..text.len() - 1].to_owned();
        let other = text.replace("tat_", "tat-");
        for bad in [String::new(), "x".repeat(5_000), cut, other, "ä".to_owned(), session.expose_secret().to_owned()] {
            let answer = Caller::at(&served.base, Some(&SecretString::from(bad))).get(ME).await;
            refused(&answer);
            bodies.push(answer.body);
        }
        for header in [format!("Basic {text}"), text.clone(), format!("Bearer{text}"), format!("Bearer {text} {text}")] {
            refused(&Caller::at(&served.base, None).send("GET", ME, None, &[("authorization", &header)]).await);
        }
        let twice = Caller::at(&served.base, Some(&good)).send("GET", ME, None, &[("authorization", "Bearer x")]).await;
        refused(&twice);
        refused(&Caller::at(&served.base, None).get(ME).await);

        world.store.members().remove_from_workspace(&world.operator, world.workspace, world.manager.id).await.unwrap();
        let removed = Caller::at(&served.base, Some(&good)).get(ME).await;
        refused(&removed);
        bodies.push(removed.body);

        let mine = token(world, &world.owner, &[Capability::WorkspaceView]).await;
        let (caller, scope) = (Caller::at(&served.base, Some(&mine)), world.workspace_scope(&world.owner).await);
        let id = world.store.api_tokens().mine(&scope).await.unwrap()[0].id;
        assert_eq!(caller.get(ME).await.status, 200);
        world.store.api_tokens().revoke_own(&scope, id).await.unwrap();
        bodies.push(caller.get(ME).await.body);
        let mine = token(world, &world.owner, &[Capability::WorkspaceView]).await;
        test.clock.advance(Duration::from_secs(30 * 24 * 3600));
        bodies.push(Caller::at(&served.base, Some(&mine)).get(ME).await.body);
        assert!(bodies.windows(2).all(|two| two[0] == two[1]), "expired, revoked, cut and unknown are one answer: {bodies:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_opens_no_api_and_a_token_no_page() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let browser = served.browser(Somebody::Owner).await;
        assert_eq!(browser.get("/admin").await.status, 200);
        refused(&browser.get(ME).await);
        refused(&browser.get(&format!("/api/v1/tenants/{}", served.world.tenant)).await);
        let good = token(&served.world, &served.world.owner, &[Capability::WorkspaceView]).await;
        let caller = Caller::at(&served.base, Some(&good));
        for page in ["/admin", "/admin/tokens", "/api", "/admin/operations"] {
            let answer = caller.get(page).await;
            assert_eq!(answer.status, 303, "{page}");
            assert!(answer.location().unwrap().starts_with("/sign-in"), "{page}");
        }
        // As a cookie, the token is nobody either.
        let as_cookie = Browserless::holding(&served.base, &good);
        assert_eq!(as_cookie.get("/admin").await.status, 303);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_given_little_is_told_what_it_lacks() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let world = &served.world;
        let little = token(world, &world.owner, &[Capability::WorkspaceView, Capability::TenantView]).await;
        let caller = Caller::at(&served.base, Some(&little));
        let denied = async || test.number("select count(*) from audit_entries where outcome = 'denied'").await;
        let (tenant, before) = (format!("/api/v1/tenants/{}", world.tenant), denied().await);
        assert_eq!(caller.get(&tenant).await.json()["capabilities"], json!(["tenant.view"]));
        for (path, lacking) in [
            (format!("{tenant}/inventory"), "tenant.policies.view"),
            ("/api/v1/runs".to_owned(), "workspace.operations.view"),
            (format!("/api/v1/runs/{}", served.active_run(world.tenant).await), "tenant.inventory.sync"),
        ] {
            let answer = caller.get(&path).await;
            assert_eq!((answer.status, answer.problem().as_str()), (403, "forbidden"), "{path}");
            assert_eq!(answer.json()["capability"], lacking);
        }
        assert_eq!(denied().await, before, "reading leaves no trace");
        let answer = caller.post(&format!("{tenant}/inventory/sync"), &json!({})).await;
        assert_eq!((answer.status, answer.json()["capability"].as_str()), (403, Some("tenant.inventory.sync")));
        assert_eq!(denied().await, before + 1, "the attempt is on record");
        world.store.members().add_to_workspace(&world.operator, world.workspace, world.stranger.id, Role::Owner).await.unwrap();
        let foreign = served.caller(Somebody::Stranger).await;
        assert_eq!(foreign.get(&tenant).await.status, 404, "a token of another workspace, though its holder may");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_understood_is_refused_and_nothing_is_started() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let (caller, tenant) = (served.caller(Somebody::Owner).await, served.world.tenant);
        let sync = format!("/api/v1/tenants/{tenant}/inventory/sync");
        let json_kind = [("content-type", "application/json")];
        let deep = format!("{}{}", "{\"types\":".repeat(300), "}".repeat(300));
        for (body, words) in [
            (r#"{"types":["scope_tag"],"user_id":"x"}"#, "user_id"),
            (r#"{"types":["scope_tag"],"types":["scope_tag"]}"#, "repeated"),
            (r#"{"types":["no_such_type"]}"#, "types"),
            (r#"{"types":"scope_tag"}"#, "sequence"),
            (r#"{"types":[]}"#, "types"),
            ("{", "name"),
            ("", "end"),
            ("null", "null"),
            (deep.as_str(), "deep"),
        ] {
            let answer = caller.send_text("POST", &sync, Some(body.to_owned()), &json_kind).await;
            assert_eq!((answer.status, answer.problem().as_str()), (400, "request.invalid"), "{body:.40}");
            let detail = answer.json()["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains(words) && detail.len() < 1_300, "{body:.40}: {detail}");
        }
        for (kind, status, code) in
            [("text/plain", 415, "body.not_json"), ("application/x-www-form-urlencoded", 415, "body.not_json")]
        {
            let answer = caller.send_text("POST", &sync, Some("{}".to_owned()), &[("content-type", kind)]).await;
            assert_eq!((answer.status, answer.problem().as_str()), (status, code));
        }
        assert_eq!(caller.send_text("POST", &sync, Some("{}".to_owned()), &[]).await.status, 415, "no kind at all");
        let huge =
            caller.send_text("POST", &sync, Some(format!("{{\"types\":[\"{}\"]}}", "x".repeat(10 << 20))), &json_kind).await;
        assert_eq!((huge.status, huge.problem().as_str()), (413, "body.too_large"));
        for query in [
            "?unknown=1",
            "?limit=0",
            "?limit=201",
            "?limit=x",
            "?limit=",
            "?limit=1&limit=2",
            "?cursor=x",
            "?tab=lost",
            "?since=yesterday",
            "?workspace=x",
        ] {
            let answer = caller.get(&format!("/api/v1/runs{query}")).await;
            assert_eq!((answer.status, answer.problem().as_str()), (400, "request.invalid"), "{query}");
        }
        for key in ["", "a b", &"x".repeat(101)] {
            let answer = caller.send("POST", &sync, Some(&json!({})), &[("idempotency-key", key)]).await;
            assert_eq!(answer.status, 400, "{key:.20}");
        }
        let forged = [
            TenantId::generate().to_string(),
            "no-id".to_owned(),
            "%00".to_owned(),
            "..".to_owned(),
            served.world.foreign_tenant.to_string(),
        ];
        for id in forged {
            let answer = caller.get(&format!("/api/v1/tenants/{id}/schedules")).await;
            assert_eq!((answer.status, answer.problem().as_str()), (404, "not_found"), "{id}");
        }
        for path in ["/api/", "/api/v1", "/api/v1/nothing", "/api/v2/me"] {
            assert_eq!((caller.get(path).await.status, caller.get(path).await.problem().as_str()), (404, "not_found"), "{path}");
        }
        let other = caller.send("PATCH", ME, None, &[]).await;
        assert_eq!(
            (other.status, other.problem().as_str(), other.header("allow")),
            (405, "method.not_allowed", Some("GET,HEAD"))
        );
        assert!(served.runs().await.is_empty(), "nobody started anything");
        assert_eq!(test.number("select count(*) from run_start_keys").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_cannot_write_a_header() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let caller = served.caller(Somebody::Owner).await;
        let wish = "/api/v1/tenants?limit=1&q=o%0d%0aSet-Cookie:%20a=b%3E;rel=x";
        assert_eq!(caller.get(wish).await.json()["items"], json!([]));
        let first = caller.get("/api/v1/tenants?limit=1&q=o").await;
        let link = first.header("link").expect("two tenants have an o in their name").to_owned();
        let odd = caller.get(&format!("/api/v1/runs?limit=1&since={}", "1970-01-01T00:00:00%2B00:00")).await;
        assert_eq!(odd.status, 200);
        assert!(link.starts_with("</api/v1/tenants?limit=1&q=o&cursor=") && link.ends_with(">; rel=\"next\""), "{link}");
        assert!(first.header("set-cookie").is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_is_accepted_once_and_followed_by_its_location() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let caller = served.caller(Somebody::Operator).await;
        let sync = format!("/api/v1/tenants/{}/inventory/sync", served.world.tenant);
        let key = [("idempotency-key", "k-1")];
        let one = json!({ "types": ["scope_tag"] });
        let started = caller.send("POST", &sync, Some(&one), &key).await;
        assert_eq!((started.status, &started.json()["answer"]), (202, &json!("accepted")), "{}", started.body);
        let location = started.location().unwrap().to_owned();
        let run = &started.json()["run"];
        assert_eq!(location, format!("/api/v1/runs/{}", run["id"].as_str().unwrap()));
        assert_eq!(
            (&run["trigger"], &run["initiator"]["name"], started.header("retry-after")),
            (&json!("api"), &json!("operator"), Some("1"))
        );
        for (body, headers, answer) in [(&one, &key[..], "deduplicated"), (&one, &[], "deduplicated")] {
            let again = caller.send("POST", &sync, Some(body), headers).await;
            assert_eq!((again.status, again.location(), &again.json()["answer"]), (202, Some(location.as_str()), &json!(answer)));
        }
        let other = caller.send("POST", &sync, Some(&json!({ "types": ["assignment_filter"] })), &key).await;
        assert_eq!((other.status, other.problem().as_str()), (422, "idempotency.mismatch"));

        let seen = caller.get(&location).await;
        assert_eq!((seen.status, seen.header("retry-after"), &seen.json()["status"]), (200, Some("1"), &json!("queued")));
        let tag = seen.header("etag").unwrap().to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"'), "a strong tag");
        let same = caller.send("GET", &location, None, &[("if-none-match", &tag)]).await;
        assert_eq!(
            (same.status, same.body.as_str(), same.header("etag"), same.header("retry-after")),
            (304, "", Some(tag.as_str()), Some("1"))
        );
        let cancelled = caller.send("POST", &format!("{location}/cancel"), None, &[]).await;
        assert_eq!((&cancelled.json()["status"], &cancelled.json()["outcome"]), (&json!("completed"), &json!("cancelled")));
        let over = caller.send("GET", &location, None, &[("if-none-match", &tag)]).await;
        assert_eq!((over.status, over.header("retry-after")), (200, None));
        let again = caller.send("POST", &format!("{location}/cancel"), None, &[]).await;
        assert_eq!((again.status, again.problem().as_str()), (409, "conflict"));
        let repeated = caller.post(&format!("{location}/retry"), &json!({ "what": "whole" })).await;
        assert_eq!((repeated.status, &repeated.json()["run"]["retry_of_run_id"]), (202, &run["id"]));
        let timeline = caller.get(&format!("{location}/events")).await.json();
        assert_eq!(
            timeline["items"].as_array().unwrap().iter().map(|event| event["code"].as_str().unwrap()).collect::<Vec<_>>(),
            ["queued", "completed"]
        );
        let blocked = served.caller(Somebody::Owner).await;
        let blocked = blocked.post(&format!("/api/v1/tenants/{}/inventory/sync", served.world.other_tenant), &one).await;
        assert_eq!(blocked.status, 202, "a tenant without a connection: {}", blocked.body);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_is_changed_only_as_it_was_seen() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let caller = served.caller(Somebody::Manager).await;
        let list = format!("/api/v1/tenants/{}/schedules", served.world.tenant);
        let wish = |name: &str| json!({ "name": name, "kind": "weekly", "days": ["friday", "monday"], "at": "02:30", "time_zone": "Europe/Berlin", "types": ["scope_tag"] });
        let made = caller.post(&list, &wish("one")).await;
        assert_eq!(made.status, 201, "{}", made.body);
        assert_eq!(made.json()["days"], json!(["monday", "friday"]));
        let (at, tag) = (made.location().unwrap().to_owned(), made.header("etag").unwrap().to_owned());
        assert_eq!(caller.get(&at).await.header("etag"), Some(tag.as_str()));
        assert_eq!(caller.send("PUT", &at, Some(&wish("two")), &[]).await.problem(), "precondition.required");
        let changed = caller.send("PUT", &at, Some(&wish("two")), &[("if-match", &tag)]).await;
        assert_eq!((changed.status, &changed.json()["revision"]), (200, &json!(2)), "{}", changed.body);
        let late = caller.send("PUT", &at, Some(&wish("three")), &[("if-match", &tag)]).await;
        assert_eq!((late.status, late.problem().as_str()), (412, "precondition.failed"));
        for (member, value) in [("enabled", json!(false)), ("revision", json!(9)), ("workspace_id", json!("x")), ("at", json!("25:00")), ("name", json!(" "))] {
            let mut odd = wish("x");
            odd[member] = value;
            let answer = caller.post(&list, &odd).await;
            assert_eq!((answer.status, answer.problem().as_str()), (400, "request.invalid"), "{member}");
        }
        let mut all = wish("x");
        (all["type"], all["catch_up"]) = (json!("backup_schedule_run"), json!("all"));
        assert_eq!(caller.post(&list, &all).await.problem(), "request.invalid", "a missed backup is made up for once");
        let (purge, named) = (format!("{at}/purge"), json!({ "confirm": "two" }));
        assert_eq!(caller.post(&purge, &named).await.problem(), "conflict", "it is not archived");
        let started = caller.send("POST", &format!("{at}/run"), None, &[]).await;
        assert_eq!((started.status, &started.json()["run"]["schedule_id"]), (202, &made.json()["id"]));
        assert_eq!(caller.post(&format!("{at}/switch"), &json!({ "enabled": false })).await.json()["enabled"], json!(false));
        assert_ne!(caller.post(&format!("{at}/archive"), &json!({ "archived": true })).await.json()["archived_at"], Value::Null);
        assert_eq!(caller.send("PUT", &at, Some(&wish("four")), &[("if-match", "*")]).await.problem(), "conflict", "archived");
        caller.send("POST", &format!("{}/cancel", started.location().unwrap()), None, &[]).await;
        assert_eq!(caller.post(&purge, &json!({ "confirm": "one" })).await.problem(), "request.invalid", "not its name");
        let removal = caller.post(&purge, &named).await;
        assert_eq!((removal.status, &removal.json()["run"]["type"]), (202, &json!("backup_schedule_purge")), "a run removes it");
        // A cursor may say anything.
        let far: String = "-009999-01-02T00:00:00Z".bytes().map(|byte| format!("{byte:02x}")).collect();
        let other = caller.post(&list, &wish("five")).await;
        assert_eq!(caller.get(&format!("{}/fires?cursor=f.{far}", other.location().unwrap())).await.status, 200);
        for since in ["-009999-01-02T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
            assert!(caller.get(&format!("/api/v1/runs?since={since}")).await.status <= 400, "{since}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_walked_by_their_links_to_the_end() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let _graph = served.synced(40).await;
        let caller = served.caller(Somebody::Owner).await;
        let mut next = Some(format!("/api/v1/tenants/{}/inventory?limit=7", served.world.tenant));
        let (mut ids, mut pages) = (Vec::new(), 0);
        while let Some(path) = next {
            let page = caller.get(&path).await;
            let body = page.json();
            ids.extend(body["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            next = page.header("link").map(|link| link[1..].split('>').next().unwrap().to_owned());
            assert_eq!(next.is_some(), body["next"].is_string());
            pages += 1;
        }
        let all = test.number("select count(*) from inventory_items").await;
        assert_eq!(i64::try_from(ids.len()).unwrap(), all);
        ids.sort();
        ids.dedup();
        assert!(pages > 3 && i64::try_from(ids.len()).unwrap() == all, "each once");
        let item = caller.get(&format!("/api/v1/tenants/{}/inventory/{}", served.world.tenant, ids[0])).await;
        assert!(item.json()["content"].is_object() && item.json()["item"]["id"] == ids[0]);
        let coverage = caller.get(&format!("/api/v1/tenants/{}/coverage", served.world.tenant)).await.json();
        assert!(coverage["items"].as_array().unwrap().len() > 10);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_runs_are_changed_all_or_none() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let (owner, reader) = (served.caller(Somebody::Owner).await, served.caller(Somebody::Readonly).await);
        let run = served.active_run(served.world.tenant).await;
        let wish = |runs: Vec<RunId>| json!({ "act": "cancel", "runs": runs });
        for (runs, status) in [(vec![], 400), (vec![run, RunId::generate()], 404), (vec![run, served.foreign_run().await], 404)] {
            assert_eq!(owner.post("/api/v1/bulk-actions", &wish(runs)).await.status, status);
        }
        let refused = reader.post("/api/v1/bulk-actions", &wish(vec![run])).await;
        assert_eq!((refused.status, refused.json()["capability"].as_str()), (403, Some("tenant.inventory.sync")));
        assert_eq!(test.number("select count(*) from operation_runs where type = 'bulk_action'").await, 0);
        let started = owner.post("/api/v1/bulk-actions", &wish(vec![run, run])).await;
        assert_eq!((started.status, &started.json()["run"]["arguments"]["runs"]), (202, &json!([run])));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_asks_too_often_waits() {
    let test = async |test: TestStore| {
        let few = Tries { at_once: NonZeroU32::new(3).unwrap(), pause: Duration::from_secs(3600) };
        let served = Served::limited(&test, ApiLimits(few)).await;
        let (one, other) = (served.caller(Somebody::Owner).await, served.caller(Somebody::Manager).await);
        for _ in 0..3 {
            assert_eq!(one.get(ME).await.status, 200);
        }
        let waits = one.get(ME).await;
        assert_eq!((waits.status, waits.problem().as_str()), (429, "rate.limited"));
        assert!(waits.header("retry-after").unwrap().parse::<u64>().unwrap() > 3_000);
        assert_eq!(other.get(ME).await.status, 200, "each token for itself");
    };
    testkit::stores::on(store::Backend::Sqlite, true, &test).await;
}
