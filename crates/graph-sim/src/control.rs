//! Control over HTTP, for tests in other processes: `/_sim/…`, without a token.
//!
//! | request | does |
//! |---|---|
//! | `GET /_sim/requests` | counts as JSON: `requests`, `units`, `repeats` (reads asked before), `services` (units of each), `writes` (those of them that write), `counts` |
//! | `GET /_sim/requests/recent` | the latest entries |
//! | `DELETE /_sim/requests` | empties the ledger |
//! | `GET`, `POST`, `DELETE /_sim/faults` | lists, sets up (a [`Fault`] as JSON), clears |
//! | `POST /_sim/latency` | `{"milliseconds": 50}` |
//! | `POST /_sim/paging` | `{"page_size": 25, "honour_top": true}` |
//! | `GET`, `DELETE /_sim/effects` | every write that took effect, by tenant, path and id; forgets them |
//! | `GET /_sim/throttled` | limits that refused something: 429s given, and requests that came in a cool-down |
//! | `POST /_sim/limits` | `{"published": true, "divided_by": 4}`: throttles by Microsoft's limits, or by parts of them; `{"published": false}` ends it; nothing counts against them yet |
//! | `POST /_sim/delta` | `{"partial": false, "repeats": true, "backwards": true, "replays": 2, "life_seconds": 60, "end": "gone"}` |
//! | `POST /_sim/unseen` | `{"seconds": 30, "reads": 2, "lingers_seconds": 30}`: what is created is answered with 404 for so long and so often, what is deleted as it was |
//! | `POST /_sim/actor` | `{"person": "ann@contoso.com", "app": "Portal"}` or `{"application": "Terraform"}`: who changes things from now on, as the audit logs tell; `delay_seconds`: how late events are there |
//! | `POST /_sim/consent` | `{"granted": false}`: what the consent page answers |
//! | `GET /_sim/tenants` | ids, names and counts by type |
//! | `POST /_sim/tenants/{id}/objects/{type}` | adds an object, or replaces the one of its `id` |
//! | `PATCH /_sim/tenants/{id}/objects/{type}/{object}` | sets properties |
//! | `GET`, `DELETE /_sim/tenants/{id}/objects/{type}/{object}` | gives, removes |
//! | `GET /_sim/tenants/{id}/objects` | everything that is in the tenant, as it is: `{type: {id: object}}` |
//! | `PUT /_sim/tenants/{id}` | adds a tenant: `{"name", "domain", "client_id", "client_secret", "policies", "groups", "seed"}` |
//! | `PATCH /_sim/tenants/{id}/apps/{client id}` | `{"roles": […], "disabled", "secret_expired", "more_secrets": […], "certificates": [PEM, …], "refusal"}` |
//! | `POST /_sim/tenants/{id}/mutate` | `{"seed": 1, "count": 20}`, or `{"seed": 1, "mutation": "renamed", "type": …, "object": …}`: what truly changed |
//! | `POST /_sim/tenants/{id}/protect` | `{"path": "/deviceManagement/deviceManagementScripts"}`: writes below it must be approved; without a path nothing any more |
//! | `GET /_sim/tenants/{id}/approvals` | the requests for approval |
//! | `POST /_sim/tenants/{id}/approvals` | `{"code": …}`: approves one, without a code all of them |
//! | `POST /_sim/tenants/{id}/tokens/expire` | ends every token |
//! | `POST /_sim/tenants/{id}/advance` | applies the next change of the history |

mod settings;
mod tenant;

use std::collections::BTreeMap;
use std::time::Duration;

use model::ids::EntraTenantId;
use model::json::Json;
use serde::Deserialize;
use serde_json::json;

use crate::faults::Fault;
use crate::ledger::{Entry, EntryKind, Filter};
use crate::message::{Request, Response};
use crate::query::decode;
use crate::sim::{NoSuchTenant, Sim};
use crate::throttle::budget;

/// Why a control request is refused.
enum Refusal {
    NotFound,
    Bad(String),
}

impl From<NoSuchTenant> for Refusal {
    fn from(_: NoSuchTenant) -> Self {
        Self::NotFound
    }
}

type Answer = Result<serde_json::Value, Refusal>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Latency {
    milliseconds: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Paging {
    page_size: Option<usize>,
    honour_top: Option<bool>,
    max_top: Option<usize>,
    empty_middle_page: Option<bool>,
    expanded_page: Option<usize>,
}

/// Answers a control request.
pub(crate) fn answer(sim: &Sim, request: &Request) -> Response {
    let path: Vec<String> = request.path().split('/').skip(2).map(decode).collect();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    if let ("GET", ["tenants", tenant, "objects"]) = (request.method.as_str(), path.as_slice())
        && let Some(text) = tenant.parse().ok().and_then(|tenant| tenant::objects(sim, tenant).ok())
    {
        return Response::with_body(200, "application/json", text.into_bytes());
    }
    let result = match (request.method.as_str(), path.as_slice()) {
        ("GET", ["requests"]) => Ok(requests(sim)),
        ("GET", ["requests", "recent"]) => Ok(json!(sim.ledger().recent().collect::<Vec<&Entry>>())),
        ("DELETE", ["requests"]) => {
            sim.clear_ledger();
            Ok(json!({}))
        }
        ("GET", ["faults"]) => {
            let list = sim.faults().list();
            Ok(json!(
                list.iter().map(|(id, fault, applied)| json!({"id": id, "fault": fault, "applied": applied})).collect::<Vec<_>>()
            ))
        }
        ("POST", ["faults"]) => read::<Fault>(request).map(|fault| json!({"id": sim.inject(fault)})),
        ("DELETE", ["faults"]) => {
            sim.clear_faults();
            Ok(json!({}))
        }
        ("POST", ["latency"]) => read::<Latency>(request).map(|latency| {
            sim.set_latency(Duration::from_millis(latency.milliseconds));
            json!({})
        }),
        ("POST", ["paging"]) => read::<Paging>(request).map(|paging| {
            page(sim, &paging);
            json!({})
        }),
        ("GET", ["effects"]) => Ok(json!(sim.effects(None))),
        ("DELETE", ["effects"]) => {
            sim.clear_effects();
            Ok(json!({}))
        }
        ("GET", ["throttled"]) => Ok(json!(sim.throttled())),
        ("POST", ["limits"]) => settings::limits(sim, request),
        ("POST", ["delta"]) => settings::delta(sim, request),
        ("POST", ["unseen"]) => settings::unseen(sim, request),
        ("POST", ["actor"]) => settings::actor(sim, request),
        ("POST", ["consent"]) => settings::consent(sim, request),
        ("GET", ["tenants"]) => Ok(tenants(sim)),
        (method, ["tenants", tenant, rest @ ..]) => match tenant.parse() {
            Ok(tenant) => in_tenant(sim, method, tenant, rest, request),
            Err(_) => Err(Refusal::NotFound),
        },
        _ => Err(Refusal::NotFound),
    };
    let (status, body) = match result {
        Ok(body) => (200, body),
        Err(Refusal::NotFound) => (404, json!({"error": "no such control route, tenant or object"})),
        Err(Refusal::Bad(why)) => (400, json!({"error": why})),
    };
    Response::with_body(status, "application/json", body.to_string().into_bytes())
}

fn read<T: for<'de> Deserialize<'de>>(request: &Request) -> Result<T, Refusal> {
    serde_json::from_slice(&request.body).map_err(|error| Refusal::Bad(error.to_string()))
}

fn requests(sim: &Sim) -> serde_json::Value {
    let ledger = sim.ledger();
    let counts = ledger.counts(&Filter::default());
    let mut services: BTreeMap<String, u64> = BTreeMap::new();
    let mut writes: BTreeMap<String, u64> = BTreeMap::new();
    for count in counts.iter().filter(|count| matches!(count.kind, EntryKind::Graph | EntryKind::BatchPart)) {
        let name = budget(&count.template).name();
        if count.method != "GET" {
            *writes.entry(name.clone()).or_default() += count.count;
        }
        *services.entry(name).or_default() += count.count;
    }
    json!({
        "requests": ledger.requests(),
        "units": ledger.units(),
        "repeats": ledger.repeats(),
        "services": services,
        "writes": writes,
        "counts": counts,
    })
}

fn tenants(sim: &Sim) -> serde_json::Value {
    let tenants = sim.tenants_ref();
    let one = |tenant: &crate::sim::Tenant| json!({"id": tenant.profile.id, "displayName": tenant.profile.display_name, "counts": tenant.state.count_by_type(), "waitingChanges": tenant.state.pending.len()});
    json!(tenants.values().map(one).collect::<Vec<_>>())
}

fn page(sim: &Sim, paging: &Paging) {
    sim.change_settings(|settings| {
        settings.page_size = paging.page_size.unwrap_or(settings.page_size);
        settings.honour_top = paging.honour_top.unwrap_or(settings.honour_top);
        settings.max_top = paging.max_top.unwrap_or(settings.max_top);
        settings.empty_middle_page = paging.empty_middle_page.unwrap_or(settings.empty_middle_page);
        settings.expanded_page = paging.expanded_page.or(settings.expanded_page);
    });
}

fn in_tenant(sim: &Sim, method: &str, tenant: EntraTenantId, rest: &[&str], request: &Request) -> Answer {
    let object = || Json::parse(&request.body).map_err(|error| Refusal::Bad(error.to_string()));
    match (method, rest) {
        ("PUT", []) => tenant::add(sim, tenant, request),
        ("PATCH", ["apps", client]) => tenant::change_app(sim, tenant, client, request),
        ("POST", ["protect"]) => tenant::protect(sim, tenant, request),
        ("GET", ["approvals"]) => Ok(json!(sim.approval_requests(tenant))),
        ("POST", ["approvals"]) => tenant::approve(sim, tenant, request),
        ("POST", ["mutate"]) => tenant::mutate(sim, tenant, request),
        ("POST", ["tokens", "expire"]) => {
            sim.read_state(tenant, |_| ())?;
            sim.expire_tokens(tenant);
            Ok(json!({}))
        }
        ("POST", ["advance"]) => Ok(match sim.advance_one(tenant)? {
            None => json!({"applied": 0}),
            Some(change) => json!({"applied": 1, "summary": change.summary, "type": change.type_key, "object": change.object_id}),
        }),
        ("POST", ["objects", key]) => put(sim, tenant, key, object()?),
        ("PATCH", ["objects", key, id]) => {
            let mut whole = sim.read_state(tenant, |state| state.object(key, id))?.ok_or(Refusal::NotFound)?;
            for (name, value) in object()?.as_object().unwrap_or_default() {
                whole.set(name, value.clone());
            }
            put(sim, tenant, key, whole)
        }
        ("GET", ["objects", key, id]) => {
            let whole = sim.read_state(tenant, |state| state.object(key, id))?.ok_or(Refusal::NotFound)?;
            serde_json::from_str(&whole.to_text()).map_err(|error| Refusal::Bad(error.to_string()))
        }
        ("DELETE", ["objects", key, id]) => {
            if sim.remove_object(tenant, key, id)? {
                Ok(json!({}))
            } else {
                Err(Refusal::NotFound)
            }
        }
        _ => Err(Refusal::NotFound),
    }
}

fn put(sim: &Sim, tenant: EntraTenantId, key: &str, object: Json) -> Answer {
    sim.put_object(tenant, key, object)?.map(|id| json!({"id": id})).map_err(|error| Refusal::Bad(error.to_string()))
}
