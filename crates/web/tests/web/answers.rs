//! What every answer has, whatever it says.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use web::WebOptions;

use crate::browser::{Product, on_sqlite};

#[tokio::test]
async fn every_answer_makes_the_browser_careful() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let mut ids = Vec::new();
        for address in ["/admin", "/sign-in", "/nowhere", "/healthz", "/admin/t/no-id", "/assets/none.css"] {
            let answer = owner.get(address).await;
            let policy = answer.header("content-security-policy").unwrap();
            assert!(policy.starts_with("default-src 'none'; script-src 'self'") && !policy.contains("unsafe"), "{address}");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{address}");
            assert_eq!(answer.header("referrer-policy"), Some("same-origin"), "{address}");
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{address}");
            assert_eq!(answer.header("strict-transport-security"), None, "plain HTTP");
            ids.push(answer.header("x-request-id").unwrap().to_owned());
        }
        let sorted = {
            let mut sorted = ids.clone();
            sorted.sort();
            sorted.dedup();
            sorted
        };
        assert_eq!(ids, sorted, "each request has its own id, in order");
    })
    .await;
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_sent_compressed() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let mut nobody = product.nobody();
        assert!(!pages::assets().is_empty());
        for asset in pages::assets() {
            let answer = nobody.get(&asset.path).await;
            assert_eq!(
                (answer.status, answer.header("content-type")),
                (StatusCode::OK, Some(asset.content_type)),
                "{}",
                asset.path
            );
            assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
            // Pictures are no text.
            let sent = nobody.send(Request::get(&asset.path).body(Body::empty()).unwrap()).await.into_body();
            assert!(to_bytes(sent, 16 << 20).await.unwrap() == asset.bytes, "{}", asset.path);
        }
        nobody.headers = vec![("accept-encoding", "br".to_owned())];
        let page = nobody.get("/sign-in").await;
        assert_eq!(page.header("content-encoding"), Some("br"));
    })
    .await;
}

#[tokio::test]
async fn readiness_tells_whether_the_database_answers() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let mut watcher = product.nobody();
        assert_eq!(watcher.get("/readyz").await.status, StatusCode::OK);
        let mut owner = product.browser_of(&product.world.owner).await;
        product.test.store.close().await;
        assert_eq!(watcher.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(watcher.get("/healthz").await.status, StatusCode::OK);
        let page = owner.get("/admin").await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
        let id = page.header("x-request-id").unwrap();
        assert!(page.body.contains(id), "whoever asks for help can name the request");
        assert_eq!(page.header("retry-after"), Some("5"));
    })
    .await;
}

#[tokio::test]
async fn the_theme_is_remembered_and_leads_back() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let answer = owner.submit("/admin/theme", &[("theme", "dark"), ("back", "/admin/notices?x=1")]).await;
        assert_eq!(answer.location(), Some("/admin/notices?x=1"));
        assert!(owner.get("/admin/notices").await.body.contains("data-theme=\"dark\""));
        assert!(owner.get("/admin/t/no-id").await.body.contains("data-theme=\"dark\""), "errors too");
        let away = owner.submit("/admin/theme", &[("theme", "x"), ("back", "//evil.example")]).await;
        assert_eq!(away.location(), Some("/admin"));
        assert!(owner.get("/admin").await.body.contains("data-theme=\"system\""));
    })
    .await;
}

#[tokio::test]
async fn a_known_address_says_which_methods_it_takes() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let answer = owner.get("/sign-out").await;
        assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, Some("POST")));
    })
    .await;
}

#[tokio::test]
async fn a_demonstration_offers_its_accounts_and_nobody_else_does() {
    on_sqlite(async |test| {
        let account = web::DemoAccount {
            label: "Owner of everything".to_owned(),
            email: "owner@example.test".to_owned(),
            password: "correct horse battery".to_owned(),
        };
        let options = WebOptions { demo_accounts: vec![account], ..WebOptions::default() };
        let product = Product::with(test, options).await;
        assert!(product.nobody().get("/sign-in").await.body.contains("Owner of everything"));
        let state = web::WebState::new(product.test.store.clone(), WebOptions::default());
        let plain = Product { state, ..product };
        assert!(!plain.nobody().get("/sign-in").await.body.contains("Owner of everything"));
    })
    .await;
}
