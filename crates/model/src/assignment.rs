//! Who a policy is assigned to, as an assignment of Graph says it.

use crate::json::Json;
use crate::text::shown;
use crate::words;

/// What an assignment is aimed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A group, by Microsoft's id.
    Group(String),
    /// All devices.
    AllDevices,
    /// All users.
    AllUsers,
    /// A collection of Configuration Manager, by its id.
    Collection(String),
    /// A kind of target that this version does not know, in words.
    Other(String),
}

/// An assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// What it is aimed at.
    pub target: Target,
    /// Whether that is left out.
    pub exclude: bool,
    /// Id of the filter and whether what it matches is left out.
    pub filter: Option<(String, bool)>,
    /// `required`, `available` …, for apps.
    pub intent: Option<String>,
}

impl Assignment {
    /// Reads one.
    #[must_use]
    pub fn read(assignment: &Json) -> Self {
        let target = assignment.get("target").unwrap_or(assignment);
        let text = |name: &str| target.get(name).and_then(Json::as_str).map(str::to_owned);
        let kind = target.get("@odata.type").and_then(Json::as_str).unwrap_or_default();
        let kind = kind.rsplit('.').next().unwrap_or_default();
        let group = || Target::Group(text("groupId").or_else(|| text("entraObjectId")).unwrap_or_default());
        let (target_kind, exclude) = match kind {
            "groupAssignmentTarget" => (group(), false),
            "exclusionGroupAssignmentTarget" => (group(), true),
            "allDevicesAssignmentTarget" => (Target::AllDevices, false),
            "allLicensedUsersAssignmentTarget" => (Target::AllUsers, false),
            "configurationManagerCollectionAssignmentTarget" => {
                (Target::Collection(text("collectionId").unwrap_or_default()), false)
            }
            "" => (Target::Other("Unknown target".to_owned()), false),
            other => (Target::Other(format!("Unknown target “{}”", words::property(&shown(other, 120)))), false),
        };
        let filter = text("deviceAndAppManagementAssignmentFilterId").and_then(|id| {
            match target.get("deviceAndAppManagementAssignmentFilterType").and_then(Json::as_str) {
                Some("include") => Some((id, false)),
                Some("exclude") => Some((id, true)),
                _ => None,
            }
        });
        let intent = assignment.get("intent").and_then(Json::as_str).map(str::to_owned);
        Self { target: target_kind, exclude, filter, intent }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Assignment {
        Assignment::read(&Json::parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn an_exclusion_is_never_read_as_an_inclusion() {
        let excluded = parse(r##"{"target":{"@odata.type":"#microsoft.graph.exclusionGroupAssignmentTarget","groupId":"g"}}"##);
        assert!(excluded.exclude);
        assert_eq!(excluded.target, Target::Group("g".to_owned()));
    }

    #[test]
    fn a_filter_of_type_none_is_no_filter() {
        let all = parse(
            r##"{"target":{"@odata.type":"#microsoft.graph.allDevicesAssignmentTarget","deviceAndAppManagementAssignmentFilterId":"f","deviceAndAppManagementAssignmentFilterType":"none"}}"##,
        );
        assert_eq!((all.target, all.filter), (Target::AllDevices, None));
        let some = parse(
            r##"{"intent":"required","target":{"@odata.type":"#microsoft.graph.allLicensedUsersAssignmentTarget","deviceAndAppManagementAssignmentFilterId":"f","deviceAndAppManagementAssignmentFilterType":"exclude"}}"##,
        );
        assert_eq!(some.filter, Some(("f".to_owned(), true)));
        assert_eq!(some.intent.as_deref(), Some("required"));
    }

    #[test]
    fn a_target_of_the_future_says_that_it_is_unknown() {
        let odd = parse(r##"{"target":{"@odata.type":"#microsoft.graph.moonBaseAssignmentTarget"}}"##);
        assert!(matches!(odd.target, Target::Other(words) if words.starts_with("Unknown target")));
    }
}
