//! A group of a tenant, and what a sync says of one.

use super::{NAME, RULE, flag, text};
use crate::codes::codes;
use crate::json::Json;
use crate::time::Moment;

codes! {
    /// A kind of group. A group may be of several.
    GroupKind {
        /// Grants access: assignments may be aimed at it.
        Security = "security",
        /// A Microsoft 365 group.
        Microsoft365 = "microsoft365",
        /// Has a mail address.
        MailEnabled = "mail_enabled",
        /// Its members follow from a rule.
        Dynamic = "dynamic",
        /// Directory roles may be assigned to it.
        RoleAssignable = "role_assignable",
        /// Comes from an Active Directory of the organisation.
        OnPremises = "on_premises",
    }
}

impl GroupKind {
    /// Words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Security => "Security",
            Self::Microsoft365 => "Microsoft 365",
            Self::MailEnabled => "Mail-enabled",
            Self::Dynamic => "Dynamic",
            Self::RoleAssignable => "Role-assignable",
            Self::OnPremises => "On-premises",
            Self::Unknown => "Unknown",
        }
    }
}

/// How many members a group had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberCount {
    /// Direct members of every kind.
    pub members: i64,
    /// When they were counted.
    pub at: Moment,
}

/// A group as the cache has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Microsoft's id, in lower case.
    pub object_id: String,
    /// Its name; empty when it has none.
    pub name: String,
    /// Its kinds, in the order of [`GroupKind::ALL`].
    pub kinds: Vec<GroupKind>,
    /// The rule by which its members are found.
    pub membership_rule: Option<String>,
    /// How many members it had; counted only for groups that an assignment refers to.
    pub members: Option<MemberCount>,
    /// When it was first seen.
    pub first_seen_at: Moment,
    /// When a sync last told of it.
    pub seen_at: Moment,
    /// When what is kept of it last changed, as far as we saw.
    pub changed_at: Moment,
    /// Since when it is gone.
    pub deleted_at: Option<Moment>,
}

/// What an answer of Graph says of a group: properties that it does not mention are `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupChange {
    /// Microsoft's id, in lower case.
    pub object_id: String,
    /// Whether it is gone; whatever else is said then does not count.
    pub removed: bool,
    /// Its name.
    pub name: Option<String>,
    /// Grants access.
    pub security: Option<bool>,
    /// Has a mail address.
    pub mail_enabled: Option<bool>,
    /// Is a Microsoft 365 group; said together with `dynamic`.
    pub microsoft365: Option<bool>,
    /// Has a rule.
    pub dynamic: Option<bool>,
    /// May hold directory roles.
    pub role_assignable: Option<bool>,
    /// Comes from an Active Directory.
    pub on_premises: Option<bool>,
    /// The rule.
    pub membership_rule: Option<Option<String>>,
}

impl GroupChange {
    /// What to ask for: all that is kept. Members are never asked for.
    pub const SELECT: &'static [&'static str] = &[
        "id",
        "displayName",
        "groupTypes",
        "securityEnabled",
        "mailEnabled",
        "isAssignableToRole",
        "onPremisesSyncEnabled",
        "membershipRule",
    ];

    /// Reads an object of an answer; `None` when it has no id.
    #[must_use]
    pub fn read(object: &Json) -> Option<Self> {
        let object_id = super::object_id(object.get("id")?.as_str()?);
        if object_id.is_empty() || object_id.len() > 64 {
            return None;
        }
        let removed = object.get("@removed").is_some_and(|removed| *removed != Json::Null);
        let types = object.get("groupTypes").map(|value| value.as_array().unwrap_or_default());
        let is = |kind: &str| types.map(|types| types.iter().any(|name| name.as_str() == Some(kind)));
        Some(Self {
            removed,
            name: text(object, "displayName", NAME).map(Option::unwrap_or_default),
            security: flag(object, "securityEnabled"),
            mail_enabled: flag(object, "mailEnabled"),
            microsoft365: is("Unified"),
            dynamic: is("DynamicMembership"),
            role_assignable: flag(object, "isAssignableToRole"),
            on_premises: flag(object, "onPremisesSyncEnabled"),
            membership_rule: text(object, "membershipRule", RULE),
            object_id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<GroupChange> {
        GroupChange::read(&Json::parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn what_is_not_said_is_told_from_what_is_empty() {
        let partial = read(r#"{"id":"A1","displayName":null}"#).unwrap();
        assert_eq!((partial.object_id.as_str(), partial.name.as_deref(), partial.security), ("a1", Some(""), None));
        let whole = read(
            r#"{"id":"a","displayName":"Ops","groupTypes":["Unified","DynamicMembership"],"securityEnabled":false,
            "membershipRule":"user.city -eq \"Köln\"","onPremisesSyncEnabled":null,"isAssignableToRole":true,"members@delta":[{"id":"u"}]}"#,
        )
        .unwrap();
        assert_eq!((whole.microsoft365, whole.dynamic, whole.security), (Some(true), Some(true), Some(false)));
        assert_eq!((whole.on_premises, whole.role_assignable), (Some(false), Some(true)));
        assert!(whole.membership_rule.unwrap().unwrap().contains("Köln"));
    }

    #[test]
    fn what_is_gone_says_so_and_what_has_no_id_is_nothing() {
        assert!(read(r#"{"id":"a","@removed":{"reason":"changed"}}"#).unwrap().removed);
        assert!(!read(r#"{"id":"a","@removed":null}"#).unwrap().removed);
        for odd in [r#"{"displayName":"x"}"#, r#"{"id":7}"#, r#"{"id":""}"#, "[]", "7"] {
            assert_eq!(read(odd), None, "{odd}");
        }
        let odd =
            read(r#"{"id":"a","displayName":7,"groupTypes":"Unified","securityEnabled":"yes","membershipRule":[]}"#).unwrap();
        assert_eq!((odd.name.as_deref(), odd.microsoft365, odd.security), (Some(""), Some(false), Some(false)));
        assert_eq!(odd.membership_rule, Some(None));
    }
}
