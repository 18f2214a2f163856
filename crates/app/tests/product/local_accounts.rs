//! Local accounts from outside: links of an operator, one's own password and sessions, and the second factor.

use std::time::Duration;

use model::access::Role;
use model::user::User;
use testkit::browserless::{Answer, Browserless};
use testkit::html;
use testkit::stores::{TestStore, on_both};
use testkit::totp;

use crate::served::Served;

const EMAIL: &str = "ada@example.test";
const PASSWORD: &str = "correct horse battery";
const NEW: &str = "another horse, another battery";

/// Ada, an owner with a password.
async fn ada(served: &Served) -> User {
    let world = &served.world;
    let hash = web::hash_password(&PASSWORD.into()).unwrap();
    let ada = world.store.users().add(&world.operator, EMAIL, "Ada", Some(&hash)).await.unwrap();
    world.store.members().add_to_workspace(&world.operator, world.workspace, ada.id, Role::Owner).await.unwrap();
    ada
}

async fn in_new_browser(served: &Served, password: &str) -> Browserless {
    let browser = Browserless::at(&served.base);
    browser.sign_in(EMAIL, password).await;
    browser
}

fn says(answer: &Answer, words: &str) -> bool {
    html::text(&answer.body).contains(words)
}

/// Sends the sign-in form; what comes back.
async fn try_password(browser: &Browserless, password: &str) -> Answer {
    let form = browser.page("/sign-in").await.form("/sign-in");
    browser.submit(&form.with("email", EMAIL).with("password", password).with("next", "/admin/notices")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_of_the_operator_sets_a_password_once() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        ada(&served).await;
        let (open, visitor) = (in_new_browser(&served, PASSWORD).await, Browserless::at(&served.base));
        let token = served.world.store.passwords().link(&served.world.operator, EMAIL).await.unwrap();
        let path = format!("/sign-in/reset?token={}", secrecy::ExposeSecret::expose_secret(&token));
        let form = visitor.page(&path).await.form("/sign-in/reset");
        for (password, again, words) in [
            ("short", "short", "at least 12"),
            (NEW, "different from that", "not the same"),
            (EMAIL, EMAIL, "mail address is no password"),
            (&"x".repeat(257), &"x".repeat(257), "at most 256"),
        ] {
            let answer = visitor.submit(&form.clone().with("password", password).with("again", again)).await;
            assert_eq!(answer.status, 422, "{words}");
            assert!(says(&answer, words), "{words}: {}", html::text(&answer.body));
            let shown = password == EMAIL || password == "short" || !answer.body.contains(password);
            assert!(shown, "what was typed does not come back");
        }
        let answer = visitor.submit(&form.clone().with("password", NEW).with("again", NEW)).await;
        assert_eq!(answer.location(), Some("/sign-in?set=1"));
        assert!(says(&visitor.follow(&answer).await, "Your password is set"));
        assert_eq!(open.get("/admin").await.location(), Some("/sign-in"), "every session ended");
        assert_eq!(try_password(&visitor, PASSWORD).await.status, 401);
        assert_eq!(try_password(&visitor, NEW).await.location(), Some("/admin/notices"));
        let again = Browserless::at(&served.base);
        let dead = again.get(&path).await;
        assert_eq!(dead.status, 404);
        assert!(says(&dead, "This link does not work"));
        let absent = again.get("/sign-in/reset?token=0000").await;
        assert_eq!((absent.status, absent.body), (404, dead.body), "used and unknown look the same");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_password_needs_the_old_one_and_ends_the_others() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        ada(&served).await;
        let (here, elsewhere) = (in_new_browser(&served, PASSWORD).await, in_new_browser(&served, PASSWORD).await);
        let form = here.page("/admin/profile").await.form("/admin/profile/password");
        for (old, new, again, words) in [
            ("not the password", NEW, NEW, "not your present password"),
            (PASSWORD, "short", "short", "at least 12"),
            (PASSWORD, NEW, PASSWORD, "not the same"),
        ] {
            let answer = here.submit(&form.clone().with("old", old).with("password", new).with("again", again)).await;
            assert_eq!(answer.status, 422);
            assert!(says(&answer, words), "{words}");
            assert_eq!(elsewhere.get("/admin").await.status, 200, "nothing happened");
        }
        let before = here.session();
        let answer = here.submit(&form.with("old", PASSWORD).with("password", NEW).with("again", NEW)).await;
        assert_eq!(answer.location(), Some("/admin/profile"));
        assert!(says(&here.follow(&answer).await, "Password changed"));
        assert_ne!(here.session(), before, "another token");
        assert_eq!(elsewhere.get("/admin").await.location(), Some("/sign-in"));
        let stolen = Browserless::holding(&served.base, &before.unwrap().into());
        assert_eq!(stolen.get("/admin").await.location(), Some("/sign-in"), "the old token is worth nothing");
        in_new_browser(&served, NEW).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_ends_their_other_sessions() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        ada(&served).await;
        let (here, phone) = (in_new_browser(&served, PASSWORD).await, in_new_browser(&served, PASSWORD).await);
        let page = here.page("/admin/profile/sessions").await;
        assert!(says(&page, "This one"));
        let forms = html::forms(&page.body);
        let one = forms.iter().find(|form| form.field("session").is_some()).expect("the other can be ended").clone();
        let strangers = served.world.sign_in(&served.world.stranger).await.session().to_string();
        assert_eq!(here.submit(&one.clone().with("session", &strangers)).await.status, 404, "not somebody else's");
        let answer = here.submit(&one).await;
        assert_eq!(answer.location(), Some("/admin/profile/sessions"));
        assert_eq!(phone.get("/admin").await.location(), Some("/sign-in"));
        assert_eq!(here.submit(&one).await.status, 404, "it is gone");
        let tablet = in_new_browser(&served, PASSWORD).await;
        let all = here.page("/admin/profile/sessions").await.form("/admin/profile/sessions/end");
        assert_eq!(all.field("session"), None, "the first form of the page ends all others");
        assert_eq!(here.submit(&all).await.status, 303);
        assert_eq!(tablet.get("/admin").await.location(), Some("/sign-in"));
        assert_eq!(here.get("/admin").await.status, 200);
    })
    .await;
}

/// Switches the second factor on by the pages; the key, and the recovery codes.
async fn switched_on(test: &TestStore, browser: &Browserless) -> (String, Vec<String>) {
    let path = "/admin/profile/second-factor";
    let prepare = browser.page(path).await.form("/admin/profile/second-factor/prepare");
    let page = browser.follow(&browser.submit(&prepare).await).await;
    let key = page.body.split("secret-key\"><code>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let confirm = page.form("/admin/profile/second-factor/confirm");
    let borrowed = browser.submit(&confirm.clone().with("password", "not theirs").with("code", "000000")).await;
    assert!(html::text(&borrowed.body).contains("not your password"));
    let confirm = confirm.with("password", PASSWORD);
    let wrong = browser.submit(&confirm.clone().with("code", "000000")).await;
    assert_eq!(wrong.status, 422);
    let code = totp::code(&key, test.store.now().await.unwrap());
    let on = browser.submit(&confirm.with("code", &code)).await;
    assert_eq!(on.status, 200, "{}", html::text(&on.body));
    let list = on.body.split("class=\"codes\"").nth(1).unwrap().split("</ul>").next().unwrap();
    let codes = list.split("<code>").skip(1).map(|part| part.split('<').next().unwrap().to_owned()).collect();
    (key, codes)
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_second_factor_the_password_alone_opens_nothing() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        ada(&served).await;
        let here = in_new_browser(&served, PASSWORD).await;
        let (key, codes) = switched_on(&test, &here).await;
        assert_eq!(codes.len(), 10);
        assert_eq!(here.get("/admin").await.status, 200, "the session goes on with its new token");
        test.clock.advance(Duration::from_secs(60));
        let visitor = Browserless::at(&served.base);
        let first = try_password(&visitor, PASSWORD).await;
        assert_eq!(first.location(), Some("/sign-in/code"));
        assert_eq!(visitor.session(), None, "no session yet");
        assert_eq!(visitor.get("/admin").await.location(), Some("/sign-in"));
        let form = visitor.page("/sign-in/code").await.form("/sign-in/code");
        let wrong = visitor.submit(&form.clone().with("code", "000000")).await;
        assert_eq!(wrong.status, 401);
        assert!(says(&wrong, "4 more tries are left"));
        let code = totp::code(&key, test.store.now().await.unwrap());
        // Another browser has the code, and not the step.
        let thief = Browserless::at(&served.base);
        let theirs = thief.page("/sign-in").await.form("/sign-in").field("csrf").unwrap().to_owned();
        let stolen = thief.post("/sign-in/code", &[("csrf".into(), theirs), ("code".into(), code.clone())]).await;
        assert_eq!(stolen.location(), Some("/sign-in?again=1"));
        let right = visitor.submit(&form.with("code", &code)).await;
        assert_eq!(right.location(), Some("/admin/notices"), "on to what was asked for");
        assert_eq!(visitor.get("/admin").await.status, 200);

        let other = Browserless::at(&served.base);
        try_password(&other, PASSWORD).await;
        let form = other.page("/sign-in/code").await.form("/sign-in/code");
        assert_eq!(other.submit(&form.clone().with("code", &code)).await.status, 401, "a code is good once");
        assert_eq!(other.submit(&form.with("code", &codes[0])).await.location(), Some("/admin/notices"));

        let remove = here.page("/admin/profile/second-factor").await.form("/admin/profile/second-factor/remove");
        let without = here.submit(&remove.clone().with("password", "not the password").with("code", &codes[1])).await;
        assert_eq!(without.status, 422);
        let without = here.submit(&remove.clone().with("password", PASSWORD).with("code", "000000")).await;
        assert_eq!(without.status, 422);
        let gone = here.submit(&remove.with("password", PASSWORD).with("code", &codes[2])).await;
        assert_eq!(gone.location(), Some("/admin/profile"));
        assert_eq!(try_password(&Browserless::at(&served.base), PASSWORD).await.location(), Some("/admin/notices"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_step_ends_after_five_tries_and_five_minutes() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        ada(&served).await;
        let (key, _) = switched_on(&test, &in_new_browser(&served, PASSWORD).await).await;
        test.clock.advance(Duration::from_secs(60));
        let visitor = Browserless::at(&served.base);
        try_password(&visitor, PASSWORD).await;
        let form = visitor.page("/sign-in/code").await.form("/sign-in/code");
        for _ in 0..4 {
            assert_eq!(visitor.submit(&form.clone().with("code", "000000")).await.status, 401);
        }
        let over = visitor.submit(&form.clone().with("code", "000000")).await;
        assert_eq!(over.location(), Some("/sign-in?again=1"));
        assert!(says(&visitor.follow(&over).await, "Sign in once more"));
        let code = totp::code(&key, test.store.now().await.unwrap());
        assert_eq!(visitor.submit(&form.with("code", &code)).await.location(), Some("/sign-in?again=1"), "even the right one");
        assert_eq!(visitor.get("/sign-in/code").await.location(), Some("/sign-in"));
        try_password(&visitor, PASSWORD).await;
        test.clock.advance(Duration::from_secs(5 * 60));
        assert_eq!(visitor.get("/sign-in/code").await.location(), Some("/sign-in"), "too late");
    })
    .await;
}
