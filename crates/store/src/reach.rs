//! What a transaction may see: the settings that row-level security reads.

use model::ids::{TenantId, UserId, WorkspaceId};

/// Whom a transaction acts for. Only `store::access` and the queue make one.
#[derive(Debug, Clone)]
pub(crate) struct Reach {
    /// `set local …` statements after `begin`; ids only, so that nothing can be injected.
    settings: String,
    /// Whether it is that of a workspace or of tenants in it.
    of_a_workspace: bool,
}

/// Which tenants of a workspace.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tenants<'a> {
    All,
    Only(&'a [TenantId]),
}

impl Reach {
    /// Everything: claim, rescue, scheduler, scope building, migrations.
    pub(crate) fn system() -> Self {
        Self { settings: "set local app.system = 'on'".to_owned(), of_a_workspace: false }
    }

    /// What belongs to a user across workspaces: their notices.
    pub(crate) fn user(user: UserId) -> Self {
        Self { settings: format!("set local app.user_id = '{user}'"), of_a_workspace: false }
    }

    /// Tenants of one workspace.
    pub(crate) fn workspace(workspace: WorkspaceId, tenants: Tenants<'_>) -> Self {
        let tenants = match tenants {
            Tenants::All => "*".to_owned(),
            Tenants::Only(list) => list.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
        };
        let settings = format!("set local app.workspace = '{workspace}'; set local app.tenants = '{tenants}'");
        Self { settings, of_a_workspace: true }
    }

    /// Whether only a workspace, or tenants in it, can be seen.
    pub(crate) const fn is_of_a_workspace(&self) -> bool {
        self.of_a_workspace
    }

    /// What opens a transaction on PostgreSQL, in one round trip. One that only reads sees one moment in all its statements, as on
    /// SQLite.
    pub(crate) fn begin(&self, write: bool) -> String {
        format!("begin{}; {}", if write { "" } else { " isolation level repeatable read, read only" }, self.settings)
    }
}
