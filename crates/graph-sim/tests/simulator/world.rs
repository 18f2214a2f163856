//! A simulator with one tenant, and a client that follows links.

use std::sync::Arc;
use std::time::Duration;

use graph_sim::{AppRegistration, Request, Response, Settings, Sim, Size, TenantProfile, TenantState, generate};
use model::ids::EntraTenantId;
use model::json::Json;
use model::time::{FakeClock, Moment};

pub(crate) const POLICIES: &str = "/beta/deviceManagement/configurationPolicies";

pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) tenant: EntraTenantId,
}

pub(crate) fn now() -> Moment {
    Moment::parse("2026-11-20T09:00:00Z").unwrap()
}

pub(crate) fn tenant_id(number: u8) -> EntraTenantId {
    format!("00000000-0000-4000-8000-0000000000{number:02x}").parse().unwrap()
}

impl World {
    pub(crate) fn with(state: TenantState, settings: Settings) -> Self {
        let clock = Arc::new(FakeClock::at(now()));
        let shared: Arc<dyn model::time::Clock> = clock.clone();
        let sim = Sim::with_settings(shared, settings);
        let tenant = tenant_id(1);
        let app = AppRegistration::new("app-1", "secret-1");
        sim.add_tenant(TenantProfile::new(tenant, "Havn Industries", "havn.example", app), state);
        Self { sim, clock, tenant }
    }

    pub(crate) fn generated(policies: usize) -> Self {
        Self::with(generate(7, Size { policies, groups: 40 }, now()), Settings::default())
    }

    pub(crate) fn ask_token(&self, client: &str, secret: &str) -> Response {
        let path = format!("/{}/oauth2/v2.0/token", self.tenant);
        let form = format!(
            "client_id={client}&client_secret={secret}&grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"
        );
        let mut request = Request::new("POST", &path).header("Content-Type", "application/x-www-form-urlencoded");
        request.body = form.into_bytes();
        self.sim.call(&request)
    }

    pub(crate) fn token(&self) -> String {
        let answer = self.ask_token("app-1", "secret-1");
        assert_eq!(answer.status, 200, "{}", answer.text());
        body(&answer).get("access_token").and_then(Json::as_str).unwrap().to_owned()
    }

    pub(crate) fn get(&self, path: &str) -> Response {
        self.sim.call(&Request::get(path).bearer(&self.token()))
    }

    pub(crate) fn send(&self, method: &str, path: &str, json: &str) -> Response {
        self.sim.call(&Request::new(method, path).bearer(&self.token()).json(json))
    }

    /// Follows every nextLink; gives the objects and the number of pages.
    pub(crate) fn walk(&self, first: &str) -> (Vec<Json>, usize) {
        let token = self.token();
        let (mut objects, mut pages, mut next) = (Vec::new(), 0, Some(first.to_owned()));
        while let Some(path) = next {
            let answer = self.sim.call(&Request::get(&path).bearer(&token));
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            let page = body(&answer);
            objects.extend(page.get("value").and_then(Json::as_array).unwrap().iter().cloned());
            pages += 1;
            assert!(pages < 10_000, "the list does not end");
            next = next_link(&page);
        }
        (objects, pages)
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

pub(crate) fn body(response: &Response) -> Json {
    Json::parse(response.text().as_bytes()).unwrap_or_else(|error| panic!("{error}: {}", response.text()))
}

/// The nextLink below the simulator's own host.
pub(crate) fn next_link(page: &Json) -> Option<String> {
    let link = page.get("@odata.nextLink")?.as_str()?;
    Some(link.strip_prefix("http://graph.simulated").unwrap_or_else(|| panic!("foreign link {link}")).to_owned())
}

pub(crate) fn error_code(response: &Response) -> String {
    body(response).at(&["error", "code"]).and_then(Json::as_str).unwrap_or_default().to_owned()
}

pub(crate) fn ids(objects: &[Json]) -> Vec<String> {
    objects.iter().map(|object| object.get("id").and_then(Json::as_str).unwrap().to_owned()).collect()
}
