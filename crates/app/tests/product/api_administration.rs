//! People, places, the audit log and settings by the API.

use model::access::Capability;
use model::api_token::NewApiToken;
use model::ids::{EntraTenantId, TenantId, UserId};
use model::settings::{Key, Level};
use serde_json::{Value, json};
use testkit::caller::Caller;
use testkit::stores::on_both;

use crate::served::Served;
use crate::somebody::Somebody;

/// A token of the owner's for everything that they hold, in one tenant.
async fn narrowed(served: &Served, tenant: TenantId) -> Caller {
    let scope = served.world.workspace_scope(&served.world.owner).await;
    let capabilities = Capability::ALL.iter().copied().collect();
    let new = NewApiToken { name: "narrow".to_owned(), days: 1, capabilities, tenants: Some(vec![tenant]) };
    let (_, secret) = served.world.store.api_tokens().create(&scope.permit().unwrap(), &new).await.unwrap();
    Caller::at(&served.base, Some(&secret))
}

fn rows(list: &Value) -> &Vec<Value> {
    list["items"].as_array().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_invited_by_a_link_that_is_shown_once_then_promoted_and_removed() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let caller = served.caller(Somebody::Owner).await;
        let tenant = served.world.tenant;
        let wish = json!({ "email": " New@Example.test ", "role": "operator", "tenants": [{ "tenant_id": tenant, "role": "readonly" }] });
        let made = caller.post("/api/v1/invitations", &wish).await;
        assert_eq!((made.status, made.header("cache-control")), (201, Some("no-store")), "{}", made.body);
        let (made, secret) = (made.json(), made.json()["token"].as_str().unwrap().to_owned());
        assert!(made["link"].as_str().unwrap().ends_with(&format!("/invitations/{secret}")), "{made}");
        let open = caller.get("/api/v1/invitations").await;
        assert!(!open.body.contains(&secret), "it is shown once");
        assert_eq!(
            (&rows(&open.json())[0]["email"], &rows(&open.json())[0]["tenants"][0]["role"]),
            (&json!("new@example.test"), &json!("readonly"))
        );
        let at = format!("/api/v1/invitations/{}", made["id"].as_str().unwrap());
        assert_eq!(caller.send("DELETE", &at, None, &[]).await.status, 204);
        assert_eq!(caller.send("DELETE", &at, None, &[]).await.problem(), "not_found");
        for odd in [
            json!({ "email": "nobody", "role": "owner" }),
            json!({ "email": "a@b.test", "role": "king" }),
            json!({ "email": "a@b.test", "role": "owner", "tenants": [wish["tenants"][0], wish["tenants"][0]] }),
        ] {
            assert_eq!(caller.post("/api/v1/invitations", &odd).await.problem(), "request.invalid", "{odd}");
        }

        let people = served.people(served.world.workspace, tenant, None).await;
        let member = format!("/api/v1/members/{}", people.member);
        assert_eq!(caller.get(&member).await.json()["tenants"][0]["role"], "readonly");
        let role = async |role: &str| {
            caller.send("PUT", &format!("{member}/role"), Some(&json!({ "role": role })), &[]).await.json()["role"].clone()
        };
        assert_eq!(role("manager").await, "manager");
        let in_tenant = format!("/api/v1/tenants/{tenant}/members/{}", people.member);
        assert_eq!(caller.send("PUT", &in_tenant, Some(&json!({ "role": "owner" })), &[]).await.status, 204);
        let list = caller.get(&format!("/api/v1/tenants/{tenant}/members")).await.json();
        let row = rows(&list).iter().find(|row| row["id"] == json!(people.member)).unwrap();
        assert_eq!((&row["workspace_role"], &row["role"], &row["source"]), (&json!("manager"), &json!("owner"), &json!("tenant")));
        assert_eq!(caller.send("DELETE", &in_tenant, None, &[]).await.status, 204);
        assert_eq!(caller.send("DELETE", &member, None, &[]).await.status, 204);
        assert_eq!(caller.get(&member).await.status, 404);
        let last = format!("/api/v1/members/{}", served.world.owner.id);
        assert_eq!(caller.send("DELETE", &last, None, &[]).await.problem(), "conflict", "the last owner");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_made_taken_into_use_and_put_away_by_its_name() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let caller = served.caller(Somebody::Owner).await;
        let wish = json!({ "name": "Wide World", "domain": "Wide.example", "entra_tenant_id": EntraTenantId::generate(), "environment": "staging" });
        let made = caller.post("/api/v1/tenants", &wish).await;
        assert_eq!((made.status, &made.json()["status"], &made.json()["domain"]), (201, &json!("draft"), &json!("wide.example")), "{}", made.body);
        let at = made.location().unwrap().to_owned();
        assert_eq!(caller.post("/api/v1/tenants", &wish).await.problem(), "conflict", "bound once");
        let to = async |to: &str| caller.post(&format!("{at}/advance"), &json!({ "to": to })).await;
        assert_eq!(to("active").await.problem(), "conflict");
        assert_eq!(to("archived").await.problem(), "request.invalid");
        assert_eq!(to("onboarding").await.json()["status"], "onboarding");
        assert_eq!(to("active").await.json()["status"], "active");
        let edit = json!({ "name": "Wider", "domain": "wide.example", "environment": "production" });
        assert_eq!(caller.send("PUT", &at, Some(&edit), &[]).await.json()["name"], "Wider");
        let archive = async |body: Value| caller.post(&format!("{at}/archive"), &body).await;
        for unsure in [json!({ "archived": true }), json!({ "archived": true, "confirm": "Wide World" })] {
            assert_eq!(archive(unsure).await.problem(), "request.invalid");
        }
        assert_eq!(archive(json!({ "archived": true, "confirm": "Wider" })).await.json()["status"], "archived");
        assert_eq!(archive(json!({ "archived": false })).await.json()["status"], "active");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_workspace_is_renamed_put_away_and_another_made_that_the_token_does_not_open() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let caller = served.caller(Somebody::Owner).await;
        let seen = caller.get("/api/v1/workspace").await.json();
        assert_eq!((&seen["workspace"]["name"], &seen["workspace"]["archived"]), (&json!("Northwind Services"), &json!(false)));
        assert_eq!(
            caller.send("PUT", "/api/v1/workspace", Some(&json!({ "name": " North " })), &[]).await.json()["name"],
            "North"
        );
        let archive = async |body: Value| caller.post("/api/v1/workspace/archive", &body).await;
        assert_eq!(archive(json!({ "archived": true, "confirm": "Northwind Services" })).await.problem(), "request.invalid");
        assert_eq!(archive(json!({ "archived": true, "confirm": "North" })).await.json()["archived"], true);
        assert_eq!(archive(json!({ "archived": true, "confirm": "North" })).await.problem(), "conflict");
        assert_eq!(archive(json!({ "archived": false })).await.json()["archived"], false);
        let made = caller.post("/api/v1/workspaces", &json!({ "name": "Zebra" })).await;
        assert_eq!((made.status, &made.json()["role"]), (201, &json!("owner")));
        let mine = caller.get("/api/v1/workspaces").await.json();
        assert_eq!(rows(&mine).iter().map(|row| &row["name"]).collect::<Vec<_>>(), ["North"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_is_changed_only_as_it_was_seen() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let caller = served.caller(Somebody::Owner).await;
        let (here, there) = ("/api/v1/settings/time_zone", format!("/api/v1/tenants/{}/settings/time_zone", served.world.tenant));
        let put = async |at: &str, value: Value, tag: &str| {
            caller.send("PUT", at, Some(&json!({ "value": value })), &[("if-match", tag)]).await
        };
        assert_eq!(caller.send("PUT", here, Some(&json!({ "value": "UTC" })), &[]).await.problem(), "precondition.required");
        assert_eq!(caller.send("DELETE", here, None, &[]).await.problem(), "precondition.required");
        let seen = caller.get(here).await;
        assert_eq!(
            (seen.header("etag"), &seen.json()["source"], &seen.json()["own"]),
            (Some("\"0\""), &json!("default"), &Value::Null)
        );
        let saved = put(here, json!("Europe/Berlin"), "\"0\"").await;
        assert_eq!(
            (saved.status, saved.header("etag"), &saved.json()["own"]),
            (200, Some("\"1\""), &json!("Europe/Berlin")),
            "{}",
            saved.body
        );
        assert_eq!(put(here, json!("UTC"), "\"0\"").await.problem(), "precondition.failed");
        let inherited = caller.get(&there).await.json();
        assert_eq!(
            (&inherited["value"], &inherited["source"], &inherited["revision"]),
            (&json!("Europe/Berlin"), &json!("workspace"), &json!(0))
        );
        assert_eq!(put(&there, json!("Asia/Tokyo"), "\"0\"").await.json()["source"], "tenant");
        let back = caller.send("DELETE", &there, None, &[("if-match", "\"1\"")]).await;
        assert_eq!((&back.json()["value"], &back.json()["revision"]), (&json!("Europe/Berlin"), &json!(2)), "{}", back.body);
        for (key, value) in [
            ("time_zone", json!("Mars/Olympus")),
            ("time_zone", json!(3)),
            ("runs.keep_days", json!(1)),
            ("runs.keep_days", json!("90")),
            ("notices.outcomes", json!(["none"])),
            ("notices.outcomes", json!("failed")),
        ] {
            assert_eq!(
                put(&format!("/api/v1/settings/{key}"), value.clone(), "*").await.problem(),
                "request.invalid",
                "{key} {value}"
            );
        }
        assert_eq!(put("/api/v1/settings/runs.keep_days", json!(30.0), "*").await.json()["value"], 30);
        for ends in [json!(["failed"]), json!([])] {
            assert_eq!(put("/api/v1/settings/notices.outcomes", ends.clone(), "*").await.json()["own"], ends);
        }
        assert_eq!(caller.get("/api/v1/settings/planet").await.problem(), "not_found");
        assert_eq!(
            caller.get(&there.replace("time_zone", "date_format")).await.problem(),
            "not_found",
            "not a tenant's to choose"
        );
        let of_workspace = Key::ALL.iter().filter(|key| key.declaration().levels.contains(&Level::Workspace)).count();
        assert_eq!(rows(&caller.get("/api/v1/settings").await.json()).len(), of_workspace);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_is_narrowed_and_walked_by_its_cursor() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let caller = served.caller(Somebody::Owner).await;
        for name in ["One", "Two", "Three"] {
            caller.send("PUT", "/api/v1/workspace", Some(&json!({ "name": name })), &[]).await;
        }
        let mut next = Some("/api/v1/audit?action=workspace.rename&limit=2".to_owned());
        let mut found = Vec::new();
        while let Some(path) = next {
            let page = caller.get(&path).await;
            found.extend(rows(&page.json()).clone());
            let link = page.header("link").map(|link| link.split('>').next().unwrap().trim_start_matches('<').to_owned());
            next = link;
        }
        assert_eq!(found.len(), 3);
        assert_eq!((&found[0]["actor_id"], &found[0]["outcome"]), (&json!(served.world.owner.id), &json!("done")));
        assert!(found[0]["text"].as_str().unwrap().contains("renamed"), "{}", found[0]);
        let of = format!("/api/v1/audit?actor={}&action=workspace.*&outcome=done", served.world.owner.id);
        assert_eq!(rows(&caller.get(&of).await.json()).len(), 3);
        let by = format!("/api/v1/audit?actor={}", UserId::generate());
        assert_eq!(rows(&caller.get(&by).await.json()).len(), 0);
        for odd in ["actor=x", "action=nothing.*", "subject=x", "outcome=lost", "days=3"] {
            assert_eq!(caller.get(&format!("/api/v1/audit?{odd}")).await.problem(), "request.invalid", "{odd}");
        }
        for tenant in [TenantId::generate(), served.world.foreign_tenant] {
            assert_eq!(caller.get(&format!("/api/v1/audit?tenant={tenant}")).await.problem(), "not_found");
        }
    })
    .await;
}

/// What a workspace's deeds touch is in all of its tenants; a token that opens one of them learns and gives nothing of the others.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_one_tenant_learns_nothing_of_the_others() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let (first, other) = (served.world.tenant, served.world.other_tenant);
        let (owner, narrow) = (served.caller(Somebody::Owner).await, narrowed(&served, first).await);
        for tenant in [first, other] {
            let edit = json!({ "name": "Renamed", "domain": "a.example", "environment": "staging" });
            assert_eq!(owner.send("PUT", &format!("/api/v1/tenants/{tenant}"), Some(&edit), &[]).await.status, 200);
        }
        let edits = async |caller: &Caller| {
            caller.get("/api/v1/audit?action=tenant.edit").await.json()["items"].as_array().unwrap().len()
        };
        assert_eq!((edits(&owner).await, edits(&narrow).await), (2, 1));
        assert!(!narrow.get("/api/v1/audit?limit=200").await.body.contains(&other.to_string()));
        assert_eq!(narrow.get(&format!("/api/v1/audit?tenant={other}")).await.status, 404);
        assert_eq!(narrow.get(&format!("/api/v1/tenants/{other}/audit")).await.status, 404);

        assert_eq!(narrow.get("/api/v1/audit?action=workspace.*").await.json()["items"], json!([]), "nor of the workspace");

        let people = served.people(served.world.workspace, other, None).await;
        let member = format!("/api/v1/members/{}", people.member);
        let wish = json!({ "email": "a@b.test", "role": "readonly" });
        let new =
            json!({ "name": "n", "domain": "n.example", "entra_tenant_id": EntraTenantId::generate(), "environment": "staging" });
        for (method, at, body) in [
            ("GET", "/api/v1/invitations", None),
            ("POST", "/api/v1/invitations", Some(&wish)),
            ("POST", "/api/v1/tenants", Some(&new)),
            ("PUT", "/api/v1/workspace", Some(&json!({ "name": "n" }))),
            ("DELETE", member.as_str(), None),
        ] {
            let answer = narrow.send(method, at, body, &[("if-match", "*")]).await;
            assert_eq!(answer.problem(), "forbidden", "{method} {at}: it would reach the other tenants");
        }
    })
    .await;
}
