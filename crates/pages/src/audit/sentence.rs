//! An entry as a sentence: "Ada changed the schedule Nightly".

use std::collections::BTreeMap;

use model::audit::{AuditOutcome, AuditRecord};
use model::finding::FindingState;
use model::ids::ThingId;
use model::label::Labelled as _;
use model::operations::Operation;
use model::settings::Key;

use super::phrase::phrase;
use crate::text::{self, NAMELESS};

/// What people and things are called, by id.
pub(super) type Names = BTreeMap<ThingId, String>;

/// The sentence, without a full stop. What this version does not know is shown as it is stored.
#[must_use]
pub fn sentence(record: &AuditRecord, names: &Names) -> String {
    let actor = actor(record, names);
    let subject = subject(record, names);
    let denied = record.outcome == AuditOutcome::Denied.code();
    match phrase(&record.action) {
        Some((_, attempt)) if denied => {
            format!("{actor} was not allowed to {}", fill(attempt, record, subject.as_deref(), names))
        }
        Some((done, _)) => format!("{actor} {}", fill(done, record, subject.as_deref(), names)),
        None => {
            let code = text::shown(&record.action, 80);
            let on = subject.map(|subject| format!(" on {subject}")).unwrap_or_default();
            format!("{actor}: {code}{on}{}", if denied { " (refused)" } else { "" })
        }
    }
}

/// Who did it.
pub(super) fn actor(record: &AuditRecord, names: &Names) -> String {
    match (record.actor_kind.as_str(), record.actor_id) {
        ("operator", _) => "An operator at the command line".to_owned(),
        ("system", _) => "TenantAtlas".to_owned(),
        (_, Some(id)) => called(id, names),
        (kind, None) => text::shown(kind, 40),
    }
}

/// What it was done to; `None` for what says nothing to a person, such as the id of a session.
pub(super) fn subject(record: &AuditRecord, names: &Names) -> Option<String> {
    let id = record.subject_id?;
    match record.subject_kind.as_deref()? {
        "session" => None,
        // A person's own settings.
        "user" if record.actor_id == Some(id) => Some("themselves".to_owned()),
        _ => Some(called(id, names)),
    }
}

/// The name of an id, or its end.
pub(super) fn called(id: ThingId, names: &Names) -> String {
    let name = names.get(&id).map(|name| text::name(name, NAMELESS).into_owned());
    name.unwrap_or_else(|| text::unresolved(&id.to_string()))
}

/// The words of a detail.
pub(super) fn detail(record: &AuditRecord, name: &str, names: &Names) -> Option<String> {
    let stored = record.detail(name)?;
    let key = record.detail("setting").and_then(|code| Key::from_code(&code));
    Some(match (name, key) {
        ("setting", Some(key)) => format!("“{}”", key.declaration().label),
        ("old" | "new", Some(_)) if stored == "-" => "what holds above".to_owned(),
        ("old" | "new", Some(key)) => {
            key.parse(&stored).map_or_else(|_| text::shown(&stored, text::NAME), |value| value.words(key))
        }
        ("state", _) => match FindingState::from_code(&stored) {
            FindingState::Unknown => text::shown(&stored, 60),
            state => state.badge().word.to_owned(),
        },
        ("type", _) => Operation::from_code(&stored).map_or_else(|| text::shown(&stored, 60), |o| o.entry().label.to_owned()),
        _ => match stored.parse() {
            Ok(id) => called(id, names),
            Err(_) => text::shown(&stored, text::NAME),
        },
    })
}

/// The template with its values; parts in brackets only where all of theirs are there.
fn fill(template: &str, record: &AuditRecord, subject: Option<&str>, names: &Names) -> String {
    let value = |name: &str| if name == "s" { subject.map(str::to_owned) } else { detail(record, name, names) };
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('[') {
        out.push_str(&filled(&rest[..at], &value).0);
        let end = rest[at..].find(']').map_or(rest.len(), |end| at + end);
        let (part, whole) = filled(&rest[at + 1..end], &value);
        if whole {
            out.push_str(&part);
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    out.push_str(&filled(rest, &value).0);
    out
}

/// The text with its values, and whether all of them were there.
fn filled(text: &str, value: &impl Fn(&str) -> Option<String>) -> (String, bool) {
    let (mut out, mut whole, mut rest) = (String::new(), true, text);
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        match value(name) {
            Some(words) => out.push_str(&words),
            None => {
                whole = false;
                out.push_str("something");
            }
        }
        rest = after;
    }
    out.push_str(rest);
    (out, whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::audit::Action;
    use model::time::Moment;

    fn thing(n: u32) -> ThingId {
        format!("00000000-0000-0000-0000-{n:012x}").parse().unwrap()
    }

    fn entry(action: &str, subject: Option<(&str, u32)>) -> AuditRecord {
        let id = "00000000-0000-0000-0000-000000000009".parse().unwrap();
        AuditRecord {
            actor_kind: "user".to_owned(),
            actor_id: Some(thing(1)),
            subject_kind: subject.map(|(kind, _)| kind.to_owned()),
            subject_id: subject.map(|(_, id)| thing(id)),
            ..AuditRecord::new(id, Moment::from_micros(0), action)
        }
    }

    fn names() -> Names {
        [(thing(1), "Ada".to_owned()), (thing(2), "Bob".to_owned()), (thing(3), "Nightly".to_owned())].into()
    }

    #[test]
    fn entries_read_like_sentences() {
        let says = |record: &AuditRecord| sentence(record, &names());
        assert_eq!(says(&entry("workspace.member.add", Some(("user", 2)))), "Ada made Bob a member of the workspace");
        let manager = entry("workspace.member.add", Some(("user", 2))).with("role", "manager");
        assert_eq!(says(&manager), "Ada made Bob a member of the workspace as manager");
        assert_eq!(says(&entry("schedule.edit", Some(("schedule", 3)))), "Ada changed the schedule Nightly");
        assert_eq!(
            says(
                &entry("settings.change", Some(("workspace", 7)))
                    .with("setting", "runs.keep_days")
                    .with("old", "-")
                    .with("new", "30")
            ),
            "Ada changed “Run history” of Unresolved (…00000007) from what holds above to 30 days"
        );
        let moved = entry("finding.move", None).with("state", "in_progress").with("findings", "3");
        assert_eq!(says(&moved), "Ada moved findings to “In progress” (3)");
        let started = entry("run.start", Some(("run", 5))).with("type", "inventory_sync");
        assert_eq!(says(&started), "Ada started an operation (Inventory sync)");
        assert_eq!(
            says(&entry("run.cancel", Some(("run", 5))).with("type", "inventory_sync")),
            "Ada cancelled an operation (Inventory sync)"
        );
        let denied = AuditRecord { outcome: "denied".to_owned(), ..entry("run.start", None) };
        assert_eq!(says(&denied), "Ada was not allowed to start an operation");
        let system = AuditRecord { actor_kind: "system".to_owned(), actor_id: None, ..entry("run.prune", None) };
        assert_eq!(says(&system), "TenantAtlas removed old operations");
    }

    #[test]
    fn what_is_not_known_or_was_erased_is_shown_as_it_is() {
        let future = entry("planet.terraform", Some(("planet", 5))).with("x", "1");
        assert_eq!(sentence(&future, &names()), "Ada: planet.terraform on Unresolved (…00000005)");
        assert_eq!(sentence(&entry("session.sign_in", Some(("session", 4))), &Names::new()), "Unresolved (…00000001) signed in");
    }

    #[test]
    fn every_action_has_its_words() {
        for action in Action::ALL {
            let said = sentence(&entry(action.code(), Some(("user", 2))), &names());
            assert!(phrase(action.code()).is_some(), "say in audit/phrase.rs what {action} is called");
            assert!(
                !said.contains(['{', '[', ']']) && !said.contains("something") || action.code() == "settings.change",
                "{said}"
            );
        }
    }
}
