//! What a throttled caller is told.

use super::{Asked, Budget, Refused, Verdict, budget, resource_units};
use crate::errors::{GraphError, Service, Stamp};
use crate::faults::Effect;
use crate::message::{Request, Response};
use crate::sim::Sim;
use crate::token::Caller;

fn writes(method: &str) -> bool {
    matches!(method, "POST" | "PUT" | "PATCH" | "DELETE")
}

impl Refused {
    /// The 429.
    pub(crate) fn response(&self, service: Service, stamp: &Stamp) -> Response {
        let mut response = GraphError::too_many_requests(service).response(stamp);
        if let Some(seconds) = self.retry_after {
            response = response.header("Retry-After", &seconds.to_string());
        }
        if let Some((scope, information)) = &self.told {
            response = response.header("x-ms-throttle-scope", scope).header("x-ms-throttle-information", information);
        }
        response
    }
}

impl Verdict {
    /// Adds what the directory tells of its limits.
    pub(crate) fn headers(&self, mut response: Response, request: &Request) -> Response {
        if budget(request.path()) == Budget::Directory {
            let units = resource_units(request.path(), request.query(), writes(&request.method));
            response = response.header("x-ms-resource-unit", &units.to_string());
        }
        match self.used {
            Some(used) if used >= 0.8 => response.header("x-ms-throttle-limit-percentage", &format!("{:.1}", used.min(1.8))),
            _ => response,
        }
    }
}

impl Sim {
    /// Counts a request against the limits, and in the ledger what they say to it.
    pub(crate) fn throttled_by(
        &self,
        request: &Request,
        caller: &Caller,
        fault: Option<&Effect>,
        exchange: u64,
        stamp: &Stamp,
    ) -> Verdict {
        let settings = self.settings();
        let users = self.tenants_ref().get(&caller.tenant).map_or(0, |tenant| tenant.profile.users);
        let low = request.header_value("x-ms-throttle-priority").is_some_and(|priority| priority.eq_ignore_ascii_case("low"));
        let asked = Asked {
            path: request.path(),
            query: request.query(),
            write: writes(&request.method) && !request.path().ends_with("/$batch"),
            tenant: caller.tenant,
            app: &caller.client_id,
            users,
            low,
            exchange,
            now: stamp.at,
        };
        let mut throttle = self.throttle();
        let mut verdict = throttle.ask(settings.limits.as_ref(), &asked);
        let scripted = match fault {
            Some(Effect::Throttled { retry_after }) => Some(throttle.scripted(&asked, retry_after.as_deref())),
            _ => None,
        };
        drop(throttle);
        let mut ledger = self.ledger_mut();
        if let Some(limit) = &verdict.in_cool_down {
            ledger.asked_in_cool_down(Some(caller.tenant), limit.clone());
        }
        if let Some(limit) = scripted {
            verdict.refused = None;
            ledger.throttle_given(Some(caller.tenant), limit);
        } else if let Some(refused) = &verdict.refused {
            ledger.throttle_given(Some(caller.tenant), refused.limit.clone());
        }
        verdict
    }
}
