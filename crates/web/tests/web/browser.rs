//! A browser without a screen: cookies, forms and headers, straight into the router.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use model::user::User;
use pages::href::Query;
use secrecy::ExposeSecret as _;
use testkit::stores::TestStore;
use testkit::world::World;
use tower::ServiceExt as _;
use web::{WebOptions, WebState};

/// Whom the router is for.
pub(crate) struct Product {
    pub(crate) world: World,
    pub(crate) test: TestStore,
    pub(crate) state: WebState,
}

impl Product {
    pub(crate) async fn over(test: TestStore) -> Self {
        Self::with(test, WebOptions::default()).await
    }

    pub(crate) async fn with(test: TestStore, options: WebOptions) -> Self {
        let world = World::build(&test.store, &test.operator).await;
        let state = WebState::new(test.store.clone(), options);
        Self { world, test, state }
    }

    pub(crate) fn nobody(&self) -> Browser {
        Browser { router: web::router(self.state.clone()), cookies: BTreeMap::new(), headers: Vec::new() }
    }

    /// Somebody who signed in before.
    pub(crate) async fn browser_of(&self, user: &User) -> Browser {
        let token = self.world.store.sessions().start(user).await.unwrap();
        let mut browser = self.nobody();
        browser.cookies.insert("atlas".to_owned(), token.expose_secret().to_owned());
        browser
    }

    pub(crate) fn people(&self) -> [(&'static str, &User); 6] {
        let world = &self.world;
        [
            ("owner", &world.owner),
            ("manager", &world.manager),
            ("operator", &world.operator_member),
            ("readonly", &world.readonly),
            ("outsider", &world.outsider),
            ("stranger", &world.stranger),
        ]
    }
}

pub(crate) struct Browser {
    router: Router,
    pub(crate) cookies: BTreeMap<String, String>,
    /// Sent with every request.
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// What came back, read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn location(&self) -> Option<&str> {
        self.header(LOCATION.as_str())
    }

    /// The token of the page's first form.
    pub(crate) fn csrf(&self) -> String {
        let (_, rest) = self.body.split_once("name=\"csrf\" value=\"").expect("a form");
        rest.split('"').next().unwrap().to_owned()
    }
}

impl Browser {
    pub(crate) async fn send(&mut self, mut request: Request) -> Response {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(COOKIE, cookies.join("; ").parse().unwrap());
        }
        for (name, value) in &self.headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        request.headers_mut().insert(HOST, "atlas.test".parse().unwrap());
        let response = self.router.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }

    pub(crate) async fn answer(&mut self, request: Request) -> Answer {
        let response = self.send(request).await;
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 16 << 20).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.answer(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// A form as this browser would send it from a page of the product.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_body(path, encoded(fields)).await
    }

    pub(crate) async fn post_body(&mut self, path: &str, body: String) -> Answer {
        let request = Request::post(path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ORIGIN, "http://atlas.test")
            .body(Body::from(body));
        self.answer(request.unwrap()).await
    }

    /// As [`Browser::post`], with the token that its pages carry.
    pub(crate) async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.get("/admin/search").await.csrf();
        let mut all = vec![("csrf", token.as_str())];
        all.extend_from_slice(fields);
        self.post(path, &all).await
    }
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let query = fields.iter().fold(Query::new(""), |query, (name, value)| query.with(name, value));
    String::from(query).trim_start_matches('?').to_owned()
}

/// Runs a test on SQLite: what differs between the databases is the store's to test.
pub(crate) async fn on_sqlite<F, Fut>(test: F)
where
    F: Fn(TestStore) -> Fut,
    Fut: Future<Output = ()>,
{
    testkit::stores::on(store::Backend::Sqlite, true, &test).await;
}
