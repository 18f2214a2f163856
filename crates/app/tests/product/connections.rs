//! A tenant's connection by its pages and by the API: what is entered is checked, kept, and never shown again.

use std::time::Duration;

use model::connection_check::Report;
use model::run::Trigger;
use secrecy::ExposeSecret as _;
use serde_json::json;
use store::runs::WorkerId;
use testkit::browserless::Browserless;
use testkit::certificates::{PASSWORD, THUMBPRINT, file, pem};
use testkit::html::{self, Form};
use testkit::stores::on_both;

use crate::served::Served;
use crate::somebody::Somebody;

const CLIENT: &str = "6f2c1b7a-2f4e-4a37-8d15-0f1c6f3f2a10";
/// As it may be pasted.
const SECRET: &str = "canary8Q~abc.def-GHI";

async fn text(browser: &Browserless, path: &str) -> String {
    html::text(&browser.page(path).await.body)
}

/// The form on that page, with everything in it that a person would choose for a certificate.
async fn form(browser: &Browserless, page: &str, action: &str, kind: &str) -> Form {
    let form = browser.page(page).await.form(action);
    form.with("cloud", "custom").with("client_id", CLIENT).with("kind", kind)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_added_replaced_and_removed_by_its_pages() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let (owner, here) = (served.browser(Somebody::Owner).await, format!("/admin/t/{}/connection", served.world.tenant));
        let tenant = served.world.tenant_scope(&served.world.owner).await.tenant().name.clone();
        assert!(text(&owner, &here).await.contains("Client secret"), "the one that the world has");

        let remove = format!("{here}/remove");
        let wrong = owner.submit(&owner.page(&remove).await.form(&remove).with("typed", "Contosa")).await;
        assert_eq!(wrong.status, 422);
        let gone = owner.submit(&owner.page(&remove).await.form(&remove).with("typed", &tenant)).await;
        assert_eq!((gone.status, gone.location()), (303, Some(here.as_str())));
        assert!(text(&owner, &here).await.contains("No connection yet"));
        for path in ["edit", "rotate", "remove"] {
            assert_eq!(owner.get(&format!("{here}/{path}")).await.status, 404, "{path}");
        }

        // What is wrong is said beside its field; nothing of what was entered comes back.
        let new = format!("{here}/new");
        let leaf = pem(&["leaf.pem"]).expose_secret().to_owned();
        for (name, value, kind, words) in [
            ("pem", leaf.as_str(), "certificate", "no private key"),
            ("secret", "with canary space", "client_secret", "has a space"),
            ("secret", "0f1c6f3f-2a10-4a37-8d15-6f2c1b7a2f4e", "client_secret", "looks like the secret's ID"),
            ("token_file", "../canary", "federated", "without a folder"),
            ("client_id", "canary", "certificate", "application (client) ID"),
        ] {
            let answer = owner.submit(&form(&owner, &new, &here, kind).await.with(name, value)).await;
            assert_eq!(answer.status, 422, "{name}: {}", html::text(&answer.body));
            assert!(html::text(&answer.body).contains(words), "{words}: {}", html::text(&answer.body));
            let shown = ["client_id", "token_file"].contains(&name);
            assert!(shown || !answer.body.contains(value), "{name} came back");
        }

        let wish = form(&owner, &new, &here, "certificate").await;
        let refused = owner.submit_with_file(&wish.clone().with("password", "wrong"), file("modern.pfx").expose_secret()).await;
        assert!(refused.status == 422 && html::text(&refused.body).contains("password is wrong"), "{}", refused.status);
        let forged = Form { fields: wish.fields.iter().filter(|(name, _)| name != "csrf").cloned().collect(), ..wish.clone() };
        assert_eq!(owner.submit_with_file(&forged, file("modern.pfx").expose_secret()).await.status, 403, "without its token");
        let added = owner.submit_with_file(&wish.with("password", PASSWORD), file("modern.pfx").expose_secret()).await;
        assert_eq!(added.status, 303, "{}", html::text(&added.body));
        let page = text(&owner, &here).await;
        assert!(page.contains(THUMBPRINT) && page.contains("PS256"), "{page}");

        let rotate = format!("{here}/rotate");
        let wish = form(&owner, &rotate, &rotate, "client_secret").await;
        let replaced = owner.submit(&wish.clone().with("secret", &format!(" {SECRET}\r\n")).with("expires", "2026-03-10")).await;
        assert_eq!(replaced.status, 303, "{}", html::text(&replaced.body));
        let page = text(&owner, &here).await;
        assert!(page.contains("Expires in") && !page.contains(THUMBPRINT), "{page}");
        let late = owner.submit(&wish.with("secret", SECRET)).await;
        assert!(late.status == 422 && html::text(&late.body).contains("changed meanwhile"), "{}", late.status);

        let switch = format!("{here}/switch");
        let off = owner.page(&here).await.form(&switch).with("reason", "moving house");
        assert_eq!(owner.submit(&off).await.status, 303);
        assert!(text(&owner, &here).await.contains("moving house"));
        for path in [here.clone(), format!("{here}/edit"), rotate, "/admin/audit".to_owned()] {
            assert!(!owner.page(&path).await.body.contains("canary"), "{path}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_keeps_a_connection_and_never_tells_its_credential() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let (owner, here) = (served.caller(Somebody::Owner).await, format!("/api/v1/tenants/{}/connection", served.world.tenant));
        let before = owner.get(&here).await;
        assert_eq!((before.status, before.json()["kind"].as_str()), (200, Some("client_secret")), "{}", before.body);
        let certificate = json!({ "kind": "certificate", "pem": pem(&["leaf.pem", "leaf.key"]).expose_secret() });
        let rotate = format!("{here}/rotate");
        assert_eq!(owner.send("POST", &rotate, Some(&certificate), &[]).await.status, 428);
        assert_eq!(owner.send("POST", &rotate, Some(&certificate), &[("if-match", "\"other\"")]).await.status, 412);
        let tag = before.header("etag").unwrap().to_owned();
        let after = owner.send("POST", &rotate, Some(&certificate), &[("if-match", &tag)]).await;
        assert_eq!((after.status, after.json()["thumbprint"].as_str()), (200, Some(THUMBPRINT)), "{}", after.body);
        assert!(!after.body.contains("BEGIN") && after.json()["revision"] == 2);

        let wrong = json!({ "kind": "certificate", "pem": pem(&["leaf.pem"]).expose_secret() });
        let wrong = owner.send("POST", &rotate, Some(&wrong), &[("if-match", "*")]).await;
        assert!(wrong.status == 400 && wrong.body.contains("no private key"), "{} {}", wrong.status, wrong.body);
        assert!(!wrong.body.contains("MII"));
        let edit = json!({ "cloud": "custom", "client_id": CLIENT, "signature": "rs256", "note": "n", "expires_on": null });
        let edited = owner.send("PUT", &here, Some(&edit), &[("if-match", "*")]).await;
        assert_eq!((edited.status, edited.json()["signature"].as_str()), (200, Some("rs256")), "{}", edited.body);
        let off = owner.send("POST", &format!("{here}/switch"), Some(&json!({ "enabled": false, "reason": "r" })), &[]).await;
        assert_eq!((off.status, off.json()["disabled_reason"].as_str()), (200, Some("r")));
        let remove = format!("{here}/remove");
        assert_eq!(owner.send("POST", &remove, Some(&json!({ "confirm": "no" })), &[]).await.status, 400);
        assert_eq!(owner.send("POST", &remove, Some(&json!({ "confirm": "Contoso" })), &[]).await.status, 204);
        assert_eq!(owner.get(&here).await.status, 404);
        let new = json!({ "cloud": "custom", "client_id": CLIENT, "credential": { "kind": "client_secret", "secret": SECRET } });
        let made = owner.send("POST", &here, Some(&new), &[]).await;
        assert_eq!((made.status, made.header("location")), (201, Some(here.as_str())), "{}", made.body);
        assert!(!made.body.contains("canary"));
        assert_eq!(owner.send("POST", &here, Some(&new), &[]).await.status, 409, "there is one already");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_that_is_past_stays_when_a_program_changes_something_else_and_goes_only_when_it_says_so() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let (owner, here) = (served.caller(Somebody::Owner).await, format!("/api/v1/tenants/{}/connection", served.world.tenant));
        let secret = json!({ "kind": "client_secret", "secret": SECRET, "expires_on": "2026-03-01" });
        let any = [("if-match", "*")];
        assert_eq!(owner.send("POST", &format!("{here}/rotate"), Some(&secret), &any).await.status, 200);
        test.clock.advance(Duration::from_secs(17 * 3600));
        let with = |day: serde_json::Value| {
            json!({ "cloud": "custom", "client_id": CLIENT, "signature": "ps256", "note": "n", "expires_on": day })
        };
        let kept = owner.send("PUT", &here, Some(&with("2026-03-01".into())), &any).await;
        assert_eq!((kept.status, kept.json()["expires_at"].is_null()), (200, false), "{}", kept.body);
        assert_eq!(owner.send("PUT", &here, Some(&with("2026-02-20".into())), &any).await.status, 400, "another day that is past");
        let mut without = with(serde_json::Value::Null);
        without.as_object_mut().unwrap().remove("expires_on");
        let refused = owner.send("PUT", &here, Some(&without), &any).await;
        assert!(refused.status == 400 && refused.body.contains("expires_on"), "{} {}", refused.status, refused.body);
        assert_eq!(owner.get(&here).await.json()["expires_at"], kept.json()["expires_at"]);
        let gone = owner.send("PUT", &here, Some(&with(serde_json::Value::Null)), &any).await;
        assert_eq!((gone.status, gone.json()["expires_at"].is_null()), (200, true), "{}", gone.body);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_granted_to_another_application_is_not_shown_as_granted_to_this_one() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let (world, here) = (&served.world, format!("/admin/t/{}/connection", served.world.tenant));
        let owner = world.tenant_scope(&world.owner).await;
        world.store.runs().verify(&owner.permit().unwrap(), false, Trigger::Manual).await.unwrap();
        let run = world.admit(&world.claim(&WorkerId::new("w")).await).await;
        let connection = world.store.connections().show(&owner).await.unwrap().0.unwrap();
        let granted = Some(vec!["DeviceManagementApps.Read.All".to_owned()]);
        let report = Report { granted, ..Report::default() };
        world.store.connection_checks().save(&run, &connection, &report).await.unwrap();
        let browser = served.browser(Somebody::Manager).await;
        let page = text(&browser, &here).await;
        assert!(page.contains("DeviceManagementApps.Read.All Granted") && !page.contains("Not checked yet"), "{page}");
        let edit = format!("{here}/edit");
        let edited = browser.page(&edit).await.form(&edit).with("cloud", "custom").with("client_id", CLIENT);
        assert_eq!(browser.submit(&edited).await.status, 303);
        let page = text(&browser, &here).await;
        assert!(page.contains("Not checked yet") && !page.contains("Read.All Granted"), "{page}");
    })
    .await;
}
