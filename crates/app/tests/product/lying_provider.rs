//! Signing in at a provider that is down, slow, or lies: each is one clear page with a code, an entry of the audit trail, and nothing
//! half-done. Tampering on the way back is no better.

use std::sync::Arc;
use std::time::Duration;

use model::access::Role;
use model::ids::WorkspaceId;
use model::sign_in::{Consent, IdentityProvider, Mapping, Problem, ProviderName, Wanted};
use model::time::{Clock, FakeClock};
use outbound::Limits;
use outbound::oidc::{Provider, Registration, limits};
use testkit::browserless::{Answer, Browserless};
use testkit::html;
use testkit::lying_provider::{Lie, LyingProvider};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;
use web::{SignInLimits, Tries, WebOptions};

use crate::served::Served;

const SECRET: &str = "canary-secret-of-the-client";

/// The provider as the product knows it. A silent one is given up soon.
fn known(
    issuer: &str,
    base: &str,
    workspace: WorkspaceId,
    clock: Arc<dyn Clock>,
    patience: Duration,
) -> Arc<dyn IdentityProvider> {
    let place = Wanted::Workspace(workspace.to_string());
    let consent = Consent {
        name: ProviderName::new("entra").unwrap(),
        label: "Microsoft".to_owned(),
        trust_email: false,
        mapping: vec![Mapping { group: "admins".to_owned(), place, role: Role::Manager }],
    };
    let registration = Registration {
        issuer: issuer.to_owned(),
        client_id: "tenantatlas".to_owned(),
        client_secret: Some(SECRET.into()),
        redirect_uri: format!("{base}/sign-in/oidc/entra/callback"),
        scopes: vec!["profile".to_owned(), "email".to_owned()],
        groups_claim: "groups".to_owned(),
    };
    let limits = Limits { request_timeout: patience, ..limits() };
    Arc::new(Provider::new(consent, registration, limits, clock).unwrap())
}

/// Limits that a test of many sign-ins does not meet.
fn generous() -> SignInLimits {
    let many = Tries { at_once: std::num::NonZeroU32::new(10_000).unwrap(), pause: Duration::from_secs(1) };
    SignInLimits { per_account: many, per_address: many }
}

async fn served_with(test: &TestStore, issuer: &str, patience: Duration) -> Served {
    let clock: Arc<FakeClock> = Arc::clone(&test.clock);
    Served::with(test, async |base: &str, world: &World| WebOptions {
        providers: vec![known(issuer, base, world.workspace, clock, patience)],
        sign_in_limits: generous(),
        ..WebOptions::default()
    })
    .await
}

const PATIENCE: Duration = Duration::from_secs(10);

/// The value of a parameter of an address.
fn parameter(address: &str, name: &str) -> String {
    let url: url::Url = address.parse().unwrap();
    url.query_pairs().find(|(have, _)| have == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// Goes to the provider, and comes back as it would send the browser.
async fn walk(browser: &Browserless, start: &str) -> Answer {
    let sent = browser.get(start).await;
    assert_eq!(sent.status, 303, "{}", html::text(&sent.body));
    let (state, nonce) = (parameter(sent.location().unwrap(), "state"), parameter(sent.location().unwrap(), "nonce"));
    browser.get(&format!("/sign-in/oidc/entra/callback?state={state}&code={nonce}")).await
}

/// The page of that problem, on record where it has to be; nobody is signed in.
#[track_caller]
fn is(answer: &Answer, status: u16, problem: Problem, what: &str) {
    let text = html::text(&answer.body);
    assert_eq!(answer.status, status, "{what}: {text}");
    assert!(text.contains("You are not signed in") && text.contains(problem.code()), "{what}: {text}");
    assert!(!answer.body.contains(SECRET), "{what}");
}

async fn left_behind(test: &TestStore) -> (i64, i64, i64, i64) {
    (
        test.number("select count(*) from users where email = 'ada@example.test'").await,
        test.number("select count(*) from user_identities").await,
        test.number("select count(*) from sessions").await,
        test.number("select count(*) from audit_entries where outcome = 'denied' and action = 'session.sign_in'").await,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn every_lie_is_found_out() {
    on_both(|test| async move {
        let liar = LyingProvider::start(Arc::clone(&test.clock) as Arc<dyn Clock>).await;
        let served = served_with(&test, &liar.issuer, PATIENCE).await;
        let mut denied = 0;
        for (lie, status, problem) in [
            (Lie::Client, 502, Problem::Client),
            (Lie::Grant, 403, Problem::Refused),
            (Lie::NoToken, 403, Problem::Malformed),
            (Lie::Issuer, 403, Problem::Issuer),
            (Lie::Audience, 403, Problem::Audience),
            (Lie::Nonce, 403, Problem::Nonce),
            (Lie::Signature, 403, Problem::Signature),
            (Lie::Unsigned, 403, Problem::Signature),
            (Lie::Shared, 403, Problem::Signature),
            (Lie::Key, 403, Problem::Key),
            (Lie::Expired, 403, Problem::Expired),
            (Lie::Future, 403, Problem::Early),
            (Lie::NotBefore, 403, Problem::Early),
            (Lie::Nobody, 403, Problem::Malformed),
            (Lie::Overage, 403, Problem::Groups),
            (Lie::OtherPerson, 403, Problem::Malformed),
            (Lie::NoEmail, 403, Problem::NoEmail),
        ] {
            liar.lies(lie);
            let browser = Browserless::at(&served.base);
            is(&walk(&browser, "/sign-in/oidc/entra").await, status, problem, &format!("{lie:?}"));
            assert_eq!(browser.session(), None, "{lie:?}");
            denied += 1;
            assert_eq!(left_behind(&test).await, (0, 0, 0, denied), "{lie:?}");
        }
        liar.lies(Lie::Nothing);
        let browser = Browserless::at(&served.base);
        let answer = walk(&browser, "/sign-in/oidc/entra").await;
        assert_eq!(answer.location(), Some("/admin"), "the truth is believed: {}", html::text(&answer.body));
        assert!(browser.page("/admin").await.body.contains("Contoso"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_down_or_describes_itself_wrongly_is_named() {
    on_both(|test| async move {
        let liar = LyingProvider::start(Arc::clone(&test.clock) as Arc<dyn Clock>).await;
        let served = served_with(&test, &liar.issuer, Duration::from_millis(300)).await;
        let browser = Browserless::at(&served.base);
        let mut denied = 0;
        for (lie, status, problem) in [
            (Lie::Silent, 504, Problem::Slow),
            (Lie::Broken, 502, Problem::Answer),
            (Lie::Nonsense, 502, Problem::Answer),
            (Lie::Redirect, 502, Problem::Answer),
            (Lie::Huge, 502, Problem::TooLarge),
            (Lie::Discovery, 502, Problem::Discovery),
        ] {
            liar.lies(lie);
            is(&browser.get("/sign-in/oidc/entra").await, status, problem, &format!("{lie:?}"));
            denied += 1;
            assert_eq!(left_behind(&test).await, (0, 0, 0, denied), "{lie:?}");
            assert_eq!(test.number("select count(*) from oidc_sign_ins").await, 0, "{lie:?}");
        }
        assert!(!liar.asked().contains(&"/elsewhere".to_owned()), "a redirect is not followed");
        // It goes away between the way there and the way back.
        liar.lies(Lie::Nothing);
        let sent = browser.get("/sign-in/oidc/entra").await;
        let state = parameter(sent.location().unwrap(), "state");
        drop(liar);
        let back = browser.get(&format!("/sign-in/oidc/entra/callback?state={state}&code=x")).await;
        is(&back, 502, Problem::Unreachable, "gone");
        let local = browser.page("/sign-in").await;
        assert!(
            local.body.contains("Sign in with Microsoft") && local.body.contains("name=\"password\""),
            "local accounts go on"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_asked_for_again_and_not_too_often() {
    on_both(|test| async move {
        let liar = LyingProvider::start(Arc::clone(&test.clock) as Arc<dyn Clock>).await;
        let served = served_with(&test, &liar.issuer, PATIENCE).await;
        let keys = || liar.asked().iter().filter(|path| *path == "/keys").count();
        for _ in 0..3 {
            walk(&Browserless::at(&served.base), "/sign-in/oidc/entra").await;
        }
        assert_eq!(keys(), 1, "they are kept");
        liar.lies(Lie::Key);
        for _ in 0..5 {
            walk(&Browserless::at(&served.base), "/sign-in/oidc/entra").await;
        }
        assert_eq!(keys(), 1, "within a minute nothing is asked anew");
        test.clock.advance(Duration::from_secs(61));
        for _ in 0..5 {
            walk(&Browserless::at(&served.base), "/sign-in/oidc/entra").await;
        }
        assert_eq!(keys(), 2, "once a minute");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_is_of_this_browser_and_comes_once() {
    on_both(|test| async move {
        let liar = LyingProvider::start(Arc::clone(&test.clock) as Arc<dyn Clock>).await;
        let served = served_with(&test, &liar.issuer, PATIENCE).await;
        let (ada, mallory) = (Browserless::at(&served.base), Browserless::at(&served.base));
        let sent = ada.get("/sign-in/oidc/entra").await;
        let to = sent.location().unwrap();
        assert!(to.contains("code_challenge_method=S256") && to.contains("response_type=code"), "{to}");
        assert!(!to.contains(SECRET) && !to.contains(&ada.cookie("atlas-provider").unwrap()));
        let (state, nonce) = (parameter(to, "state"), parameter(to, "nonce"));
        let back = format!("/sign-in/oidc/entra/callback?state={state}&code={nonce}");
        let refused = |answer: &Answer, what: &str| is(answer, 400, Problem::State, what);
        for path in [
            "/sign-in/oidc/entra/callback".to_owned(),
            "/sign-in/oidc/entra/callback?code=x".to_owned(),
            "/sign-in/oidc/entra/callback?state=0000&code=x".to_owned(),
            format!("/sign-in/oidc/entra/callback?state={}&code=x", "0".repeat(20_000)),
        ] {
            refused(&ada.get(&path).await, &path[..path.len().min(80)]);
        }
        refused(&mallory.get(&back).await, "without a cookie");
        mallory.get("/sign-in/oidc/entra").await;
        refused(&mallory.get(&back).await, "with the cookie of another browser");
        mallory.put_cookie("atlas-provider", "; tampered \"");
        refused(&mallory.get(&back).await, "with a tampered cookie");
        mallory.put_cookie("atlas-provider", &"0".repeat(64));
        refused(&mallory.get(&back).await, "with an invented cookie");
        assert_eq!(left_behind(&test).await, (0, 0, 0, 0), "what anybody can send writes nothing");
        assert_eq!(ada.get(&back).await.location(), Some("/admin"), "hers is good all the same");
        let session = ada.session();
        refused(&ada.get(&back).await, "a second time");
        assert_eq!(ada.session(), session, "nothing happened to her session");
        let sent = ada.get("/sign-in/oidc/entra").await;
        test.clock.advance(Duration::from_secs(600));
        let late = format!("/sign-in/oidc/entra/callback?state={}&code=x", parameter(sent.location().unwrap(), "state"));
        refused(&ada.get(&late).await, "too late");
        assert_eq!(ada.get("/sign-in/oidc/other").await.status, 404);
        assert_eq!(ada.get("/sign-in/oidc/other/callback?state=x&code=y").await.status, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_says_no() {
    on_both(|test| async move {
        let liar = LyingProvider::start(Arc::clone(&test.clock) as Arc<dyn Clock>).await;
        let served = served_with(&test, &liar.issuer, PATIENCE).await;
        for (query, problem) in [
            ("error=access_denied&error_description=<script>alert(1)</script>", Problem::Declined),
            ("error=server_error&code=x", Problem::Refused),
            ("error=", Problem::Refused),
            ("code=x&iss=https://other.example", Problem::Issuer),
        ] {
            let browser = Browserless::at(&served.base);
            let sent = browser.get("/sign-in/oidc/entra").await;
            let state = parameter(sent.location().unwrap(), "state");
            let answer = browser.get(&format!("/sign-in/oidc/entra/callback?state={state}&{query}")).await;
            is(&answer, 403, problem, query);
            assert!(!answer.body.contains("alert(1)") && !answer.body.contains("other.example"), "nothing of it is shown");
        }
        assert_eq!(left_behind(&test).await, (0, 0, 0, 4));
        assert!(!liar.asked().contains(&"/token".to_owned()), "nobody asked for a token");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_to_another_host_afterwards() {
    on_both(|test| async move {
        let liar = LyingProvider::start(Arc::clone(&test.clock) as Arc<dyn Clock>).await;
        let served = served_with(&test, &liar.issuer, PATIENCE).await;
        for (next, to) in [
            ("/admin/notices", "/admin/notices"),
            ("/admin?q=a%20b", "/admin?q=a b"),
            ("https://evil.example/admin", "/admin"),
            ("//evil.example", "/admin"),
            ("/admin%0d%0aSet-Cookie:%20a=b", "/admin"),
            ("/admin%2f%2fevil.example", "/admin"),
            ("/sign-out", "/admin"),
        ] {
            let browser = Browserless::at(&served.base);
            let answer = walk(&browser, &format!("/sign-in/oidc/entra?next={next}")).await;
            let to = if to.contains(' ') { "/admin" } else { to };
            assert_eq!(answer.location(), Some(to), "{next}");
            assert!(answer.headers.get_all("set-cookie").iter().all(|cookie| !cookie.as_bytes().starts_with(b"a=")));
        }
        // What was stored is checked again on the way out.
        let browser = Browserless::at(&served.base);
        let sent = browser.get("/sign-in/oidc/entra?next=/admin/notices").await;
        test.execute("update oidc_sign_ins set next = 'https://evil.example'").await;
        let (state, nonce) = (parameter(sent.location().unwrap(), "state"), parameter(sent.location().unwrap(), "nonce"));
        let answer = browser.get(&format!("/sign-in/oidc/entra/callback?state={state}&code={nonce}")).await;
        assert_eq!(answer.location(), Some("/admin"));
    })
    .await;
}
