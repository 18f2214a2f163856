//! An event as it is kept: who did what, when, to which objects. Never values, addresses of machines or anything else.

use super::{EventActor, EventSource};
use crate::time::Moment;

/// An event of a tenant's audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantEvent {
    /// Where it is from.
    pub source: EventSource,
    /// Microsoft's id of it, unique within tenant and source.
    pub event_id: String,
    /// When it happened, by Microsoft's clock.
    pub at: Moment,
    /// Who did it.
    pub actor: EventActor,
    /// What was done, in Microsoft's words.
    pub activity: String,
    /// The kind of operation: `Create`, `Patch`, `Assign`, …; may be empty.
    pub operation: String,
    /// What came of it, in Microsoft's words.
    pub result: String,
    /// What ties it to other events.
    pub correlation_id: Option<String>,
    /// The objects that it names.
    pub resources: Vec<EventResource>,
    /// Whether it names more than are kept.
    pub names_more: bool,
}

/// An object that an event names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventResource {
    /// Its kind, in Microsoft's words.
    pub kind: String,
    /// The object's id as [`object_key`] gives it.
    pub object_id: String,
    /// What it was called.
    pub name: String,
}

impl TenantEvent {
    /// Whether something was changed, as far as the result tells.
    #[must_use]
    pub fn took_effect(&self) -> bool {
        took_effect(&self.result)
    }
}

/// Whether a result means that something was changed.
pub(super) fn took_effect(result: &str) -> bool {
    let result = result.to_ascii_lowercase();
    !["fail", "timeout", "denied", "error"].iter().any(|word| result.starts_with(word))
}

/// The id by which an object is found: in lower case. The id of an assignment is that of the policy and of the group with `_` between;
/// what is changed by it is the policy.
#[must_use]
pub fn object_key(id: &str) -> String {
    let id = id.trim().to_ascii_lowercase();
    match id.split_once('_') {
        Some((policy, group)) if is_uuid(policy) && is_uuid(group.split('_').next().unwrap_or_default()) => policy.to_owned(),
        _ => id,
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::parse_str(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assignment_stands_for_its_policy_and_other_ids_for_themselves() {
        let (policy, group) = ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", "4f2504e0-4f89-41d3-9a0c-0305e82c3302");
        assert_eq!(object_key(&format!("{}_{group}", policy.to_uppercase())), policy);
        assert_eq!(object_key(&format!("{policy}_{group}_1")), policy);
        assert_eq!(object_key(&format!("T_{policy}")), format!("t_{policy}"));
        let restriction = format!("{policy}_DefaultPlatformRestrictions");
        assert_eq!(object_key(&restriction), restriction.to_ascii_lowercase());
        assert_eq!(object_key(" 7 "), "7");
    }

    #[test]
    fn what_failed_changed_nothing() {
        assert!(["Success", "success", "", "Succeeded", "unknownFutureValue"].iter().all(|result| took_effect(result)));
        assert!(!["Failure", "failure", "Fail", "timeout"].iter().any(|result| took_effect(result)));
    }
}
