//! The live stream: hints about runs that the person may see, and about no others.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::extract::Request;
use axum::http::StatusCode;
use futures_util::StreamExt as _;
use model::access::can;
use model::ids::TenantId;
use model::run::{Run, Trigger};
use model::user::User;
use store::Store;
use testkit::world::sync_of;
use tokio_util::sync::CancellationToken;
use web::WebOptions;

use crate::browser::{Browser, Product, on_sqlite};

/// Longer than anything here takes; a test that waits for something waits no longer.
const PATIENCE: Duration = Duration::from_secs(20);

struct Stream(BodyDataStream);

impl Stream {
    async fn open(browser: &mut Browser) -> Self {
        let response = browser.send(Request::get("/admin/events").body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert!(!response.headers().contains_key("content-encoding"), "a compressed stream would wait to be filled");
        let mut stream = Self(response.into_body().into_data_stream());
        assert!(stream.next().await.unwrap().contains(": open"));
        stream
    }

    /// What comes next; `None` when the stream ended.
    async fn next(&mut self) -> Option<String> {
        let chunk = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("the stream says something");
        Some(String::from_utf8(chunk?.unwrap().to_vec()).unwrap())
    }
}

async fn start(product: &Product, by: &User, tenant: TenantId, kind: &str) -> Run {
    start_in(&product.world.store, product, by, tenant, kind).await
}

async fn start_in(store: &Store, product: &Product, by: &User, tenant: TenantId, kind: &str) -> Run {
    let who = product.world.sign_in(by).await;
    let scope = store.access().tenant(&who, tenant).await.unwrap();
    let permit = scope.permit::<can::InventorySync>().unwrap();
    store.runs().start(&permit, &sync_of(tenant, &[kind]), Trigger::Manual).await.unwrap().run().clone()
}

/// A product whose streams are fed.
async fn fed(test: testkit::stores::TestStore, recheck_every: Option<Duration>) -> (Product, CancellationToken) {
    let shutdown = CancellationToken::new();
    let options = WebOptions { shutdown: shutdown.clone(), recheck_every, ..WebOptions::default() };
    let product = Product::with(test, options).await;
    tokio::spawn(web::watch(product.state.clone(), shutdown.clone()));
    (product, shutdown)
}

#[tokio::test]
async fn only_runs_of_entitled_tenants_are_told() {
    on_sqlite(async |test| {
        let (product, shutdown) = fed(test, None).await;
        let world = &product.world;
        let mut owner = Stream::open(&mut product.browser_of(&world.owner).await).await;
        let mut readonly = Stream::open(&mut product.browser_of(&world.readonly).await).await;
        let mut stranger = Stream::open(&mut product.browser_of(&world.stranger).await).await;
        // The readonly member is entitled to the first tenant only, the stranger to the foreign one.
        let hidden = start(&product, &world.owner, world.other_tenant, "scope_tag").await;
        let shown = start(&product, &world.owner, world.tenant, "scope_tag").await;
        let foreign = start(&product, &world.stranger, world.foreign_tenant, "scope_tag").await;
        let event = |run: &Run| format!(r#"{{"run":"{}","tenant":"{}"}}"#, run.id, run.tenant_id.unwrap());
        let told = readonly.next().await.unwrap();
        assert!(told.contains(&event(&shown)) && told.contains("event: run"), "{told}");
        assert!(!told.contains(&hidden.id.to_string()));
        let told = stranger.next().await.unwrap();
        assert!(told.contains(&event(&foreign)), "the first that the stranger hears of is their own: {told}");
        let mut told = owner.next().await.unwrap();
        while !(told.contains(&event(&hidden)) && told.contains(&event(&shown))) {
            told.push_str(&owner.next().await.unwrap());
        }
        assert!(!told.contains(&foreign.id.to_string()));
        shutdown.cancel();
    })
    .await;
}

#[tokio::test]
async fn runs_of_another_process_are_told_as_well() {
    testkit::stores::on_both(async |test| {
        let (product, shutdown) = fed(test, None).await;
        let other_process = product.test.another().await;
        let mut owner = Stream::open(&mut product.browser_of(&product.world.owner).await).await;
        let run = start_in(&other_process, &product, &product.world.owner, product.world.tenant, "scope_tag").await;
        assert!(owner.next().await.unwrap().contains(&run.id.to_string()));
        shutdown.cancel();
        other_process.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_stream_ends_with_its_session() {
    on_sqlite(async |test| {
        let (product, shutdown) = fed(test, None).await;
        let mut browser = product.browser_of(&product.world.owner).await;
        let mut stream = Stream::open(&mut browser).await;
        let mut other = Stream::open(&mut product.browser_of(&product.world.owner).await).await;
        browser.submit("/sign-out", &[]).await;
        assert_eq!(stream.next().await, None);
        let run = start(&product, &product.world.owner, product.world.tenant, "scope_tag").await;
        assert!(other.next().await.unwrap().contains(&run.id.to_string()), "the person's other session goes on");
        shutdown.cancel();
    })
    .await;
}

#[tokio::test]
async fn a_stream_ends_when_its_session_ended_elsewhere() {
    on_sqlite(async |test| {
        let (product, shutdown) = fed(test, Some(Duration::from_millis(50))).await;
        let mut stream = Stream::open(&mut product.browser_of(&product.world.owner).await).await;
        product.test.execute("delete from sessions").await;
        assert_eq!(stream.next().await, None);
        shutdown.cancel();
    })
    .await;
}

#[tokio::test]
async fn a_stream_ends_at_once_when_its_person_ends_the_session_elsewhere() {
    on_sqlite(async |test| {
        // Never looked at again by itself: only being told ends it.
        let (product, shutdown) = fed(test, Some(Duration::from_secs(3600))).await;
        let mut phone = product.browser_of(&product.world.owner).await;
        let mut here = product.browser_of(&product.world.owner).await;
        let mut stream = Stream::open(&mut phone).await;
        assert_eq!(here.submit("/admin/profile/sessions/end", &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(stream.next().await, None);
        assert_eq!(phone.get("/admin").await.location(), Some("/sign-in"));
        assert_eq!(here.get("/admin").await.status, StatusCode::OK);
        shutdown.cancel();
    })
    .await;
}

#[tokio::test]
async fn a_lost_membership_is_noticed_while_the_stream_is_open() {
    on_sqlite(async |test| {
        let (product, shutdown) = fed(test, Some(Duration::from_millis(1))).await;
        let world = &product.world;
        let mut manager = Stream::open(&mut product.browser_of(&world.manager).await).await;
        let mut owner = Stream::open(&mut product.browser_of(&world.owner).await).await;
        let first = start(&product, &world.owner, world.tenant, "scope_tag").await;
        assert!(manager.next().await.unwrap().contains(&first.id.to_string()));
        world.store.members().remove_from_workspace(&world.operator, world.workspace, world.manager.id).await.unwrap();
        let second = start(&product, &world.owner, world.tenant, "mobile_app").await;
        while !owner.next().await.unwrap().contains(&second.id.to_string()) {}
        shutdown.cancel();
        let mut rest = String::new();
        while let Some(more) = manager.next().await {
            rest.push_str(&more);
        }
        assert!(!rest.contains(&second.id.to_string()), "{rest}");
    })
    .await;
}

#[tokio::test]
async fn streams_end_at_shutdown_and_are_few_per_person() {
    on_sqlite(async |test| {
        let (product, shutdown) = fed(test, None).await;
        let mut browser = product.browser_of(&product.world.owner).await;
        let mut streams = Vec::new();
        for _ in 0..20 {
            streams.push(Stream::open(&mut browser).await);
        }
        let refused = browser.get("/admin/events").await;
        assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, Some("3")));
        drop(streams.pop());
        let mut last = Stream::open(&mut browser).await;
        shutdown.cancel();
        assert_eq!(last.next().await, None);
    })
    .await;
}
