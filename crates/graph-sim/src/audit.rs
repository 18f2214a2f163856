//! The audit logs of a tenant: who changed which object. Every write over Graph, every change behind everybody's back and every step of a
//! history leaves an event, but for what the service itself does.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use model::attribution::EventSource;
use model::ids::EntraTenantId;
use model::json::Json;
use model::resource_types::ResourceType;
use model::time::Moment;
use serde_json::json;

use crate::call::{Answer, Context};
use crate::effects::Wrote;
use crate::errors::GraphError;
use crate::expand::Expand;
use crate::message::Response;
use crate::query::Position;
use crate::sim::Sim;

/// Events of a tenant that are kept.
const KEPT: usize = 100_000;

/// Who changes things in the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditActor {
    /// A person, by an application.
    Person {
        /// The user principal name.
        name: String,
        /// The application's name.
        app: String,
    },
    /// An application by itself.
    Application {
        /// Its name.
        name: String,
    },
}

impl Default for AuditActor {
    fn default() -> Self {
        Self::Person { name: "admin@simulated.example".to_owned(), app: "Microsoft Intune portal extension".to_owned() }
    }
}

/// An event.
#[derive(Debug, Clone)]
struct Event {
    number: u64,
    at: Moment,
    source: EventSource,
    actor: AuditActor,
    wrote: Wrote,
    kind: String,
    id: String,
    name: String,
    /// By which change it was made, as Microsoft ties events together.
    correlation: String,
    event_id: String,
}

/// The events of all tenants.
#[derive(Debug, Default)]
pub(crate) struct AuditLog {
    last: u64,
    events: BTreeMap<EntraTenantId, VecDeque<Event>>,
}

/// What was done to an object.
pub(crate) struct Done<'a> {
    pub(crate) kind: &'static ResourceType,
    pub(crate) wrote: Wrote,
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
}

impl Sim {
    /// Who changes things behind everybody's back from now on.
    pub fn act_as(&self, actor: AuditActor) {
        self.change_settings(|settings| settings.actor = actor);
    }

    /// Leaves an event, by that actor.
    pub(crate) fn audit(&self, tenant: EntraTenantId, actor: AuditActor, done: &Done<'_>) {
        let (at, correlation, event_id) = (self.now(), self.request_id().1, self.request_id().1);
        let mut log = self.audit_log();
        log.last += 1;
        let number = log.last;
        let events = log.events.entry(tenant).or_default();
        if events.len() == KEPT {
            events.pop_front();
        }
        events.push_back(Event {
            number,
            at,
            source: EventSource::of(done.kind),
            actor,
            wrote: done.wrote,
            kind: kind_name(done.kind),
            id: done.id.to_owned(),
            name: done.name.to_owned(),
            correlation,
            event_id,
        });
    }

    /// Leaves an event by whoever changes things behind everybody's back.
    pub(crate) fn audit_portal(&self, tenant: EntraTenantId, done: &Done<'_>) {
        self.audit(tenant, self.settings().actor, done);
    }
}

/// What Microsoft calls a kind of object: the last part of its declared type, with a capital.
fn kind_name(kind: &ResourceType) -> String {
    let last = kind.declared_type.rsplit('.').next().unwrap_or_default();
    let mut chars = last.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

impl Event {
    fn json(&self) -> serde_json::Value {
        if self.source == EventSource::Directory { self.of_directory() } else { self.of_intune() }
    }

    fn of_intune(&self) -> serde_json::Value {
        let operation = match self.wrote {
            Wrote::Created => "Create",
            Wrote::Updated | Wrote::Child => "Patch",
            Wrote::Deleted => "Delete",
            Wrote::Acted => "Assign",
        };
        let (user, app) = match &self.actor {
            AuditActor::Person { name, app } => (Some(name), app),
            AuditActor::Application { name } => (None, name),
        };
        json!({
            "id": self.event_id,
            "displayName": format!("{operation} {}", self.kind),
            "componentName": "DeviceConfiguration",
            "activity": null,
            "activityDateTime": self.at.to_fixed_text(),
            "activityType": format!("{operation} {}", self.kind),
            "activityOperationType": operation,
            "activityResult": "Success",
            "correlationId": self.correlation,
            "category": "DeviceConfiguration",
            "actor": {
                "auditActorType": if user.is_some() { "ItPro" } else { "Application" },
                "userPermissions": ["*"],
                "applicationId": self.correlation,
                "applicationDisplayName": app,
                "userPrincipalName": user,
                "servicePrincipalName": null,
                "ipAddress": "203.0.113.7",
                "userId": user.map(|_| &self.correlation),
            },
            "resources": [{
                "displayName": self.name,
                "auditResourceType": self.kind,
                "resourceId": self.id,
                "modifiedProperties": [{"displayName": "Canary", "oldValue": "audit-canary-old", "newValue": "audit-canary-new"}],
            }],
        })
    }

    fn of_directory(&self) -> serde_json::Value {
        let operation = match self.wrote {
            Wrote::Created => "Add",
            Wrote::Updated | Wrote::Child | Wrote::Acted => "Update",
            Wrote::Deleted => "Delete",
        };
        let (user, app) = match &self.actor {
            AuditActor::Person { name, .. } => (
                json!({"id": self.correlation, "userPrincipalName": name, "displayName": null, "ipAddress": "203.0.113.7"}),
                json!(null),
            ),
            AuditActor::Application { name } => {
                (json!(null), json!({"appId": null, "displayName": name, "servicePrincipalId": self.correlation}))
            }
        };
        json!({
            "id": format!("Directory_{}", self.event_id),
            "category": "Policy",
            "correlationId": self.correlation,
            "result": "success",
            "resultReason": "",
            "activityDisplayName": format!("{operation} {}", self.kind.to_lowercase()),
            "activityDateTime": self.at.to_fixed_text(),
            "loggedByService": "Core Directory",
            "operationType": operation,
            "initiatedBy": {"user": user, "app": app},
            "targetResources": [{
                "id": self.id,
                "displayName": self.name,
                "type": if self.kind == "Group" || self.kind == "User" { self.kind.as_str() } else { "Policy" },
                "modifiedProperties": [{"displayName": "Canary", "oldValue": "audit-canary-old", "newValue": "audit-canary-new"}],
            }],
            "additionalDetails": [],
        })
    }
}

/// The moments that a filter lets through: `activityDateTime ge …`, with `le`, `gt` and `lt` as well, joined by `and`.
fn between(filter: Option<&str>) -> Result<(Option<Moment>, Option<Moment>), GraphError> {
    const LEAST: Duration = Duration::from_micros(1);
    let (mut from, mut to) = (None, None);
    for part in filter.into_iter().flat_map(|text| text.split(" and ")) {
        let words: Vec<&str> = part.split_whitespace().collect();
        let refused = || GraphError::bad_request(format!("Invalid filter clause: {part}"));
        let ["activityDateTime", operator, moment] = words.as_slice() else { return Err(refused()) };
        let moment = Moment::parse(moment).map_err(|_| refused())?;
        match *operator {
            "ge" => from = Some(moment),
            "gt" => from = Some(moment.plus(LEAST)),
            "le" => to = Some(moment),
            "lt" => to = Some(moment.minus(LEAST)),
            _ => return Err(refused()),
        }
    }
    Ok((from, to))
}

impl Context<'_> {
    /// A page of an audit log, the latest event first.
    pub(crate) fn audit_events(&self, source: EventSource) -> Answer {
        let (from, to) = between(self.query.filter.as_deref())?;
        let visible = self.now.minus(self.settings.audit_delay);
        let position = self.query.position.unwrap_or_default();
        let size = self.page_size();
        let log = self.sim.audit_log();
        let events = log.events.get(&self.caller.tenant).into_iter().flat_map(|events| events.iter().rev());
        let mut found = events
            .filter(|event| event.source == source && (position.after == 0 || event.number < position.after))
            .filter(|event| event.at <= visible)
            .filter(|event| from.is_none_or(|from| from <= event.at) && to.is_none_or(|to| event.at <= to))
            .peekable();
        let (mut items, mut last) = (Vec::new(), 0);
        if self.settings.audit_odd && source == EventSource::Intune {
            items.push(r#"{"id":"without a time"}"#.to_owned());
        }
        while items.len() < size {
            let Some(event) = found.next() else { break };
            items.push(event.json().to_string());
            last = event.number;
        }
        let next = found.peek().is_some().then_some(Position { after: last, ..position });
        let context = self.context_url(source.path(), &Expand::default(), "");
        Ok(Response::json(200, self.page(&context, None, &items, next)))
    }

    /// Leaves an event for a write over Graph, by the application that made it.
    pub(crate) fn audit_write(&self, wrote: Wrote, id: &str, name: Option<&str>) {
        use crate::route::Target;
        let (Target::Collection { of }
        | Target::FromTemplate { of, .. }
        | Target::Item { of, .. }
        | Target::Action { of, .. }
        | Target::Child { of, .. }
        | Target::ChildItem { of, .. }) = &self.route.target
        else {
            return;
        };
        let found = self.with_shelf(of, |shelf| {
            let stored = shelf.get(id)?;
            let head = stored.head_json();
            let name = head.get(&stored.kind.name_property).and_then(Json::as_str).unwrap_or_default().to_owned();
            Some((stored.kind, name))
        });
        let (kind, known) = found.ok().flatten().unwrap_or_else(|| (of.first(), String::new()));
        let actor = AuditActor::Application { name: format!("Application {}", self.caller.client_id) };
        let name = name.filter(|name| !name.is_empty()).unwrap_or(&known);
        self.sim.audit(self.caller.tenant, actor, &Done { kind, wrote, id, name });
    }
}
