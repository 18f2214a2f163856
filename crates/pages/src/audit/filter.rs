//! What the audit log is narrowed to, as it stands in the address.

use model::audit::{Action, AuditOutcome};
use model::ids::{TenantId, UserId, WorkspaceId};
use model::time::Moment;

use crate::href::{self, Query};
use crate::when;

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A person.
    User(UserId),
    /// Somebody at the command line.
    Operator,
    /// TenantAtlas itself.
    System,
}

impl Actor {
    /// The value in the address.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::User(id) => id.to_string(),
            Self::Operator => "operator".to_owned(),
            Self::System => "system".to_owned(),
        }
    }

    /// Who is meant by a value; `None` for what means nobody.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "operator" => Some(Self::Operator),
            "system" => Some(Self::System),
            id => id.parse().ok().map(Self::User),
        }
    }
}

/// What to list. Parameters of the address: `workspace, tenant, actor, action, kind, subject, outcome, from, to`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Another workspace than the current one.
    pub workspace: Option<WorkspaceId>,
    /// The tenant whose log it is; the address says so by its path.
    pub of_tenant: Option<TenantId>,
    /// Only this tenant.
    pub tenant: Option<TenantId>,
    /// Only by this one.
    pub actor: Option<Actor>,
    /// Only this code; or `run.*` for a group.
    pub action: Option<String>,
    /// Only on this kind of thing.
    pub kind: Option<String>,
    /// Only on the thing of this id, as it was typed.
    pub subject: Option<String>,
    /// Only what came to this.
    pub outcome: Option<AuditOutcome>,
    /// On that day (UTC) or later.
    pub from: Option<Moment>,
    /// On that day (UTC) or earlier.
    pub to: Option<Moment>,
}

impl Filter {
    /// The address of the log so narrowed, without a place in it.
    #[must_use]
    pub fn query(&self) -> Query {
        self.of(self.path())
    }

    /// The address of the same as a file.
    #[must_use]
    pub fn csv(&self) -> Query {
        self.of(self.of_tenant.map_or_else(|| href::AUDIT_CSV.to_owned(), href::tenant_audit_csv))
    }

    /// The address without anything that narrows.
    #[must_use]
    pub fn path(&self) -> String {
        self.of_tenant.map_or_else(|| href::AUDIT.to_owned(), href::tenant_audit)
    }

    fn of(&self, path: String) -> Query {
        Query::new(path)
            .with_some("workspace", self.workspace)
            .with_some("tenant", self.tenant)
            .with_some("actor", self.actor.map(Actor::code))
            .with_some("action", self.action.as_deref())
            .with_some("kind", self.kind.as_deref())
            .with_some("subject", self.subject.as_deref())
            .with_some("outcome", self.outcome.map(AuditOutcome::code))
            .with_some("from", self.from.map(when::iso_day))
            .with_some("to", self.to.map(when::iso_day))
    }

    /// Whether anything narrows the log.
    #[must_use]
    pub fn narrows(&self) -> bool {
        *self != Self { workspace: self.workspace, of_tenant: self.of_tenant, ..Self::default() }
    }

    /// The groups of actions, as the codes begin, in the order of the list of actions.
    #[must_use]
    pub fn groups() -> Vec<&'static str> {
        let mut groups = Vec::new();
        for group in Action::ALL.iter().filter_map(|action| action.code().split('.').next()) {
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        groups
    }
}
