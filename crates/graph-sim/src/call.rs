//! From a request to its response: token, permission, fault, answer, ledger.

use model::ids::EntraTenantId;
use model::resource_types::Method;
use model::time::Moment;

use crate::consent::asks_consent;
use crate::errors::{GraphError, Service, Stamp};
use crate::faults::{Effect, Hit};
use crate::identity::permitted;
use crate::ledger::{Entry, EntryKind};
use crate::message::{Request, Response};
use crate::query::{Query, QueryError};
use crate::route::{Place, Route, Target, place, route};
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
    /// The number of the HTTP exchange.
    pub(crate) exchange: u64,
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
        if let Some(tenant) = tenant_of_path(request.path()) {
            self.give_token(request, tenant)
        } else if let Some(tenant) = asks_consent(request.path()) {
            self.ask_consent(request, tenant)
        } else {
            self.exchange(request, None)
        }
    }

    pub(crate) fn stamp(&self, request: &Request) -> Stamp {
        let (number, request_id) = self.request_id();
        let client = request.header_value("client-request-id").map_or_else(|| request_id.clone(), str::to_owned);
        Stamp { number, request_id, client_request_id: client, at: self.now() }
    }

    /// Scheme and host by which the request came, or as the settings say.
    pub(crate) fn base_of(&self, request: &Request) -> String {
        let of_host = || request.header_value("host").map_or_else(|| NO_HOST.to_owned(), |host| format!("http://{host}"));
        self.settings().base_url.unwrap_or_else(of_host)
    }

    fn fault_of(&self, request: &Request, tenant: Option<EntraTenantId>, template: &str, stamp: &Stamp) -> Option<Effect> {
        let seed = self.settings().seed;
        let (path, query) = (request.path(), request.query());
        let body = &request.body;
        let asked = Hit { tenant, method: &request.method, path, query, template, body, now: stamp.at, seed };
        self.faults().hit(&asked)
    }

    fn give_token(&self, request: &Request, name: &str) -> Response {
        let stamp = self.stamp(request);
        let template = "/{tenant}/oauth2/v2.0/token";
        let authority = self.base_of(request);
        let (tenant, app) = match tenant_named(&self.tenants_ref(), name) {
            None => (None, Err(TokenError::NO_TENANT)),
            Some(tenant) => {
                let allowed = authorise(request, &tenant.profile, &authority, stamp.at);
                let taken = allowed.and_then(|allowed| self.tokens().take(&allowed, stamp.at).map(|()| allowed.app.clone()));
                (Some(tenant.profile.id), taken)
            }
        };
        let effect = self.fault_of(request, tenant, template, &stamp);
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
        let response = effect.iter().fold(response, |response, effect| tamper(effect, response, request, NO_HOST, &stamp));
        self.record(request, template, tenant, EntryKind::Token, response.status);
        response
    }

    /// One exchange with Graph, or one part of the batch that is the exchange `within`.
    pub(crate) fn exchange(&self, request: &Request, within: Option<u64>) -> Response {
        let stamp = self.stamp(request);
        let route = route(request.path());
        let settings = self.settings();
        let base = self.base_of(request);
        let caller = self.tokens().verify(request, stamp.at);
        let tenant = caller.as_ref().ok().map(|caller| caller.tenant);
        let service = Service::of(request.path());
        let effect = self.fault_of(request, tenant, &route.template, &stamp);

        let exchange = within.unwrap_or(stamp.number);
        let verdict = caller.as_ref().ok().map(|caller| self.throttled_by(request, caller, effect.as_ref(), exchange, &stamp));
        let refused = verdict.as_ref().and_then(|verdict| verdict.refused.as_ref());
        let fault = effect.as_ref().and_then(|effect| instead(effect, service, &stamp));
        let response = match fault.or_else(|| refused.map(|refused| refused.response(service, &stamp))) {
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
                    let query = searching(query, request, service)?;
                    let (effect, base, now) = (effect.clone(), base.clone(), stamp.at);
                    self.answer_and_remember(&Context {
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
                        exchange,
                    })
                });
                answer.unwrap_or_else(|error| error.response(&stamp))
            }
        };
        let response = effect.iter().fold(response, |response, effect| tamper(effect, response, request, &base, &stamp));
        let kind = match (within, &route.target) {
            (Some(_), _) => EntryKind::BatchPart,
            (None, Target::Batch) => EntryKind::Batch,
            (None, _) => EntryKind::Graph,
        };
        self.record(request, &route.template, tenant, kind, response.status);
        let response = match &verdict {
            Some(verdict) => verdict.headers(response, request),
            None => response,
        };
        response
            .header("request-id", &stamp.request_id)
            .header("client-request-id", &stamp.client_request_id)
            .header("x-ms-ags-diagnostic", r#"{"ServerInfo":{"DataCenter":"Simulated","Slice":"E","Ring":"1"}}"#)
            .header("OData-Version", "4.0")
    }

    /// Answers; a write that took effect is counted, and what is young is not seen.
    fn answer_and_remember(&self, context: &Context<'_>) -> Answer {
        if let Some(answer) = context.awaits_approval() {
            return answer;
        }
        context.is_seen()?;
        if let Some(response) = context.lingering() {
            return Ok(response);
        }
        let before = context.before_delete();
        let response = self.answer(context)?;
        context.linger(before);
        if response.status < 400 {
            context.remember(&response);
        }
        Ok(context.without_young(response))
    }

    fn answer(&self, context: &Context<'_>) -> Answer {
        match (context.method, &context.route.target) {
            (Method::Post, Target::Batch) => self.batch(context),
            (Method::Get, Target::Organization) => context.list(known_place("/organization")?),
            (Method::Get, Target::ServicePrincipals) => context.list(known_place("/servicePrincipals")?),
            (Method::Post, Target::ServicePrincipals) => context.create(known_place("/servicePrincipals")?, None),
            (Method::Patch, Target::ServicePrincipal { key }) => context.update(known_place("/servicePrincipals")?, key),
            (Method::Delete, Target::ServicePrincipal { key }) => context.delete(known_place("/servicePrincipals")?, key),
            (Method::Get, Target::ServicePrincipal { key }) => context.service_principal(key),
            (Method::Get, Target::AppRoleAssignments { key }) => context.app_role_assignments(key),
            (Method::Get, Target::Members { group }) => context.members(group),
            (Method::Get, Target::MemberCount { group }) => context.member_count(group),
            (Method::Get, Target::AuditEvents { source }) => context.audit_events(*source),
            (Method::Get, Target::Collection { of }) => context.list(of),
            (Method::Get, Target::Count { of }) => context.count(of),
            (Method::Get, Target::Delta { of }) => context.delta(of),
            (Method::Get, Target::Item { of, id }) => context.item(of, id),
            (Method::Get, Target::Child { of, id, name }) => context.children(of, id, name),
            (Method::Get, Target::Deep { of, id, name, child, deep }) => context.deep_children(of, [id, name, child, deep]),
            (Method::Get, Target::PlainText { of, id, handle }) => context.plain_text(of, id, handle),
            (Method::Post, Target::Collection { of }) => context.create(of, None),
            (Method::Post, Target::FromTemplate { of, template }) => context.create(of, Some(template)),
            (Method::Patch | Method::Put, Target::Item { of, id }) => {
                let answer = context.update(of, id)?;
                context.log_update(of, id)?;
                Ok(answer)
            }
            (Method::Delete, Target::Item { of, id }) => context.delete(of, id),
            (Method::Post, Target::Action { of, id, action }) => context.act(of, id, action),
            (Method::Post, Target::Child { of, id, name }) => context.add_child(of, id, name),
            (Method::Patch | Method::Delete, Target::ChildItem { of, id, name, child }) => {
                context.change_child(of, id, name, child)
            }
            _ => Err(GraphError::not_supported()),
        }
    }

    pub(crate) fn record(&self, request: &Request, template: &str, tenant: Option<EntraTenantId>, kind: EntryKind, status: u16) {
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

/// `$search` of directory objects wants a header; it then finds like a filter.
fn searching(mut query: Query, request: &Request, service: Service) -> Result<Query, GraphError> {
    let eventual = request.header_value("ConsistencyLevel").is_some_and(|level| level.eq_ignore_ascii_case("eventual"));
    match query.search.take() {
        Some(_) if service == Service::Directory && !eventual => Err(GraphError::new(
            400,
            "Request_UnsupportedQuery",
            "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
        )),
        Some(words) if service == Service::Directory => Ok(Query { filter: Some(format!("search({words})")), ..query }),
        _ => Ok(query),
    }
}

/// A place that the catalogue has.
fn known_place(path: &'static str) -> Result<&'static Place, GraphError> {
    place(path).ok_or_else(|| GraphError::no_segment(path))
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
