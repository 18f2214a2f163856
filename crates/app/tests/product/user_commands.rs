//! What an operator does for people from the command line, while the product runs; and a provider that only the settings name.

use testkit::browserless::Browserless;
use testkit::html;

use crate::installation::Installation;

const OWNER: &str = "owner@example.test";
const NEW: &str = "canary-new-password-of-the-owner";

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_resets_disables_and_enables_beside_the_running_product() {
    for mut place in [Installation::sqlite().await, Installation::postgres().await] {
        place.set("SERVER_PUBLIC_URL", "https://atlas.example.test/");
        place.set_up().await;
        let mut serve = place.start(&["serve"]);
        let base = serve.ready().await;
        let owner = place.owner_at(&base).await;
        let reset = place.run(&["user", "reset", OWNER], "").await;
        assert_eq!(reset.code, Some(0), "{}", reset.err);
        let path = reset.out.trim().strip_prefix("https://atlas.example.test").expect("one line, the link").to_owned();
        let visitor = Browserless::at(&base);
        let form = visitor.page(&path).await.form("/sign-in/reset").with("password", NEW).with("again", NEW);
        assert_eq!(visitor.submit(&form).await.status, 303);
        assert_eq!(owner.get("/admin").await.location(), Some("/sign-in"), "the session of before has ended");
        owner.sign_in(OWNER, NEW).await;

        let out = place.run(&["user", "disable", " OWNER@Example.test"], "").await;
        assert_eq!(out.code, Some(0), "{}", out.err);
        assert_eq!(owner.get("/admin").await.location(), Some("/sign-in"));
        let refused = place.run(&["user", "reset", OWNER], "").await;
        assert!(refused.code != Some(0) && refused.err.contains("nobody"), "{}", refused.err);
        assert_eq!(place.run(&["user", "enable", OWNER], "").await.code, Some(0));
        owner.sign_in(OWNER, NEW).await;
        let none = place.run(&["user", "clear-second-factor", OWNER], "").await;
        assert!(none.code != Some(0) && none.err.contains("no second factor"), "{}", none.err);
        serve.kill().await;
        let token = path.split('=').nth(1).unwrap();
        assert!(!serve.said().contains(token) && !serve.said().contains(NEW), "in the log");
        place.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_of_the_settings_that_is_down_is_named_and_its_secret_is_not() {
    let mut place = Installation::sqlite().await;
    place.set("LOG_FILTER", "trace");
    place.set("SERVER_PUBLIC_URL", "http://127.0.0.1:1");
    // Nothing listens there.
    place.set("OIDC_ISSUER", "http://127.0.0.1:1");
    place.set("OIDC_CLIENT_ID", "tenantatlas");
    place.set("OIDC_CLIENT_SECRET", "canary-oidc-secret");
    place.set("OIDC_NAME", "entra");
    place.set("OIDC_LABEL", "Microsoft");
    place.set_up().await;
    let check = place.run(&["check"], "").await;
    assert!(check.out.contains("1 providers"), "{}{}", check.out, check.err);
    let mut serve = place.start(&["serve"]);
    let browser = Browserless::at(&serve.ready().await);
    let button = browser.page("/sign-in").await.link("/sign-in/oidc/entra").expect("a button");
    let answer = browser.get(&button).await;
    assert_eq!(answer.status, 502);
    assert!(html::text(&answer.body).contains("provider.unreachable"));
    serve.kill().await;
    assert!(!format!("{}{}{}{}", serve.said(), answer.body, check.out, check.err).contains("canary-oidc"), "a secret is told");
    place.set("OIDC_ISSUER", "https://login.microsoftonline.com/common/v2.0");
    let refused = place.run(&["serve"], "").await;
    assert!(refused.code != Some(0) && refused.err.contains("one tenant"), "{}", refused.err);
}
