//! Signing in at a real provider that others wrote, by its own pages: groups become memberships, and go with them.

use std::sync::Arc;

use model::access::Role;
use model::sign_in::{Consent, Mapping, ProviderName, Wanted};
use model::time::SystemClock;
use outbound::oidc::{Provider, Registration, limits};
use testkit::browserless::{Answer, Browserless};
use testkit::html;
use testkit::identity_provider::{CLIENT_ID, CLIENT_SECRET, Manner, RealProvider, available};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;
use tokio::sync::OnceCell;
use web::WebOptions;

use crate::served::Served;

/// The product, and the provider that it knows.
async fn together(test: &TestStore, manner: Manner) -> (Served, RealProvider) {
    let real = OnceCell::new();
    let served = Served::with(test, async |base: &str, world: &World| {
        let redirect_uri = format!("{base}/sign-in/oidc/real/callback");
        let provider = RealProvider::start(&redirect_uri, manner).await;
        let line = |group: &str, place: Wanted, role: Role| Mapping { group: group.to_owned(), place, role };
        let consent = Consent {
            name: ProviderName::new("real").unwrap(),
            label: "the real one".to_owned(),
            trust_email: false,
            mapping: vec![
                line("managers", Wanted::Workspace(world.workspace.to_string()), Role::Manager),
                line("contoso", Wanted::Tenant(world.tenant.to_string()), Role::Operator),
            ],
        };
        let registration = Registration {
            issuer: provider.issuer.clone(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: Some(CLIENT_SECRET.into()),
            redirect_uri,
            scopes: vec!["profile".to_owned(), "email".to_owned()],
            groups_claim: "groups".to_owned(),
        };
        // The provider dates its tokens by the machine's clock.
        let known = Provider::new(consent, registration, limits(), Arc::new(SystemClock)).unwrap();
        real.set(provider).unwrap();
        WebOptions { providers: vec![Arc::new(known)], ..WebOptions::default() }
    })
    .await;
    (served, real.into_inner().unwrap())
}

/// From the button on the sign-in page through the provider's pages, and back.
async fn sign_in(served: &Served, real: &RealProvider, browser: &Browserless, name: &str) -> Answer {
    let button = browser.page("/sign-in?next=/admin/notices").await.link("/sign-in/oidc/real").expect("a button");
    let sent = browser.get(&button).await;
    assert_eq!(sent.status, 303, "{}", html::text(&sent.body));
    let back = real.walk(sent.location().unwrap(), name).await;
    browser.get(back.strip_prefix(&served.base).expect("back to the product")).await
}

fn person(name: &str, groups: &str) -> String {
    format!(
        r#"{{"{name}":{{"email":"{name}@example.test","email_verified":true,"name":"{name} of the provider","groups":[{groups}]}}}}"#
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_of_a_real_provider_become_memberships_and_go_with_them() {
    if !available("groups_of_a_real_provider_become_memberships_and_go_with_them") {
        return;
    }
    on_both(|test| async move {
        let (served, real) = together(&test, Manner { algorithm: "RS256", in_token: false }).await;
        real.knows(&person("ada", r#""managers","others""#));
        let ada = Browserless::at(&served.base);
        let answer = sign_in(&served, &real, &ada, "ada").await;
        assert_eq!(answer.location(), Some("/admin/notices"), "{}", html::text(&answer.body));
        let home = ada.page("/admin").await;
        assert!(home.body.contains("ada of the provider") && home.body.contains("Contoso") && home.body.contains("Fabrikam"));
        let stands = async || test.texts("select role || ' ' || source from workspace_members where source is not null").await;
        assert_eq!(stands().await, ["manager oidc:real"]);

        // From manager to somebody of one tenant only.
        real.knows(&person("ada", r#""contoso""#));
        sign_in(&served, &real, &Browserless::at(&served.base), "ada").await;
        assert_eq!(stands().await, ["readonly oidc:real"]);
        let home = ada.page("/admin").await;
        assert!(home.body.contains("Contoso") && !home.body.contains("Fabrikam"), "the open session is narrowed, too");

        real.knows(&person("ada", ""));
        let out = Browserless::at(&served.base);
        let answer = sign_in(&served, &real, &out, "ada").await;
        assert_eq!(answer.status, 403);
        assert!(html::text(&answer.body).contains("account.no_membership"));
        assert_eq!(out.session(), None);
        assert_eq!(stands().await, Vec::<String>::new());
        assert!(!ada.page("/admin").await.body.contains("Contoso"));

        real.knows(&person("eve", r#""others""#));
        let answer = sign_in(&served, &real, &Browserless::at(&served.base), "eve").await;
        assert!(html::text(&answer.body).contains("account.no_membership"));
        assert_eq!(test.number("select count(*) from users where email = 'eve@example.test'").await, 0);
        real.knows(&person("owner", r#""managers""#));
        let answer = sign_in(&served, &real, &Browserless::at(&served.base), "owner").await;
        assert!(html::text(&answer.body).contains("account.email_taken"), "a local account is not taken over");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_accepted_signature_is_that_of_a_real_provider() {
    if !available("every_accepted_signature_is_that_of_a_real_provider") {
        return;
    }
    on_both(|test| async move {
        // One on each database: which it is does not depend on it. RS256 is the other test's.
        let algorithm = if test.store.backend() == store::Backend::Sqlite { "ES256" } else { "PS256" };
        let (served, real) = together(&test, Manner { algorithm, in_token: true }).await;
        real.knows(&person("ada", r#""managers""#));
        let ada = Browserless::at(&served.base);
        let answer = sign_in(&served, &real, &ada, "ada").await;
        assert_eq!(answer.location(), Some("/admin/notices"), "{algorithm}: {}", html::text(&answer.body));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cancels_at_the_provider_is_not_signed_in() {
    if !available("who_cancels_at_the_provider_is_not_signed_in") {
        return;
    }
    on_both(|test| async move {
        let (served, mut real) = together(&test, Manner { algorithm: "RS256", in_token: true }).await;
        let ada = Browserless::at(&served.base);
        let sent = ada.get("/sign-in/oidc/real").await;
        let back = real.give_up(sent.location().unwrap()).await;
        let answer = ada.get(back.strip_prefix(&served.base).unwrap()).await;
        assert_eq!(answer.status, 403);
        assert!(html::text(&answer.body).contains("answer.declined"));
        // The provider goes away; what was asked before does not help.
        let sent = ada.get("/sign-in/oidc/real").await;
        real.knows(&person("ada", r#""managers""#));
        let back = real.walk(sent.location().unwrap(), "ada").await;
        real.kill().await;
        let answer = ada.get(back.strip_prefix(&served.base).unwrap()).await;
        assert_eq!(answer.status, 502);
        assert!(html::text(&answer.body).contains("provider.unreachable"));
        assert_eq!(ada.session(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_invited_signs_in_at_the_provider_and_joins() {
    if !available("somebody_invited_signs_in_at_the_provider_and_joins") {
        return;
    }
    on_both(|test| async move {
        let (served, real) = together(&test, Manner { algorithm: "RS256", in_token: false }).await;
        real.knows(&person("zoe", ""));
        let invited = served.people(served.world.workspace, served.world.tenant, Some("zoe@example.test")).await;
        let link = pages::href::invitation(&invited.token());

        // No group gives her anything: the invitation does.
        let zoe = Browserless::at(&served.base);
        let button = zoe.page(&link).await.link("/sign-in/oidc/real").expect("a button");
        let back = real.walk(zoe.get(&button).await.location().unwrap(), "zoe").await;
        let answer = zoe.get(back.strip_prefix(&served.base).unwrap()).await;
        assert_eq!(answer.location(), Some(link.as_str()), "{}", html::text(&answer.body));
        assert!(html::text(&zoe.page("/admin").await.body).contains("No workspace yet"), "an invitation alone opens nothing");
        let form = zoe.page(&link).await.form(&link);
        assert_eq!(zoe.submit(&form).await.location(), Some("/admin"));
        assert!(zoe.page("/admin").await.body.contains("Northwind Services"));

        // What was given by hand is not taken back by groups that give nothing.
        let again = Browserless::at(&served.base);
        assert_eq!(sign_in(&served, &real, &again, "zoe").await.location(), Some("/admin/notices"));
        assert!(again.page("/admin").await.body.contains("Northwind Services"));

        // An address that nobody verified counts for nothing, invited or not.
        real.knows(&person("max", "").replace("true", "false"));
        served.people(served.world.workspace, served.world.tenant, Some("max@example.test")).await;
        let answer = sign_in(&served, &real, &Browserless::at(&served.base), "max").await;
        assert!(html::text(&answer.body).contains("account.no_membership"), "{}", html::text(&answer.body));
    })
    .await;
}
