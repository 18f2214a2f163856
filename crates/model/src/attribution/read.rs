//! From an element of Microsoft's list to an event.

use super::{ActorKind, EventActor, EventResource, EventSource, TenantEvent, object_key};
use crate::json::Json;
use crate::time::Moment;

/// The longest text of an event that is kept, in characters.
const LONGEST: usize = 400;
/// How many objects of one event are kept; of the others it is only known that there are some.
const MOST: usize = 1_000;
/// Kinds of objects that nothing is kept of: people and their devices are no configuration.
const NOT_CONFIGURATION: [&str; 4] = ["user", "device", "managedDevice", "Microsoft.Management.Services.Api.ManagedDevice"];
/// Activities that are nobody's configuration: who is in a group.
const MEMBERSHIP: [&str; 2] = ["Add member to group", "Remove member from group"];

/// The element cannot be read as an event: it has no id or no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no event")]
pub struct NoEvent;

impl TenantEvent {
    /// Reads an element of a source's list. `None`: an event that names no object of a configuration; it is not kept.
    ///
    /// # Errors
    /// [`NoEvent`] when it has no id or no time: what it was is not known.
    pub fn read(source: EventSource, element: &Json) -> Result<Option<Self>, NoEvent> {
        let event_id = text(element, "id").filter(|id| !id.is_empty()).ok_or(NoEvent)?;
        let at = text(element, "activityDateTime").and_then(|at| Moment::parse(at).ok()).ok_or(NoEvent)?;
        let directory = source == EventSource::Directory;
        let activities: &[&str] = if directory { &["activityDisplayName"] } else { &["displayName", "activity", "activityType"] };
        let activity = activities.iter().find_map(|name| text(element, name).filter(|text| !text.is_empty())).unwrap_or_default();
        if directory && MEMBERSHIP.contains(&activity) {
            return Ok(None);
        }
        let list = element.get(if directory { "targetResources" } else { "resources" }).and_then(Json::as_array);
        let mut objects = list.unwrap_or_default().iter().filter_map(|item| resource(directory, item));
        let resources: Vec<EventResource> = objects.by_ref().take(MOST).collect();
        if resources.is_empty() {
            return Ok(None);
        }
        let named = |names: [&str; 2]| names.iter().find_map(|name| text(element, name)).unwrap_or_default();
        Ok(Some(Self {
            source,
            event_id: short(event_id),
            at,
            actor: if directory { initiator(element) } else { intune_actor(element) },
            activity: short(activity),
            operation: short(named(["activityOperationType", "operationType"])),
            result: short(named(["activityResult", "result"])),
            correlation_id: text(element, "correlationId").filter(|id| !id.is_empty()).map(short),
            names_more: objects.next().is_some(),
            resources,
        }))
    }
}

fn resource(directory: bool, item: &Json) -> Option<EventResource> {
    let id = text(item, if directory { "id" } else { "resourceId" }).filter(|id| !id.trim().is_empty())?;
    // v1.0 documents the first name for Intune, beta answers with the second.
    let kind = text(item, "auditResourceType").or_else(|| text(item, "type")).unwrap_or_default();
    if NOT_CONFIGURATION.iter().any(|other| kind.eq_ignore_ascii_case(other)) {
        return None;
    }
    let name = text(item, "displayName").unwrap_or_default();
    Some(EventResource { kind: short(kind), object_id: short(&object_key(id)), name: short(name) })
}

fn intune_actor(element: &Json) -> EventActor {
    let Some(actor) = element.get("actor") else { return unknown() };
    let of = |name: &str| text(actor, name).filter(|text| !text.trim().is_empty()).map(short);
    let app = of("applicationDisplayName");
    match (of("userPrincipalName"), of("servicePrincipalName").or_else(|| app.clone())) {
        (Some(name), _) => EventActor { kind: ActorKind::Person, name, app },
        (None, Some(name)) => EventActor { kind: ActorKind::Application, name, app: None },
        (None, None) => unknown(),
    }
}

fn initiator(element: &Json) -> EventActor {
    let by = |kind: &str, names: [&str; 2]| {
        let actor = element.get("initiatedBy")?.get(kind)?;
        names.iter().find_map(|name| text(actor, name).filter(|text| !text.trim().is_empty())).map(short)
    };
    let app = by("app", ["displayName", "servicePrincipalName"]);
    match (by("user", ["userPrincipalName", "displayName"]), app) {
        (Some(name), app) => EventActor { kind: ActorKind::Person, name, app },
        (None, Some(name)) => EventActor { kind: ActorKind::Application, name, app: None },
        (None, None) => unknown(),
    }
}

const fn unknown() -> EventActor {
    EventActor { kind: ActorKind::Unknown, name: String::new(), app: None }
}

fn text<'a>(object: &'a Json, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Json::as_str)
}

fn short(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        Json::parse(text.as_bytes()).unwrap()
    }

    const INTUNE: &str = r#"{"id":"e1","displayName":"Patch DeviceConfiguration","componentName":"DeviceConfiguration",
      "actor":{"auditActorType":"ItPro","userPermissions":["*"],"applicationDisplayName":"Intune portal",
        "userPrincipalName":"ann@contoso.com","ipAddress":"203.0.113.9"},
      "activityDateTime":"2026-03-01T08:00:00.1234567Z","activityOperationType":"Patch","activityResult":"Success",
      "correlationId":"c1","resources":[{"displayName":"Baseline","type":"DeviceConfiguration",
        "resourceId":"3F2504E0-4F89-41D3-9A0C-0305E82C3301",
        "modifiedProperties":[{"displayName":"Password","oldValue":"secret","newValue":"other"}]}]}"#;

    #[test]
    fn an_intune_event_keeps_who_what_and_which_and_no_value() {
        let event = TenantEvent::read(EventSource::Intune, &json(INTUNE)).unwrap().unwrap();
        assert_eq!(event.actor.words(), "ann@contoso.com (app Intune portal)");
        assert_eq!((event.activity.as_str(), event.operation.as_str()), ("Patch DeviceConfiguration", "Patch"));
        assert_eq!(event.resources[0].object_id, "3f2504e0-4f89-41d3-9a0c-0305e82c3301");
        assert!(event.took_effect());
        let kept = format!("{event:?}");
        assert!(!kept.contains("secret") && !kept.contains("203.0.113.9") && !kept.contains("Password"), "{kept}");
    }

    #[test]
    fn a_directory_event_by_an_application_says_so() {
        let text = r#"{"id":"Directory_1","category":"Policy","result":"success","activityDisplayName":"Update policy",
          "activityDateTime":"2026-03-01T08:00:00Z","operationType":"Update",
          "initiatedBy":{"user":null,"app":{"displayName":"Terraform"}},
          "targetResources":[{"id":"p","displayName":"Block","type":"Policy"},{"id":"u","type":"User"}]}"#;
        let event = TenantEvent::read(EventSource::Directory, &json(text)).unwrap().unwrap();
        assert_eq!((event.actor.kind, event.actor.words().as_str()), (ActorKind::Application, "application Terraform"));
        assert_eq!(event.resources.iter().map(|one| one.object_id.as_str()).collect::<Vec<_>>(), ["p"], "people are not kept");
    }

    #[test]
    fn of_very_many_objects_it_is_known_that_there_are_more() {
        let of = |many: usize| {
            let resources: Vec<String> = (0..many).map(|n| format!(r#"{{"resourceId":"o{n}"}}"#)).collect();
            let text = format!(
                r#"{{"id":"1","activityDateTime":"2026-03-01T08:00:00Z","resources":[{}, {{"resourceId":""}}]}}"#,
                resources.join(",")
            );
            TenantEvent::read(EventSource::Intune, &json(&text)).unwrap().unwrap()
        };
        assert_eq!((of(MOST).resources.len(), of(MOST).names_more), (MOST, false));
        assert_eq!((of(MOST + 1).resources.len(), of(MOST + 1).names_more), (MOST, true));
    }

    #[test]
    fn a_very_long_text_is_cut() {
        let name = "ä".repeat(LONGEST + 9);
        let text = format!(
            r#"{{"id":"{name}","activityDateTime":"2026-03-01T08:00:00Z","resources":[{{"resourceId":"{name}","displayName":"{name}"}}]}}"#
        );
        let event = TenantEvent::read(EventSource::Intune, &json(&text)).unwrap().unwrap();
        let lengths = [&event.event_id, &event.resources[0].object_id, &event.resources[0].name].map(|text| text.chars().count());
        assert_eq!(lengths, [LONGEST; 3]);
    }

    #[test]
    fn what_names_no_configuration_is_not_kept_and_what_has_no_time_is_no_event() {
        let people = r#"{"id":"1","activityDateTime":"2026-03-01T08:00:00Z","targetResources":[{"id":"u","type":"User"}]}"#;
        let member = r#"{"id":"1","activityDateTime":"2026-03-01T08:00:00Z","activityDisplayName":"Add member to group",
          "targetResources":[{"id":"g","type":"Group"}]}"#;
        for text in [people, member] {
            assert_eq!(TenantEvent::read(EventSource::Directory, &json(text)), Ok(None));
        }
        for text in [r#"{"id":"1"}"#, r#"{"activityDateTime":"2026-03-01T08:00:00Z"}"#, r#"{"id":"1","activityDateTime":"soon"}"#]
        {
            assert_eq!(TenantEvent::read(EventSource::Intune, &json(text)), Err(NoEvent));
        }
        let nobody = r#"{"id":"1","activityDateTime":"2026-03-01T08:00:00Z","resources":[{"resourceId":"a"}]}"#;
        let event = TenantEvent::read(EventSource::Intune, &json(nobody)).unwrap().unwrap();
        assert_eq!(event.actor.words(), "somebody whom the event does not name");
    }
}
