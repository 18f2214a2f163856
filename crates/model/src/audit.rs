//! Audit entries: who did what on what, and what came of it. Ids only; never a secret, never a payload.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::codes::codes;
use crate::failure::SafeValue;
use crate::ids::RunId;

codes! {
    /// What was done, or attempted.
    Action {
        /// Somebody signed in.
        SignIn = "session.sign_in",
        /// Somebody signed out.
        SignOut = "session.sign_out",
        /// A user was added.
        UserAdd = "user.add",
        /// A workspace was created.
        WorkspaceCreate = "workspace.create",
        /// A member was added to a workspace.
        WorkspaceMemberAdd = "workspace.member.add",
        /// A tenant was created.
        TenantCreate = "tenant.create",
        /// A member was added to a tenant.
        TenantMemberAdd = "tenant.member.add",
        /// A provider connection was saved.
        ConnectionSave = "connection.save",
        /// A run was created, or an equal one reused.
        RunStart = "run.start",
        /// A run was asked to stop.
        RunCancel = "run.cancel",
        /// Notices were marked as read.
        NoticesRead = "notices.read",
        /// A run changed the inventory.
        InventoryWrite = "inventory.write",
        /// A member was removed from a tenant.
        TenantMemberRemove = "tenant.member.remove",
        /// A member was removed from a workspace.
        WorkspaceMemberRemove = "workspace.member.remove",
        /// A tenant was archived.
        TenantArchive = "tenant.archive",
        /// A provider connection was enabled or disabled.
        ConnectionEnable = "connection.enable",
        /// A run was repeated.
        RunRetry = "run.retry",
        /// A run whose worker did not answer was ended by force.
        RunForce = "run.force",
        /// A type or a tenant was paused.
        OperationsPause = "operations.pause",
        /// A type or a tenant goes on.
        OperationsResume = "operations.resume",
        /// Limits or the retention of runs were changed.
        RunSettings = "run.settings",
        /// Runs were pruned by their retention.
        RunPrune = "run.prune",
        /// A schedule was created.
        ScheduleCreate = "schedule.create",
        /// A schedule was edited.
        ScheduleEdit = "schedule.edit",
        /// A schedule was switched on or off.
        ScheduleSwitch = "schedule.switch",
        /// A schedule was put away, or taken out again.
        ScheduleArchive = "schedule.archive",
        /// A schedule was removed with its ledger.
        SchedulePurge = "schedule.purge",
        /// What a schedule starts was started by hand.
        ScheduleRun = "schedule.run",
        /// A workspace was renamed.
        WorkspaceRename = "workspace.rename",
        /// A workspace was put away.
        WorkspaceArchive = "workspace.archive",
        /// A workspace was taken out again.
        WorkspaceUnarchive = "workspace.unarchive",
        /// A member's role in a workspace was changed.
        WorkspaceMemberRole = "workspace.member.role",
        /// A member left a workspace.
        WorkspaceMemberLeave = "workspace.member.leave",
        /// A member's role in a tenant was changed.
        TenantMemberRole = "tenant.member.role",
        /// A tenant was renamed, or marked otherwise.
        TenantEdit = "tenant.edit",
        /// The connecting of a tenant was begun.
        TenantOnboard = "tenant.onboard",
        /// A tenant was taken into use.
        TenantActivate = "tenant.activate",
        /// A tenant was taken out again.
        TenantUnarchive = "tenant.unarchive",
        /// Somebody was invited to a workspace.
        InvitationCreate = "invitation.create",
        /// An invitation was taken back.
        InvitationRevoke = "invitation.revoke",
        /// An invitation was accepted.
        InvitationAccept = "invitation.accept",
    }
}

codes! {
    /// What came of it.
    AuditOutcome {
        /// It was done.
        Done = "done",
        /// It was refused.
        Denied = "denied",
    }
}

/// An entry to be written together with the change that it describes. The actor comes from the scope.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// What was done.
    pub action: Action,
    /// What came of it.
    pub outcome: AuditOutcome,
    /// What it was done to: kind and id.
    pub subject: Option<(&'static str, Uuid)>,
    /// The run that it belongs to.
    pub run_id: Option<RunId>,
    details: Vec<(&'static str, SafeValue)>,
}

impl AuditEntry {
    /// An entry for something that was done.
    #[must_use]
    pub const fn done(action: Action) -> Self {
        Self { action, outcome: AuditOutcome::Done, subject: None, run_id: None, details: Vec::new() }
    }

    /// An entry for something that was refused.
    #[must_use]
    pub const fn denied(action: Action) -> Self {
        Self { action, outcome: AuditOutcome::Denied, subject: None, run_id: None, details: Vec::new() }
    }

    /// What it was done to.
    #[must_use]
    pub const fn on(mut self, kind: &'static str, id: Uuid) -> Self {
        self.subject = Some((kind, id));
        self
    }

    /// The run that it belongs to.
    #[must_use]
    pub const fn run(mut self, run: RunId) -> Self {
        self.run_id = Some(run);
        self
    }

    /// A detail.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<SafeValue>) -> Self {
        self.details.push((name, value.into()));
        self
    }

    /// The details as stored.
    #[must_use]
    pub fn details(&self) -> Value {
        let pairs = self.details.iter().map(|(name, value)| ((*name).to_owned(), json!(value.to_string())));
        Value::Object(pairs.collect())
    }
}
