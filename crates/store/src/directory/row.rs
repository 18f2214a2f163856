//! A group's row.

use model::directory::{Group, GroupChange, GroupKind, MemberCount, RoleDefinition};

use crate::bind::DbTime;

/// The columns that [`GroupRow`] reads.
macro_rules! columns {
    () => {
        "object_id, block, name, name_key, security, mail_enabled, microsoft365, dynamic, role_assignable, on_premises,
    membership_rule, member_count, counted_at, first_seen_at, seen_at, changed_at, deleted_at"
    };
}
pub(super) use columns;

#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct GroupRow {
    pub(super) object_id: String,
    pub(super) block: i64,
    pub(super) name: String,
    pub(super) name_key: String,
    pub(super) security: bool,
    pub(super) mail_enabled: bool,
    pub(super) microsoft365: bool,
    pub(super) dynamic: bool,
    pub(super) role_assignable: bool,
    pub(super) on_premises: bool,
    pub(super) membership_rule: Option<String>,
    member_count: Option<i64>,
    counted_at: Option<DbTime>,
    first_seen_at: DbTime,
    pub(super) seen_at: DbTime,
    changed_at: DbTime,
    pub(super) deleted_at: Option<DbTime>,
}

/// What is kept of what Graph says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Said {
    pub(super) name: String,
    pub(super) security: bool,
    pub(super) mail_enabled: bool,
    pub(super) microsoft365: bool,
    pub(super) dynamic: bool,
    pub(super) role_assignable: bool,
    pub(super) on_premises: bool,
    pub(super) membership_rule: Option<String>,
}

impl Said {
    pub(super) fn of(row: &GroupRow) -> Self {
        Self {
            name: row.name.clone(),
            security: row.security,
            mail_enabled: row.mail_enabled,
            microsoft365: row.microsoft365,
            dynamic: row.dynamic,
            role_assignable: row.role_assignable,
            on_premises: row.on_premises,
            membership_rule: row.membership_rule.clone(),
        }
    }

    /// With what a change mentions.
    pub(super) fn with(self, change: &GroupChange) -> Self {
        Self {
            name: change.name.clone().unwrap_or(self.name),
            security: change.security.unwrap_or(self.security),
            mail_enabled: change.mail_enabled.unwrap_or(self.mail_enabled),
            microsoft365: change.microsoft365.unwrap_or(self.microsoft365),
            dynamic: change.dynamic.unwrap_or(self.dynamic),
            role_assignable: change.role_assignable.unwrap_or(self.role_assignable),
            on_premises: change.on_premises.unwrap_or(self.on_premises),
            membership_rule: change.membership_rule.clone().unwrap_or(self.membership_rule),
        }
    }
}

impl From<GroupRow> for Group {
    fn from(row: GroupRow) -> Self {
        let is = [
            (GroupKind::Security, row.security),
            (GroupKind::Microsoft365, row.microsoft365),
            (GroupKind::MailEnabled, row.mail_enabled),
            (GroupKind::Dynamic, row.dynamic),
            (GroupKind::RoleAssignable, row.role_assignable),
            (GroupKind::OnPremises, row.on_premises),
        ];
        Self {
            object_id: row.object_id,
            name: row.name,
            kinds: is.into_iter().filter(|(_, is)| *is).map(|(kind, _)| kind).collect(),
            membership_rule: row.membership_rule,
            members: row.member_count.zip(row.counted_at).map(|(members, at)| MemberCount { members, at: at.0 }),
            first_seen_at: row.first_seen_at.0,
            seen_at: row.seen_at.0,
            changed_at: row.changed_at.0,
            deleted_at: row.deleted_at.map(|at| at.0),
        }
    }
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct RoleRow {
    pub(super) object_id: String,
    template_id: String,
    name: String,
    pub(super) name_key: String,
    description: String,
    built_in: bool,
    enabled: bool,
    seen_at: DbTime,
    deleted_at: Option<DbTime>,
}

impl From<RoleRow> for RoleDefinition {
    fn from(row: RoleRow) -> Self {
        Self {
            object_id: row.object_id,
            template_id: row.template_id,
            name: row.name,
            description: row.description,
            built_in: row.built_in,
            enabled: row.enabled,
            seen_at: row.seen_at.0,
            deleted_at: row.deleted_at.map(|at| at.0),
        }
    }
}
