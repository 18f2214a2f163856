//! Requests that fit the product's table of routes, sent as by a person who got there by its own pages.

mod bodies;
mod elsewhere;
mod forms;
mod place;

use testkit::browserless::{Answer, Browserless};
use testkit::html;
use web::RouteInfo;

use crate::served::Served;
use crate::somebody::Somebody;

pub(crate) use elsewhere::{WALKED_ELSEWHERE, WRITTEN_ELSEWHERE};
pub(crate) use place::{People, Place};

/// Somebody who signs in by the form, and belongs nowhere.
pub(crate) const SIGNER: (&str, &str) = ("signer@example.test", "correct horse battery staple");

/// When nothing had been observed yet.
const LONG_AGO: &str = "2025-01-01T00:00:00Z";

const CLIENT: &str = "6f2c1b7a-2f4e-4a37-8d15-0f1c6f3f2a10";

impl Served {
    /// What a route answers to that person there.
    pub(crate) async fn ask(&self, route: &RouteInfo, who: Somebody, place: &Place) -> Answer {
        if let Some(operation) = route.operation {
            let (body, path) = (bodies::sent(operation, place), place.in_path(route.path));
            let versioned = ["editSchedule", "editConnection", "rotateConnection", "markVersion"].contains(&operation)
                || operation.ends_with("Setting");
            let version: &[(&str, &str)] = if versioned { &[("if-match", "*")] } else { &[] };
            return self.caller(who).await.send(route.method.as_str(), &path, body.as_ref(), version).await;
        }
        let browser = self.browser(who).await;
        self.ask_as(&browser, route, place).await
    }

    /// As [`Served::ask`], in a browser that is open already.
    pub(crate) async fn ask_as(&self, browser: &Browserless, route: &RouteInfo, place: &Place) -> Answer {
        let path = place.in_path(route.path);
        if route.method == "GET" {
            return browser.get_with(&path, &accepting(route.path)).await;
        }
        let mut fields = self.fields(route.path, place);
        let page = match route.guard {
            "Door" if route.path.contains("{link}") => path.clone(),
            "Door" => "/system/sign-in".to_owned(),
            "Operates" | "InGlass" => "/system".to_owned(),
            _ if route.path.starts_with("/sign-in") => "/sign-in".to_owned(),
            _ if route.path.starts_with("/invitations/") => pages::href::invitation(&place.people.token()),
            _ => "/admin".to_owned(),
        };
        let forms = html::forms(&browser.get(&page).await.body);
        if let Some(token) = forms.iter().find_map(|form| form.field("csrf")) {
            fields.push(("csrf".to_owned(), token.to_owned()));
        }
        browser.post(&path, &fields).await
    }
}

/// Whether the route removes a schedule, which must be put away before.
pub(crate) fn removes_a_schedule(route: &RouteInfo) -> bool {
    route.path.ends_with("/purge")
}

/// As a browser asks for it.
fn accepting(path: &str) -> Vec<(&'static str, &'static str)> {
    if path == "/admin/events" { vec![("accept", "text/event-stream")] } else { vec![("accept", "text/html")] }
}
