//! From a request to its response: token, permission, fault, answer, ledger.

use model::resource_types::Method;
use model::time::Moment;

use crate::errors::{GraphError, Service, Stamp};
use crate::faults::Effect;
use crate::identity::permitted;
use crate::ledger::{Entry, EntryKind};
use crate::message::{Request, Response};
use crate::query::{Query, QueryError};
use crate::route::{Route, Target, route};
use crate::settings::Settings;
use crate::sim::{Sim, tenant_named};
use crate::tamper::{instead, tamper};
use crate::token::{Caller, TokenError, authorise, tenant_of_path};

/// Scheme and host of links when neither the settings nor the request name one.
const NO_HOST: &str = "http://graph.simulated";

/// What a handler may look at.
pub(crate) struct Context<'a> {
    pub(crate) sim: &'a Sim,
    pub(crate) request: &'a Request,
    pub(crate) route: &'a Route,
    pub(crate) method: Method,
    pub(crate) query: Query,
    pub(crate) settings: Settings,
    pub(crate) caller: Caller,
    /// Scheme and host of links.
    pub(crate) base: String,
    pub(crate) now: Moment,
    /// A fault that changes how a page is cut.
    pub(crate) effect: Option<Effect>,
}

impl Context<'_> {
    /// The service behind the path.
    pub(crate) fn service(&self) -> Service {
        Service::of(self.request.path())
    }
}

/// What a handler answers.
pub(crate) type Answer = Result<Response, GraphError>;

impl Sim {
    /// Answers a request, without latency. The response says how it would be delivered over a connection.
    #[must_use]
    pub fn call(&self, request: &Request) -> Response {
        match tenant_of_path(request.path()) {
            Some(tenant) => self.give_token(request, tenant),
            None => self.exchange(request, false),
        }
    }

    fn stamp(&self, request: &Request) -> Stamp {
        let request_id = self.request_id();
        let client = request.header_value("client-request-id").map_or_else(|| request_id.clone(), str::to_owned);
        Stamp { request_id, client_request_id: client, at: self.now() }
    }

    fn give_token(&self, request: &Request, name: &str) -> Response {
        let stamp = self.stamp(request);
        let template = "/{tenant}/oauth2/v2.0/token";
        let (tenant, app) = match tenant_named(&self.tenants_ref(), name) {
            None => (None, Err(TokenError::NO_TENANT)),
            Some(tenant) => (Some(tenant.profile.id), authorise(request, &tenant.profile.apps).cloned()),
        };
        let effect = self.faults().hit(tenant, &request.method, request.path(), template);
        let response = match (effect.as_ref().and_then(|effect| instead(effect, Service::Directory, &stamp)), tenant, app) {
            (Some(response), ..) => response,
            (None, Some(tenant), Ok(app)) => {
                let lifetime = self.settings().token_lifetime;
                let caller = Caller { tenant, client_id: app.client_id, roles: app.roles, expires: stamp.at.plus(lifetime) };
                let token = self.tokens().issue(caller, stamp.at, &stamp.request_id);
                let seconds = lifetime.as_secs();
                let body = format!(
                    r#"{{"token_type":"Bearer","expires_in":{seconds},"ext_expires_in":{seconds},"access_token":"{token}"}}"#
                );
                Response::with_body(200, "application/json; charset=utf-8", body.into_bytes())
            }
            (None, _, Err(error)) => error.response(&stamp),
            (None, None, Ok(_)) => TokenError::NO_TENANT.response(&stamp),
        };
        let response = effect.iter().fold(response, |response, effect| tamper(effect, response, request, NO_HOST));
        self.record(request, template, tenant, EntryKind::Token, response.status);
        response
    }

    /// One exchange with Graph, or one part of a batch.
    pub(crate) fn exchange(&self, request: &Request, part: bool) -> Response {
        let stamp = self.stamp(request);
        let route = route(request.path());
        let settings = self.settings();
        let base = settings
            .base_url
            .clone()
            .unwrap_or_else(|| request.header_value("host").map_or_else(|| NO_HOST.to_owned(), |host| format!("http://{host}")));
        let caller = self.tokens().verify(request, stamp.at);
        let tenant = caller.as_ref().ok().map(|caller| caller.tenant);
        let service = Service::of(request.path());
        let effect = self.faults().hit(tenant, &request.method, request.path(), &route.template);

        let response = match effect.as_ref().and_then(|effect| instead(effect, service, &stamp)) {
            Some(response) => response,
            None => {
                let answer = caller.map_err(GraphError::token).and_then(|caller| {
                    let method = method(&request.method).ok_or_else(GraphError::not_supported)?;
                    if let Target::Unknown { segment } = &route.target {
                        return Err(GraphError::no_segment(segment));
                    }
                    if !permitted(&caller.roles, method, &route) {
                        return Err(GraphError::forbidden(service));
                    }
                    let query = Query::parse(request.query()).map_err(query_error)?;
                    let (effect, base, now) = (effect.clone(), base.clone(), stamp.at);
                    self.answer(&Context {
                        sim: self,
                        request,
                        route: &route,
                        method,
                        query,
                        settings,
                        caller,
                        base,
                        now,
                        effect,
                    })
                });
                answer.unwrap_or_else(|error| error.response(&stamp))
            }
        };
        let response = effect.iter().fold(response, |response, effect| tamper(effect, response, request, &base));
        let kind = match (part, &route.target) {
            (true, _) => EntryKind::BatchPart,
            (false, Target::Batch) => EntryKind::Batch,
            (false, _) => EntryKind::Graph,
        };
        self.record(request, &route.template, tenant, kind, response.status);
        response
            .header("request-id", &stamp.request_id)
            .header("client-request-id", &stamp.client_request_id)
            .header("x-ms-ags-diagnostic", r#"{"ServerInfo":{"DataCenter":"Simulated","Slice":"E","Ring":"1"}}"#)
            .header("OData-Version", "4.0")
    }

    fn answer(&self, context: &Context<'_>) -> Answer {
        match (context.method, &context.route.target) {
            (Method::Post, Target::Batch) => self.batch(context),
            (Method::Get, Target::Organization) => context.organization(),
            (Method::Get, Target::ServicePrincipals) => context.service_principals(),
            (Method::Get, Target::ServicePrincipal { key }) => context.service_principal(key),
            (Method::Get, Target::AppRoleAssignments { key }) => context.app_role_assignments(key),
            (Method::Get, Target::Members { group }) => context.members(group),
            (Method::Get, Target::MemberCount { group }) => context.member_count(group),
            (Method::Get, Target::Collection { of }) => context.list(of),
            (Method::Get, Target::Count { of }) => context.count(of),
            (Method::Get, Target::Item { of, id }) => context.item(of, id),
            (Method::Get, Target::Child { of, id, name }) => context.children(of, id, name),
            (Method::Post, Target::Collection { of }) => context.create(of, None),
            (Method::Post, Target::FromTemplate { of, template }) => context.create(of, Some(template)),
            (Method::Patch | Method::Put, Target::Item { of, id }) => context.update(of, id),
            (Method::Delete, Target::Item { of, id }) => context.delete(of, id),
            (Method::Post, Target::Action { of, id, action }) => context.act(of, id, action),
            (Method::Post, Target::Child { of, id, name }) => context.add_child(of, id, name),
            (Method::Patch | Method::Delete, Target::ChildItem { of, id, name, child }) => {
                context.change_child(of, id, name, child)
            }
            _ => Err(GraphError::not_supported()),
        }
    }

    fn record(&self, request: &Request, template: &str, tenant: Option<model::ids::EntraTenantId>, kind: EntryKind, status: u16) {
        let path = request.path_and_query.char_indices().take_while(|(at, _)| *at < 500).map(|(_, c)| c).collect();
        self.ledger_mut().record(Entry {
            number: 0,
            at: self.now(),
            tenant,
            method: request.method.clone(),
            path,
            template: template.to_owned(),
            status,
            kind,
        });
    }
}

fn method(name: &str) -> Option<Method> {
    let all = [Method::Get, Method::Post, Method::Patch, Method::Put, Method::Delete];
    all.into_iter().find(|method| method.as_str() == name)
}

fn query_error(error: QueryError) -> GraphError {
    match error {
        QueryError::UnknownOption(name) => GraphError::bad_request(format!("The query parameter '{name}' is not supported.")),
        QueryError::InvalidValue(name) => GraphError::bad_request(format!("Invalid value for the query option {name}.")),
        QueryError::InvalidSkipToken => GraphError::bad_request("Skip token is invalid or has expired."),
    }
}
