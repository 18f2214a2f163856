//! Multi Admin Approval: writes to what a tenant protects wait until another administrator approved them.
//!
//! As Microsoft's page on it and public reports tell: a write that says why is refused and leaves a request; the same write with the
//! code of that request is carried out once it was approved. Reading is never held back.

use std::collections::BTreeMap;

use model::ids::EntraTenantId;
use model::resource_types::Method;
use serde::Serialize;

use crate::call::Context;
use crate::errors::GraphError;
use crate::message::Response;
use crate::sim::Sim;

const JUSTIFICATION: &str = "x-msft-approval-justification";
const CODE: &str = "x-msft-approval-code";

/// A write that waits for approval, or was approved and not yet carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApprovalRequest {
    /// The tenant.
    pub tenant: EntraTenantId,
    /// Its code.
    pub code: String,
    /// The method.
    pub method: String,
    /// The path with its version.
    pub path: String,
    /// Whether somebody approved it.
    pub approved: bool,
}

/// What is protected, and who waits.
#[derive(Debug, Default)]
pub(crate) struct Approvals {
    protected: Vec<(EntraTenantId, String)>,
    waiting: BTreeMap<String, (ApprovalRequest, Vec<u8>)>,
}

impl Sim {
    /// From now on writes to paths that begin so (below the version, `/deviceManagement/deviceManagementScripts`) must be approved.
    pub fn protect(&self, tenant: EntraTenantId, path: &str) {
        self.approvals().protected.push((tenant, path.to_owned()));
    }

    /// Protects nothing any more, and forgets who waits.
    pub fn unprotect(&self, tenant: EntraTenantId) {
        let mut approvals = self.approvals();
        approvals.protected.retain(|(of, _)| *of != tenant);
        approvals.waiting.retain(|_, (request, _)| request.tenant != tenant);
    }

    /// The requests for approval of a tenant.
    #[must_use]
    pub fn approval_requests(&self, tenant: EntraTenantId) -> Vec<ApprovalRequest> {
        let approvals = self.approvals();
        approvals.waiting.values().map(|(request, _)| request.clone()).filter(|request| request.tenant == tenant).collect()
    }

    /// Another administrator approves a request, or all of them. Returns how many.
    pub fn approve(&self, tenant: EntraTenantId, code: Option<&str>) -> usize {
        let mut approvals = self.approvals();
        let asked = |request: &ApprovalRequest| request.tenant == tenant && code.is_none_or(|code| code == request.code);
        let chosen: Vec<_> =
            approvals.waiting.values_mut().map(|(request, _)| request).filter(|request| asked(request)).collect();
        let count = chosen.len();
        chosen.into_iter().for_each(|request| request.approved = true);
        count
    }
}

impl Context<'_> {
    /// What a write to something protected is answered before it was approved.
    pub(crate) fn awaits_approval(&self) -> Option<Result<Response, GraphError>> {
        let path = self.request.path();
        let below = path.strip_prefix("/beta").or_else(|| path.strip_prefix("/v1.0")).unwrap_or(path);
        let tenant = self.caller.tenant;
        let mut approvals = self.sim.approvals();
        let is_protected = |(of, begin): &(EntraTenantId, String)| *of == tenant && below.starts_with(begin.as_str());
        if self.method == Method::Get || !approvals.protected.iter().any(is_protected) {
            return None;
        }
        let same =
            |request: &ApprovalRequest| request.tenant == tenant && request.method == self.request.method && request.path == path;
        if let Some(code) = self.request.header_value(CODE) {
            return match approvals.waiting.get(code).map(|(request, _)| (same(request), request.approved)) {
                Some((true, true)) => {
                    approvals.waiting.remove(code);
                    None
                }
                Some((true, false)) => Some(Ok(self.asks_for_approval(code))),
                _ => Some(Err(GraphError::intune(400, "BadRequest", "No such approval request"))),
            };
        }
        if self.request.header_value(JUSTIFICATION).is_none() {
            let message = format!("Header '{JUSTIFICATION}' is required to request approval");
            return Some(Err(GraphError::intune(400, "BadRequest", message)));
        }
        // A path with an id has one request at a time; what is to be made has none by which it would be known but its content.
        if approvals.waiting.values().any(|(request, body)| same(request) && *body == self.request.body) {
            return Some(Err(GraphError::intune(409, "Conflict", "An active Approval Request already exists")));
        }
        let code = self.sim.new_id();
        let (method, path) = (self.request.method.clone(), path.to_owned());
        let request = ApprovalRequest { tenant, code: code.clone(), method, path, approved: false };
        approvals.waiting.insert(code.clone(), (request, self.request.body.clone()));
        Some(Ok(self.asks_for_approval(&code)))
    }

    fn asks_for_approval(&self, code: &str) -> Response {
        let message = format!(
            "Approval Required. Request Approval using the request ID returned as part of the {CODE} response header. {CODE}: {code}"
        );
        let stamp = self.sim.stamp(self.request);
        GraphError::new(403, "ApprovalRequired", message).response(&stamp).header(CODE, code)
    }
}
