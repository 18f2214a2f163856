//! Signing in and out.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::browser::{Browser, Product, on_sqlite};
use axum::http::StatusCode;
use secrecy::SecretString;
use web::{SignInLimits, Tries, WebOptions};

const PASSWORD: &str = "correct horse battery";

async fn with_ada(product: &Product) {
    let hash = web::hash_password(&SecretString::from(PASSWORD)).unwrap();
    let world = &product.world;
    let ada = world.store.users().add(&world.operator, "ada@example.test", "Ada", Some(&hash)).await.unwrap();
    world.store.members().add_to_workspace(&world.operator, world.workspace, ada.id, model::access::Role::Owner).await.unwrap();
}

async fn sign_in(browser: &mut Browser, email: &str, password: &str, next: &str) -> crate::browser::Answer {
    let form = browser.get("/sign-in").await;
    assert_eq!(form.status, StatusCode::OK);
    let token = form.csrf();
    browser.post("/sign-in", &[("csrf", &token), ("email", email), ("password", password), ("next", next)]).await
}

#[tokio::test]
async fn a_person_signs_in_and_goes_on_to_what_they_asked_for() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        with_ada(&product).await;
        let mut ada = product.nobody();
        let asked = format!("/admin/t/{}", product.world.tenant);
        let sent = ada.get(&asked).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
        assert_eq!(sent.location().unwrap(), format!("/sign-in?next={}", asked.replace('/', "%2F")));
        let form = ada.get(sent.location().unwrap()).await;
        assert!(form.body.contains(&asked), "the form carries where to go on");
        let answer = sign_in(&mut ada, " Ada@Example.TEST", PASSWORD, &asked).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, Some(asked.as_str())), "{}", answer.body);
        let page = ada.get(&asked).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("Contoso") && page.body.contains("Ada"));
        assert_eq!(ada.get("/sign-in?next=/admin/notices").await.location(), Some("/admin/notices"), "no second sign-in");
    })
    .await;
}

#[tokio::test]
async fn signing_in_makes_the_session_before_it_worthless() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        with_ada(&product).await;
        let mut ada = product.nobody();
        sign_in(&mut ada, "ada@example.test", PASSWORD, "").await;
        let before = ada.cookies["atlas"].clone();
        // The sign-in page leads on when somebody is signed in; a form that was open already can still be sent.
        let mut other = product.nobody();
        let token = other.get("/sign-in").await.csrf();
        ada.cookies.insert("atlas-form".to_owned(), other.cookies["atlas-form"].clone());
        let answer = ada.post("/sign-in", &[("csrf", &token), ("email", "ada@example.test"), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_ne!(ada.cookies["atlas"], before);
        other.cookies.insert("atlas".to_owned(), before);
        assert_eq!(other.get("/admin").await.location(), Some("/sign-in"));
        assert_eq!(ada.get("/admin").await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn nobody_learns_whether_a_person_exists() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        with_ada(&product).await;
        let mut answers = Vec::new();
        for email in ["ada@example.test", "nobody@example.test", "no address", "owner@example.test"] {
            let mut browser = product.nobody();
            let answer = sign_in(&mut browser, email, "not the password", "").await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
            assert!(!browser.cookies.contains_key("atlas"));
            answers.push(answer.body.replace(&answer.csrf(), "TOKEN").replace(email, "EMAIL"));
        }
        assert!(answers[0].contains("do not belong together"));
        assert!(answers.iter().all(|body| *body == answers[0]));
        assert!(!answers[0].contains("not the password"));
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_form_of_another_browser_is_refused() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        with_ada(&product).await;
        let (mut ada, mut mallory) = (product.nobody(), product.nobody());
        let (_, token) = (ada.get("/sign-in").await, mallory.get("/sign-in").await.csrf());
        for token in [token.as_str(), "", "00"] {
            let fields = [("csrf", token), ("email", "ada@example.test"), ("password", PASSWORD)];
            let answer = ada.post("/sign-in", &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
            assert!(answer.body.contains("open for too long"));
            assert!(!ada.cookies.contains_key("atlas"));
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_is_sent_to_another_host() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        with_ada(&product).await;
        for next in ["https://evil.example/admin", "//evil.example", "/\\evil.example", "/admin/../../x", "/sign-out"] {
            let answer = sign_in(&mut product.nobody(), "ada@example.test", PASSWORD, next).await;
            assert_eq!(answer.location(), Some("/admin"), "{next}");
        }
    })
    .await;
}

#[tokio::test]
async fn after_a_few_attempts_one_has_to_wait() {
    on_sqlite(async |test| {
        let tries = |n| Tries { at_once: NonZeroU32::new(n).unwrap(), pause: Duration::from_secs(600) };
        let sign_in_limits = SignInLimits { per_account: tries(2), per_address: tries(100) };
        let product = Product::with(test, WebOptions { sign_in_limits, ..WebOptions::default() }).await;
        with_ada(&product).await;
        let mut browser = product.nobody();
        for _ in 0..2 {
            assert_eq!(sign_in(&mut browser, "ada@example.test", "wrong password", "").await.status, StatusCode::UNAUTHORIZED);
        }
        let answer = sign_in(&mut browser, "ada@example.test", PASSWORD, "").await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=600).contains(&wait), "{wait}");
        assert!(answer.body.contains("Too many attempts"));
        assert_eq!(sign_in(&mut browser, "b@example.test", "wrong password", "").await.status, StatusCode::UNAUTHORIZED);
    })
    .await;
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let token = owner.cookies["atlas"].clone();
        let answer = owner.submit("/sign-out", &[]).await;
        assert_eq!(answer.location(), Some("/sign-in?out=1"));
        assert!(!owner.cookies.contains_key("atlas"));
        assert!(owner.get("/sign-in?out=1").await.body.contains("You are signed out"));
        owner.cookies.insert("atlas".to_owned(), token);
        assert_eq!(owner.get("/admin").await.location(), Some("/sign-in"), "the token is worthless");
    })
    .await;
}

#[tokio::test]
async fn an_idle_session_ends_and_says_so() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        assert_eq!(owner.get("/admin").await.status, StatusCode::OK);
        product.test.clock.advance(Duration::from_secs(9 * 3600));
        assert_eq!(owner.get("/admin").await.location(), Some("/sign-in"));
        assert!(owner.get("/sign-in").await.body.contains("Your session has ended"));
    })
    .await;
}

#[tokio::test]
async fn over_https_cookies_are_for_this_host_alone() {
    on_sqlite(async |test| {
        let product = Product::with(test, WebOptions { secure_cookies: true, ..WebOptions::default() }).await;
        with_ada(&product).await;
        let mut ada = product.nobody();
        let answer = sign_in(&mut ada, "ada@example.test", PASSWORD, "").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
        let session = cookies.iter().find(|cookie| cookie.starts_with("__Host-atlas=")).unwrap();
        assert!(session.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{session}");
        let page = ada.get("/admin").await;
        assert_eq!((page.status, page.header("strict-transport-security")), (StatusCode::OK, Some("max-age=31536000")));
    })
    .await;
}
