//! Forms that nobody of ours sent, and bodies that no form of ours can have.

use crate::browser::{Product, on_sqlite};
use axum::http::StatusCode;
use web::WebOptions;

#[tokio::test]
async fn a_form_needs_the_token_of_its_own_session() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let mut manager = product.browser_of(&product.world.manager).await;
        let theirs = manager.get("/admin").await.csrf();
        let sync = format!("/admin/t/{}/inventory/sync", product.world.tenant);
        for token in ["", "0", theirs.as_str()] {
            let answer = owner.post(&sync, &[("csrf", token), ("types", "scope_tag")]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
            assert!(answer.body.contains("The form has expired"));
        }
        assert_eq!(owner.post(&sync, &[("types", "scope_tag")]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(product.test.number("select count(*) from operation_runs").await, 0);
        let own = owner.get("/admin").await.csrf();
        assert_eq!(owner.post(&sync, &[("csrf", &own), ("types", "scope_tag")]).await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn another_site_cannot_send_a_form_even_with_the_right_token() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let token = owner.get("/admin").await.csrf();
        for header in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ] {
            owner.headers = vec![(header.0, header.1.to_owned())];
            let answer = owner.post("/admin/notices/read", &[("csrf", &token)]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{header:?}");
        }
        owner.headers = vec![("sec-fetch-site", "same-origin".to_owned())];
        let answer = owner.post("/admin/notices/read", &[("csrf", &token)]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, Some("/admin/notices")));
    })
    .await;
}

#[tokio::test]
async fn a_body_is_bounded_in_size_and_fields() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let token = owner.get("/admin").await.csrf();
        let large = format!("csrf={token}&x={}", "y".repeat(1 << 20));
        assert_eq!(owner.post_body("/admin/notices/read", large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        let many = format!("csrf={token}{}", "&a=b".repeat(600));
        assert_eq!(owner.post_body("/admin/notices/read", many).await.status, StatusCode::BAD_REQUEST);
    })
    .await;
}

#[tokio::test]
async fn forms_before_sign_in_are_bounded_and_bound_to_their_browser() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let (mut ada, mut mallory) = (product.nobody(), product.nobody());
        let (token, theirs) = (ada.get("/sign-in").await.csrf(), mallory.get("/sign-in").await.csrf());
        for path in ["/sign-in/code", "/sign-in/reset"] {
            let large = format!("csrf={token}&code={}", "y".repeat(10 << 20));
            assert_eq!(ada.post_body(path, large).await.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
            assert_eq!(ada.post(path, &[("csrf", &theirs)]).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        for odd in ["x", "\u{e9}", "0".repeat(64).as_str()] {
            ada.cookies.insert("atlas-step".to_owned(), odd.replace('\u{e9}', "%C3%A9"));
            let answer = ada.post("/sign-in/code", &[("csrf", &token), ("code", "123456")]).await;
            assert_eq!(answer.location(), Some("/sign-in?again=1"), "{odd}");
        }
        let mut owner = product.browser_of(&product.world.owner).await;
        let injected = owner.submit("/admin/profile/name", &[("name", "a\r\nSet-Cookie: a=b")]).await;
        assert!(injected.status.is_client_error() && injected.header("set-cookie").is_none());
    })
    .await;
}

#[tokio::test]
async fn a_choice_that_makes_no_sense_is_shown_again() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let sync = format!("/admin/t/{}/inventory/sync", product.world.tenant);
        let empty = owner.submit(&sync, &[]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.body.contains("Choose at least one resource type."));
        let unknown = owner.submit(&sync, &[("types", "scope_tag"), ("types", "no_such_type")]).await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unknown.body.contains("is not known"));
        assert_eq!(product.test.number("select count(*) from operation_runs").await, 0);
    })
    .await;
}

#[tokio::test]
async fn another_host_name_gets_nothing() {
    on_sqlite(async |test| {
        let allowed = |name: &str| WebOptions { allowed_hosts: vec![name.to_owned()], ..WebOptions::default() };
        let product = Product::with(test, allowed("real.example")).await;
        let mut rebound = product.nobody();
        assert_eq!(rebound.get("/sign-in").await.status, StatusCode::MISDIRECTED_REQUEST);
        assert_eq!(rebound.get("/healthz").await.status, StatusCode::OK, "whoever watches asks by address");
        let state = web::WebState::new(product.test.store.clone(), allowed("ATLAS.test"));
        let ours = Product { state, ..product };
        assert_eq!(ours.nobody().get("/sign-in").await.status, StatusCode::OK);
    })
    .await;
}
