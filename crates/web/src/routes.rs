//! Every address of the product, one line each: method, path, handler. Who may call it stands in the handler's signature and is
//! read from there into [`table`].

mod alerts;
mod audit;
mod backups;
mod baselines;
mod connections;
mod coverage;
mod directory;
mod drift;
mod help;
mod inventory;
mod onboarding;
mod people;
mod places;
mod product;
mod profile;
mod reports;
mod restores;
mod rollouts;
mod runs;
mod schedules;
mod settings;
mod system;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn;
use axum::routing;
use model::access::Capability;
use serde_json::Value;

use crate::api::arguments::Described;
use crate::api::operation::Operation;
use crate::api::shape::Schemas;
use crate::auth::{Guard, Public};
use crate::error::Error;
use crate::state::WebState;
use crate::{api, layers};

/// The largest body that is read, in bytes.
const MAX_BODY: usize = 1 << 20;

fn all() -> Routes {
    api::routes::add(pages())
}

fn pages() -> Routes {
    let nouns = [
        product::add,
        profile::add,
        runs::add,
        places::add,
        people::add,
        alerts::add,
        audit::add,
        settings::add,
        inventory::add,
        connections::add,
        directory::add,
        backups::add,
        reports::add,
        restores::add,
        drift::add,
        rollouts::add,
        baselines::add,
        schedules::add,
        onboarding::add,
        coverage::add,
        help::add,
        system::add,
    ];
    nouns.into_iter().fold(Routes::default(), |routes, add: fn(Routes) -> Routes| add(routes))
}

/// The product's pages.
pub fn router(state: WebState) -> Router {
    let router = all().router.fallback(nothing).method_not_allowed_fallback(other_method).layer(DefaultBodyLimit::max(MAX_BODY));
    layers::around(router, &state).with_state(state)
}

/// What the table of routes says of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteInfo {
    /// GET or POST; for the API also PUT and DELETE.
    pub method: Method,
    /// The path, with `{names}` of its parameters.
    pub path: &'static str,
    /// The guard: `Public`, `SignedIn`, `Member`, `InTenant`, `OfRun` or `Authorized`; on the platform `Door`,
    /// `Operates` or `InGlass`.
    pub guard: &'static str,
    /// The capability that the guard asks for; `OfRun` asks for that of the run's type.
    pub capability: Option<Capability>,
    /// For the API: what the document calls it.
    pub operation: Option<&'static str>,
}

/// The OpenAPI document, from the same list.
pub(crate) fn document() -> Value {
    let routes = all();
    api::document::build(&routes.operations, routes.schemas)
}

/// The operations of the API, in the order of the list.
pub(crate) fn operations() -> Vec<Operation> {
    all().operations
}

/// Every route as data, in the order of the list: what the matrix of routes and roles is held against.
#[must_use]
pub fn table() -> Vec<RouteInfo> {
    all().table
}

/// Takes handlers whose first argument is a guard, and no others:
///
/// ```
/// use axum::extract::State;
/// use web::auth::Public;
/// async fn guarded(_: Public, _: State<web::WebState>) {}
/// web::routes::Routes::default().get("/guarded", guarded);
/// ```
///
/// ```compile_fail,E0277
/// use axum::extract::State;
/// async fn unguarded(_: State<web::WebState>) {}
/// web::routes::Routes::default().get("/unguarded", unguarded);
/// ```
///
/// ```compile_fail,E0277
/// use axum::extract::State;
/// use web::auth::Public;
/// async fn guarded_too_late(_: State<web::WebState>, _: Public) {}
/// web::routes::Routes::default().get("/late", guarded_too_late);
/// ```
///
/// ```compile_fail,E0277
/// async fn without_arguments() {}
/// web::routes::Routes::default().get("/none", without_arguments);
/// ```
#[derive(Debug, Default)]
pub struct Routes {
    router: Router<WebState>,
    table: Vec<RouteInfo>,
    operations: Vec<Operation>,
    schemas: Schemas,
}

impl Routes {
    /// Adds a page.
    #[must_use]
    pub fn get<H: Handler<T, WebState>, T: Guarded>(self, path: &'static str, handler: H) -> Self {
        self.add::<T>(Method::GET, path, routing::get(handler))
    }

    /// Adds a page that may be read from a replica of the database: one that shows much and starts nothing.
    #[must_use]
    pub fn get_aside<H: Handler<T, WebState>, T: Guarded>(self, path: &'static str, handler: H) -> Self {
        self.add::<T>(Method::GET, path, routing::get(handler).layer(from_fn(layers::aside::aside)))
    }

    /// Adds the target of a form.
    #[must_use]
    pub fn post<H: Handler<T, WebState>, T: Guarded>(self, path: &'static str, handler: H) -> Self {
        self.add::<T>(Method::POST, path, routing::post(handler))
    }

    /// Adds an operation of the API. What its handler's arguments do not say of themselves, `say` does: without a name, a sentence
    /// and its answers it would not be in the document.
    #[must_use]
    pub(crate) fn api<H: Handler<T, WebState>, T: Described>(
        mut self,
        method: Method,
        path: &'static str,
        handler: H,
        say: fn(Operation, &mut Schemas) -> Operation,
    ) -> Self {
        let (name, route) = match method {
            Method::PUT => ("PUT", routing::put(handler)),
            Method::DELETE => ("DELETE", routing::delete(handler)),
            Method::POST => ("POST", routing::post(handler)),
            _ => ("GET", routing::get(handler)),
        };
        let operation = say(T::describe(Operation::at(name, path), &mut self.schemas), &mut self.schemas);
        let id = operation.id;
        self.operations.push(operation);
        let mut routes = self.add::<T>(method, path, route);
        if let Some(last) = routes.table.last_mut() {
            last.operation = Some(id);
        }
        routes
    }

    fn add<T: Guarded>(mut self, method: Method, path: &'static str, route: routing::MethodRouter<WebState>) -> Self {
        let (guard, capability) = (T::Guard::NAME, T::Guard::CAPABILITY);
        self.table.push(RouteInfo { method, path, guard, capability, operation: None });
        Self { router: self.router.route(path, route), ..self }
    }
}

/// The arguments of a handler, as axum writes them: implemented where the first one is a guard.
#[diagnostic::on_unimplemented(message = "the handler's first argument is no guard", note = "see `web::auth`")]
pub trait Guarded: 'static {
    /// That guard.
    type Guard: Guard;
}

macro_rules! guarded {
    ($(($($more:ident),*))+) => {$(
        impl<M: 'static, G: Guard + 'static, $($more: 'static),*> Guarded for (M, G, $($more,)*) {
            type Guard = G;
        }
    )+};
}

guarded! { () (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F) }

async fn nothing(_: Public) -> Error {
    Error::NotFound
}

async fn other_method(_: Public) -> Error {
    Error::MethodNotAllowed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_these_routes_are_open_to_everybody() {
        let open = table().into_iter().filter(|route| route.guard == "Public").map(|route| (route.method, route.path));
        let expected = [
            (Method::GET, "/"),
            (Method::GET, "/healthz"),
            (Method::GET, "/readyz"),
            (Method::GET, "/assets/{name}"),
            (Method::GET, "/sign-in"),
            (Method::POST, "/sign-in"),
            (Method::GET, "/sign-in/code"),
            (Method::POST, "/sign-in/code"),
            (Method::GET, "/sign-in/reset"),
            (Method::POST, "/sign-in/reset"),
            (Method::GET, "/sign-in/oidc/{provider}"),
            (Method::GET, "/sign-in/oidc/{provider}/callback"),
            (Method::GET, "/api/v1/openapi.json"),
        ];
        assert_eq!(open.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_platform_is_for_its_operators() {
        for route in table() {
            let door = ["/system/sign-in", "/system/welcome/{link}"].contains(&route.path);
            let open = route.path.starts_with("/system/break-glass/") && route.path != "/system/break-glass/exit";
            let expected = match (route.path.starts_with("/system"), door, open) {
                (false, ..) => &["Public", "Invited", "SignedIn", "Member", "InTenant", "Authorized", "OfRun"][..],
                (true, true, _) => &["Door"],
                (true, false, true) => &["InGlass"],
                (true, false, false) => &["Operates"],
            };
            assert!(expected.contains(&route.guard), "{route:?}");
        }
    }

    #[test]
    fn every_route_of_the_api_is_an_operation_with_a_name_of_its_own() {
        let mut names = std::collections::BTreeSet::new();
        for route in table() {
            assert_eq!(crate::api::is_below(route.path), route.operation.is_some(), "{route:?}");
            assert!(route.operation.is_none_or(|name| !name.is_empty() && names.insert(name)), "{route:?}");
        }
        for operation in operations() {
            assert!(!operation.tag.is_empty() && operation.summary.ends_with('.'), "{}", operation.id);
            assert!(operation.replies.iter().any(|reply| reply.status < 300), "{} never succeeds", operation.id);
        }
    }

    #[test]
    fn what_is_in_a_tenant_is_guarded_by_it() {
        for route in table().iter().filter(|route| route.path.contains("{tenant}")) {
            assert!(matches!(route.guard, "InTenant" | "Authorized"), "{route:?}");
        }
        for route in table().iter().filter(|route| route.path.contains("{run}")) {
            assert_eq!(route.guard, "OfRun", "{route:?}");
        }
    }
}
