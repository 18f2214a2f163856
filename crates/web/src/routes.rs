//! Every address of the product, one line each: method, path, handler. Who may call it stands in the handler's signature and is
//! read from there into [`table`].

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing;
use model::access::Capability;
use serde_json::Value;

use crate::api::arguments::Described;
use crate::api::operation::Operation;
use crate::api::shape::Schemas;
use crate::auth::{Guard, Public};
use crate::error::Error;
use crate::state::WebState;
use crate::{api, events, layers, ui};

/// The largest body that is read, in bytes.
const MAX_BODY: usize = 1 << 20;

fn all() -> Routes {
    api::routes::add(pages())
}

fn pages() -> Routes {
    Routes::default()
        .get("/", ui::product::start::start)
        .get("/healthz", ui::product::health::alive)
        .get("/readyz", ui::product::health::ready)
        .get("/assets/{name}", ui::product::asset::asset)
        .get("/sign-in", ui::sign_in::form::form)
        .post("/sign-in", ui::sign_in::submit::submit)
        .get("/sign-in/code", ui::sign_in::code::form)
        .post("/sign-in/code", ui::sign_in::code::submit)
        .get("/sign-in/reset", ui::sign_in::reset::form)
        .post("/sign-in/reset", ui::sign_in::reset::submit)
        .get("/sign-in/oidc/{provider}", ui::sign_in::provider::start)
        .get("/sign-in/oidc/{provider}/callback", ui::sign_in::provider::callback)
        .post("/sign-out", ui::sign_in::sign_out::sign_out)
        .get("/invitations/{token}", ui::people::invitation::show)
        .post("/invitations/{token}", ui::people::invitation::accept)
        .post("/invitations/{token}/account", ui::people::invitation::register)
        .get("/admin", ui::overview::home::home)
        .post("/admin/switch", ui::overview::switch::switch)
        .post("/admin/theme", ui::overview::theme::theme)
        .get("/admin/search", ui::search::find::find)
        .get("/admin/notices", ui::notices::list::list)
        .post("/admin/notices/read", ui::notices::read::read)
        .get("/admin/profile", ui::profile::show::show)
        .post("/admin/profile/name", ui::profile::name::name)
        .post("/admin/profile/password", ui::profile::password::password)
        .get("/admin/profile/sessions", ui::profile::sessions::list)
        .post("/admin/profile/sessions/end", ui::profile::sessions::end)
        .get("/admin/profile/second-factor", ui::profile::second_factor::show)
        .post("/admin/profile/second-factor/prepare", ui::profile::second_factor::prepare)
        .post("/admin/profile/second-factor/confirm", ui::profile::second_factor::confirm)
        .post("/admin/profile/second-factor/remove", ui::profile::second_factor::remove)
        .get("/admin/events", events::events)
        .get("/admin/operations", ui::runs::list::list)
        .get("/admin/operations.csv", ui::runs::export::export)
        .get("/admin/operations/bulk", ui::runs::bulk::ask)
        .post("/admin/operations/bulk", ui::runs::bulk::start)
        .get("/admin/operations/queue", ui::runs::queue::queue)
        .post("/admin/operations/queue", ui::runs::queue::save)
        .post("/admin/operations/queue/pause", ui::runs::pause::pause)
        .post("/admin/operations/queue/resume", ui::runs::pause::resume)
        .get("/admin/operations/{run}", ui::runs::show::show)
        .get("/admin/operations/{run}/cancel", ui::runs::cancel::ask)
        .post("/admin/operations/{run}/cancel", ui::runs::cancel::cancel)
        .post("/admin/operations/{run}/retry", ui::runs::retry::retry)
        .get("/admin/operations/{run}/force", ui::runs::force::ask)
        .post("/admin/operations/{run}/force", ui::runs::force::force)
        .get("/admin/workspaces", ui::places::workspaces::list)
        .post("/admin/workspaces", ui::places::workspaces::create)
        .get("/admin/workspace", ui::places::workspace::show)
        .post("/admin/workspace", ui::places::workspace::rename)
        .get("/admin/workspace/archive", ui::places::workspace::ask)
        .post("/admin/workspace/archive", ui::places::workspace::archive)
        .get("/admin/tenants", ui::places::tenants::list)
        .get("/admin/roles", ui::people::roles::roles)
        .get("/admin/members", ui::people::members::list)
        .get("/admin/members/invite", ui::people::invite::form)
        .post("/admin/members/invite", ui::people::invite::invite)
        .post("/admin/members/invitations/{invitation}/revoke", ui::people::invite::revoke)
        .get("/admin/members/leave", ui::people::leave::ask)
        .post("/admin/members/leave", ui::people::leave::leave)
        .get("/admin/members/{member}", ui::people::members::show)
        .post("/admin/members/{member}/role", ui::people::members::set_role)
        .get("/admin/members/{member}/remove", ui::people::removal::ask)
        .post("/admin/members/{member}/remove", ui::people::removal::remove)
        .get("/admin/audit", ui::audit::list::list)
        .get("/admin/audit.csv", ui::audit::export::export)
        .get("/admin/settings", ui::settings::workspace::show)
        .post("/admin/settings", ui::settings::workspace::save)
        .get("/admin/profile/settings", ui::settings::person::show)
        .post("/admin/profile/settings", ui::settings::person::save)
        .get("/admin/t/{tenant}/audit", ui::audit::list::of_tenant)
        .get("/admin/t/{tenant}/audit.csv", ui::audit::export::of_tenant)
        .get("/admin/t/{tenant}/settings", ui::settings::tenant::show)
        .post("/admin/t/{tenant}/settings", ui::settings::tenant::save)
        .get("/admin/t/{tenant}", ui::overview::tenant::tenant)
        .get("/admin/t/{tenant}/details", ui::places::tenant::show)
        .post("/admin/t/{tenant}/details", ui::places::tenant::edit)
        .post("/admin/t/{tenant}/advance", ui::places::tenant::advance)
        .get("/admin/t/{tenant}/archive", ui::places::tenant::ask)
        .post("/admin/t/{tenant}/archive", ui::places::tenant::archive)
        .get("/admin/t/{tenant}/members", ui::people::of_tenant::list)
        .post("/admin/t/{tenant}/members", ui::people::of_tenant::set)
        .get("/admin/t/{tenant}/members/{member}/remove", ui::people::of_tenant::ask)
        .post("/admin/t/{tenant}/members/{member}/remove", ui::people::of_tenant::remove)
        .get("/admin/t/{tenant}/operations", ui::runs::of_tenant::of_tenant)
        .get("/admin/t/{tenant}/inventory", ui::inventory::list::list)
        .get("/admin/t/{tenant}/inventory/sync", ui::inventory::sync::choose)
        .post("/admin/t/{tenant}/inventory/sync", ui::inventory::sync::start)
        .get("/admin/t/{tenant}/inventory/search", ui::inventory::search::search)
        .get("/admin/t/{tenant}/inventory/{item}", ui::inventory::item::item)
        .get("/admin/t/{tenant}/inventory/{item}/versions/{version}", ui::inventory::version::version)
        .get("/admin/t/{tenant}/inventory/{item}/at", ui::inventory::version::at)
        .get("/admin/t/{tenant}/inventory/{item}/compare", ui::compare::pair::pair)
        .get("/admin/t/{tenant}/inventory/{item}/compare/patch", ui::compare::patch::patch)
        .get("/admin/t/{tenant}/inventory/{item}/compare/with", ui::compare::pick::pick)
        .get("/admin/t/{tenant}/compare", ui::compare::tenants::tenants)
        .post("/admin/t/{tenant}/inventory/{item}/capture", ui::inventory::capture::capture)
        .post("/admin/t/{tenant}/inventory/{item}/versions/{version}/mark", ui::inventory::mark::mark)
        .get("/admin/t/{tenant}/versions", ui::versions::history::history)
        .get("/admin/t/{tenant}/versions/at", ui::versions::past::past)
        .post("/admin/t/{tenant}/versions/events", ui::versions::events::start)
        .get("/admin/t/{tenant}/connection", ui::connections::show::show)
        .post("/admin/t/{tenant}/connection", ui::connections::save::create)
        .get("/admin/t/{tenant}/connection/new", ui::connections::save::new)
        .get("/admin/t/{tenant}/connection/edit", ui::connections::save::edit)
        .post("/admin/t/{tenant}/connection/edit", ui::connections::save::change)
        .get("/admin/t/{tenant}/connection/rotate", ui::connections::save::replace)
        .post("/admin/t/{tenant}/connection/rotate", ui::connections::save::rotate)
        .post("/admin/t/{tenant}/connection/switch", ui::connections::switch::switch)
        .get("/admin/t/{tenant}/connection/remove", ui::connections::remove::ask)
        .post("/admin/t/{tenant}/connection/remove", ui::connections::remove::remove)
        .get("/admin/t/{tenant}/directory", ui::directory::list::list)
        .get("/admin/t/{tenant}/directory/group", ui::directory::group::group)
        .get("/admin/t/{tenant}/directory/select", ui::directory::select::select)
        .post("/admin/t/{tenant}/directory/sync", ui::directory::sync::start)
        .get("/admin/t/{tenant}/backups", ui::backups::list::list)
        .post("/admin/t/{tenant}/backups", ui::backups::capture::start)
        .get("/admin/t/{tenant}/backups/new", ui::backups::capture::form)
        .get("/admin/t/{tenant}/backups/import", ui::backups::import::form)
        .post("/admin/t/{tenant}/backups/import", ui::backups::import::import)
        .get("/admin/t/{tenant}/backups/{backup}", ui::backups::show::show)
        .get("/admin/t/{tenant}/backups/{backup}/contents", ui::backups::show::contents)
        .get("/admin/t/{tenant}/backups/{backup}/missing", ui::backups::show::missing)
        .get("/admin/t/{tenant}/backups/{backup}/report", ui::backups::show::report)
        .get("/admin/t/{tenant}/backups/{backup}/files", ui::backups::files::list)
        .post("/admin/t/{tenant}/backups/{backup}/files", ui::backups::files::ask)
        .get("/admin/t/{tenant}/backups/{backup}/files/{file}", ui::backups::files::fetch)
        .post("/admin/t/{tenant}/backups/{backup}/files/{file}/remove", ui::backups::files::remove)
        .post("/admin/t/{tenant}/backups/{backup}/verify", ui::backups::change::verify)
        .post("/admin/t/{tenant}/backups/{backup}/pin", ui::backups::change::pin)
        .post("/admin/t/{tenant}/backups/{backup}/unpin", ui::backups::change::unpin)
        .get("/admin/t/{tenant}/backups/{backup}/delete", ui::backups::delete::ask)
        .post("/admin/t/{tenant}/backups/{backup}/delete", ui::backups::delete::delete)
        .get("/admin/t/{tenant}/restores", ui::restores::list::list)
        .post("/admin/t/{tenant}/restores", ui::restores::new::create)
        .get("/admin/t/{tenant}/restores/new", ui::restores::new::form)
        .get("/admin/t/{tenant}/restores/{restore}", ui::restores::show::show)
        .get("/admin/t/{tenant}/restores/{restore}/choose", ui::restores::choose::form)
        .post("/admin/t/{tenant}/restores/{restore}/choose", ui::restores::choose::choose)
        .get("/admin/t/{tenant}/restores/{restore}/map", ui::restores::map::form)
        .post("/admin/t/{tenant}/restores/{restore}/map", ui::restores::map::act)
        .get("/admin/t/{tenant}/restores/{restore}/map/{kind}/{reference}", ui::restores::map::one)
        .post("/admin/t/{tenant}/restores/{restore}/map/{kind}/{reference}", ui::restores::map::decide)
        .get("/admin/t/{tenant}/restores/{restore}/check", ui::restores::check::form)
        .post("/admin/t/{tenant}/restores/{restore}/check", ui::restores::check::act)
        .get("/admin/t/{tenant}/restores/{restore}/preview", ui::restores::preview::show)
        .post("/admin/t/{tenant}/restores/{restore}/preview", ui::restores::preview::start)
        .get("/admin/t/{tenant}/restores/{restore}/execute", ui::restores::execute::ask)
        .post("/admin/t/{tenant}/restores/{restore}/execute", ui::restores::execute::execute)
        .get("/admin/t/{tenant}/restores/{restore}/plan", ui::restores::plan::plan)
        .get("/admin/t/{tenant}/restores/{restore}/items/{number}", ui::restores::item::show)
        .post("/admin/t/{tenant}/restores/{restore}/items/{number}", ui::restores::item::say)
        .post("/admin/t/{tenant}/restores/{restore}/cancel", ui::restores::change::cancel)
        .post("/admin/t/{tenant}/restores/{restore}/retry", ui::restores::change::retry)
        .post("/admin/t/{tenant}/restores/{restore}/undo", ui::restores::change::undo)
        .get("/admin/t/{tenant}/schedules/{schedule}/retention", ui::schedules::retention::show)
        .get("/admin/t/{tenant}/schedules", ui::schedules::list::list)
        .post("/admin/t/{tenant}/schedules", ui::schedules::edit::create)
        .get("/admin/t/{tenant}/schedules/new", ui::schedules::edit::new)
        .get("/admin/t/{tenant}/schedules/{schedule}", ui::schedules::show::show)
        .get("/admin/t/{tenant}/schedules/{schedule}/edit", ui::schedules::edit::edit)
        .post("/admin/t/{tenant}/schedules/{schedule}/edit", ui::schedules::edit::save)
        .post("/admin/t/{tenant}/schedules/{schedule}/run", ui::schedules::run::run)
        .post("/admin/t/{tenant}/schedules/{schedule}/switch", ui::schedules::change::switch)
        .post("/admin/t/{tenant}/schedules/{schedule}/archive", ui::schedules::change::archive)
        .get("/admin/t/{tenant}/schedules/{schedule}/purge", ui::schedules::purge::ask)
        .post("/admin/t/{tenant}/schedules/{schedule}/purge", ui::schedules::purge::purge)
        .get("/admin/t/{tenant}/connection/check", ui::connection_check::show::show)
        .post("/admin/t/{tenant}/connection/check", ui::connection_check::start::start)
        .get("/admin/onboarding", ui::onboarding::list::list)
        .post("/admin/onboarding", ui::onboarding::begin::create)
        .get("/admin/onboarding/new", ui::onboarding::begin::new)
        .get("/admin/onboarding/consent", ui::onboarding::consent::consent)
        .get("/admin/onboarding/{tenant}", ui::onboarding::show::show)
        .post("/admin/onboarding/{tenant}/identify", ui::onboarding::steps::identify)
        .post("/admin/onboarding/{tenant}/features", ui::onboarding::steps::features)
        .post("/admin/onboarding/{tenant}/application", ui::onboarding::steps::application)
        .post("/admin/onboarding/{tenant}/complete", ui::onboarding::complete::complete)
        .get("/admin/onboarding/{tenant}/delete", ui::onboarding::delete::ask)
        .post("/admin/onboarding/{tenant}/delete", ui::onboarding::delete::delete)
        .get("/system", ui::system::health::health)
        .get("/system/sign-in", ui::system::door::form)
        .post("/system/sign-in", ui::system::door::submit)
        .post("/system/sign-out", ui::system::door::sign_out)
        .get("/system/welcome/{link}", ui::system::welcome::form)
        .post("/system/welcome/{link}", ui::system::welcome::save)
        .get("/system/workers", ui::system::workers::workers)
        .get("/system/workspaces", ui::system::workspaces::list)
        .post("/system/workspaces", ui::system::workspaces::create)
        .get("/system/operators", ui::system::operators::list)
        .post("/system/operators", ui::system::operators::add)
        .get("/system/operators/{operator}/disable", ui::system::operators::ask)
        .post("/system/operators/{operator}/disable", ui::system::operators::disable)
        .post("/system/operators/{operator}/link", ui::system::operators::link)
        .get("/system/audit", ui::system::audit::audit)
        .get("/system/break-glass", ui::system::glass::form)
        .post("/system/break-glass", ui::system::glass::enter)
        .post("/system/break-glass/exit", ui::system::glass::exit)
        .get("/system/break-glass/workspace", ui::system::inside::workspace)
        .get("/system/break-glass/runs", ui::system::inside::runs)
        .get("/system/break-glass/audit", ui::system::inside::audit)
        .get("/system/break-glass/owner", ui::system::owner::form)
        .post("/system/break-glass/owner", ui::system::owner::name)
        .get("/admin/tokens", ui::tokens::list::list)
        .post("/admin/tokens", ui::tokens::new::create)
        .get("/admin/tokens/new", ui::tokens::new::new)
        .get("/admin/tokens/{api_token}/revoke", ui::tokens::revoke::ask)
        .post("/admin/tokens/{api_token}/revoke", ui::tokens::revoke::revoke)
        .get("/admin/coverage", ui::coverage::types::types)
        .get("/admin/t/{tenant}/coverage", ui::coverage::of_tenant::of_tenant)
        .get("/api", ui::api_reference::show)
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
