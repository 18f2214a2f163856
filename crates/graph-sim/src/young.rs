//! What happens after a write: it is counted, and what was created is not seen for a while where the settings say so.

use std::collections::HashMap;

use model::ids::EntraTenantId;
use model::json::Json;
use model::resource_types::Method;
use model::time::Moment;

use crate::call::Context;
use crate::effects::Wrote;
use crate::errors::GraphError;
use crate::message::{Body, Response};
use crate::route::Target;

/// Until when, and for how many reads more, nobody sees an object.
#[derive(Debug, Clone, Copy)]
struct Hidden {
    until: Moment,
    reads: u32,
}

type Key = (EntraTenantId, String);

/// Objects that were created a moment ago, and how long nobody sees them; and such as were deleted a moment ago, and until when they
/// are still answered.
#[derive(Debug, Default)]
pub(crate) struct Young {
    hidden: HashMap<Key, Hidden>,
    gone: HashMap<Key, (Moment, Response)>,
}

impl Young {
    /// Whether nobody sees it yet. `read`: this look is one of those that do not find it.
    fn hides(&mut self, tenant: EntraTenantId, id: &str, now: Moment, read: bool) -> bool {
        if self.hidden.is_empty() {
            return false;
        }
        let Some(hidden) = self.hidden.get_mut(&(tenant, id.to_owned())) else { return false };
        if now < hidden.until {
            return true;
        }
        let hides = read && hidden.reads > 0;
        hidden.reads -= u32::from(hides);
        hides
    }
}

/// What a write did, to which collection and object.
fn effect(context: &Context<'_>, response: &Response) -> Option<(Wrote, String)> {
    let text = |name: &str| Some(Json::parse(response.text().as_bytes()).ok()?.get(name)?.as_str()?.to_owned());
    match (context.method, &context.route.target) {
        (Method::Get, _) | (_, Target::Batch | Target::Unknown { .. }) => None,
        (Method::Post, Target::Collection { .. } | Target::FromTemplate { .. } | Target::ServicePrincipals) => {
            Some((Wrote::Created, text("id").unwrap_or_default()))
        }
        (Method::Delete, Target::Item { id, .. } | Target::ServicePrincipal { key: id }) => Some((Wrote::Deleted, id.clone())),
        (_, Target::Item { id, .. } | Target::ServicePrincipal { key: id }) => Some((Wrote::Updated, id.clone())),
        (_, Target::Action { id, .. }) => Some((Wrote::Acted, id.clone())),
        (_, Target::Child { id, .. } | Target::ChildItem { id, .. }) => Some((Wrote::Child, id.clone())),
        _ => None,
    }
}

impl Context<'_> {
    /// 404 for what was created a moment ago.
    pub(crate) fn is_seen(&self) -> Result<(), GraphError> {
        match &self.route.target {
            Target::Item { id, .. } | Target::Child { id, .. } | Target::Action { id, .. } | Target::Members { group: id }
                if self.sim.young().hides(self.caller.tenant, id, self.now, self.method == Method::Get) =>
            {
                Err(GraphError::not_found(self.service(), id))
            }
            _ => Ok(()),
        }
    }

    /// Whether something that an assignment names was created so lately that the service does not see it.
    pub(crate) fn is_too_young(&self, id: &str) -> bool {
        self.sim.young().hides(self.caller.tenant, id, self.now, true)
    }

    /// What is about to be deleted, where it lingers.
    pub(crate) fn before_delete(&self) -> Option<Response> {
        match (self.method, &self.route.target) {
            (Method::Delete, Target::Item { of, id }) if !self.settings.lingers_after_delete.is_zero() => self.item(of, id).ok(),
            _ => None,
        }
    }

    /// After it was deleted it is answered for a while as it was.
    pub(crate) fn linger(&self, response: Option<Response>) {
        if let (Some(response), Target::Item { id, .. }) = (response, &self.route.target) {
            let until = self.now.plus(self.settings.lingers_after_delete);
            let mut young = self.sim.young();
            young.gone.retain(|_, (until, _)| *until > self.now);
            young.gone.insert((self.caller.tenant, id.clone()), (until, response));
        }
    }

    /// What was deleted a moment ago.
    pub(crate) fn lingering(&self) -> Option<Response> {
        let (Method::Get, Target::Item { id, .. }) = (self.method, &self.route.target) else { return None };
        let young = self.sim.young();
        let (until, response) = young.gone.get(&(self.caller.tenant, id.clone()))?;
        (self.now < *until).then(|| response.clone())
    }

    /// Counts a write that took effect.
    pub(crate) fn remember(&self, response: &Response) {
        let Some((wrote, id)) = effect(self, response) else { return };
        let template = &self.route.template;
        let path = template.strip_prefix("/beta").or_else(|| template.strip_prefix("/v1.0")).unwrap_or(template);
        let body = (wrote == Wrote::Created).then(|| Json::parse(&self.request.body).ok()).flatten();
        let name = ["displayName", "name"].into_iter().find_map(|name| body.as_ref()?.get(name)?.as_str());
        self.sim.effects_mut().record(self.caller.tenant, wrote, path, &id, name);
        self.audit_write(wrote, &id, name);
        let hidden = Hidden { until: self.now.plus(self.settings.unseen_after_create), reads: self.settings.unseen_reads };
        if wrote == Wrote::Created && (hidden.until > self.now || hidden.reads > 0) {
            let mut young = self.sim.young();
            young.hidden.retain(|_, hidden| hidden.until > self.now || hidden.reads > 0);
            young.hidden.insert((self.caller.tenant, id), hidden);
        }
    }

    /// The list without what was created a moment ago.
    pub(crate) fn without_young(&self, mut response: Response) -> Response {
        if !matches!(self.route.target, Target::Collection { .. }) || self.method != Method::Get {
            return response;
        }
        let mut young = self.sim.young();
        if young.hidden.is_empty() {
            return response;
        }
        if let Body::Bytes(bytes) = &mut response.body
            && let Ok(mut page) = Json::parse(bytes)
            && let Some(Json::Array(items)) = page.get_mut("value")
        {
            let mut unseen = |item: &Json| {
                let id = item.get("id").and_then(Json::as_str);
                id.is_some_and(|id| young.hides(self.caller.tenant, id, self.now, true))
            };
            items.retain(|item| !unseen(item));
            *bytes = page.to_text().into_bytes();
        }
        response
    }
}
